"""Dates and times to text and from text by a pattern, made from parts, in zones, and of now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.exact.zones import find_zone
from minispark.sql.library import kinds as k
from minispark.sql.library.datetimes import SECONDS, told
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.quickpatterns import formatted, quickly, read
from minispark.sql.library.sides import convert, fitted, wrong_type
from minispark.sql.library.zonesql import LONGEST, local_sql, of_number
from minispark.sql.plan.expressions import Call, Cast, Expression, Literal

STRING, DATE, TIMESTAMP, NTZ = t.StringType(), t.DateType(), t.TimestampType(), t.TimestampNTZType()
_NOW = "CAST(timezone('UTC', get_current_timestamp()) AS TIMESTAMP)"

# --- by a pattern ----------------------------------------------------------------------------------------------------


def policy_path(settings: Settings, name: str) -> str | None:
    """The exact function by which a pattern is read or written where today's is not wanted."""
    policy = (settings.conf("spark.sql.legacy.timeParserPolicy") or "").upper()
    if policy == "LEGACY":
        return f"legacydates:{name}"
    return f"legacydates:checked_{name}" if policy == "EXCEPTION" and name in _READERS else None


_READERS = ("to_date", "try_to_date", "to_timestamp", "try_to_timestamp", "unix_timestamp")


def _format_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    moment = args[0]
    time = isinstance(moment.dtype, t.TimeType)
    kept = moment if time else fitted("date_format", args, 0, k.TIMESTAMP, settings)
    return [kept, fitted("date_format", args, 1, k.STRING, settings)]


