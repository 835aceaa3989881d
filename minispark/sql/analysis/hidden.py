"""Columns that a list left out: an order or condition above it may use them (Catalyst's ``ColumnResolutionHelper``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.aggregates import column_of
from minispark.sql.analysis.items import aggregates_in
from minispark.sql.analysis.levels import Levels
from minispark.sql.analysis.overgroups import over_groups
from minispark.sql.plan.expressions import Attribute, Expression, Outer, Over, holds, references
from minispark.sql.plan.nodes import Aggregate, Filter, Hinted, Limit, Named, Node, Project, Sort
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

_MISSING = ("UNRESOLVED_COLUMN", "MISSING_ATTRIBUTES")
_PARTS = ("INVALID_EXTRACT", "FIELD_NOT_FOUND")
_PASSING = (Filter, Sort, Hinted, Limit)


def resolve_reaching(
    analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None = None, clause: str = "WHERE"
) -> tuple[Node, list[Any]]:
    """The items over the child, and the child with the further columns that they need, after its own.

    HAVING looks names up below an aggregation first. ORDER BY takes a name that is ambiguous here from further below.
    Raises what resolution over the child alone raises, where reaching further does not help either.
    """
    found: list[Any] = []
    width = len(child.output)
    for item in items:
        path, groups = _groups(child)
        if groups is not None and clause == "HAVING":
            made, one = over_groups(analyzer, groups, item, outer, True)
            child = rebuilt(path, made)
        else:
            child, one = _reached(analyzer, child, item, analyzer.scope(child.output[:width], outer), clause)
        found.append(one)
    return child, found


def _reached(analyzer: Analyzer, child: Node, item: Expression, own: Scope, clause: str) -> tuple[Node, Any]:
    path, groups = _groups(child)
    if groups is not None and any(holds(one, Over) for one in groups.items):
        groups = None  # windows stand between
    try:
        plain: Any = analyzer.resolve(item, own)
        around = clause == "ORDER BY" and holds(plain, Outer)
        if (groups is None or not aggregates_in(plain)) and not around:
            return child, plain
    except AnalysisException as error:
        condition = str(error.getCondition() or "")
        reaching = (*_MISSING, *_PARTS, "AMBIGUOUS_REFERENCE") if clause == "ORDER BY" else _MISSING
        if not condition.startswith(reaching) and not (groups and condition.startswith(_PARTS)):
            raise
    if groups is not None:
        made, resolved = over_groups(analyzer, groups, item, own.outer)
        return rebuilt(path, made), resolved
    scope = Levels(analyzer, [own, *(analyzer.scope(one) for one in _below(child))], own)
    resolved = analyzer.resolve(item, scope)
    return _with(child, references(resolved)), resolved


def _groups(child: Node) -> tuple[list[Node], Project | None]:
    """The list over an aggregation, and the nodes above it; None where there is none, or another list between."""
    path: list[Node] = []
    while isinstance(child, _PASSING):
        path.append(child)
        child = child.child
    below = child.child if isinstance(child, Project) else None
    if isinstance(below, Filter):
        below = below.child
    return path, child if isinstance(child, Project) and isinstance(below, Aggregate) else None


def _below(node: Node) -> list[Sequence[Attribute]]:
    """What the plans below lists give: of an aggregation its keys. A table's name hides what is below it."""
    found: list[Sequence[Attribute]] = []
    while True:
        while isinstance(node, _PASSING):
            node = node.child
        if isinstance(node, Aggregate):
            keys = [(key, column_of(key, node)) for key in node.keys]
            found[-1] = [replace(column, name=key.name, qualifier=key.qualifier) for key, column in keys]
        if not isinstance(node, Project):
            return found
        node = node.child
        found.append(node.output)


def _with(node: Node, needed: set[int]) -> Node:
    """The node with further columns from below lists, after its own."""
    rest = needed - {one.id for one in node.output}
    if not rest:
        return node
    if isinstance(node, _PASSING):
        return replace(node, child=_with(node.child, needed))
    if not isinstance(node, Project):
        return node
    lower = _with(node.child, rest)
    return project_node(lower, (*node.items, *(one for one in lower.output if one.id in rest)))


def rebuilt(path: Sequence[Node], bottom: Node) -> Node:
    """The nodes of one child each, outermost first, over another bottom that gives more columns."""
    for node in reversed(path):
        if isinstance(node, Named):
            extra = bottom.output[len(node.child.output) :]
            bottom = Named(bottom, node.name, (*node.output, *extra))
        else:
            bottom = replace(node, child=bottom)
    return bottom
