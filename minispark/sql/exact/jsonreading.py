"""``from_json``: JSON texts as values of a type, as Spark's ``JacksonParser`` reads them."""

from __future__ import annotations

import base64
import binascii
import math
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkException, SparkUpgradeException
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.casts import BITS
from minispark.sql.exact.jsontext import storable, tree_text
from minispark.sql.exact.jsontree import ABSENT, FloatText, IntText, JsonError, Members, reader_of, rules_of
from minispark.sql.exact.records import (
    Options,
    Partial,
    Times,
    Unconvertible,
    decimal_of,
    decimal_reader,
    instant_of_seconds,
    malformed,
    mode_of,
    options_of,
    whole_record,
)
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
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
    YearMonthIntervalType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Convert = Callable[[Any], Any]
_NAMED = {
    "NaN": math.nan, "+INF": math.inf, "+Infinity": math.inf, "Infinity": math.inf, "-INF": -math.inf,
    "-Infinity": -math.inf,
}  # fmt: skip


def from_json(bound: Bound) -> Callable[..., Any]:
    """Reads JSON as values of the result's type; the third literal holds the options as JSON."""
    options = options_of(bound.literals[2] if len(bound.literals) > 2 else None)
    corrupt = bound.settings.conf("spark.sql.columnNameOfCorruptRecord") or "_corrupt_record"
    return json_reader(bound.result, options, bound.settings.zone, corrupt)


def json_reader(schema: DataType, options: Options, zone: str, corrupt: str = "_corrupt_record") -> Convert:
    """A function that reads one JSON text as a value of a type: null for a blank text; for a malformed one null, a
    struct of nulls, or an error, as the mode among the options says.

    >>> read = json_reader(StructType.fromDDL("a int, b array<double>"), {}, "UTC")
    >>> read('{"a": "x", "b": [1, 2.5]}'), read("?")
    ({'a': None, 'b': [1.0, 2.5]}, {'a': None, 'b': None})
    """
    mode = mode_of("from_json", options, schema, corrupt)
    parse = reader_of(rules_of(options))
    makers = _Makers(options, zone)
    if isinstance(schema, VariantType):
        return _variant_reader(mode.fail)
    if isinstance(schema, StructType):
        inner = makers.members(schema, skip=mode.corrupt)

        def read(text: str, row: dict[str, Any]) -> None:
            tree = _tree(parse, text)
            if mode.fail and type(tree) is list:
                raise malformed(text, "CANNOT_PARSE_JSON_ARRAYS_AS_STRUCTS")
            if not isinstance(tree, Members):
                raise Unconvertible
            inner(tree, row)

        record = whole_record(schema, mode, read)
        return lambda text: None if not text.strip(" \t\r\n") else record(text)
    convert = makers.converter(schema)
    wrapped = isinstance(schema, ArrayType) and isinstance(schema.elementType, StructType)

    def value(text: str) -> Any:
        try:
            tree = _tree(parse, text)
            if tree is ABSENT:
                return None
            if tree is None:
                raise Unconvertible
            return convert([tree] if wrapped and isinstance(tree, Members) else tree)
        except (Partial, Unconvertible) as error:
            if mode.fail:
                raise malformed(text) from error
            return error.item if isinstance(error, Partial) else None

    return value


def _tree(parse: Convert, text: str) -> Any:
    try:
        return parse(text)
    except JsonError:
        raise Unconvertible from None


def _variant_reader(fail: bool) -> Convert:
    from minispark.sql.exact.variants import parse_json, try_parse_json

    return parse_json if fail else try_parse_json


