"""Window functions: their specification is completed and checked."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.frames import checked_frame
from minispark.sql.analysis.telling import fault, text_of
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Alias,
    Apply,
    Attribute,
    Call,
    Expression,
    Frame,
    Literal,
    Name,
    Over,
    PythonCall,
    SortOrder,
    find,
    holds,
    walk,
)
from minispark.sql.plan.labels import order_text
from minispark.sql.plan.written import located, placed

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

_RANKS = ("row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead")


def window(analyzer: Analyzer, one: Over, scope: Scope) -> Expression:
    """The resolved window function. Raises AnalysisException for a function or frame that cannot be."""
    child: Any = analyzer.resolve(one.child, scope)
    while isinstance(child, Alias):
        child = child.child
    if (
        isinstance(child, PythonCall)
        or not isinstance(child, Call)
        or child.function.kind not in ("aggregate", "window")
    ):
        name = getattr(child, "name", type(child).__name__)
        raise AnalysisException(
            f"{name} is neither a window nor an aggregate function, and OVER needs one",
            "UNSUPPORTED_EXPR_FOR_WINDOW",
            {"sqlExpr": text_of(one.child)},
        )
    partition = tuple(analyzer.resolve(part, scope) for part in one.partition)
    order = tuple(
        part if isinstance(part, SortOrder) else SortOrder(part)
        for part in (analyzer.resolve(part, scope) for part in one.order)
    )
    _check_keys(one, partition, order)
    if child.distinct:
        raise AnalysisException(
            f"{child.name}(DISTINCT ...) cannot run over a window; take size(collect_set(...) OVER ...)",
            "DISTINCT_WINDOW_FUNCTION_UNSUPPORTED",
            {"windowExpr": _distinct_text(child, Over(child, partition, order, one.frame))},
        )
    if child.where is not None:
        for part in find(child.where, Over):
            raise AnalysisException(
                f"FILTER of {child.name} has a window function in it; compute that first, in a select of its own",
                "INVALID_AGGREGATE_FILTER.CONTAINS_WINDOW_FUNCTION",
                {"filterExpr": text_of(child.where), **fault("CONTAINS_WINDOW_FUNCTION", part)},
            )
    whole = child.name in ("median", "percentile_cont", "percentile_disc") or (child.name == "listagg" and child.within)
    if whole and (order or one.frame is not None):
        raise AnalysisException(
            f"{child.name} has an order of its own: its window takes neither ORDER BY nor a frame, only PARTITION BY",
            "INVALID_WINDOW_SPEC_FOR_AGGREGATION_FUNC",
            {"aggFunc": child.name},
        )
    rank = child.function.kind == "window" and child.name in _RANKS
    if (rank or child.name == "nth_value") and not order:
        raise AnalysisException(
            f"{child.name} needs a window with an order: add ORDER BY, or Window.orderBy(...)",
            "WINDOW_FUNCTION_FRAME_NOT_ORDERED",
            {"wf_name": child.name, "wf_expr": text_of(child)[1:-1]},
        )
    frame = one.frame
    if rank and frame is not None and (frame.kind, frame.start, frame.end) != ("ROWS", UNBOUNDED_PRECEDING, 0):
        moving = child.name in ("lag", "lead")
        raise AnalysisException(
            f"the frame of {child.name} cannot be chosen; leave it out",
            "_LEGACY_ERROR_TEMP_1035" if moving else "_LEGACY_ERROR_TEMP_1036",
            {"prettyName" if moving else "wf": child.name},
        )
    if frame is not None:
        with placed(frame):
            frame = checked_frame(analyzer, frame, order)
    return Over(child, partition, order, None if rank else frame)


def _distinct_text(call: Call, whole: Over) -> str:
    """A window function with DISTINCT as Spark shows it: with columns for what is computed before."""
    counter = itertools.count()

    def column(one: Any) -> Any:
        if isinstance(one, SortOrder):
            return replace(one, child=column(one.child))
        return one if isinstance(one, (Attribute, Literal)) else Name((f"_w{next(counter)}",))

    args = tuple(map(column, call.args))
    child = Apply(call.name, args, distinct=True)
    return text_of(Over(child, tuple(map(column, whole.partition)), tuple(map(column, whole.order)), whole.frame))


def default_frame(one: Over) -> Frame:
    """The frame where none is said: up to the current row's peers in an order, else everything."""
    return (
        Frame("RANGE", UNBOUNDED_PRECEDING, 0) if one.order else Frame("ROWS", UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING)
    )


def over_windows(items: Sequence[Any]) -> None:
    """Raises AnalysisException for a window function without OVER among resolved expressions."""
    waiting: list[Any] = list(items)
    while waiting:
        one = waiting.pop()
        if isinstance(one, Call) and one.function.kind == "window":
            raise AnalysisException(
                f"{one.name} is a window function, and needs OVER (...)",
                "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
                {"funcName": text_of(one)},
            )
        waiting += (*one.child.children, *one.partition, *one.order) if isinstance(one, Over) else one.children


def refuse_windows(key: Expression, operator: str) -> None:
    """Raises AnalysisException for a resolved key that rows cannot be sorted or divided by: of window functions."""
    if not holds(key, Over):
        return
    wrong = [
        part
        for part in walk(key)
        if isinstance(part, Over) or (isinstance(part, Call) and part.function.kind == "aggregate")
    ]
    raise AnalysisException(
        "a window function cannot stand here; make it a column first, then use that",
        "UNSUPPORTED_EXPR_FOR_OPERATOR",
        {"operator": operator, "invalidExprSqls": ", ".join(map(text_of, wrong))},
    )


def _check_keys(written: Over, partition: Sequence[Any], order: Sequence[SortOrder]) -> None:
    """Raises AnalysisException for keys of a window whose values have no order."""
    for key, part in zip(written.partition, partition, strict=True):
        if not k.is_orderable(part.dtype):
            kind = shown(part.dtype)
            raise AnalysisException(
                f"a window cannot be partitioned by values of {kind}: they cannot be compared",
                "EXPRESSION_TYPE_IS_NOT_ORDERABLE",
                {"expr": text_of(key), "exprType": kind},
            )
    for key, one in zip(written.order, order, strict=True):
        if not k.is_orderable(one.dtype):
            whole = SortOrder(key.children[0] if isinstance(key, SortOrder) else key, one.ascending, one.nulls_first)
            wrong = AnalysisException(
                f"values of {shown(one.dtype)} have no order to sort a window by",
                "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
                {"functionName": "`sortorder`", "dataType": shown(one.dtype), "sqlExpr": f'"{order_text(whole)}"'},
            )
            raise located(wrong, key)
