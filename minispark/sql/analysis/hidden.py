"""Columns that a list left out: an order or condition above it may use them (Catalyst's ``ColumnResolutionHelper``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.aggregates import reach_aggregate
from minispark.sql.analysis.items import aggregates_in
from minispark.sql.plan.expressions import Expression, references
from minispark.sql.plan.nodes import Aggregate, Filter, Hinted, Named, Node, Project, Sort
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

_MISSING = ("UNRESOLVED_COLUMN", "MISSING_ATTRIBUTES")


def resolve_reaching(
    analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None = None
) -> tuple[Node, list[Any]]:
    """The items over the child, and the child with the further columns that they need, after its own.

    Raises what resolution over the child alone raises, where reaching further does not help either.
    """
    found: list[Any] = []
    for item in items:
        try:
            plain = analyzer.resolve(item, analyzer.scope(child.output, outer))
            if _calls_aggregate(plain):
                reached = _reach(analyzer, child, item, outer)
                if reached is not None:
                    child, plain = reached
            found.append(plain)
        except AnalysisException as error:
            if not str(error.getCondition() or "").startswith(_MISSING):
                raise
            reached = _reach(analyzer, child, item, outer)
            if reached is None:
                raise
            child, resolved = reached
            found.append(resolved)
    return child, found


def _calls_aggregate(item: Expression) -> bool:
    """Whether aggregates are called outside of windows: HAVING and ORDER BY may, over an aggregation."""
    return aggregates_in(item)


def _reach(analyzer: Analyzer, child: Node, item: Expression, outer: Scope | None) -> tuple[Node, Any] | None:
    path: list[Node] = []
    node = child
    while isinstance(node, (Filter, Sort, Hinted)):  # a name of a table hides what is below
        path.append(node)
        node = node.child
    if not isinstance(node, Project):
        return None
    below = node.child
    if isinstance(below, Aggregate) or (isinstance(below, Filter) and isinstance(below.child, Aggregate)):
        reached = reach_aggregate(analyzer, node, item, outer)
        if reached is None:
            return None
        made, resolved = reached
        return rebuilt(path, made), resolved
    try:
        # names of this list come first, then those below it
        mixed = [*node.output, *(one for one in below.output if one.id not in {each.id for each in node.output})]
        taken = {analyzer.scope(()).fold(one.name) for one in node.output}
        visible = [
            one
            for one in mixed
            if one in node.output or analyzer.scope(()).fold(one.name) not in taken or one.qualifier
        ]
        resolved = _resolved(analyzer, item, (visible, mixed), outer)
        lower = below
    except AnalysisException:
        resolved = None
    if resolved is None or _calls_aggregate(resolved):
        deeper = _reach(analyzer, below, item, outer)
        if deeper is None:
            return None
        lower, resolved = deeper
    have = {one.id for one in node.output}
    needed = references(resolved) - have
    further = tuple(one for one in lower.output if one.id in needed)
    made = project_node(lower, (*node.items, *further))
    return rebuilt(path, made), resolved


def _resolved(analyzer: Analyzer, item: Expression, scopes: Sequence[Any], outer: Scope | None) -> Any:
    """The item in the first scope; in the second where it has columns of a DataFrame, which names of others hide."""
    try:
        return analyzer.resolve(item, analyzer.scope(scopes[0], outer))
    except AnalysisException as error:
        if not str(error.getCondition() or "").startswith("MISSING_ATTRIBUTES"):
            raise
        return analyzer.resolve(item, analyzer.scope(scopes[1], outer))


def rebuilt(path: Sequence[Node], bottom: Node) -> Node:
    """The nodes of one child each, outermost first, over another bottom that gives more columns."""
    for node in reversed(path):
        if isinstance(node, Named):
            extra = bottom.output[len(node.child.output) :]
            bottom = Named(bottom, node.name, (*node.output, *extra))
        else:
            bottom = replace(node, child=bottom)
    return bottom