class _Makers:
    """Makes converters of trees (:mod:`jsontree`) under given options."""

    def __init__(self, options: Options, zone: str) -> None:
        self.times = Times(options, zone)
        self.numbers_by_name = options.get("allownonnumericnumbers", "true").lower() == "true"

    def converter(self, dtype: DataType) -> Convert:
        """A converter to a type: None for JSON's null."""
        if isinstance(dtype, VariantType):
            from minispark.sql.exact.variants import of_json_tree

            return of_json_tree
        convert = self._converter(dtype)
        return lambda tree: None if tree is None else convert(tree)

    def _converter(self, dtype: DataType) -> Convert:
        if isinstance(dtype, StringType):
            return _string
        if type(dtype) in BITS:
            return _whole(BITS[type(dtype)])
        if isinstance(dtype, (FloatType, DoubleType)):
            return self._float(isinstance(dtype, FloatType))
        if isinstance(dtype, DecimalType):
            return _decimal(dtype)
        if isinstance(dtype, StructType):
            return self._struct(dtype)
        if isinstance(dtype, ArrayType):
            return self._array(dtype)
        if isinstance(dtype, MapType):
            return self._map(dtype)
        if isinstance(dtype, BooleanType):
            return _boolean
        if isinstance(dtype, NullType):
            return lambda tree: None
        return self._text(dtype)

    def _text(self, dtype: DataType) -> Convert:
        """Types that only texts (of instants whole numbers too) are read as."""
        times = self.times
        times.checked(dtype)
        readers: dict[type[DataType], Callable[[str], Any]] = {
            DateType: times.read_date,
            TimestampType: times.read_timestamp,
            TimestampNTZType: times.read_ntz,
            TimeType: times.read_time,
            BinaryType: _base64,
        }
        reader = readers.get(type(dtype)) or interval_reader(dtype)
        if isinstance(dtype, DateType) and times.date_format is None:
            reader = _day_reader(times.read_date)
        instants, empty = isinstance(dtype, TimestampType), isinstance(dtype, BinaryType)

        def convert(tree: Any) -> Any:
            if type(tree) is str and (tree or empty):
                try:
                    return reader(tree)
                except PySparkException as error:
                    raise (error if isinstance(error, SparkUpgradeException) else Unconvertible()) from None
            if instants and isinstance(tree, IntText):
                return instant_of_seconds(int(tree))
            raise Unconvertible

        return convert

    def _float(self, single: bool) -> Convert:
        named = _NAMED if self.numbers_by_name else {}

        def convert(tree: Any) -> float:
            if isinstance(tree, (IntText, FloatText)):
                number = float(tree) if isinstance(tree, FloatText) or float(tree) else 0.0  # -0 is a whole number
            elif type(tree) is str and tree in named:
                number = named[tree]
            else:
                raise Unconvertible
            return to_single(number) if single else number

        return convert

    def _struct(self, dtype: StructType) -> Convert:
        fill = self.members(dtype)
        empty = dict.fromkeys(physical_names(dtype))

        def convert(tree: Any) -> dict[str, Any]:
            if not isinstance(tree, Members):
                raise Unconvertible
            row = dict(empty)
            fill(tree, row)
            return row

        return convert

    def members(self, dtype: StructType, skip: str | None = None) -> Callable[[Members, dict[str, Any]], None]:
        """A function that converts an object's members into a row; Partial where some cannot be."""
        places = physical_names(dtype)
        fields = {
            field.name: (place, self.converter(field.dataType))
            for place, field in zip(places, dtype.fields, strict=True)
            if field.name != skip
        }

        def fill(tree: Members, row: dict[str, Any]) -> None:
            bad = False
            for name, item in tree:
                known = fields.get(name)
                if known is None:
                    continue
                place, convert = known
                try:
                    row[place] = convert(item)
                except Partial as part:
                    row[place] = part.item
                    bad = True
                except Unconvertible:
                    bad = True
            if bad:
                raise Partial(row)

        return fill

    def _array(self, dtype: ArrayType) -> Convert:
        convert = self.converter(dtype.elementType)

        def array(tree: Any) -> list[Any]:
            if type(tree) is not list:
                raise Unconvertible
            made: list[Any] = []
            bad = False
            for item in tree:
                try:
                    made.append(convert(item))
                except Partial as part:
                    made.append(part.item)
                    bad = True
            if bad:
                raise Partial(made)
            return made

        return array

    def _map(self, dtype: MapType) -> Convert:
        convert = self.converter(dtype.valueType)

        def entries(tree: Any) -> list[tuple[str, Any]]:
            if not isinstance(tree, Members):
                raise Unconvertible
            made: dict[str, Any] = {}
            partly = False
            for name, item in tree:
                try:
                    made[storable(name)] = convert(item)
                except Partial as part:
                    made[storable(name)] = part.item
                    partly = True
            if partly:
                raise Partial(list(made.items()))
            return list(made.items())

        return entries


def _string(tree: Any) -> str:
    return storable(tree if type(tree) is str else tree_text(tree))


def _boolean(tree: Any) -> bool:
    if not isinstance(tree, bool):
        raise Unconvertible
    return tree


def _whole(bits: int) -> Convert:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def convert(tree: Any) -> int:
        if not isinstance(tree, IntText) or len(tree) > 20:
            raise Unconvertible
        number = int(tree)
        if bits == 8 and high < number < 256:
            return number - 256  # Jackson's bytes may be without sign
        if not low <= number <= high:
            raise Unconvertible
        return number

    return convert


def _decimal(dtype: DecimalType) -> Convert:
    read = decimal_reader(dtype)

    def convert(tree: Any) -> Any:
        if isinstance(tree, (IntText, FloatText)):
            return decimal_of(tree, dtype) if tree[-1].isdigit() else _refuse()
        return read(tree) if type(tree) is str and tree else _refuse()

    return convert


def _refuse() -> Any:
    raise Unconvertible


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unconvertible from None


def _day_reader(read: Callable[[str], Any]) -> Callable[[str], Any]:
    """Dates, or days since 1970 as a text, as Spark 1.5 wrote them."""
    from datetime import date, timedelta

    def convert(text: str) -> Any:
        try:
            return read(text)
        except (Unconvertible, PySparkException) as error:
            if isinstance(error, SparkUpgradeException):
                raise
            if not text.lstrip("+-").isdigit():
                raise Unconvertible from None
            try:
                return date(1970, 1, 1) + timedelta(days=int(text))
            except OverflowError:
                raise Unconvertible from None

    return convert


def to_single(number: float) -> float:
    """The nearest number of 32 bits."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)


def _guarded(read: Callable[[str], Any]) -> Callable[[str], Any]:
    from minispark.sql.exact.interval_text import NoInterval

    def convert(text: str) -> Any:
        try:
            return read(text)
        except NoInterval:
            raise Unconvertible from None

    return convert


def interval_reader(dtype: DataType) -> Callable[[str], Any]:
    """A reader of intervals from texts."""
    from minispark.errors import AnalysisException

    if isinstance(dtype, CalendarIntervalType):
        from minispark.sql.exact.interval_text import read_calendar

        def read(text: str) -> Any:
            found = read_calendar(text)
            return _refuse() if found is None else found

        return read
    if isinstance(dtype, YearMonthIntervalType):
        from minispark.sql.exact.interval_text import read_year_month

        return _guarded(lambda text: read_year_month(text, dtype.startField, dtype.endField))
    if isinstance(dtype, DayTimeIntervalType):
        from minispark.sql.exact.interval_text import read_day_time

        return _guarded(lambda text: read_day_time(text, dtype.startField, dtype.endField))
    raise AnalysisException(
        f"no field of the type {dtype.simpleString()} can be read from a text",
        "UNSUPPORTED_DATATYPE",
        {"typeName": f'"{dtype.simpleString().upper()}"'},
    )
