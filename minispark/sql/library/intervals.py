"""Functions of intervals: made from numbers, added to dates and to each other, scaled, and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.datetimes import told
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.sides import convert
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal
from minispark.sql.plan.labels import label

CALENDAR, DAY_TIME, YEAR_MONTH = t.CalendarIntervalType(), t.DayTimeIntervalType(), t.YearMonthIntervalType()

# --- added to dates and times ----------------------------------------------------------------------------------------


def _moved(args: Sequence[Any], settings: Settings) -> t.DataType:
    moment, span = args[0].dtype, args[1].dtype
    days_only = isinstance(span, (t.YearMonthIntervalType, t.CalendarIntervalType)) or (
        isinstance(span, t.DayTimeIntervalType) and span.endField == 0
    )
    if isinstance(moment, t.TimeType):
        return t.TimeType(6) if getattr(span, "endField", 0) == 3 else moment
    return t.TimestampType() if isinstance(moment, t.DateType) and not days_only else moment


def _move(sign: str) -> Any:
    """In SQL where no zone matters: months of dates and local times, days, and spans of UTC's timestamps."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        from minispark.sql.library.zonesql import local_sql

        moment, span = (arg.dtype for arg in call.args)
        plain = isinstance(moment, (t.DateType, t.TimestampNTZType)) or (
            isinstance(moment, t.TimestampType) and local_sql("x", emit.settings.zone) == "x"
        )
        if isinstance(moment, t.DateType) and isinstance(call.dtype, t.TimestampType):
            plain = local_sql("x", emit.settings.zone) == "x"
        if plain and isinstance(span, t.YearMonthIntervalType):
            return f"CAST({args[0]} {sign} to_months({args[1]}) AS {emit.duck(call.dtype)})"
        if plain and isinstance(span, t.DayTimeIntervalType):
            return f"CAST({args[0]} {sign} to_microseconds({args[1]}) AS {emit.duck(call.dtype)})"
        return emit.exact(call, args)

    return sql


