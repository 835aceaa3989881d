"""Frames of window functions: their bounds are typed as the order is, and checked."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.castrules import castable
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Apply,
    Cast,
    Distance,
    Expression,
    Frame,
    Literal,
    SortOrder,
)
from minispark.sql.plan.labels import bound_text, frame_text, order_text
from minispark.sql.types.toddl import sql_type

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer

_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType, t.CalendarIntervalType)
_WANTED = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")'
_MOMENTS = (t.TimestampType, t.TimestampNTZType)


def checked_frame(analyzer: Analyzer, frame: Frame, order: tuple[SortOrder, ...]) -> Frame:
    """The frame with resolved bounds. Raises AnalysisException for bounds that do not fit the order or each other."""
    bounded = [edge for edge in (frame.start, frame.end) if _is_distance(edge)]
    if frame.kind == "RANGE" and bounded and len(order) != 1:
        condition = "RANGE_FRAME_WITHOUT_ORDER" if not order else "RANGE_FRAME_MULTI_ORDER"
        raise AnalysisException(
            "a RANGE frame with a distance needs exactly one ORDER BY expression",
            f"DATATYPE_MISMATCH.{condition}",
            {
                "orderSpec": ",".join(map(order_text, order)),
                "sqlExpr": f'"{_window_text(frame, order)}"',
            },
        )
    lower, upper = (f'"{bound_text(edge, None)}"' for edge in (frame.start, frame.end))
    if frame.start == UNBOUNDED_FOLLOWING or frame.end == UNBOUNDED_PRECEDING:
        raise AnalysisException(
            "a frame cannot start with UNBOUNDED FOLLOWING, nor end with UNBOUNDED PRECEDING",
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_INVALID_BOUND",
            {"lower": lower, "upper": upper, "sqlExpr": f'"{frame_text(frame)}"'},
        )
    low, high = _number(frame.start), _number(frame.end)
    if low is not None and high is not None and low > high:
        raise AnalysisException(
            "the frame's start must not come after its end",
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_WRONG_COMPARISON",
            {"comparison": "less than or equal", "sqlExpr": f'"{frame_text(frame)}"'},
        )
    if frame.kind != "RANGE" or not bounded:
        for place, edge in (("lower", frame.start), ("upper", frame.end)):
            if isinstance(edge, int) and abs(edge) >= 2**31 and edge not in (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING):
                raise _unaccepted(frame, place, t.LongType(), '"INT"')
            if isinstance(edge, Expression):
                raise _unaccepted(frame, place, _type(_resolved(analyzer, edge)), '"INT"')
        return frame
    start, end = (_edge(analyzer, frame, place, order[0]) for place in ("lower", "upper"))
    kinds = [_type(one) for one in (start, end) if isinstance(one, Distance)]
    if len(kinds) == 2 and kinds[0] != kinds[1]:
        raise AnalysisException(
            f"the frame's bounds are of different types: {kinds[0].simpleString()} and {kinds[1].simpleString()}",
            "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_DIFF_TYPES",
            {"lowerType": f'"{sql_type(kinds[0])}"', "upperType": f'"{sql_type(kinds[1])}"'},
        )
    return replace(frame, start=start, end=end)


def _window_text(frame: Frame, order: tuple[SortOrder, ...]) -> str:
    keys = f"ORDER BY {', '.join(map(order_text, order))} " if order else ""
    return f"({keys}{frame_text(frame)})"


def _is_distance(edge: Any) -> bool:
    return isinstance(edge, Expression) or edge not in (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING, 0)


def _type(distance: Distance) -> t.DataType:
    kind: t.DataType = distance.child.dtype
    return kind


def _number(edge: Any) -> Any:
    found = edge.item if isinstance(edge, Literal) else edge
    return found if isinstance(found, (int, float, Decimal)) else None


def _resolved(analyzer: Analyzer, edge: Any) -> Distance:
    """A bound that SQL wrote: how far, and whether before the row."""
    if isinstance(edge, Apply) and edge.name == "negative":
        return Distance(analyzer.resolve(edge.args[0], analyzer.scope(())), True)
    if isinstance(edge, Literal) and isinstance(edge.item, (int, float, Decimal)):
        before = edge.item < 0
        return Distance(replace(edge, item=-edge.item if before else edge.item), before)
    if isinstance(edge, Literal) and isinstance(edge.item, tuple):  # months, days, nanoseconds
        return Distance(replace(edge, item=tuple(map(abs, edge.item))), min(edge.item) < 0)
    return Distance(analyzer.resolve(edge, analyzer.scope(())), False)


def _edge(analyzer: Analyzer, frame: Frame, place: str, order: SortOrder) -> Any:
    edge = frame.start if place == "lower" else frame.end
    if not _is_distance(edge):
        return edge
    kind = order.dtype
    plain = isinstance(edge, (int, float))
    if plain and isinstance(kind, (t.IntegralType, t.DecimalType)):
        return edge
    made = Distance(Literal(abs(edge), t.IntegerType()), edge < 0) if plain else _resolved(analyzer, edge)
    given = _type(made)
    if not isinstance(given, (t.NumericType, t.StringType, t.NullType, *_INTERVALS)):
        raise _unaccepted(frame, place, given, _WANTED)
    if isinstance(kind, t.NumericType):
        if isinstance(given, (t.NumericType, t.StringType, t.NullType)):
            return replace(made, child=analyzer.cast(Cast(made.child, kind, "", given=False)))
    elif isinstance(kind, t.DateType):
        if isinstance(given, t.IntegerType):
            return edge if plain else made
        days = isinstance(given, t.DayTimeIntervalType) and given.endField == t.DayTimeIntervalType.DAY
        if days or isinstance(given, t.YearMonthIntervalType):
            return made
    elif (isinstance(kind, _MOMENTS) and isinstance(given, _INTERVALS)) or (
        isinstance(kind, _INTERVALS) and type(given) is type(kind)
    ):
        return made
    elif not isinstance(kind, (*_MOMENTS, *_INTERVALS)) and castable(given, kind, analyzer.settings.ansi):
        raise _unaccepted(frame, place, kind, _WANTED)
    raise AnalysisException(
        f"a distance of {given.simpleString()} does not fit an order by {kind.simpleString()}",
        "DATATYPE_MISMATCH.RANGE_FRAME_INVALID_TYPE",
        {
            "orderSpecType": f'"{sql_type(kind)}"',
            "valueBoundaryType": f'"{sql_type(given)}"',
            "sqlExpr": f'"{_window_text(frame, (order,))}"',
        },
    )


def _unaccepted(frame: Frame, place: str, given: t.DataType, wanted: str) -> AnalysisException:
    return AnalysisException(
        f"the {place} bound of {frame_text(frame)} must be {wanted}, not {given.simpleString()}",
        "DATATYPE_MISMATCH.SPECIFIED_WINDOW_FRAME_UNACCEPTED_TYPE",
        {
            "location": place,
            "exprType": f'"{sql_type(given)}"',
            "expectedType": wanted,
            "sqlExpr": f'"{frame_text(frame)}"',
        },
    )
