"""``+`` and ``-`` where a date, time, timestamp or interval takes part: the function that each pair of types means.

The rules are those of Spark's ``BinaryArithmeticWithDatetimeResolver`` and of the coercions after it: what is no pair
of numbers and none of these is left to the rules of numbers, which refuse it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Settings
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Cast, Expression, Literal

INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)
_ANSI = (t.DayTimeIntervalType, t.YearMonthIntervalType)
_SPANS = (t.DayTimeIntervalType, t.CalendarIntervalType)
_MOMENTS = (t.DateType, t.TimestampType, t.TimestampNTZType, t.TimeType)
_TIMESTAMPS = (t.TimestampType, t.TimestampNTZType)
ANY_TIMESTAMP = (
    '("(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)" or "(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])")'
)
_DAYS = '("INT" or "SMALLINT" or "TINYINT")'


def arithmetic(name: str, args: Sequence[Any], settings: Settings) -> Expression | None:
    """What ``+`` or ``-`` of two arguments stands for; None where it is one of numbers, or of nothing."""
    left, right = args
    one, other = left.dtype, right.dtype
    if not isinstance(one, (*INTERVALS, *_MOMENTS)) and not isinstance(other, (*INTERVALS, *_MOMENTS)):
        return None
    if isinstance(one, t.NullType) or isinstance(other, t.NullType):
        return _with_null(name, left, right, settings)
    if isinstance(one, INTERVALS) and isinstance(other, INTERVALS):
        return _intervals(name, left, right)
    if isinstance(other, INTERVALS):
        return _moved(name, left, right)
    if isinstance(one, INTERVALS):
        return _moved(name, right, left) if name == "+" else _from_interval(left, right)
    if name == "-":
        return _difference(left, right, settings)
    return _days_added(left, right, settings)


def _with_null(name: str, left: Any, right: Any, settings: Settings) -> Expression | None:
    """A null beside an interval is one; beside a moment it is added as an interval, and taken away as a moment."""
    first = isinstance(left.dtype, t.NullType)
    kind = right.dtype if first else left.dtype
    if isinstance(kind, t.CalendarIntervalType) and (first or name == "+"):
        raise AnalysisException(
            "a null beside a calendar interval is a timestamp that would have no type: cast it to one",
            "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
            {"srcType": '"TIMESTAMP"', "targetType": '"VOID"'},
        )
    if isinstance(kind, _MOMENTS) and name == "+":
        kind = t.DayTimeIntervalType()
    null = Literal(None, kind)
    return arithmetic(name, (null, right) if first else (left, null), settings)


def _intervals(name: str, left: Any, right: Any) -> Expression | None:
    one, other = left.dtype, right.dtype
    if type(one) is type(other):
        return Apply("add_intervals" if name == "+" else "subtract_intervals", (left, right))
    if isinstance(other, _SPANS):
        raise unexpected("first", ANY_TIMESTAMP, left)
    if name == "+":
        raise unexpected("first", ANY_TIMESTAMP, right)
    return None


def _moved(name: str, moment: Any, span: Any) -> Expression | None:
    """A moment, or text that is a timestamp, plus or minus an interval."""
    kind = moment.dtype
    function = "add_interval" if name == "+" else "subtract_interval"
    months = isinstance(span.dtype, t.YearMonthIntervalType)
    if isinstance(kind, t.TimeType) and not isinstance(span.dtype, t.DayTimeIntervalType):
        if months:
            return None
        raise unexpected("first", ANY_TIMESTAMP, moment)
    if isinstance(kind, _MOMENTS):
        return Apply(function, (moment, span))
    if months:
        return None
    if k.is_string(kind):
        moved = Apply(function, (Cast(moment, t.TimestampType(), "", given=False), span))
        return Cast(moved, t.StringType(), "", given=False)
    raise unexpected("first", ANY_TIMESTAMP, moment)


def _from_interval(left: Any, right: Any) -> Expression | None:
    """Nothing can be taken from an interval but another."""
    if isinstance(right.dtype, _TIMESTAMPS):
        raise unexpected("first", ANY_TIMESTAMP, left)
    if isinstance(right.dtype, t.DateType):
        raise unexpected("first", '"DATE"', left)
    return None


def _difference(left: Any, right: Any, settings: Settings) -> Expression | None:
    one, other = left.dtype, right.dtype
    if isinstance(one, _TIMESTAMPS) or isinstance(other, _TIMESTAMPS):
        for place, arg in (("first", left), ("second", right)):
            text = settings.ansi and k.is_string(arg.dtype)
            if not isinstance(arg.dtype, (*_TIMESTAMPS, t.DateType)) and not text:
                raise unexpected(place, ANY_TIMESTAMP, arg)
        return Apply("subtract_timestamps", (left, right))
    if isinstance(other, t.DateType) or (isinstance(one, t.DateType) and k.is_string(other) and settings.ansi):
        if not isinstance(one, t.DateType) and not k.is_string(one):
            raise unexpected("first", '"DATE"', left)
        return Apply("subtract_dates", (left, right))
    if isinstance(one, t.DateType):
        return _by_days("date_sub", left, right)
    clocks = [isinstance(kind, t.TimeType) or k.is_string(kind) for kind in (one, other)]
    return Apply("subtract_times", (left, right)) if all(clocks) else None


def _days_added(left: Any, right: Any, settings: Settings) -> Expression | None:
    one, other = left.dtype, right.dtype
    if isinstance(one, t.DateType) and not k.is_string(other):
        return _by_days("date_add", left, right)
    if isinstance(other, t.DateType) and not k.is_string(one):
        return _by_days("date_add", right, left)
    if isinstance(one, t.DateType) or isinstance(other, t.DateType):
        # text beside a date becomes a date, or a double without ANSI mode: neither is a number of days
        text = right if isinstance(one, t.DateType) else left
        if settings.ansi:
            raise unexpected("second", _DAYS, right, t.DateType())
        raise unexpected("second", _DAYS, text, t.DoubleType())
    return None


def _by_days(function: str, day: Any, days: Any) -> Expression:
    if not isinstance(days.dtype, (t.IntegerType, t.ShortType, t.ByteType)):
        raise unexpected("second", _DAYS, days)
    return Apply(function, (day, days))


def unexpected(place: str, required: str, arg: Any, given: t.DataType | None = None) -> AnalysisException:
    """The error for an argument of a type that an operator's function does not take."""
    kind = shown_type(given or arg.dtype)
    return AnalysisException(
        f"the {place} side must be {required}, not {kind}: cast it",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        {"paramIndex": place, "requiredType": required, "inputType": kind},
    )
