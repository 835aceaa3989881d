"""Windows of time: fixed ones, overlapping ones, sessions, buckets.

What ``window`` and ``session_window`` mean for rows (several windows of a row, none of a null, sessions that grow) is
in ``analysis/timewindows.py``; here are the structs that they give.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException, IllegalArgumentException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro
from minispark.sql.library.sides import constant, convert
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Call, Cast, Expression, Literal

_DAY_TIME, _YEAR_MONTH = t.DayTimeIntervalType, t.YearMonthIntervalType


def span(kind: t.DataType) -> t.StructType:
    """The type of a window over a kind of timestamp."""
    return t.StructType([t.StructField("start", kind), t.StructField("end", kind)])


def _mismatch(condition: str, message: str, **parameters: str) -> AnalysisException:
    return AnalysisException(message, f"DATATYPE_MISMATCH.{condition}", parameters)


def _moment(arg: Any, function: str) -> Any:
    """A timestamp as it is, text as a timestamp."""
    if k.is_timestamp(arg.dtype):
        return arg
    if isinstance(arg.dtype, (t.StringType, t.NullType, t.DateType)):
        return convert(arg, t.TimestampType())
    raise _mismatch(
        "UNEXPECTED_INPUT_TYPE",
        f"{function} is over a timestamp, not a value of {arg.dtype.simpleString()}",
        paramIndex="first",
        requiredType='"TIMESTAMP"',
        inputType=shown_type(arg.dtype),
    )


def micros(text: str) -> int:
    """The microseconds of a duration; AnalysisException for text that is none, IllegalArgumentException for months.

    >>> micros("1 minute 30 seconds")
    90000000
    """
    from minispark.sql.exact.interval_text import SIZES, read_calendar

    found = read_calendar(text)
    if found is None:
        raise AnalysisException(
            f"{text!r} is no duration: write it as '10 minutes'",
            "CANNOT_PARSE_INTERVAL",
            {"intervalString": f"'{text}'"},
        )
    months, days, nanos = found
    if months:
        raise IllegalArgumentException(
            f"Intervals greater than a month is not supported ({text}).", "_LEGACY_ERROR_TEMP_3231", {"interval": text}
        )
    return days * SIZES[0] + nanos // 1000


def _durations(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The timestamp, and length, distance and offset of the windows in microseconds."""
    moment, *given = args
    numbers = []
    for arg in given:
        if not isinstance(arg, Literal) or not isinstance(arg.item, (str, int)):
            raise _mismatch(
                "NON_FOLDABLE_INPUT", "the durations of window must be constant texts", inputName="duration"
            )
        numbers.append(micros(arg.item) if isinstance(arg.item, str) else arg.item)
    length, slide, start = (*numbers, *(numbers[0], 0)[len(numbers) - 1 :])
    for name, size in (("window_duration", length), ("slide_duration", slide)):
        if size <= 0:
            raise _mismatch(
                "VALUE_OUT_OF_RANGE",
                f"the {name} of window must be more than 0, and is {size} microseconds",
                exprName=f"`{name}`",
                valueRange="(0, 9223372036854775807]",
                currentValue=f"{size}L",
            )
    for name, size, constraint, beside, limit, allowed in (
        ("slide_duration", slide, "<=", "window_duration", length, slide <= length),
        ("abs(start_time)", abs(start), "<", "slide_duration", slide, abs(start) < slide),
    ):
        if not allowed:
            raise _mismatch(
                "PARAMETER_CONSTRAINT_VIOLATION",
                f"the {name} of window, {size} microseconds, is too large beside {limit}",
                leftExprName=f"`{name}`",
                leftExprValue=f"{size}L",
                constraint=constraint,
                rightExprName=f"`{beside}`",
                rightExprValue=f"{limit}L",
            )
    return [_moment(moment, "window"), *(Literal(size, t.LongType()) for size in (length, slide, start))]


def _last_start(call: Call, moment: str) -> str:
    """Microseconds of the last start of a window that is not after a timestamp."""
    slide, start = constant(call, 2), constant(call, 3)
    since = f"(epoch_us({moment}) - {start})"
    return f"(epoch_us({moment}) - (({since} % {slide} + {slide}) % {slide}))"


