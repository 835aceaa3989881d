"""Casts of plain values: every pair of types that Spark converts, in its three ways of failing.

``ansi`` raises a typed error, ``try`` gives null, and ``legacy`` gives null for text and wraps numbers
around, as Java does.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from minispark.errors import InternalError, PySparkException
from minispark.sql import types as t
from minispark.sql.exact import interval_text, momentcasts, number_text
from minispark.sql.exact.casterrors import invalid_input, no_decimal, overflow
from minispark.sql.exact.zones import Zone, zone

Convert = Callable[[Any], Any]
"""From a physical value that is not null to one of another type, or None."""
BITS: dict[type[t.DataType], int] = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
EPOCH = datetime(1970, 1, 1)
MICRO = timedelta(microseconds=1)
_WIDE = Context(prec=800, Emax=10**6, Emin=-(10**6))


Special = Callable[[t.DataType, t.DataType, str, str], "Convert | None"]
"""A rule for types that this module does not know: the arguments of ``converter``."""


def converter(
    source: t.DataType, target: t.DataType, mode: str, zone_name: str, special: Special | None = None
) -> Convert:
    """The cast between two types, nested ones too, in a session's zone; of variants where ``special`` has it.

    >>> to_int = converter(t.StringType(), t.IntegerType(), "try", "UTC")
    >>> to_int(" 12 "), to_int("12.5"), to_int("3000000000")
    (12, None, None)
    """
    shapes = isinstance(source, t.SpatialType) and isinstance(target, t.SpatialType)
    if source == target or shapes or isinstance(source, t.NullType):
        return lambda item: item
    found = special(source, target, mode, zone_name) if special is not None else None
    if found is not None:
        return found
    if isinstance(target, t.StringType):
        return _to_text(source, mode, zone_name)
    if isinstance(target, (t.ArrayType, t.MapType, t.StructType)):
        return _nested(source, target, lambda one, other: converter(one, other, mode, zone_name, special))
    if isinstance(source, t.DateType) and isinstance(target, (t.NumericType, t.BooleanType)):
        return lambda day: None
    plain = _plain(source, target, mode, zone(zone_name))
    return plain if mode != "try" else _quiet(plain)


def _quiet(convert: Convert) -> Convert:
    """The same with null in place of errors of the value."""

    def quiet(item: Any) -> Any:
        try:
            return convert(item)
        except PySparkException as error:
            if error.getCondition() == "DATETIME_OVERFLOW":
                raise
            return None

    return quiet


def _plain(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if isinstance(source, (t.DayTimeIntervalType, t.YearMonthIntervalType)):
        mode = "ansi" if mode == "legacy" else mode  # what is too large is an error in any mode, as in Spark
    for kinds, make in _MAKERS:
        if isinstance(target, kinds):
            return make(source, target, mode, at)
    raise InternalError(f"there is no cast from {source.simpleString()} to {target.simpleString()}")


# --- nested types ----------------------------------------------------------------------------------------------------


def _nested(source: t.DataType, target: t.DataType, inner: Callable[[t.DataType, t.DataType], Convert]) -> Convert:
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        element = _nullable(inner(source.elementType, target.elementType))
        return lambda items: [element(item) for item in items]
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        key = _nullable(inner(source.keyType, target.keyType))
        item = _nullable(inner(source.valueType, target.valueType))
        return lambda pairs: [(key(one), item(other)) for one, other in pairs]
    if isinstance(source, t.StructType) and isinstance(target, t.StructType):
        from minispark.sql.convert.physical import physical_names

        parts = [
            _nullable(inner(one.dataType, other.dataType))
            for one, other in zip(source.fields, target.fields, strict=True)
        ]
        given, names = physical_names(source), physical_names(target)
        return lambda row: {name: part(row[own]) for own, name, part in zip(given, names, parts, strict=True)}
    raise InternalError(f"there is no cast from {source.simpleString()} to {target.simpleString()}")


def _nullable(convert: Convert) -> Convert:
    return lambda item: None if item is None else convert(item)


# --- to text and binary ----------------------------------------------------------------------------------------------


def _to_text(source: t.DataType, mode: str, zone_name: str) -> Convert:
    from minispark.sql.convert.text import cast_text

    return cast_text(source, zone_name, mode != "legacy")


def _to_binary(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if isinstance(source, t.StringType):
        return lambda text: text.encode("utf-8", "surrogatepass")
    width = BITS[type(source)] // 8
    return lambda number: number.to_bytes(width, "big", signed=True)


# --- to numbers ------------------------------------------------------------------------------------------------------


def _to_integer(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    bits = BITS[type(target)]
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    if isinstance(source, t.StringType):
        return _text_to_integer(source, target, mode, low, high)
    if isinstance(source, t.BooleanType):
        return int
    whole = _whole(source, at)
    if mode == "legacy" and isinstance(source, (t.TimestampType, t.TimeType)):
        return lambda instant: number if low <= (number := whole(instant) or 0) <= high else None
    if mode == "legacy":
        return _wrapping(source, whole, bits)

    def convert(item: Any) -> int:
        number = whole(item)
        if number is None or not low <= number <= high:
            if number == 1 << 63 and isinstance(source, (t.DoubleType, t.FloatType)) and bits == 64:
                return high
            raise overflow(item, source, target)
        return number

    return convert


def _text_to_integer(source: t.DataType, target: t.DataType, mode: str, low: int, high: int) -> Convert:
    def convert(text: str) -> int | None:
        number = number_text.read_integer(text, fraction=mode == "legacy")
        if number is not None and low <= number <= high:
            return number
        if mode == "legacy":
            return None
        raise invalid_input(text, source, target)

    return convert


def _whole(source: t.DataType, at: Zone) -> Callable[[Any], int | None]:
    """The integer part toward zero (of instants and times: toward the past); None of NaN and infinities."""
    if isinstance(source, (t.DoubleType, t.FloatType)):
        return lambda number: int(number) if math.isfinite(number) else None
    if isinstance(source, t.DecimalType):
        return int
    if isinstance(source, t.TimestampType):
        return lambda instant: micros_of(instant) // 1_000_000
    if isinstance(source, t.TimeType):
        return lambda clock: _clock_micros(clock) // 1_000_000
    if isinstance(source, t.YearMonthIntervalType):
        return (lambda months: _toward_zero(months, 12)) if source.endField == 0 else int
    if isinstance(source, t.DayTimeIntervalType):
        size = interval_text.SIZES[source.endField]
        return lambda micros: _toward_zero(micros, size)
    return int


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _wrapping(source: t.DataType, whole: Callable[[Any], int | None], bits: int) -> Convert:
    """Java's narrowing: floats stop at the ends of int or long first, then the lower bits are kept."""
    ends = 1 << (63 if bits == 64 else 31)
    floats = isinstance(source, (t.DoubleType, t.FloatType))

    def convert(item: Any) -> int:
        number = whole(item)
        if number is None:
            number = 0 if item != item else ends if item > 0 else -ends
        if floats:
            number = max(-ends, min(ends - 1, number))
        return (number + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)

    return convert


