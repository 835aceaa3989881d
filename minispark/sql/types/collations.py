"""Collations inside a type, as a field's metadata notes them in JSON: path of the text -> ``provider.name``."""

from __future__ import annotations

from typing import Any

from minispark.errors import PySparkValueError
from minispark.sql.types.base import DataType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.strings import StringType

COLLATIONS = "__COLLATIONS"
"""The metadata's key for them."""


def collations_of(kind: DataType, path: str) -> dict[str, str]:
    """Those of ``kind``, which lies at ``path``. Structs inside note their own.

    >>> collations_of(ArrayType(StringType("UNICODE")), "a")
    {'a.element': 'icu.UNICODE'}
    """
    if isinstance(kind, ArrayType):
        return collations_of(kind.elementType, f"{path}.element")
    if isinstance(kind, MapType):
        return collations_of(kind.keyType, f"{path}.key") | collations_of(kind.valueType, f"{path}.value")
    if isinstance(kind, StringType) and not kind.isUTF8BinaryCollation():
        return {path: f"{StringType.collationProvider(kind.collation)}.{kind.collation}"}
    return {}


def without_collations(kind: DataType) -> DataType:
    """The same type with plain strings."""
    if isinstance(kind, ArrayType):
        return ArrayType(without_collations(kind.elementType), kind.containsNull)
    if isinstance(kind, MapType):
        return MapType(without_collations(kind.keyType), without_collations(kind.valueType), kind.valueContainsNull)
    return StringType() if isinstance(kind, StringType) else kind


def names_of(metadata: dict[str, Any] | None) -> dict[str, str]:
    """Path -> name of the collations that ``metadata`` notes.

    Raises PySparkValueError for a provider that Spark does not know.
    """
    found: dict[str, str] = {}
    for path, text in (metadata or {}).get(COLLATIONS, {}).items():
        provider, name = text.split(".")
        if provider.lower() not in StringType.providers:
            known = ", ".join(StringType.providers)
            raise PySparkValueError(
                f"nobody named {provider!r} provides collations; the providers are {known}",
                "COLLATION_INVALID_PROVIDER",
                {"provider": provider, "supportedProviders": known},
            )
        found[path] = name
    return found
