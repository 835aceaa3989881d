"""``to_json``: values as JSON, as Spark's ``JacksonGenerator`` writes them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from minispark.sql.exact.casts import BITS
from minispark.sql.exact.jsontext import double_text, quoted
from minispark.sql.exact.jsontree import FloatText, IntText, JsonRules, Members, reader_of
from minispark.sql.exact.records import Options, Times, flag, options_of
from minispark.sql.exact.variant_reading import float_text, of_value
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound, Settings

Write = Callable[[Any], str]


def to_json(bound: Bound) -> Callable[..., str]:
    """Writes values of the first argument's type; the second literal holds the options as JSON."""
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    return json_writer(bound.types[0], options, bound.settings.zone, ignores_nulls(bound.settings))


def ignores_nulls(settings: Settings) -> bool:
    """Whether fields of null are left out where no option says otherwise."""
    return (settings.conf("spark.sql.jsonGenerator.ignoreNullFields") or "true").lower() == "true"


def json_writer(dtype: DataType, options: Options, zone: str, ignore_nulls: bool = True) -> Write:
    """A function that writes values of a type, which is not null, as JSON.

    >>> write = json_writer(StructType.fromDDL("a int, b array<double>, c string"), {}, "UTC")
    >>> write({"a": 1, "b": [1.0, None], "c": None})
    '{"a":1,"b":[1.0,null]}'
    """
    write = Writers(options, zone, flag(options, "ignoreNullFields", ignore_nulls)).writer(dtype)
    if not flag(options, "pretty", False):
        return write
    parse = reader_of(JsonRules())
    return lambda item: pretty_text(parse(write(item)), "\n")


class Writers:
    """Functions that write values, by type."""

    def __init__(self, options: Options, zone: str, ignore_nulls: bool) -> None:
        self.times = Times(options, zone)
        self.zone = zone
        self.ignore_nulls = ignore_nulls

    def writer(self, dtype: DataType) -> Write:
        """Writes values that are not null."""
        if isinstance(dtype, StructType):
            return self._struct(dtype)
        if isinstance(dtype, ArrayType):
            element = self.writer(dtype.elementType)
            return lambda item: f"[{','.join(['null' if one is None else element(one) for one in item])}]"
        if isinstance(dtype, MapType):
            return self._map(dtype)
        if isinstance(dtype, VariantType):
            return lambda item: of_value(item).text(self.zone)
        return self._scalar(dtype)

    def _struct(self, dtype: StructType) -> Write:
        fields = [(quoted(field.name), self.writer(field.dataType)) for field in dtype.fields]
        ignore = self.ignore_nulls

        def write(item: dict[str, Any]) -> str:
            parts = []
            for (name, inner), one in zip(fields, item.values(), strict=False):
                if one is not None:
                    parts.append(f"{name}:{inner(one)}")
                elif not ignore:
                    parts.append(f"{name}:null")
            return f"{{{','.join(parts)}}}"

        return write

    def _map(self, dtype: MapType) -> Write:
        key, inner = key_text(dtype.keyType), self.writer(dtype.valueType)
        return lambda item: (
            "{" + ",".join([f"{quoted(key(k))}:{'null' if v is None else inner(v)}" for k, v in item]) + "}"
        )

    def _scalar(self, dtype: DataType) -> Write:
        times = self.times
        if isinstance(dtype, StringType):
            return quoted
        if isinstance(dtype, BooleanType):
            return lambda item: "true" if item else "false"
        if type(dtype) in BITS or isinstance(dtype, DecimalType):
            return str
        if isinstance(dtype, DoubleType):
            return _number(double_text)
        if isinstance(dtype, FloatType):
            return _number(float_text)
        if isinstance(dtype, NullType):
            return lambda item: "null"
        if isinstance(dtype, BinaryType):
            return lambda item: f'"{base64.b64encode(item).decode()}"'
        writers: dict[type[DataType], Write] = {
            DateType: times.write_date,
            TimestampType: times.write_timestamp,
            TimestampNTZType: times.write_ntz,
            TimeType: times.write_time,
        }
        text = writers.get(type(dtype)) or cast_text(dtype, self.zone)
        return lambda item: quoted(text(item))


def _number(text: Write) -> Write:
    def write(item: float) -> str:
        made = text(item)
        return f'"{made}"' if made[-1] in "Ny" else made

    return write


def cast_text(dtype: DataType, zone: str) -> Write:
    """The text that ``CAST(x AS STRING)`` gives, of types that JSON and CSV write no other way."""
    from minispark.sql.convert.text import cast_text as text_of

    return text_of(dtype, zone)


def key_text(dtype: DataType) -> Write:
    """A map's key as Spark writes it: days and microseconds of dates and times, ``[1,x]`` of structs."""
    if isinstance(dtype, BooleanType):
        return lambda item: "true" if item else "false"
    if isinstance(dtype, DoubleType):
        return double_text
    if isinstance(dtype, FloatType):
        return float_text
    if isinstance(dtype, DateType):
        return lambda item: str((item - date(1970, 1, 1)).days)
    if isinstance(dtype, (TimestampType, TimestampNTZType)):
        return lambda item: str(_micros(item))
    if isinstance(dtype, ArrayType):
        element = key_text(dtype.elementType)
        return lambda item: f"[{','.join(['null' if one is None else element(one) for one in item])}]"
    if isinstance(dtype, StructType):
        parts = [key_text(field.dataType) for field in dtype.fields]
        return lambda item: (
            "["
            + ",".join(["null" if one is None else part(one) for part, one in zip(parts, item.values(), strict=False)])
            + "]"
        )
    return str


def _micros(moment: datetime) -> int:
    passed = moment - datetime(1970, 1, 1)
    return (passed.days * 86400 + passed.seconds) * 1000000 + passed.microseconds


def pretty_text(tree: Any, line: str) -> str:
    """A tree laid out as Jackson's default pretty printer does; ``line`` is a line break and the indentation."""
    if isinstance(tree, Members):
        inner = line + "  "
        parts = [f"{quoted(name)} : {pretty_text(item, inner)}" for name, item in tree]
        return f"{{{inner}{(',' + inner).join(parts)}{line}}}" if parts else "{ }"
    if type(tree) is list:
        parts = [pretty_text(item, line) for item in tree]
        return f"[ {', '.join(parts)} ]" if parts else "[ ]"
    if isinstance(tree, (IntText, FloatText)):
        return str(tree)
    if isinstance(tree, str):
        return quoted(tree)
    return "null" if tree is None else "true" if tree else "false"
