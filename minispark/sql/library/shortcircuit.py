"""AND, OR and IN as Spark computes them: what stands behind is not looked at where what stands before tells the answer.

DuckDB computes all sides for all rows wherever a column is computed, but of CASE only the branches that are needed. So
sides that may raise an error become branches; all others stay as they are, since DuckDB's optimizer understands them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.library.function import Emitting
from minispark.sql.plan.expressions import Call, Cast, Expression, Literal, Over, Subquery, fold
from minispark.sql.types.collationrules import words

_SAFE = words(
    """
    = <=> != < <= > >= and or not isnull isnotnull isnan in case if coalesce nanvl greatest least like ilike startswith
    endswith contains upper lower trim ltrim rtrim length char_length substring left right concat replace struct
    named_struct array get_field year quarter month day dayofmonth dayofweek weekday dayofyear hour minute second
    array_contains
    """
)
_GUARD_MAX = 2000
"""The longest side that may null be written twice, as it then must."""
_DEPTH_MAX = 20
"""Sides that may raise, in one chain, of which each waits for those before it."""
_INTEGERS: dict[type[t.DataType], int] = {t.ByteType: 3, t.ShortType: 5, t.IntegerType: 10, t.LongType: 19}


def may_raise(expression: Expression) -> bool:
    """Whether computing an expression for a row may end in an error: True where it is not known.

    Parts without a column do not count: Spark computes them before there are rows, and raises their errors then.
    """
    raises, constant = fold(expression, _judged)
    return raises and not constant


def _judged(one: Any, parts: list[tuple[bool, bool]]) -> tuple[bool, bool]:
    """Whether it may raise, and whether it is constant."""
    if isinstance(one, (Over, Subquery)) or (isinstance(one, Call) and one.function.kind != "scalar"):
        return False, False
    constant = all(part[1] for part in parts)
    if isinstance(one, Call):
        known, constant = one.name in _SAFE, constant and one.function.deterministic
    elif isinstance(one, Cast):
        known = _is_safe(one)
    else:
        return any(part[0] for part in parts), constant if parts else isinstance(one, Literal)
    inside = any(part[0] for part in parts) if constant else any(part[0] and not part[1] for part in parts)
    return inside or not known, constant


def _is_safe(one: Cast) -> bool:
    source: Any = one.child.dtype
    target: Any = one.dtype
    if one.mode == "try" or isinstance(target, t.StringType) or isinstance(source, t.NullType):
        return True
    if isinstance(target, (t.DoubleType, t.FloatType)):
        return isinstance(source, t.NumericType)
    if isinstance(target, t.DecimalType) and isinstance(source, (t.DecimalType, *_INTEGERS)):
        digits, scale = _digits(source)
        return target.scale >= scale and target.precision - target.scale >= digits - scale
    if type(source) in _INTEGERS and type(target) in _INTEGERS:
        return _INTEGERS[type(target)] >= _INTEGERS[type(source)]
    if isinstance(target, (t.TimestampType, t.TimestampNTZType)):
        return isinstance(source, (t.DateType, t.TimestampType, t.TimestampNTZType))
    return isinstance(target, t.DateType) and isinstance(source, (t.TimestampType, t.TimestampNTZType))


def _digits(kind: Any) -> tuple[int, int]:
    return (kind.precision, kind.scale) if isinstance(kind, t.DecimalType) else (_INTEGERS[type(kind)], 0)


# --- chains ----------------------------------------------------------------------------------------------------------


@value
class Side:
    """One of the sides that AND or OR joins: its SQL, whether it may be null, and whether it may raise."""

    sql: str
    nullable: bool
    raises: bool
    repeatable: bool
    """Whether it is the same when it is computed twice."""


def sided(sql: str, one: Any) -> Side:
    """The side of an expression with this SQL."""
    return Side(sql, one.nullable, may_raise(one), len(sql) <= _GUARD_MAX and _is_repeatable(one))


def _is_repeatable(one: Expression) -> bool:
    waiting = [one]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Subquery) or (isinstance(part, Call) and not part.function.deterministic):
            return False
        waiting += part.children
    return True


def logic(symbol: str) -> Any:
    """The rule of AND or OR."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        left, right = args
        before = emit.chains.get((symbol, left))
        if before is None and not may_raise(call.args[1]):
            return f"({left} {symbol} {right})"
        sides = (*(before or (sided(left, call.args[0]),)), sided(right, call.args[1]))
        text = chained(symbol, sides)
        emit.chains[symbol, text] = sides
        return text

    return sql


def chained(symbol: str, sides: Sequence[Side]) -> str:
    """Sides joined, those that may raise only where the ones before leave the answer open.

    >>> a, b = Side("a", False, False, True), Side("10 // a > 5", False, True, True)
    >>> chained("AND", (a, b))
    '(CASE WHEN a THEN 10 // a > 5 ELSE false END)'
    """
    groups: list[list[Side]] = []
    for side in sides:
        if not groups or (side.raises and len(groups) <= _DEPTH_MAX and _guards(groups[-1])):
            groups.append([side])
        else:
            groups[-1].append(side)
    text = _joined(symbol, groups[-1])
    for group in reversed(groups[:-1]):
        text = _guarded(symbol, _joined(symbol, group), text, any(side.nullable for side in group))
    return text


def _guards(group: list[Side]) -> bool:
    return all(side.repeatable or not side.nullable for side in group) or not any(side.nullable for side in group)


def _joined(symbol: str, group: list[Side]) -> str:
    return group[0].sql if len(group) == 1 else f"({f' {symbol} '.join(side.sql for side in group)})"


def _guarded(symbol: str, before: str, behind: str, nullable: bool) -> str:
    """A null before leaves it to what is behind whether the answer is null."""
    if symbol == "AND":
        branch = "CASE WHEN {} THEN {} ELSE false END"
    else:
        branch = "CASE WHEN {} THEN true ELSE {} END"
    if not nullable:
        return f"({branch.format(before, behind)})"
    known = f"coalesce({before}, {'true' if symbol == 'AND' else 'false'})"
    return f"({before} {symbol} {branch.format(known, behind)})"


def in_list(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """``x IN (a, b)``: elements that may raise are compared one by one, in their order."""
    if len(args) == 1:
        return "(NULL::BOOLEAN IS NULL AND false)"
    raising = [place for place, arg in enumerate(call.args) if place and may_raise(arg)]
    whole = f"({args[0]} IN ({', '.join(args[1:])}))"
    subject: Any = call.args[0]
    if not raising or raising == [1] == list(range(1, len(args))) or not _is_repeatable(subject):
        return whole
    first = raising[0]
    sides = [_listed(call, args, range(1, first))] if first > 1 else []
    sides += [_listed(call, args, range(place, place + 1)) for place in range(first, len(args))]
    return chained("OR", sides)


def _listed(call: Call, args: Sequence[str], places: range) -> Side:
    parts: list[Any] = [call.args[0], *(call.args[place] for place in places)]
    text = f"({args[0]} IN ({', '.join(args[place] for place in places)}))"
    raises = any(map(may_raise, parts[1:]))
    return Side(text, any(part.nullable for part in parts), raises, len(text) <= _GUARD_MAX)
