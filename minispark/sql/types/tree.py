"""Schemas as ``printSchema`` prints them."""

from __future__ import annotations

from collections.abc import Callable

from minispark.sql.types.base import DataType, SpatialType
from minispark.sql.types.intervals import DayTimeIntervalType, YearMonthIntervalType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.plain import DecimalType
from minispark.sql.types.strings import CharType, StringType, VarcharType
from minispark.sql.types.struct import StructType
from minispark.sql.types.times import TimeType
from minispark.sql.types.udt import UserDefinedType

_WITH_PARAMETERS = (
    DecimalType,
    CharType,
    VarcharType,
    DayTimeIntervalType,
    YearMonthIntervalType,
    TimeType,
    SpatialType,
)
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", "\v": "\\v", "\a": "\\a"}
_TABLE = str.maketrans(_ESCAPES)


Name = Callable[[DataType], str]


def tree(schema: StructType, depth: int = 0, collations: bool = False) -> str:
    """The fields of ``schema``, one a line, those of types inside below them, ``depth`` levels of them if positive.

    ``collations`` has those of strings said, as ``printSchema`` does and ``treeString`` does not.

    >>> from minispark.sql.types import IntegerType, StructField
    >>> print(tree(StructType([StructField("a", ArrayType(IntegerType(), False))])), end="")
    root
     |-- a: array (nullable = true)
     |    |-- element: integer (containsNull = false)
    """
    lines = ["root"]
    _fields(schema, " |", depth if depth > 0 else 1 << 31, lines, _collated_name if collations else _name)
    return "".join(f"{line}\n" for line in lines)


def escaped(text: str) -> str:
    """``text`` with its control characters written out, as tables and trees show it."""
    return text.translate(_TABLE)


def _fields(schema: StructType, prefix: str, depth: int, lines: list[str], name: Name) -> None:
    if depth <= 0:
        return
    for field in schema.fields:
        shown = escaped(field.name)
        lines.append(f"{prefix}-- {shown}: {name(field.dataType)} (nullable = {_word(field.nullable)})")
        _inside(field.dataType, f"{prefix}    |", depth - 1, lines, name)


def _inside(kind: DataType, prefix: str, depth: int, lines: list[str], name: Name) -> None:
    if depth <= 0:
        return
    if isinstance(kind, StructType):
        _fields(kind, prefix, depth, lines, name)
    elif isinstance(kind, ArrayType):
        lines.append(f"{prefix}-- element: {name(kind.elementType)} (containsNull = {_word(kind.containsNull)})")
        _inside(kind.elementType, f"{prefix}    |", depth - 1, lines, name)
    elif isinstance(kind, MapType):
        lines.append(f"{prefix}-- key: {name(kind.keyType)}")
        _inside(kind.keyType, f"{prefix}    |", depth - 1, lines, name)
        nulls = _word(kind.valueContainsNull)
        lines.append(f"{prefix}-- value: {name(kind.valueType)} (valueContainsNull = {nulls})")
        _inside(kind.valueType, f"{prefix}    |", depth - 1, lines, name)


def _name(kind: DataType) -> str:
    if isinstance(kind, UserDefinedType):
        return "pythonuserdefined"
    return kind.simpleString() if isinstance(kind, _WITH_PARAMETERS) else kind.typeName()


def _collated_name(kind: DataType) -> str:
    return kind.simpleString() if isinstance(kind, StringType) else _name(kind)


def _word(flag: bool) -> str:
    return "true" if flag else "false"
