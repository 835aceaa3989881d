"""Variants: values that carry their own type, in Spark's binary form."""

from __future__ import annotations

from typing import Any

from minispark.sql.types.base import AtomicType
from minispark.sql.types.late import late


class VariantVal:
    """A variant: the bytes of its value, and those of its metadata, which hold the names of its fields."""

    def __init__(self, value: bytes, metadata: bytes) -> None:
        self.value = value
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"VariantVal({self.value!r}, {self.metadata!r})"

    def __str__(self) -> str:
        return self.toJson()

    def toPython(self) -> Any:
        """The value as Python has it: dicts, lists, numbers, decimals, texts, bytes, dates and times."""
        to_python = late("exact.variant_python:to_python")

        return to_python(self.value, self.metadata)

    def toJson(self, zone_id: str = "UTC") -> str:
        """The value as JSON text, its timestamps as of the zone ``zone_id``."""
        found: str = late("exact.variant_python:to_json")(self.value, self.metadata, zone_id)
        return found

    @classmethod
    def parseJson(cls, json_str: str) -> VariantVal:
        """The variant that JSON text describes.

        >>> variant = VariantVal.parseJson('{"a": [1, 2.5, null]}')
        >>> variant.toPython(), variant.toJson()
        ({'a': [1, Decimal('2.5'), None]}, '{"a":[1,2.5,null]}')
        """
        parse_json = late("exact.variants:parse_json")

        made = parse_json(json_str)
        return VariantVal(made["value"], made["metadata"])


class VariantType(AtomicType):
    """Values that carry their own type: ``VariantVal``."""

    def needConversion(self) -> bool:
        return True

    def fromInternal(self, obj: Any) -> VariantVal | None:
        if obj is None or not all(key in obj for key in ("value", "metadata")):
            return None
        return VariantVal(obj["value"], obj["metadata"])

    def toInternal(self, variant: Any) -> Any:
        if variant is None:
            return None
        assert isinstance(variant, VariantVal)
        return {"value": variant.value, "metadata": variant.metadata}
