"""Functions of dates and times: their fields, arithmetic, truncation, and how they convert to and from numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, PySparkNotImplementedError
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.sides import convert, fitted, wrong_type
from minispark.sql.library.zonesql import LONGEST, instant_sql, local_sql, nearest_sql
from minispark.sql.plan.expressions import Call, Expression, Literal

INT, LONG, STRING = t.IntegerType(), t.LongType(), t.StringType()
DATE, TIMESTAMP, NTZ = t.DateType(), t.TimestampType(), t.TimestampNTZType()
TIME = k.TIME
_SMALL = k.one_of(k.INT, k.SHORT, k.BYTE)
_CLOCK = k.one_of(k.TIMESTAMP, k.TIMESTAMP_NTZ, k.TIME)
_SECONDS = t.DecimalType(16, 6)
SECONDS = k.of(_SECONDS)


def told(extra: Any) -> Callable[..., str]:
    """A rule that calls the entry's exact function with ``extra``."""
    return lambda emit, call, args: emit.exact(replace(call, extra=extra), args)


def _field(name: str, sql: str, **more: Any) -> Function:
    """A field of a date."""
    return scalar(name, (k.DATE,), INT, f"CAST({sql} AS INTEGER)", **more)


def _clock_field(name: str, part: str) -> Function:
    """A field of a time, or of a timestamp as the session's clocks show it."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        kind = call.args[0].dtype
        shown = local_sql(args[0], emit.settings.zone) if isinstance(kind, t.TimestampType) else args[0]
        return f"CAST({part}({shown}) AS INTEGER)"

    return scalar(name, (_CLOCK,), INT, sql)


def _trunc(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.exact.calendar import date_unit

    unit = call.args[1]
    if not isinstance(unit, Literal):
        return emit.exact(call, args)
    name = date_unit(unit.item)
    return "NULL::DATE" if name is None else f"CAST(date_trunc('{name}', {args[0]}) AS DATE)"


def _next_day(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.exact.calendar import weekday_number

    name = call.args[1]
    number = weekday_number(name.item) if isinstance(name, Literal) and name.item is not None else None
    if number is None:
        return emit.exact(call, args)
    return f"({args[0]} + CAST((({number} - isodow({args[0]})) % 7 + 7) % 7 + 1 AS INTEGER))"


def _added(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """A constant unit in SQL where no zone matters."""
    unit = call.args[0]
    plain = _local_kind(emit, call.args[2])
    word = _UNITS.get(str(unit.item).upper()) if isinstance(unit, Literal) else None
    if word is None or not plain:
        return emit.exact(call, args)
    return f"({args[2]} + {word.format(args[1])})"


def _between_sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """A constant unit, on the session's clocks."""
    from minispark.sql.exact.spans import fixed_size

    unit = call.args[0]
    name = str(unit.item).upper() if isinstance(unit, Literal) else ""
    size = fixed_size(name)
    if size is None and (name not in _MONTHS or max(map(len, args)) > LONGEST):
        return emit.exact(call, args)
    zone = emit.settings.zone
    start, end = (local_sql(arg, zone) for arg in args[1:])
    if size is None:
        return _whole_months(start, end, _MONTHS[name])
    return f"((epoch_us({end}) - epoch_us({start})) // {size})"


_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


def _whole_months(start: str, end: str, size: int) -> str:
    """A month is whole when the day and time of the other end are reached."""
    months = f"((year({end}) - year({start})) * 12 + month({end}) - month({start}))"
    into = [f"(epoch_us({at}) - epoch_us(date_trunc('month', {at})))" for at in (start, end)]
    later = f"{months} - CAST({into[1]} < {into[0]} AS INTEGER)"
    earlier = f"{months} + CAST({into[1]} > {into[0]} AS INTEGER)"
    return f"CAST((CASE WHEN {end} >= {start} THEN {later} ELSE {earlier} END) // {size} AS BIGINT)"