def _window(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    first, length = _last_start(call, args[0]), constant(call, 1)
    made = f'struct_pack("start" := make_timestamp({first}), "end" := make_timestamp({first} + {length}))'
    return f"CASE WHEN {args[0]} IS NOT NULL THEN {made} END"


def _sliding(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """A list of the windows, the latest first."""
    length, slide = constant(call, 1), constant(call, 2)
    first = _last_start(call, args[0])
    count = -(-length // slide)
    begin = f"({first} - i * {slide})"
    made = f'struct_pack("start" := make_timestamp({begin}), "end" := make_timestamp({begin} + {length}))'
    places = f"range({count})"
    if length % slide:
        places = f"list_filter({places}, lambda i: {begin} + {length} > epoch_us({args[0]}))"
    return f"CASE WHEN {args[0]} IS NOT NULL THEN list_transform({places}, lambda i: struct_pack(w := {made})) END"


def _session(args: tuple[Expression, ...], settings: Settings) -> Expression:
    """From a timestamp to the end of the gap behind it."""
    gap: Any = args[1]
    moment = _moment(args[0], "session_window")
    if isinstance(gap.dtype, t.StringType):
        gap = Cast(gap, t.CalendarIntervalType(), "legacy", given=False)
    return Apply("session_span", (moment, Apply("add_interval", (moment, gap))))


def _window_time(args: Sequence[Any], settings: Settings) -> None:
    kind = args[0].dtype
    if not isinstance(kind, t.StructType):
        raise _mismatch(
            "UNEXPECTED_INPUT_TYPE",
            f"window_time is of a window, not of a value of {kind.simpleString()}",
            paramIndex="first",
            requiredType='"STRUCT"',
            inputType=shown_type(kind),
        )


def _bucket_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    size, moment, *origin = args
    kind = moment.dtype
    if not isinstance(size.dtype, (_DAY_TIME, _YEAR_MONTH, t.NullType)):
        raise _wrong_bucket("first", "INTERVAL", size.dtype)
    if not k.is_timestamp(kind):
        raise _wrong_bucket("second", "TIMESTAMP", kind)
    if origin and origin[0].dtype != kind and not isinstance(origin[0].dtype, t.NullType):
        raise _wrong_bucket("third", kind.simpleString().upper(), origin[0].dtype)
    if isinstance(size, Literal) and size.item is not None and size.item <= 0:
        raise _mismatch(
            "VALUE_OUT_OF_RANGE",
            "the size of time_bucket's buckets must be more than 0",
            exprName="`bucketSize`",
            valueRange="(0, inf)",
            currentValue=str(size.item),
        )
    if isinstance(size.dtype, t.NullType):
        size = Literal(None, _DAY_TIME())
    from datetime import datetime

    if not origin:
        return [size, moment, Literal(datetime(1970, 1, 1), kind)]
    return [size, moment, convert(origin[0], kind)]


def _wrong_bucket(position: str, wanted: str, given: t.DataType) -> AnalysisException:
    return _mismatch(
        "UNEXPECTED_INPUT_TYPE",
        f"the {position} argument of time_bucket must be {wanted}, not {given.simpleString()}",
        paramIndex=position,
        requiredType=f'"{wanted}"',
        inputType=shown_type(given),
    )


_PARTS = (k.ANY, k.ANY, k.ANY, k.ANY)
FUNCTIONS = (
    Function("window", _PARTS, lambda args, settings: span(args[0].dtype), _window, least=2, binds=_durations),
    Function(
        "sliding_windows",
        _PARTS,
        lambda args, settings: t.StructType([t.StructField("window", span(args[0].dtype), False)]),
        _sliding,
        kind="generator",
        least=2,
        binds=_durations,
    ),
    macro("session_window", 2, 2, _session),
    Function(
        "session_span",
        (k.ANY, k.ANY),
        lambda args, settings: span(args[0].dtype),
        'struct_pack("start" := {0}, "end" := {1})',
        null="never",
    ),
    Function(
        "window_time",
        (k.ANY,),
        lambda args, settings: args[0].dtype.fields[1].dataType,
        "CAST(struct_extract({0}, 'end') - to_microseconds(1) AS TIMESTAMP)",
        check=_window_time,
    ),
    Function(
        "time_bucket",
        (k.ANY, k.ANY, k.ANY),
        lambda args, settings: args[1].dtype,
        least=2,
        binds=_bucket_binds,
        factory="buckets:time_bucket",
    ),
)
