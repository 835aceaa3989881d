"""The text of constants: bare as in the names of columns, and as SQL that gives the same constant again."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

from minispark.sql import types as t
from minispark.sql.plan.expressions import Literal

_EPOCH = datetime.datetime(1970, 1, 1)


def bare(constant: Literal, zone: str | None = None) -> str:
    """As names of columns show it: strings and numbers as they are, others as SQL.

    ``zone`` is the session's, None for the process's own.

    >>> bare(Literal("it's", t.StringType())), bare(Literal(1e20, t.DoubleType())), bare(Literal(None, t.NullType()))
    ("it's", '1.0E20', 'NULL')
    """
    item, dtype = constant.item, constant.dtype
    if item is None:
        return "NULL"
    if isinstance(dtype, t.StringType):
        return str(item) if dtype.isUTF8BinaryCollation() else sql(constant)
    if isinstance(dtype, t.NumericType):
        return number(item, dtype)
    return sql(constant, zone)


def sql(constant: Literal, zone: str | None = None) -> str:
    """As SQL. Numbers name their type where it is not that of the plain number.

    >>> sql(Literal("it's", t.StringType())), sql(Literal(1.5, t.DoubleType())), sql(Literal(None, t.IntegerType()))
    ("'it\\\\'s'", '1.5D', 'CAST(NULL AS INT)')
    """
    from minispark.sql.types.toddl import sql_type

    item, dtype = constant.item, constant.dtype
    if item is None:
        return "NULL" if isinstance(dtype, t.NullType) else f"CAST(NULL AS {sql_type(dtype)})"
    if isinstance(dtype, t.StringType):
        return quoted(item) if dtype.isUTF8BinaryCollation() else f"{quoted(item)} collate {dtype.collation}"
    if isinstance(dtype, t.NumericType):
        return _number_sql(item, dtype)
    if isinstance(dtype, t.BooleanType):
        return "true" if item else "false"
    if isinstance(dtype, t.BinaryType):
        return f"X'{bytes(item).hex().upper()}'"
    if isinstance(dtype, t.DateType):
        return f"DATE '{item:%Y-%m-%d}'" if item.year > 999 else f"DATE '{item.isoformat()}'"
    if isinstance(dtype, t.TimestampType):
        return f"TIMESTAMP '{moment(local(item, zone))}'"
    if isinstance(dtype, t.TimestampNTZType):
        return f"TIMESTAMP_NTZ '{moment(item)}'"
    if isinstance(dtype, t.TimeType):
        return f"TIME '{clock(item)}'"
    if isinstance(dtype, t.DayTimeIntervalType):
        return day_time(item, dtype)
    if isinstance(dtype, t.YearMonthIntervalType):
        return year_month(item, dtype)
    if isinstance(dtype, t.CalendarIntervalType):
        return f"INTERVAL '{calendar(item)}'"
    return _nested_sql(item, dtype, zone)


def _nested_sql(item: Any, dtype: t.DataType, zone: str | None) -> str:
    if isinstance(dtype, t.ArrayType):
        return f"ARRAY({', '.join(sql(Literal(one, dtype.elementType), zone) for one in item)})"
    if isinstance(dtype, t.MapType):
        sides = [(Literal(key, dtype.keyType), Literal(one, dtype.valueType)) for key, one in item]
        return f"MAP({', '.join(sql(side, zone) for pair in sides for side in pair)})"
    if isinstance(dtype, t.StructType):
        parts = (f"'{field.name}', {sql(Literal(item[field.name], field.dataType), zone)}" for field in dtype.fields)
        return f"NAMED_STRUCT({', '.join(parts)})"
    return str(item)


def quoted(text: str) -> str:
    """A string constant of SQL."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def number(item: Any, dtype: t.DataType) -> str:
    """Digits, as Java writes them."""
    if isinstance(dtype, t.FloatType):
        return real(item, single=True)
    if isinstance(dtype, t.DoubleType):
        return real(item)
    return str(item)


_SUFFIXES: tuple[tuple[type[t.DataType], str], ...] = (
    (t.ByteType, "Y"),
    (t.ShortType, "S"),
    (t.IntegerType, ""),
    (t.LongType, "L"),
    (t.DecimalType, "BD"),
)


def _number_sql(item: Any, dtype: t.DataType) -> str:
    text = number(item, dtype)
    if isinstance(dtype, (t.FloatType, t.DoubleType)):
        name = dtype.simpleString().upper()
        if not math.isfinite(item):
            return f"CAST('{text}' AS {name})"
        return f"{text}D" if name == "DOUBLE" else f"CAST({text} AS FLOAT)"
    return text + next(suffix for kind, suffix in _SUFFIXES if isinstance(dtype, kind))


