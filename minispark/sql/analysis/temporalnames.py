"""How expressions of dates, times and intervals show in names: as the functions that Spark makes of them.

The kinds of arguments are told from what is written and from the columns in scope, nothing is resolved for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library import lookup
from minispark.sql.plan.expressions import Apply, Attribute, Cast, Expression, Literal, Name, transform
from minispark.sql.plan.labelnames import PLAIN

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope

_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)
_MOMENTS = (t.DateType, t.TimestampType, t.TimestampNTZType, t.TimeType)
_TIMESTAMPS = frozenset(
    ("to_timestamp", "try_to_timestamp", "to_timestamp_ltz", "to_timestamp_ntz", "make_timestamp", "try_make_timestamp",
     "make_timestamp_ltz", "make_timestamp_ntz", "timestampadd")
)  # fmt: skip
"""Functions whose type a rule tells: timestamps of either kind, which show alike."""
_CLOCKS = (t.TimeType, t.StringType, t.NullType)
_NAMES = ("+", "-", "*", "/", "to_char", "to_varchar", "try_to_time", "time_bucket")


def as_spark_shows(item: Expression, scope: Scope) -> Expression:
    """The expression with operators of dates and intervals replaced by what their names show."""

    known: Known = {}

    def change(one: Expression) -> Expression:
        if not isinstance(one, Apply) or one.name.lower() not in _NAMES or one.label is not None:
            return one
        made = shown(one, [_kind(arg, scope, known) for arg in one.args])
        known[id(made)] = made, _kind(made, scope, known)
        return made

    def shown(one: Apply, kinds: list[t.DataType | None]) -> Expression:
        if one.name in ("+", "-"):
            return _moved(one, kinds) if len(kinds) == 2 else one
        if one.name in ("*", "/"):
            return _scaled(one, kinds)
        return _called(one, kinds)

    return transform(item, change)


Known = dict[int, tuple[Expression, t.DataType | None]]
"""Kinds that were told before, by identity: so a long chain of operators is gone through once."""


def _kind(one: Expression, scope: Scope, known: Known) -> t.DataType | None:
    if id(one) in known:
        return known[id(one)][1]
    if isinstance(one, (Literal, Cast, Attribute)):
        return one.dtype
    if isinstance(one, Name):
        found = scope.find(one.parts)
        return found[0].dtype if found is not None and not found[1] else None
    if not isinstance(one, Apply):
        return None
    if one.name in PLAIN:
        kind = _kind(one.args[0], scope, known)
        later = len(one.args) == 2 and isinstance(_kind(one.args[1], scope, known), t.DayTimeIntervalType)
        return t.TimestampType() if isinstance(kind, t.DateType) and later else kind
    if one.name in ("-", *PLAIN[1:]) and len(one.args) == 2:
        kinds = [_kind(arg, scope, known) for arg in one.args]
        if any(isinstance(kind, _MOMENTS) for kind in kinds) and not isinstance(kinds[1], _INTERVALS):
            return t.DayTimeIntervalType()
    if one.name.lower() in _TIMESTAMPS:
        return t.TimestampType()
    entry = lookup(one.name)
    return entry.gives if entry is not None and isinstance(entry.gives, t.DataType) else None


def _moved(one: Apply, kinds: list[t.DataType | None]) -> Expression:
    (left, right), (kind, other) = one.args, kinds
    moment = isinstance(other, _MOMENTS) and (isinstance(kind, _INTERVALS) or _whole(kind))
    text = isinstance(other, t.StringType) and isinstance(kind, (t.DayTimeIntervalType, t.CalendarIntervalType))
    if one.name == "+" and (moment or text):
        left, right, kind, other = right, left, other, kind
    if one.name == "+":
        left, right, kind, other = _with_null(left, right, kind, other)
    elif t.TimeType in (type(kind), type(other)) and all(isinstance(each, _CLOCKS) for each in (kind, other)):
        return Apply(PLAIN[1], (left, right))
    if isinstance(kind, t.DateType) and _whole(other):
        return Apply("date_add" if one.name == "+" else "date_sub", (left, right))
    if not isinstance(other, _INTERVALS) or not isinstance(kind, (*_MOMENTS, t.StringType)):
        return one
    if isinstance(kind, t.DateType) and isinstance(other, t.DayTimeIntervalType) and other.endField == 0:
        days = Apply("extractansiintervaldays", (right,))
        return Apply("date_add", (left, days if one.name == "+" else Apply("unary_minus", (days,))))
    return Apply(PLAIN[0] if one.name == "+" else PLAIN[1], (left, right))


def _with_null(
    left: Expression, right: Expression, kind: t.DataType | None, other: t.DataType | None
) -> tuple[Expression, Expression, t.DataType | None, t.DataType | None]:
    """A null added to a moment is an interval, and comes second."""
    if isinstance(kind, t.NullType) and isinstance(other, _MOMENTS):
        left, right, kind, other = right, left, other, kind
    if isinstance(kind, _MOMENTS) and isinstance(other, t.NullType):
        other = t.DayTimeIntervalType()
    return left, right, kind, other


def _whole(kind: t.DataType | None) -> bool:
    return kind is not None and k.is_integral(kind)


def _scaled(one: Apply, kinds: list[t.DataType | None]) -> Expression:
    left, right = one.args
    if one.name == "*" and isinstance(kinds[1], _INTERVALS):
        left, right, kinds = right, left, kinds[::-1]
    if isinstance(kinds[0], t.CalendarIntervalType):
        return Apply("multiply_interval" if one.name == "*" else "divide_interval", (left, right))
    return replace(one, args=(left, right)) if isinstance(kinds[0], _INTERVALS) else one


def _called(one: Apply, kinds: list[t.DataType | None]) -> Expression:
    name = one.name.lower()
    if name == "try_to_time":
        return Apply("try_to_time", (Apply("to_time", one.args),))
    if name == "time_bucket":
        kind = kinds[1] if len(kinds) == 2 else None
        local = isinstance(kind, t.TimestampNTZType)
        origin = Literal(datetime(1970, 1, 1), t.TimestampNTZType() if local else t.TimestampType())
        return replace(one, args=(*one.args, origin)) if len(kinds) == 2 else one
    if isinstance(kinds[0], _MOMENTS):
        return Apply("date_format", one.args)
    if (
        name == "to_char"
        and isinstance(kinds[0], t.BinaryType)
        and len(one.args) == 2
        and isinstance(one.args[1], Literal)
    ):
        form = str(one.args[1].item).lower()
        return Apply("decode", one.args) if form == "utf-8" else Apply(form, one.args[:1])
    return one