def _date_format(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    pattern = call.args[1]
    clock = isinstance(call.args[0].dtype, t.TimeType)
    path = None if clock else policy_path(emit.settings, "date_format")
    exact = emit.exact(call, args, path)
    if clock or path or not isinstance(pattern, Literal) or pattern.item is None:
        return exact
    return formatted(local_sql(args[0], emit.settings.zone), pattern.item, exact)


def _reading(target: t.DataType, name: str, trying: bool = False) -> Function:
    """``to_date`` and its like: a cast without a pattern, and of what is no text; else read by it."""

    def binds(args: Sequence[Any], settings: Settings) -> Any:
        moment = args[0]
        if isinstance(moment.dtype, t.StringType) and len(args) == 2:
            return [moment, convert(args[1], STRING)]
        meant = told_by(settings, name, target)
        _takes(name, moment.dtype, numbers=True)
        if moment.dtype == meant:
            return moment
        if not isinstance(meant, t.TimestampType) and k.is_numeric(moment.dtype):
            moment = Cast(moment, STRING, "ansi", given=False)
        return Cast(moment, meant, "try" if trying else "ansi" if settings.ansi else "legacy", given=False)

    function = f"try_to_{'date' if isinstance(target, t.DateType) else 'timestamp'}" if trying else _plain_name(target)
    return Function(
        name, (k.ANY, k.ANY), lambda args, settings: told_by(settings, name, target), _by_pattern, least=1,
        null="maybe", binds=binds, factory=f"patterncalls:{function}",
    )  # fmt: skip


def told_by(settings: Settings, name: str, target: t.DataType) -> t.DataType:
    """The type that a function gives: timestamps are local times where the session's setting says so."""
    follows = name in ("to_timestamp", "try_to_timestamp", "make_timestamp", "try_make_timestamp")
    return NTZ if follows and settings.conf("spark.sql.timestampType") == "TIMESTAMP_NTZ" else target


def _plain_name(target: t.DataType) -> str:
    return "to_date" if isinstance(target, t.DateType) else "to_timestamp"


def _takes(name: str, given: t.DataType, numbers: bool = False) -> None:
    kinds = (t.StringType, t.DateType, t.TimestampType, t.TimestampNTZType, t.NullType)
    if not isinstance(given, kinds) and not (numbers and k.is_numeric(given)):
        required = '("STRING" or "DATE" or "TIMESTAMP" or "TIMESTAMP_NTZ")'
        raise wrong_type(name, 0, required, given)


def _by_pattern(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """The exact function gives a number, which reaches further than Python's dates."""
    number = t.IntegerType() if isinstance(call.dtype, t.DateType) else t.LongType()
    name = str(call.function.factory).partition(":")[2]
    path = None if isinstance(call.dtype, t.TimestampNTZType) else policy_path(emit.settings, name)
    exact = of_number(emit.exact(replace(call, dtype=number, extra=call.dtype), args, path), call.dtype)
    pattern = call.args[1]
    if path:
        return exact
    local = isinstance(call.dtype, (t.DateType, t.TimestampNTZType))
    if not isinstance(pattern, Literal) or pattern.item is None:
        return exact
    if not local and local_sql("x", emit.settings.zone) != "x":
        return exact
    return read(args[0], pattern.item, emit.duck(call.dtype), exact)


def _unix_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if not args:
        return []
    moment = args[0]
    _takes("unix_timestamp", moment.dtype)
    if isinstance(moment.dtype, t.TimestampNTZType):
        return [moment]
    if not isinstance(moment.dtype, t.StringType):
        return [convert(moment, TIMESTAMP)]
    return [moment, *(convert(arg, STRING) for arg in args[1:])]


def _from_unixtime(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.exact.patterncalls import DEFAULT

    path = policy_path(emit.settings, "from_unixtime")
    exact = emit.exact(call, args, path)
    pattern: Any = call.args[1] if len(args) > 1 else Literal(DEFAULT, STRING)
    if path or not isinstance(pattern, Literal) or pattern.item is None or len(args[0]) > LONGEST:
        return exact
    instant = f"make_timestamp(CASE WHEN abs({args[0]}) < 1000000000000 THEN {args[0]} * 1000000 END)"
    local = local_sql(instant, emit.settings.zone)
    return f"CASE WHEN {instant} IS NULL THEN {exact} ELSE {formatted(local, pattern.item, exact)} END"


def _unix(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if args and isinstance(call.args[0].dtype, t.StringType):
        return _unix_text(emit, call, args)
    return f"(epoch_us({args[0] if args else _NOW}) // 1000000)"


def _unix_text(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    from minispark.sql.exact.patterncalls import DEFAULT

    path = policy_path(emit.settings, "unix_timestamp")
    exact = emit.exact(call, args, path)
    pattern: Any = call.args[1] if len(args) > 1 else Literal(DEFAULT, STRING)
    utc = path is None and local_sql("x", emit.settings.zone) == "x"
    quick = quickly(args[0], pattern.item) if utc and isinstance(pattern, Literal) and pattern.item else None
    return exact if quick is None else f"coalesce(epoch_us({quick}) // 1000000, {exact})"


_TEXT = (
    Function(
        "date_format", (k.ANY, k.ANY), STRING, _date_format, binds=_format_binds, factory="patterncalls:date_format"
    ),
    scalar("from_unixtime", (k.LONG, k.STRING), STRING, _from_unixtime, least=1, factory="patterncalls:from_unixtime"),
    Function(
        "unix_timestamp",
        (k.ANY, k.ANY),
        t.LongType(),
        _unix,
        least=0,
        null="maybe",
        binds=_unix_binds,
        factory="patterncalls:unix_timestamp",
        aliases=("to_unix_timestamp",),
    ),
    _reading(DATE, "to_date"),
    _reading(DATE, "try_to_date", True),
    _reading(TIMESTAMP, "to_timestamp"),
    _reading(TIMESTAMP, "to_timestamp_ltz"),
    _reading(TIMESTAMP, "try_to_timestamp", True),
    _reading(NTZ, "to_timestamp_ntz"),
    scalar("to_time", (k.STRING, k.STRING), t.TimeType(), least=1, factory="patterncalls:to_time"),
    scalar(
        "try_to_time", (k.STRING, k.STRING), t.TimeType(), least=1, factory="patterncalls:try_to_time", null="maybe"
    ),
)


# --- from parts ------------------------------------------------------------------------------------------------------


_SIX: tuple[t.DataType, ...] = (*(t.IntegerType(),) * 5, t.DecimalType(16, 6), STRING)
_THREE: tuple[k.Kind, ...] = (k.DATE, k.TIME, k.STRING)


def _parts_bind(name: str) -> Any:
    """Six parts and a zone, converted; or a date, a time and a zone, which are taken only as they are."""
    shown = name.removeprefix("try_")

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        if len(args) <= 3:
            for place, (arg, kind) in enumerate(zip(args, _THREE, strict=False)):
                if not isinstance(arg.dtype, t.NullType) and not kind.test(arg.dtype):
                    raise wrong_type(shown, place, kind.name, arg.dtype)
            return [
                convert(arg, kind.usual or STRING) if isinstance(arg.dtype, t.NullType) else arg
                for arg, kind in zip(args, _THREE, strict=False)
            ]
        if len(args) not in (6, 7):
            raise AnalysisException(
                f"a timestamp is made of 6 parts, and a zone; here are {len(args)}",
                "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
                {"expectedNum": "[6, 7]", "actualNum": str(len(args))},
            )
        return [convert(arg, kind) for arg, kind in zip(args, _SIX, strict=False)]

    return binds


def _making(name: str, target: t.DataType, trying: bool = False) -> Function:
    most = 6 if isinstance(target, t.TimestampNTZType) else 7
    return Function(
        name, (k.ANY,) * most,
        lambda args, settings: told_by(settings, name, target) if len(args) > 3 else target,
        told("try") if trying else told(None), least=1, null="maybe",
        binds=_parts_bind(name), factory="making:make_timestamp",
        parameters=("years", "months", "days", "hours", "mins", "secs", "timezone")[:most],
    )  # fmt: skip


def _make_date(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"coalesce(try(make_date({', '.join(args)})), {emit.exact(call, args)})"


_PARTS = (
    scalar("make_date", (k.INT, k.INT, k.INT), DATE, _make_date, factory="making:make_date", null="maybe"),
    scalar("make_time", (k.INT, k.INT, SECONDS), t.TimeType(), exact="making:make_time"),
    _making("make_timestamp", TIMESTAMP),
    _making("make_timestamp_ltz", TIMESTAMP),
    _making("make_timestamp_ntz", NTZ),
    _making("try_make_timestamp", TIMESTAMP, True),
    _making("try_make_timestamp_ltz", TIMESTAMP, True),
    _making("try_make_timestamp_ntz", NTZ, True),
)


# --- zones and now ---------------------------------------------------------------------------------------------------


def _from_utc(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    name = call.args[1]
    if isinstance(name, Literal) and name.item is not None and find_zone(name.item) is not None:
        return local_sql(args[0], name.item)
    return emit.exact(call, args)


def _convert_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    *zones, local = args
    return [*(convert(zone, STRING) for zone in zones), convert(local, NTZ)]


def _local_now(emit: Emitting, kind: str) -> str:
    return f"CAST({local_sql(_NOW, emit.settings.zone)} AS {kind})"


def _current_time(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind: Any = call.dtype
    digits: int = kind.precision
    shown = _local_now(emit, "TIMESTAMP")
    step = 10 ** (6 - digits)
    return f"CAST(make_timestamp((epoch_us({shown}) // {step}) * {step}) AS TIME)"


def _precision(args: Sequence[Any], settings: Settings) -> t.DataType:
    if not args:
        return t.TimeType()
    digits = args[0]
    if not isinstance(digits, Literal) or not isinstance(digits.item, int) or not 0 <= digits.item <= 6:
        raise AnalysisException(
            "the precision of current_time is a constant from 0 to 6",
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            {"exprName": "`precision`", "valueRange": "[0, 6]"},
        )
    return t.TimeType(digits.item)


def _current_timezone(args: tuple[Expression, ...], settings: Settings) -> Expression:
    return Literal(settings.zone, STRING)


_ZONES = (
    scalar("from_utc_timestamp", (k.TIMESTAMP, k.STRING), TIMESTAMP, _from_utc, factory="patterncalls:shift_zone"),
    scalar("to_utc_timestamp", (k.TIMESTAMP, k.STRING), TIMESTAMP, factory="patterncalls:shift_utc"),
    Function(
        "convert_timezone",
        (k.ANY, k.ANY, k.ANY),
        NTZ,
        least=2,
        binds=_convert_binds,
        factory="patterncalls:convert_timezone",
    ),
    scalar("current_timestamp", (), TIMESTAMP, lambda emit, call, args: _NOW, null="never", aliases=("now",)),
    scalar("localtimestamp", (), NTZ, lambda emit, call, args: _local_now(emit, "TIMESTAMP"), null="never"),
    scalar(
        "current_date", (), DATE, lambda emit, call, args: _local_now(emit, "DATE"), null="never", aliases=("curdate",)
    ),
    Function("current_time", (k.INT,), _precision, _current_time, least=0, null="never", aliases=("localtime",)),
    macro("current_timezone", 0, 0, _current_timezone),
)

FUNCTIONS = (*_TEXT, *_PARTS, *_ZONES)