def real(item: float, single: bool = False) -> str:
    """As ``Double.toString``: the shortest digits that read back the same, scientific outside of [0.001, 1e7).

    >>> real(1e7), real(0.001), real(float("-inf")), real(0.10000000149011612, single=True)
    ('1.0E7', '0.001', '-Infinity', '0.1')
    """
    if not math.isfinite(item):
        return "NaN" if item != item else "Infinity" if item > 0 else "-Infinity"
    shortest = _shortest_single(item) if single else repr(item)
    if item == 0 or 1e-3 <= abs(item) < 1e7:
        text = f"{Decimal(shortest):f}"
        return text if "." in text else text + ".0"
    sign, digits, exponent = Decimal(shortest).normalize().as_tuple()
    rest = "".join(map(str, digits[1:])) or "0"
    return f"{'-' * sign}{digits[0]}.{rest}E{int(exponent) + len(digits) - 1}"


def _shortest_single(item: float) -> str:
    import struct

    exact = struct.pack("f", item)
    return next(
        (text for text in (f"{item:.{n}g}" for n in range(1, 9)) if struct.pack("f", float(text)) == exact),
        f"{item:.9g}",
    )


def local(moment: datetime.datetime, zone: str | None) -> datetime.datetime:
    """The wall clock of a moment of UTC in a zone, the process's own for None."""
    aware = moment.replace(tzinfo=datetime.UTC)
    if zone is None:
        try:
            return aware.astimezone().replace(tzinfo=None)
        except (OverflowError, ValueError, OSError):
            return moment
    from minispark.sql.types.zonenamed import zone_of

    return aware.astimezone(zone_of(zone) or datetime.UTC).replace(tzinfo=None)


def moment(item: datetime.datetime) -> str:
    """A date and a time, the second's fraction as short as it can be."""
    return f"{item.date().isoformat()} {clock(item)}"


def clock(item: datetime.datetime | datetime.time) -> str:
    """A time of day, the second's fraction as short as it can be."""
    text = f"{item.hour:02d}:{item.minute:02d}:{item.second:02d}"
    return f"{text}.{item.microsecond:06d}".rstrip("0") if item.microsecond else text


def day_time(micros: int, dtype: t.DayTimeIntervalType) -> str:
    """An interval of days to seconds, from its type's first field to its last.

    >>> day_time(-5_000_010, t.DayTimeIntervalType()), day_time(5_400_000_000, t.DayTimeIntervalType(1, 2))
    ("INTERVAL '-0 00:00:05.00001' DAY TO SECOND", "INTERVAL '01:30' HOUR TO MINUTE")
    """
    first, last = dtype.startField or 0, dtype.endField if dtype.endField is not None else 3
    rest = abs(micros)
    parts: list[str] = []
    for field in range(first, last + 1):
        size = _MICROS[field]
        count, rest = divmod(rest, size)
        text = str(count) if field == 0 else f"{count:02d}"
        if field == 3 and rest:
            text += f".{rest:06d}".rstrip("0")
        parts.append((" " if field == 1 and parts else ":" if parts else "") + text)
    names = dtype.simpleString().upper().removeprefix("INTERVAL ")
    return f"INTERVAL '{'-' if micros < 0 else ''}{''.join(parts)}' {names}"


_MICROS = (86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000)


def year_month(months: int, dtype: t.YearMonthIntervalType) -> str:
    """An interval of years and months.

    >>> year_month(-14, t.YearMonthIntervalType()), year_month(14, t.YearMonthIntervalType(1, 1))
    ("INTERVAL '-1-2' YEAR TO MONTH", "INTERVAL '14' MONTH")
    """
    years, rest = divmod(abs(months), 12)
    names = dtype.simpleString().upper().removeprefix("INTERVAL ")
    text = {"YEAR": str(years), "MONTH": str(abs(months))}.get(names, f"{years}-{rest}")
    return f"INTERVAL '{'-' if months < 0 else ''}{text}' {names}"


def calendar(item: tuple[int, int, int]) -> str:
    """An interval of units each with its number, those that are 0 left out.

    >>> calendar((14, -3, 5_400_000_000_000)), calendar((0, 0, 0))
    ('1 years 2 months -3 days 1 hours 30 minutes', '0 seconds')
    """
    months, days, nanos = item
    years, months = int(months / 12), int(math.fmod(months, 12))
    micros = nanos // 1000
    sign = -1 if micros < 0 else 1
    hours, rest = divmod(abs(micros), _MICROS[1])
    minutes, rest = divmod(rest, _MICROS[2])
    counts = (
        (years, "years"),
        (months, "months"),
        (days, "days"),
        (sign * hours, "hours"),
        (sign * minutes, "minutes"),
    )
    parts = [f"{count} {unit}" for count, unit in counts if count]
    if rest:
        seconds = Decimal(sign * rest).scaleb(-6).normalize()
        parts.append(f"{seconds:f} seconds")
    return " ".join(parts) or "0 seconds"
