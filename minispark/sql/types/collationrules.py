"""What a collation's name says of how strings compare, and where in a type strings with a collation are."""

from __future__ import annotations

from minispark.engine.core.values import value
from minispark.errors import PySparkNotImplementedError
from minispark.sql.types.base import DataType
from minispark.sql.types.collationnames import BYTES
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.strings import INDETERMINATE, StringType
from minispark.sql.types.struct import StructField, StructType

_COUNTRIES = {
    "SAU": "SA", "AUT": "AT", "USA": "US", "AFG": "AF", "CAN": "CA", "ISR": "IL", "IDN": "ID", "NOR": "NO", "IND": "IN",
    "BIH": "BA", "MNE": "ME", "SRB": "RS", "CHN": "CN", "SGP": "SG", "HKG": "HK", "MAC": "MO", "TWN": "TW",
}  # fmt: skip


_SAME_ORDER = {"zh_Hant": "zh-TW", "sr_Latn": "hr", "bs_Cyrl": "sr"}
"""DuckDB's ICU makes nothing of a script: locales whose order is that of one with it."""
_ABSENT = ("kk_Arab",)


def words(text: str) -> frozenset[str]:
    """The words of a text, as names of functions to look one up in."""
    return frozenset(text.split())


@value
class Rules:
    """``lower``: by the lower case of each character. ``locale``: of ICU, with its strength; None for bytes.

    ``language`` is the locale without strength. ``trims``: without the spaces at the end.
    """

    lower: bool
    locale: str | None
    language: str
    trims: bool


def rules_of(name: str) -> Rules:
    """The rules of a collation by its usual name.

    >>> rules_of("UTF8_LCASE_RTRIM").trims, rules_of("UNICODE_AI").locale, rules_of("de_AUT_CI").locale
    (True, 'und-u-ks-level1-kc-true', 'de-AT-u-ks-level2')
    """
    words = name.split("_")
    endings = set()
    while words[-1] in ("CI", "AI", "RTRIM") and len(words) > 1:
        endings.add(words.pop())
    root = "_".join(words)
    trims = "RTRIM" in endings
    if root in BYTES:
        return Rules(root != BYTES[0], None, "", trims)
    language = "und" if root == "UNICODE" else "-".join(_COUNTRIES.get(word, word) for word in words)
    strength = {
        (False, False): "",
        (True, False): "-u-ks-level2",
        (False, True): "-u-ks-level1-kc-true",
        (True, True): "-u-ks-level1",
    }["CI" in endings, "AI" in endings]
    if root in _ABSENT:
        raise PySparkNotImplementedError(
            f"DuckDB's ICU does not have the order of the collation {name}; say one without its script",
            "NOT_IMPLEMENTED",
            {"feature": f"the collation {name}"},
        )
    return Rules(False, _SAME_ORDER.get("_".join(words[:2]), language) + strength, language, trims)


def is_collated(dtype: DataType) -> bool:
    """Whether it is, or has inside, strings that do not compare by their bytes.

    >>> is_collated(ArrayType(StringType("UNICODE"))), is_collated(StringType())
    (True, False)
    """
    if isinstance(dtype, StringType):
        return not dtype.isUTF8BinaryCollation()
    if isinstance(dtype, ArrayType):
        return is_collated(dtype.elementType)
    if isinstance(dtype, StructType):
        return any(is_collated(field.dataType) for field in dtype.fields)
    return isinstance(dtype, MapType) and (is_collated(dtype.keyType) or is_collated(dtype.valueType))


def has_strings(dtype: DataType) -> bool:
    """Whether it is, or has inside, strings."""
    if isinstance(dtype, ArrayType):
        return has_strings(dtype.elementType)
    if isinstance(dtype, StructType):
        return any(has_strings(field.dataType) for field in dtype.fields)
    if isinstance(dtype, MapType):
        return has_strings(dtype.keyType) or has_strings(dtype.valueType)
    return isinstance(dtype, StringType)


def is_indeterminate(dtype: DataType) -> bool:
    """Whether it is, or has inside, strings of which nobody knows how they compare."""
    if isinstance(dtype, ArrayType):
        return is_indeterminate(dtype.elementType)
    if isinstance(dtype, StructType):
        return any(is_indeterminate(field.dataType) for field in dtype.fields)
    if isinstance(dtype, MapType):
        return is_indeterminate(dtype.keyType) or is_indeterminate(dtype.valueType)
    return isinstance(dtype, StringType) and dtype.collation == INDETERMINATE


def with_collation(dtype: DataType, collation: str) -> DataType:
    """The type with this collation in place of UTF8_BINARY, at any depth: a table's DEFAULT COLLATION.

    >>> with_collation(ArrayType(StringType()), "UNICODE").simpleString()
    'array<string collate UNICODE>'
    """
    if isinstance(dtype, StringType):
        return StringType(collation) if dtype.isUTF8BinaryCollation() else dtype
    if isinstance(dtype, ArrayType):
        return ArrayType(with_collation(dtype.elementType, collation), dtype.containsNull)
    if isinstance(dtype, MapType):
        key, item = with_collation(dtype.keyType, collation), with_collation(dtype.valueType, collation)
        return MapType(key, item, dtype.valueContainsNull)
    if isinstance(dtype, StructType):
        fields = dtype.fields
        return StructType(
            [
                StructField(one.name, with_collation(one.dataType, collation), one.nullable, one.metadata)
                for one in fields
            ]
        )
    return dtype


def types_inside(dtype: DataType) -> list[DataType]:
    """The types inside of a type, itself included."""
    found, waiting = [], [dtype]
    while waiting:
        one = waiting.pop()
        found.append(one)
        if isinstance(one, ArrayType):
            waiting.append(one.elementType)
        elif isinstance(one, MapType):
            waiting += (one.keyType, one.valueType)
        elif isinstance(one, StructType):
            waiting += [field.dataType for field in one.fields]
    return found