def _months_between(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Where days have 24 hours; rounded half up at eight places as it is, or as a constant says."""
    rounded = call.args[2] if len(args) > 2 else Literal(True, t.BooleanType())
    plain = local_sql("x", emit.settings.zone) == "x" and max(map(len, args[:2])) <= LONGEST
    if not plain or not isinstance(rounded, Literal) or rounded.item is None:
        return emit.exact(call, args)
    one, other = args[:2]
    months = f"((year({one}) - year({other})) * 12 + month({one}) - month({other}))"
    whole = (
        f"day({one}) = day({other}) OR (day({one}) = day(last_day({one})) AND day({other}) = day(last_day({other})))"
    )
    parts = [f"(day({at}) * 86400 + hour({at}) * 3600 + minute({at}) * 60 + second({at}))" for at in (one, other)]
    apart = f"({months} + CAST({parts[0]} - {parts[1]} AS DOUBLE) / 2678400)"
    fine = f"floor({apart} * 1e8 + 0.5) / 1e8" if rounded.item else apart
    return f"CASE WHEN {whole} THEN CAST({months} AS DOUBLE) ELSE {fine} END"


def _local_kind(emit: Emitting, arg: Any) -> bool:
    """Whether calendar and clock of a timestamp are those of its number."""
    return isinstance(arg.dtype, t.TimestampNTZType) or local_sql("x", emit.settings.zone) == "x"


_UNITS = {
    "YEAR": "to_months(12 * CAST({} AS INTEGER))",
    "QUARTER": "to_months(3 * CAST({} AS INTEGER))",
    "MONTH": "to_months(CAST({} AS INTEGER))",
    "WEEK": "to_days(7 * CAST({} AS INTEGER))",
    "DAY": "to_days(CAST({} AS INTEGER))",
    "DAYOFYEAR": "to_days(CAST({} AS INTEGER))",
    "HOUR": "to_microseconds(3600000000 * {})",
    "MINUTE": "to_microseconds(60000000 * {})",
    "SECOND": "to_microseconds(1000000 * {})",
    "MILLISECOND": "to_microseconds(1000 * {})",
    "MICROSECOND": "to_microseconds({})",
}


def _date_trunc(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.exact.calendar import timestamp_unit

    unit = call.args[0]
    if not isinstance(unit, Literal):
        return emit.exact(call, args)
    name = timestamp_unit(unit.item)
    if name is None:
        return "NULL::TIMESTAMP"
    zone = emit.settings.zone
    if name in ("microsecond", "millisecond") or local_sql("x", zone) == "x":
        return args[1] if name == "microsecond" else f"CAST(date_trunc('{name}', {args[1]}) AS TIMESTAMP)"
    if len(args[1]) > 40:
        return emit.exact(call, args)
    local = f"CAST(date_trunc('{name}', {local_sql(args[1], zone)}) AS TIMESTAMP)"
    by_clock = name in ("second", "minute", "hour", "day")
    found = nearest_sql(local, args[1], zone) if by_clock else instant_sql(local, zone)
    return found or emit.exact(call, args)


def _instant_of_date(args: Sequence[Any]) -> list[Expression]:
    return [convert(arg, TIMESTAMP) for arg in args]


def _any_instant(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The last argument as a timestamp, or as a local time if it is one; dates are timestamps."""
    *rest, last = args
    return [*rest, last if isinstance(last.dtype, t.TimestampNTZType) else convert(last, TIMESTAMP)]


def _adding(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    unit, amount, moment = _any_instant(args, settings)
    return [convert(unit, STRING), convert(amount, LONG), moment]


def _between(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    unit, *moments = args
    return [convert(unit, STRING), *_instant_of_date(moments)]


_FIELDS = (
    _field("year", "year({0})"),
    _field("quarter", "quarter({0})"),
    _field("month", "month({0})"),
    _field("day", "day({0})", aliases=("dayofmonth",)),
    _field("dayofyear", "dayofyear({0})"),
    _field("dayofweek", "dayofweek({0}) + 1"),
    _field("weekday", "isodow({0}) - 1"),
    _field("weekofyear", "weekofyear({0})"),
    _clock_field("hour", "hour"),
    _clock_field("minute", "minute"),
    _clock_field("second", "second"),
    scalar("dayname", (k.DATE,), STRING, "strftime({0}, '%a')"),
    scalar("monthname", (k.DATE,), STRING, "strftime({0}, '%b')"),
)


def _whole_days(name: str, text: str) -> Literal:
    """The days that a constant text says."""
    from minispark.sql.exact.datetime_text import BLANKS

    plain = text.strip(BLANKS)
    if re.fullmatch("[+-]?[0-9]{1,10}", plain) and -(1 << 31) <= int(plain) < 1 << 31:
        return Literal(int(plain), INT)
    raise AnalysisException(
        f"the second argument of {name} is a whole number, not {text!r}",
        "SECOND_FUNCTION_ARGUMENT_NOT_INTEGER",
        {"functionName": name},
    )


def _days_binds(name: str) -> Any:
    """Days are of a small integral type; in ANSI mode a text may say them, or whatever goes over to one."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        kind = args[1].dtype
        if not settings.ansi and isinstance(kind, t.StringType) and isinstance(args[1], Literal):
            args = [args[0], _whole_days(name, args[1].item)]
            kind = args[1].dtype
        if not settings.ansi and not _SMALL.test(kind) and not isinstance(kind, t.NullType):
            raise wrong_type(name, 1, _SMALL.name, kind)
        return [fitted(name, args, 0, k.DATE, settings), fitted(name, args, 1, _SMALL, settings)]

    return binds


_EPOCH = "DATE '1970-01-01'"


def _as_int(sql: str) -> str:
    """A BIGINT as Java's int overflows: only the lower bits are kept."""
    return f"CAST(xor(({sql}) & 4294967295, 2147483648) - 2147483648 AS INTEGER)"


def _by_days(name: str, sign: str, **more: Any) -> Function:
    """Days are added as Java adds ints; a few constant ones need no care."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        days = call.args[1]
        if isinstance(days, Literal) and (days.item is None or abs(days.item) < 1_000_000):
            return f"({args[0]} {sign} CAST({args[1]} AS INTEGER))"
        moved = f"{args[0]} - {_EPOCH} {sign} CAST({args[1]} AS BIGINT)"
        return f"({_EPOCH} + {_as_int(moved)})"

    return Function(name, (k.DATE, _SMALL), DATE, sql, binds=_days_binds(name), **more)


_ARITHMETIC = (  # fmt: skip
    _by_days("date_add", "+", aliases=("dateadd",)),
    _by_days("date_sub", "-"),
    scalar("datediff", (k.DATE, k.DATE), INT, _as_int("{0} - {1}"), aliases=("date_diff",)),
    scalar("add_months", (k.DATE, k.INT), DATE, "CAST({0} + to_months({1}) AS DATE)"),
    scalar(
        "months_between",
        (k.TIMESTAMP, k.TIMESTAMP, k.BOOLEAN),
        t.DoubleType(),
        _months_between,
        least=2,
        factory="calendar:months_between_in",
    ),
    scalar("last_day", (k.DATE,), DATE, "last_day({0})"),
    scalar("next_day", (k.DATE, k.STRING), DATE, _next_day, factory="calendar:next_day", null="maybe"),
    scalar("trunc", (k.DATE, k.STRING), DATE, _trunc, exact="calendar:trunc_date", null="maybe"),
    scalar(
        "date_trunc",
        (k.STRING, k.TIMESTAMP),
        TIMESTAMP,
        _date_trunc,
        factory="calendar:trunc_timestamp",
        null="maybe",
    ),
    Function(
        "timestampadd",
        (k.STRING, k.LONG, k.ANY),
        2,
        _added,
        factory="spans:timestampadd",
        binds=_adding,
        aliases=("timestamp_add",),
    ),
    Function(
        "timestampdiff",
        (k.STRING, k.ANY, k.ANY),
        LONG,
        _between_sql,
        factory="spans:timestampdiff",
        binds=_between,
        aliases=("timestamp_diff",),
    ),
)


# --- numbers since 1970 ----------------------------------------------------------------------------------------------


_NEVER = -(2**63 - 1)
"""Microseconds that mean to DuckDB that a timestamp is before all others."""


def _since(size: int) -> Callable[..., str]:
    """The timestamp of a count since 1970; of fractions, and the errors, in Python."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        exact = emit.exact(call, args)
        if not k.is_integral(call.args[0].dtype):
            return exact
        return f"coalesce(try(make_timestamp(CAST({args[0]} AS BIGINT) * {size})), {exact})"

    return sql


_NUMBERS = (
    scalar("unix_date", (k.DATE,), INT, "CAST({0} - DATE '1970-01-01' AS INTEGER)"),
    scalar("date_from_unix_date", (k.INT,), DATE, "(DATE '1970-01-01' + {0})"),
    scalar("unix_seconds", (k.ANY_TIMESTAMP,), LONG, "(epoch_us(date_trunc('second', {0})) // 1000000)"),
    scalar("unix_millis", (k.ANY_TIMESTAMP,), LONG, "(epoch_us(date_trunc('millisecond', {0})) // 1000)"),
    scalar("unix_micros", (k.ANY_TIMESTAMP,), LONG, "epoch_us({0})"),
    scalar(
        "timestamp_seconds",
        (replace(k.NUMERIC, texts=False),),
        TIMESTAMP,
        _since(1_000_000),
        exact="making:timestamp_seconds",
        null="maybe",
    ),
    scalar("timestamp_millis", (k.INTEGRAL,), TIMESTAMP, _since(1000), exact="making:timestamp_millis"),
    scalar("timestamp_micros", (k.INTEGRAL,), TIMESTAMP, _since(1), exact="making:timestamp_micros"),
    scalar("timestamp_ntz_micros", (k.LONG,), NTZ, "make_timestamp({0})"),
    scalar("time_to_seconds", (TIME,), t.DecimalType(14, 6), exact="times:to_seconds"),
    scalar("time_to_millis", (TIME,), LONG, "(epoch_us(DATE '1970-01-01' + {0}) // 1000)"),
    scalar("time_to_micros", (TIME,), LONG, "epoch_us(DATE '1970-01-01' + {0})"),
    scalar("time_from_seconds", (k.NUMERIC,), t.TimeType(6), told(1_000_000), factory="making:time_from"),
    scalar("time_from_millis", (k.INTEGRAL,), t.TimeType(6), told(1000), factory="making:time_from"),
    scalar("time_from_micros", (k.INTEGRAL,), t.TimeType(6), told(1), factory="making:time_from"),
)


def _unix_nanos(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """There are no timestamps of nanoseconds here, so that no argument fits."""
    given = args[0].dtype.simpleString().upper()
    raise AnalysisException(
        f"unix_nanos is of timestamps with nanoseconds, which minispark does not have, not of {given}; use unix_micros",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        {"paramIndex": "first", "requiredType": '"TIMESTAMP_NTZ(9)"', "inputType": f'"{given}"'},
    )


def _timestamp_nanos(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    raise PySparkNotImplementedError(
        "timestamp_nanos gives timestamps with nanoseconds, a preview of Spark 4.3 that minispark does not have; use "
        "timestamp_micros",
        "NOT_IMPLEMENTED",
        {"feature": "timestamp_nanos"},
    )


_NANOS = (
    Function("unix_nanos", (k.ANY,), LONG, binds=_unix_nanos),
    Function("timestamp_nanos", (k.ANY,), TIMESTAMP, binds=_timestamp_nanos),
)


# --- times of day ----------------------------------------------------------------------------------------------------

_TIMES = (
    scalar("time_trunc", (k.STRING, TIME), 1, factory="times:truncated"),
    scalar("time_diff", (k.STRING, TIME, TIME), LONG, exact="times:difference"),
    scalar(
        "subtract_times",
        (TIME, TIME),
        t.DayTimeIntervalType(1, 3),
        "(epoch_us(DATE '1970-01-01' + {0}) - epoch_us(DATE '1970-01-01' + {1}))",
    ),
)

FUNCTIONS = (*_FIELDS, *_ARITHMETIC, *_NUMBERS, *_NANOS, *_TIMES)
