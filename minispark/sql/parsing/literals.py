"""Literals of SQL: numbers with their suffixes, typed strings, in the physical representation of their types."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import ArithmeticException
from minispark.sql import types as t
from minispark.sql.plan.expressions import Apply, Expression, Literal

if TYPE_CHECKING:
    from minispark.sql.exact.zones import Zone

_RANGES: dict[str, tuple[str, int, Any]] = {
    "Y": ("TINYINT", 8, t.ByteType()), "S": ("SMALLINT", 16, t.ShortType()), "L": ("BIGINT", 64, t.LongType()),
}  # fmt: skip


class LiteralError(ValueError):
    """A literal without a value: message, condition and parameters."""

    def __init__(self, message: str, condition: str, parameters: dict[str, str]) -> None:
        super().__init__(message)
        self.message, self.condition, self.parameters = message, condition, parameters


def number(text: str, negative: bool = False, exact: bool = False) -> Literal:
    """The literal of a number as SQL writes it; ``exact`` has decimals where it has an exponent. Raises LiteralError.

    >>> number("1.5").dtype, number("2147483648", negative=True).item, number("7S").dtype
    (DecimalType(2,1), -2147483648, ShortType())
    """
    body, suffix = text, ""
    if text[-2:].upper() == "BD":
        body, suffix = text[:-2], "BD"
    elif text[-1] in "lLsSyYfFdD":
        body, suffix = text[:-1], text[-1].upper()
    signed = f"-{body}" if negative else body
    if suffix in _RANGES:
        return _integer(signed, text, *_RANGES[suffix])
    if suffix == "BD" or (exact and not suffix and "e" in body.lower()):
        return decimal(Decimal(signed))
    if suffix == "F":
        return Literal(_single(float(signed), signed), t.FloatType())
    if suffix == "D" or "e" in body.lower():
        return Literal(_finite(float(signed), signed), t.DoubleType())
    if "." in body:
        return decimal(Decimal(signed))
    found = int(signed)
    if -(1 << 31) <= found < 1 << 31:
        return Literal(found, t.IntegerType())
    return Literal(found, t.LongType()) if -(1 << 63) <= found < 1 << 63 else decimal(Decimal(signed))


def decimal(item: Decimal) -> Literal:
    """The literal of a decimal: as many digits as it has, none of them in an exponent."""
    sign, digits, exponent = item.as_tuple() if item else abs(item).as_tuple()  # there is no zero below zero
    assert isinstance(exponent, int)
    if exponent > 0:
        digits, exponent = digits + (0,) * exponent, 0
    scale = -exponent
    precision = max(len(digits), scale)
    if precision > 38:
        raise LiteralError(
            f"Decimal precision {precision} exceeds max precision 38", "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            {"precision": str(precision), "maxPrecision": "38"},
        )  # fmt: skip
    return Literal(Decimal((sign, digits, exponent)), t.DecimalType(max(precision, 1), scale))


def _integer(signed: str, text: str, name: str, bits: int, dtype: t.DataType) -> Literal:
    found, half = int(signed), 1 << bits - 1
    if not -half <= found < half:
        raise LiteralError(
            f"Numeric literal {signed} is outside the valid range for {name} with minimum value of {-half} and maximum "
            f"value of {half - 1}; please adjust the value accordingly",
            "INVALID_NUMERIC_LITERAL_RANGE",
            {
                "rawStrippedQualifier": signed,
                "minValue": str(-half),
                "maxValue": str(half - 1),
                "typeName": name.lower(),
            },
        )
    return Literal(found, dtype)


def _single(item: float, signed: str) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", item))[0])
    except OverflowError:
        return _finite(float("inf"), signed, "float", 3.4028234663852886e38)


def _finite(item: float, signed: str, name: str = "double", largest: float = 1.7976931348623157e308) -> float:
    if item - item == 0:
        return item
    shown = format(Decimal(repr(largest)), "E")
    raise LiteralError(
        f"Numeric literal {signed} is outside the valid range for {name}; please adjust the value accordingly",
        "INVALID_NUMERIC_LITERAL_RANGE",
        {"rawStrippedQualifier": signed, "minValue": f"-{shown}", "maxValue": shown, "typeName": name},
    )


TYPED = ("DATE", "TIMESTAMP", "TIMESTAMP_LTZ", "TIMESTAMP_NTZ", "TIME", "X", "INTERVAL")
"""The words that make a literal of a string after them."""


def typed(kind: str, text: str, zone: str, local: bool = False) -> Expression:
    """The literal of a typed string but INTERVAL's: ``DATE '2020-01-01'``. Raises LiteralError.

    A year that Python's own types do not reach is a call that makes the value of its number.

    ``local`` says that TIMESTAMP without a zone in it is a local time.

    >>> typed("DATE", "2020-01-01", "UTC").item, typed("X", "1f", "UTC").item
    (datetime.date(2020, 1, 1), b'\\x1f')
    """
    if kind == "X":
        return _binary(text)
    from minispark.sql.exact.zones import zone as zone_of

    place = zone_of(zone)
    try:
        return _moment(kind, text, place, local)
    except ArithmeticException:
        return _far(kind, text, place, local)


def _moment(kind: str, text: str, place: Zone, local: bool) -> Literal:
    from minispark.sql.exact import datetime_text as read

    if local and kind == "TIMESTAMP":
        parts = read.timestamp_parts(text)
        zoneless = parts is not None and parts[0] is not None and parts[2] is None
        kind = "TIMESTAMP_NTZ" if zoneless or _special(kind, text, place) is not None else kind
    special = _special(kind, text, place)
    found: Any
    dtype: t.DataType
    if kind == "DATE":
        found, dtype = special or read.read_date(text), t.DateType()
    elif kind == "TIME":
        found, dtype = read.read_time(text), t.TimeType(6)
    elif kind == "TIMESTAMP_NTZ":
        found, dtype = special or read.read_timestamp_ntz(text, False), t.TimestampNTZType()
    else:
        found, dtype = special or read.read_timestamp(text, place), t.TimestampType()
    if found is None:
        raise _invalid(kind, text)
    shown = None
    if isinstance(dtype, t.TimestampType):
        shown = f"TIMESTAMP '{read.timestamp_text(found, place)}'"
    return Literal(found, dtype, shown)


def _far(kind: str, text: str, place: Zone, local: bool) -> Expression:
    """A date or timestamp of a year before 1 or after 9999."""
    from minispark.sql.convert import timetext
    from minispark.sql.exact import far

    if kind == "DATE":
        days = far.number(text, t.DateType(), place)
        if days is None:
            raise _invalid(kind, text)
        label = f"DATE '{timetext.date_text(days)}'"
        return Apply("date_from_unix_date", (Literal(days, t.IntegerType()),), label=label)
    zoneless = kind == "TIMESTAMP_NTZ" or (kind == "TIMESTAMP" and local and not far.names_zone(text))
    if kind == "TIMESTAMP_NTZ" and far.names_zone(text):
        raise _invalid(kind, text)
    micros = far.number(text, t.TimestampNTZType() if zoneless else t.TimestampType(), place)
    if micros is None:
        raise _invalid(kind, text)
    shown = timetext.timestamp_text(micros, None if zoneless else place.info)
    label = f"{'TIMESTAMP_NTZ' if zoneless else 'TIMESTAMP'} '{shown}'"
    name = "timestamp_ntz_micros" if zoneless else "timestamp_micros"
    return Apply(name, (Literal(micros, t.LongType()),), label=label)


def _special(kind: str, text: str, place: Any) -> Any:
    """``now``, ``today`` and their like, as dates or times."""
    word, _, named = text.strip().partition(" ")
    word = word.lower()
    if word not in ("now", "today", "yesterday", "tomorrow", "epoch") or kind == "TIME":
        return None
    if named:
        from minispark.sql.exact.zones import find_zone

        if find_zone(named.strip()) is None:
            return None  # a zone may follow, and means nothing
    if word == "epoch":
        return date(1970, 1, 1) if kind == "DATE" else datetime(1970, 1, 1)
    now = datetime.now(UTC).replace(tzinfo=None)
    local = place.local(now)
    if word == "now" and kind != "DATE":
        return local if kind == "TIMESTAMP_NTZ" else now
    day = local.date() + timedelta({"yesterday": -1, "tomorrow": 1}.get(word, 0))
    if kind == "DATE":
        return day
    midnight = datetime(day.year, day.month, day.day)
    return midnight if kind == "TIMESTAMP_NTZ" else place.instant(midnight)


def _binary(text: str) -> Literal:
    try:
        return Literal(bytes.fromhex(text if len(text) % 2 == 0 else "0" + text), t.BinaryType())
    except ValueError:
        raise _invalid("X", text) from None


def _invalid(kind: str, text: str) -> LiteralError:
    return LiteralError(
        f'The value of the typed literal "{kind}" is invalid: \'{text}\'', "INVALID_TYPED_LITERAL",
        {"valueType": f'"{kind}"', "value": f"'{text}'"},
    )  # fmt: skip