def _differences(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """Both sides as timestamps, or as local times if one is; a date goes with the other."""
    local = any(isinstance(arg.dtype, t.TimestampNTZType) for arg in args)
    return [convert(arg, t.TimestampNTZType() if local else t.TimestampType()) for arg in args]


def legacy_intervals(settings: Settings) -> bool:
    """Whether differences and literals are calendar intervals, as they were in Spark 3.1."""
    return str(settings.conf("spark.sql.legacy.interval.enabled")).lower() == "true"


def _difference_type(dtype: t.DataType) -> Any:
    return lambda args, settings: CALENDAR if legacy_intervals(settings) else dtype


def _days_apart(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.CalendarIntervalType):
        return emit.exact(call, args)
    return f"(({args[0]} - {args[1]}) * 86400000000)"


def _difference(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.library.zonesql import local_sql

    shown = [
        local_sql(arg, emit.settings.zone) if isinstance(one.dtype, t.TimestampType) else arg
        for arg, one in zip(args, call.args, strict=True)
    ]
    apart = f"(epoch_us({shown[0]}) - epoch_us({shown[1]}))"
    return f"to_microseconds({apart})" if isinstance(call.dtype, t.CalendarIntervalType) else apart


# --- intervals among themselves --------------------------------------------------------------------------------------


def _paired(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    kind = coercion.plain_wider(args[0].dtype, args[1].dtype, settings.ansi)
    if kind is None:
        shown = " and ".join(arg.dtype.simpleString() for arg in args)
        raise AnalysisException(
            f"intervals of different kinds cannot be added: {shown}",
            "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
            {"left": args[0].dtype.simpleString(), "right": args[1].dtype.simpleString()},
        )
    return [arg if arg.dtype == kind else convert(arg, kind) for arg in args]


def _scaled(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The number as it is, text as a double."""
    interval, number = args
    if not (k.is_numeric(number.dtype) or isinstance(number.dtype, (t.NullType, t.StringType))):
        shown = f"{interval.dtype.simpleString()} and {number.dtype.simpleString()}"
        raise AnalysisException(
            f"an interval is multiplied or divided by a number; here are {shown}",
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            {"requiredType": '"NUMERIC"', "inputType": shown_type(number.dtype)},
        )
    return [interval, number if k.is_numeric(number.dtype) else convert(number, t.DoubleType())]


def _full(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    if isinstance(kind, t.DayTimeIntervalType):
        return DAY_TIME
    return YEAR_MONTH if isinstance(kind, t.YearMonthIntervalType) else kind


# --- fields ----------------------------------------------------------------------------------------------------------

_DATE_FIELDS = {
    "year": ("YEAR", "Y", "YEARS", "YR", "YRS"),
    "yearofweek": ("YEAROFWEEK",),
    "quarter": ("QUARTER", "QTR"),
    "month": ("MONTH", "MON", "MONS", "MONTHS"),
    "weekofyear": ("WEEK", "W", "WEEKS"),
    "day": ("DAY", "D", "DAYS"),
    "dayofweek": ("DAYOFWEEK", "DOW"),
    "dayofweek_iso": ("DAYOFWEEK_ISO", "DOW_ISO"),
    "dayofyear": ("DOY",),
    "hour": ("HOUR", "H", "HOURS", "HR", "HRS"),
    "minute": ("MINUTE", "M", "MIN", "MINS", "MINUTES"),
    "second": ("SECOND", "S", "SEC", "SECONDS", "SECS"),
}
_NAMES = {alias: name for name, aliases in _DATE_FIELDS.items() for alias in aliases}
_DAY_TIME_FIELDS = ("day", "hour", "minute", "second")


def _extract(args: tuple[Expression, ...], settings: Settings) -> Expression:
    """``extract`` and ``date_part``: the function of the field that a constant names."""
    field, source = args
    if not isinstance(field, Literal):
        raise AnalysisException(
            "the field to extract must be a constant, such as 'YEAR'",
            "NON_FOLDABLE_ARGUMENT",
            {"funcName": "`extract`", "paramName": "`field`", "paramType": '"STRING"'},
        )
    if field.item is None:
        return Literal(None, t.DoubleType())
    name = _NAMES.get(str(field.item).upper())
    kind: t.DataType = source.dtype
    if name is None or not _has(kind, name):
        raise AnalysisException(
            f"there is no field {field.item!r} in a value of {kind.simpleString()}",
            "INVALID_EXTRACT_FIELD",
            {"field": f"`{field.item}`", "expr": f'"{label(source)}"'},
        )
    return Apply(_function_of(kind, name), (source,))


def _has(kind: t.DataType, name: str) -> bool:
    if isinstance(kind, t.TimeType):
        return name in ("hour", "minute", "second")
    if isinstance(kind, t.YearMonthIntervalType):
        return name in ("year", "month") and kind.startField <= ("year", "month").index(name) <= kind.endField
    if isinstance(kind, t.DayTimeIntervalType):
        fields = _DAY_TIME_FIELDS
        return name in fields and kind.startField <= fields.index(name) <= kind.endField
    if isinstance(kind, t.CalendarIntervalType):
        return name in ("year", "month", *_DAY_TIME_FIELDS)
    return True


def _function_of(kind: t.DataType, name: str) -> str:
    if isinstance(kind, t.CalendarIntervalType):
        return f"calendar_{name}"
    if isinstance(kind, t.YearMonthIntervalType):
        return f"interval_{name}"
    if isinstance(kind, t.DayTimeIntervalType):
        return f"interval_{name}"
    return "second_of" if name == "second" else name


def _second_of(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Seconds with their fraction: zones differ by whole seconds at least, so that none matters to the fraction."""
    from minispark.sql.library.zonesql import local_sql

    kind = call.args[0].dtype
    shown = local_sql(args[0], emit.settings.zone) if isinstance(kind, t.TimestampType) else args[0]
    return f"CAST(microsecond({shown}) * 0.000001 AS DECIMAL(8,6))"


def _interval_field(prefix: str, name: str, kind: k.Kind, dtype: t.DataType, path: str) -> Function:
    return scalar(f"{prefix}_{name}", (kind,), dtype, told(name), factory=path)


_BYTE, _SECOND = t.ByteType(), t.DecimalType(8, 6)
_FIELDS = (
    scalar("yearofweek", (k.DATE,), t.IntegerType(), "CAST(isoyear({0}) AS INTEGER)"),
    scalar("dayofweek_iso", (k.DATE,), t.IntegerType(), "CAST(isodow({0}) AS INTEGER)"),
    scalar("second_of", (k.one_of(k.TIMESTAMP, k.TIMESTAMP_NTZ, k.TIME),), _SECOND, _second_of),
    scalar("interval_year", (k.YEAR_MONTH,), t.IntegerType(), "({0} // 12)"),
    scalar("interval_month", (k.YEAR_MONTH,), _BYTE, "CAST({0} % 12 AS TINYINT)"),
    _interval_field("interval", "day", k.DAY_TIME, t.IntegerType(), "spans:day_time_field"),
    _interval_field("interval", "hour", k.DAY_TIME, _BYTE, "spans:day_time_field"),
    _interval_field("interval", "minute", k.DAY_TIME, _BYTE, "spans:day_time_field"),
    _interval_field("interval", "second", k.DAY_TIME, _SECOND, "spans:day_time_field"),
    *(
        _interval_field("calendar", name, k.CALENDAR, dtype, "spans:calendar_field")
        for name, dtype in (
            ("year", t.IntegerType()),
            ("month", _BYTE),
            ("day", t.IntegerType()),
            ("hour", _BYTE),
            ("minute", _BYTE),
            ("second", _SECOND),
        )
    ),
)

# --- from numbers ----------------------------------------------------------------------------------------------------

_DECIMAL = t.DecimalType(18, 6)
_MONTHS: tuple[t.DataType, ...] = (t.IntegerType(),) * 2
_CLOCKS: tuple[t.DataType, ...] = (*(t.IntegerType(),) * 3, _DECIMAL)
_WEEKS: tuple[t.DataType, ...] = (*(t.IntegerType(),) * 6, _DECIMAL)


def _made(name: str, parts: tuple[t.DataType, ...], gives: t.DataType, sql: Any = None, **more: Any) -> Function:
    """An interval of numbers; those left out are zero."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        zeros = [Literal(0, t.IntegerType())] * (len(parts) - len(args))
        return [
            _number(name, place, arg, kind)
            for place, (arg, kind) in enumerate(zip((*args, *zeros), parts, strict=True))
        ]

    return Function(name, (k.ANY,) * len(parts), gives, sql, least=0, binds=binds, **more)


def _number(name: str, place: int, arg: Any, kind: t.DataType) -> Expression:
    if not (k.is_numeric(arg.dtype) or isinstance(arg.dtype, (t.StringType, t.NullType))):
        raise AnalysisException(
            f"argument {place + 1} of {name} must be a number, not {arg.dtype.simpleString()}",
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            {"requiredType": shown_type(kind), "inputType": shown_type(arg.dtype)},
        )
    return convert(arg, kind)


FUNCTIONS = (
    scalar("add_interval", (k.ANY, k.ANY), _moved, _move("+"), factory="spans:add_interval"),
    scalar("subtract_interval", (k.ANY, k.ANY), _moved, _move("-"), factory="spans:subtract_interval"),
    scalar(
        "subtract_dates",
        (k.DATE, k.DATE),
        _difference_type(t.DayTimeIntervalType(0, 0)),
        _days_apart,
        exact="spans:months_and_days",
    ),
    Function("subtract_timestamps", (k.ANY, k.ANY), _difference_type(DAY_TIME), _difference, binds=_differences),
    Function("add_intervals", (k.ANY, k.ANY), 0, told("+"), factory="spans:sum_of", binds=_paired),
    Function("subtract_intervals", (k.ANY, k.ANY), 0, told("-"), factory="spans:sum_of", binds=_paired),
    Function("multiply_interval", (k.ANY, k.ANY), _full, factory="spans:multiplied", binds=_scaled),
    Function("divide_interval", (k.ANY, k.ANY), _full, factory="spans:divided", binds=_scaled),
    Function("divide_intervals", (k.ANY, k.ANY), t.LongType(), exact="spans:whole_times", binds=_paired),
    macro("extract", 2, 2, _extract, aliases=("date_part", "datepart")),
    _made("make_interval", _WEEKS, CALENDAR, factory="making:make_interval"),
    _made("try_make_interval", _WEEKS, CALENDAR, told("try"), factory="making:make_interval", null="maybe"),
    _made("make_dt_interval", _CLOCKS, DAY_TIME, exact="making:make_dt_interval"),
    _made("make_ym_interval", _MONTHS, YEAR_MONTH, exact="making:make_ym_interval"),
    *_FIELDS,
)