def micros_of(instant: datetime | int) -> int:
    """Microseconds since 1970 of a naive datetime; an int is that number already, of a year that Python has not.

    >>> micros_of(datetime(1970, 1, 1, 0, 0, 1))
    1000000
    """
    return instant if isinstance(instant, int) else (instant - EPOCH) // MICRO


def _clock_micros(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def _to_float(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    single = isinstance(target, t.FloatType)
    narrow: Callable[[Any], float] = _single if single else float
    if isinstance(source, t.StringType):
        return _text_to_float(source, target, mode, single)
    if isinstance(source, t.TimestampType):
        return lambda instant: narrow(micros_of(instant) / 1_000_000)
    if isinstance(source, (t.FloatType, t.DoubleType)):
        return narrow
    if single:
        return lambda number: number_text.nearest_single(Decimal(int(number) if number is True else number))
    return float


_SINGLE = struct.Struct("<f")


def _single(number: float) -> float:
    """The nearest float of 32 bits; infinity past the largest."""
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(number))[0]
        return rounded
    except OverflowError:
        return math.copysign(math.inf, number)


def _text_to_float(source: t.DataType, target: t.DataType, mode: str, single: bool) -> Convert:
    def convert(text: str) -> float | None:
        number = number_text.read_float(text, single)
        if number is None and mode != "legacy":
            raise invalid_input(text, source, target)
        return number

    return convert


def _to_decimal(source: t.DataType, target: t.DecimalType, mode: str, at: Zone) -> Convert:
    exact = _exact_decimal(source, target, mode)
    step, limit = Decimal(1).scaleb(-target.scale), Decimal(10) ** (target.precision - target.scale)

    def convert(item: Any) -> Decimal | None:
        number = exact(item)
        if number is None:
            return None
        if number.adjusted() > 400:
            rounded = number
        else:
            rounded = number.quantize(step, ROUND_HALF_UP, _WIDE)
        if abs(rounded) < limit:
            return rounded
        if mode == "legacy":
            return None
        raise no_decimal(number, target)

    return convert


def _exact_decimal(source: t.DataType, target: t.DataType, mode: str) -> Callable[[Any], Decimal | None]:
    if isinstance(source, t.StringType):

        def of_text(text: str) -> Decimal | None:
            number = number_text.read_decimal(text)
            if number is None and mode != "legacy":
                raise invalid_input(text, source, target)
            return number

        return of_text
    if isinstance(source, (t.DoubleType, t.FloatType)):
        return lambda number: Decimal(repr(number)) if math.isfinite(number) else None
    if isinstance(source, t.TimestampType):
        return lambda instant: Decimal(micros_of(instant)).scaleb(-6)
    if isinstance(source, t.TimeType):
        return lambda clock: Decimal(_clock_micros(clock)).scaleb(-6)
    if isinstance(source, t.YearMonthIntervalType):
        years = source.endField == 0
        return lambda months: Decimal(_toward_zero(months, 12) if years else months)
    if isinstance(source, t.DayTimeIntervalType):
        size = interval_text.SIZES[source.endField]
        return lambda micros: _WIDE.divide(Decimal(micros), Decimal(size))
    return Decimal


def _to_boolean(source: t.DataType, target: t.DataType, mode: str, at: Zone) -> Convert:
    if not isinstance(source, t.StringType):
        if isinstance(source, t.TimestampType):
            return lambda instant: bool(instant != EPOCH)
        return lambda number: bool(number != 0)

    def convert(text: str) -> bool | None:
        truth = number_text.read_boolean(text)
        if truth is None and mode != "legacy":
            raise invalid_input(text, source, target)
        return truth

    return convert


_MAKERS: tuple[tuple[Any, Callable[..., Convert]], ...] = (
    (t.IntegralType, _to_integer),
    ((t.FloatType, t.DoubleType), _to_float),
    (t.DecimalType, _to_decimal),
    (t.BooleanType, _to_boolean),
    (t.BinaryType, _to_binary),
    (t.DateType, momentcasts.to_date),
    (t.TimestampType, momentcasts.to_timestamp),
    (t.TimestampNTZType, momentcasts.to_timestamp_ntz),
    (t.TimeType, momentcasts.to_time),
    (t.YearMonthIntervalType, momentcasts.to_year_month),
    (t.DayTimeIntervalType, momentcasts.to_day_time),
    (t.CalendarIntervalType, momentcasts.to_calendar),
)
