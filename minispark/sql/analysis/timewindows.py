"""``window`` and ``session_window`` in lists of columns and keys: they change rows, so they are computed below.

A row is in each window that its timestamp lies in, and in none if it is null. As a key, ``session_window`` joins the
sessions of rows that are equal in the other keys and no more than a gap apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.plan.expressions import (
    UNBOUNDED_PRECEDING,
    Alias,
    Apply,
    Attribute,
    Expression,
    Frame,
    Literal,
    Over,
    SortOrder,
    find,
    fresh_id,
    transform,
)
from minispark.sql.plan.nodes import Filter, Generate, Node
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

NAMES = ("window", "session_window")
_TEXT, _INT = t.StringType(), t.IntegerType()


def has_windows(items: Sequence[Expression]) -> bool:
    """Whether a window of time is in expressions that are not resolved yet."""
    return any(_is_window(part) for item in items for part in find(item, Apply))


def _is_window(one: Expression) -> bool:
    return isinstance(one, Apply) and one.name.lower() in NAMES


def with_windows(
    analyzer: Analyzer,
    child: Node,
    items: Sequence[Expression],
    outer: Scope | None,
    keys: Sequence[Expression] | None = None,
) -> tuple[Node, list[Expression]]:
    """The child with a column for the window in ``items``, and the items over it.

    ``keys`` are those items by which an aggregation groups: sessions are joined by them.
    Raises AnalysisException for more than one window.
    """
    scope = analyzer.scope(child.output, outer)
    found: dict[Any, Any] = {}
    for item in items:
        for part in find(item, Apply):
            if _is_window(part):
                found.setdefault(part, analyzer.resolve(part, scope))
    meant = list(found.values())
    if any(one != meant[0] for one in meant):
        raise AnalysisException(
            "several windows of time in one list would combine all with all, and are not supported; compute one first",
            "_LEGACY_ERROR_TEMP_1039",
            {},
        )
    call, name = meant[0], meant[0].name
    if name == "window":
        child, made = _fixed(analyzer, child, call, scope)
    else:
        others = [key for key in keys or () if not has_windows([key])]
        child, made = _session(analyzer, child, call, None if keys is None else others, outer)

    def change(one: Expression) -> Expression | None:
        return made if _is_window(one) else None

    return child, [transform(item, lambda one: one, change) for item in items]


def _fixed(analyzer: Analyzer, child: Node, call: Any, scope: Scope) -> tuple[Node, Attribute]:
    moment, length, slide, _ = call.args
    made = Attribute("window", call.dtype, False, fresh_id())
    if length == slide:
        kept = Filter(child, _resolved(analyzer, Apply("isnotnull", (moment,)), child), child.output)
        alias = Alias(call, "window", None, made.id)
        return project_node(kept, (alias, *child.output)), made
    generator = analyzer.call(Apply("sliding_windows", call.args), call.args, scope)
    return Generate(child, generator, False, (made,), (*child.output, made)), made


def _resolved(analyzer: Analyzer, one: Expression, child: Node) -> Any:
    return analyzer.resolve(one, analyzer.scope(child.output))


def _session(
    analyzer: Analyzer, child: Node, call: Any, keys: Sequence[Expression] | None, outer: Scope | None
) -> tuple[Node, Attribute]:
    """Each row's own session, or with keys the joined one that it belongs to."""
    kept = child.output
    start = Alias(call.args[0], "start", None, fresh_id())
    end = Alias(call.args[1], "end", None, fresh_id())
    child = project_node(child, (*kept, start, end))
    first, last = start.attribute, end.attribute
    condition = Apply("and", (Apply("isnotnull", (first,)), Apply(">", (last, first))))
    child = Filter(child, _resolved(analyzer, condition, child), child.output)
    if keys is not None:
        child, first, last = _joined(analyzer, child, first, last, keys, outer)
    made = Attribute("session_window", call.dtype, False, fresh_id())
    struct = Apply("named_struct", (Literal("start", _TEXT), first, Literal("end", _TEXT), last))
    alias = Alias(_resolved(analyzer, struct, child), "session_window", None, made.id)
    return project_node(child, (*kept, alias)), made


def _joined(
    analyzer: Analyzer,
    child: Node,
    first: Attribute,
    last: Attribute,
    keys: Sequence[Expression],
    outer: Scope | None,
) -> tuple[Node, Attribute, Attribute]:
    """Start and end of the joined sessions: one begins where a row starts after all ends before it."""
    scope = analyzer.scope(child.output, outer)
    partition = tuple(
        Alias(analyzer.resolve(key, scope), f"key{place}", None, fresh_id()) for place, key in enumerate(keys)
    )
    child = project_node(child, (*child.output, *partition))
    same = tuple(key.attribute for key in partition)
    order = (SortOrder(first),)
    before = Over(Apply("max", (last,)), same, order, Frame("ROWS", UNBOUNDED_PRECEDING, -1))
    child, reached = _with_column(analyzer, child, before)
    begins = Apply("or", (Apply("isnull", (reached,)), Apply(">", (first, reached))))
    child, fresh = _with_column(analyzer, child, Apply("if", (begins, Literal(1, _INT), Literal(0, _INT))))
    number = Over(Apply("sum", (fresh,)), same, order, Frame("ROWS", UNBOUNDED_PRECEDING, 0))
    child, session = _with_column(analyzer, child, number)
    child, begin = _with_column(analyzer, child, Over(Apply("min", (first,)), (*same, session), ()))
    child, finish = _with_column(analyzer, child, Over(Apply("max", (last,)), (*same, session), ()))
    return child, begin, finish


def _with_column(analyzer: Analyzer, child: Node, one: Expression) -> tuple[Node, Attribute]:
    alias = Alias(_resolved(analyzer, one, child), "column", None, fresh_id())
    return project_node(child, (*child.output, alias)), alias.attribute
