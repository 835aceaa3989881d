"""HAVING and ORDER BY over an aggregation: they may name keys and call aggregates that its list does not have.

Catalyst's ``ResolveAggregateFunctions``. HAVING looks a name up below the aggregation first, and takes it back where
what was found is neither a key nor inside of an aggregate function; ORDER BY and conditions of DataFrames look it up
in the list first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.aggregates import Builder, column_of
from minispark.sql.analysis.canonical import canonical, head
from minispark.sql.analysis.levels import Levels, Parts
from minispark.sql.analysis.outeraggregates import moved_out
from minispark.sql.analysis.resolver import is_aggregate
from minispark.sql.library import lookup
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Expression,
    Field,
    Literal,
    Name,
    Over,
    SortOrder,
    Subquery,
    references,
    transform,
    walk,
)
from minispark.sql.plan.nodes import Aggregate, Filter, Node, Project
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.types import StringType

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

_NAMES = ("AMBIGUOUS_REFERENCE", "INVALID_EXTRACT", "FIELD_NOT_FOUND", "AMBIGUOUS_REFERENCE_TO_FIELDS")


def over_groups(
    analyzer: Analyzer, top: Project, item: Expression, outer: Scope | None, having: bool = False
) -> tuple[Project, Any]:
    """The item over an aggregation's list, and the list with what the item needs as further columns after its own.

    ``top`` is the projection over the Aggregate, or over a condition on it. Raises AnalysisException for what cannot
    be resolved.
    """
    return _Over(analyzer, top, outer, having).resolved(item)


class _Over:
    def __init__(self, analyzer: Analyzer, top: Project, outer: Scope | None, having: bool) -> None:
        self._analyzer, self._top, self._having = analyzer, top, having
        self._below = top.child
        below: Any = top.child
        self._node: Any = below.child if isinstance(below, Filter) else below
        windows = {one.id for one in top.items if isinstance(one, Alias) and any(map(_is_window, walk(one)))}
        self._list = analyzer.scope([one for one in top.output if one.id not in windows], outer)
        self._rows = analyzer.scope(self._node.children[0].output, outer)
        self._ids = {one.id for one in top.output}

    def resolved(self, item: Expression) -> tuple[Project, Any]:
        """As ``over_groups``."""
        last: frozenset[Parts] = frozenset()
        for _ in range(4):  # names taken back: of the item itself, of queries in it
            scope, found = self._named(item, last)
            builder = self._builder()
            direct: set[Parts] = set()
            nested: set[Parts] = set()
            changed = transform(found, lambda one: one, self._before(builder, scope, direct, nested))
            if not direct and not nested:
                return self._grown(builder, self._listed(changed))
            if not self._having or nested & last:
                raise self._list.missing(next(iter(direct | nested)))
            item, last = self._of_list(item, direct), last | nested
        raise self._list.missing(next(iter(direct | nested)))

    def _named(self, item: Expression, last: frozenset[Parts]) -> tuple[Levels, Any]:
        rows_first = self._having
        if not self._having:
            try:
                self._analyzer.resolve(item, self._list)
            except AnalysisException as error:
                rows_first = str(error.getCondition() or "").startswith(_NAMES)
        levels = (self._rows, self._list) if rows_first else (self._list, self._rows)
        scope = Levels(self._analyzer, levels, self._list, last, self._having)
        return scope, self._analyzer.resolve(item, scope)

    def _builder(self) -> Builder:
        node: Aggregate = self._node
        meant = [(_origin(key, node.child), column_of(key, node)) for key in node.keys]
        meant += [(canonical(one), one) for one in node.output]
        meant += [(canonical(key), column_of(key, node)) for key in node.keys]
        calls = [one for one in node.items if isinstance(one, Alias) and is_aggregate(one.child)]
        return Builder(self._analyzer, meant, node.keys, node.sets, calls)

    def _before(self, builder: Builder, scope: Levels, direct: set[Parts], nested: set[Parts]) -> Any:
        def taken_back(one: Attribute, into: set[Parts]) -> None:
            parts = scope.noted.get(one.id)
            if parts is None:
                self._analyzer.resolve(one, self._list)  # a DataFrame's column: tells that it is not there
            into.add(parts or (one.name,))

        def before(one: Expression) -> Expression | None:
            if is_aggregate(one):
                self._computable(one)
            if isinstance(one, Subquery) and one.outer:
                left = tuple(transform(part, lambda each: each, before) for part in one.left)
                strange: list[Attribute] = []
                query = moved_out(replace(one, left=left), builder, self._rows.holds, strange.append)
                for each in strange:
                    taken_back(each, nested)
                return query
            made = builder.before(one)
            if made is None and isinstance(one, Attribute) and one.id not in self._ids and self._rows.holds(one.id):
                taken_back(one, direct)
            return made

        return before

    def _computable(self, call: Expression) -> None:
        """Raises AnalysisException for an aggregate function of columns of the list, which come after it."""
        if getattr(call, "name", "") in ("grouping", "grouping_id"):
            return
        for one in walk(call):
            if isinstance(one, Attribute) and one.id in self._ids and not self._rows.holds(one.id):
                self._analyzer.resolve(one, self._rows)

    def _of_list(self, item: Expression, names: set[Parts]) -> Expression:
        """The item as the user wrote it with these names, outside of aggregate functions, meant as the list's."""

        def before(one: Expression) -> Expression | None:
            if isinstance(one, Apply) and getattr(lookup(one.name), "kind", "") == "aggregate":
                return one
            if not isinstance(one, Name) or one.parts not in names:
                return None
            found = self._list.find(one.parts)
            if found is None:
                raise self._list.missing(one.parts)
            made: Expression = found[0]
            for part in found[1]:
                made = Field(made, Literal(part, StringType()), dotted=True)
            return made

        return transform(item, lambda one: one, before)

    def _listed(self, changed: Any) -> Any:
        """The item with what the list computes already taken from there."""
        made = [(canonical(one.child), one.attribute) for one in self._top.items if isinstance(one, Alias)]
        heads = {head(one.child) for one in self._top.items if isinstance(one, Alias)}

        def before(one: Expression) -> Expression | None:
            if isinstance(one, (Literal, SortOrder)) or head(one) not in heads:
                return None
            shape = canonical(one)
            return next((attribute for expression, attribute in made if expression == shape), None)

        return transform(changed, lambda one: one, before)

    def _grown(self, builder: Builder, changed: Any) -> tuple[Project, Any]:
        node: Aggregate = self._node
        known = {one.id for one in node.items if isinstance(one, Alias)}
        further = [one for one in builder.calls if one.id not in known]
        output = (*node.output, *(replace(one.attribute, hidden=True) for one in further))
        grown: Node = replace(node, items=(*node.items, *further), output=output)
        if isinstance(self._below, Filter):
            grown = Filter(grown, self._below.condition)
        needed = references(changed) - self._ids
        extra = tuple(one for one in grown.output if one.id in needed)
        if not extra and not further:
            return self._top, changed
        return project_node(grown, (*self._top.items, *extra)), changed


def _is_window(one: Expression) -> bool:
    return isinstance(one, Over)


def _origin(key: Attribute, keyed: Node) -> Expression:
    """The expression that a key's column was made of, for comparison."""
    if isinstance(keyed, Project):
        for item in keyed.items:
            if isinstance(item, Alias) and item.id == key.id:
                return canonical(item.child)
    return canonical(key)
