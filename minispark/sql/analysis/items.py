"""Lists of columns: read, resolved and named, and the projection that they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.sql.analysis.generators import generated
from minispark.sql.analysis.naming import as_written, name_of, with_outer
from minispark.sql.analysis.pythoncalls import with_python
from minispark.sql.analysis.resolver import is_aggregate, is_generator
from minispark.sql.analysis.routineuses import refuse_routines
from minispark.sql.analysis.stars import expanded
from minispark.sql.analysis.windows import over_windows
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Call,
    Expression,
    MultiAlias,
    Over,
    SqlText,
    find,
    fresh_id,
    holds,
    transform,
)
from minispark.sql.plan.nodes import Node
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def read(analyzer: Analyzer, items: Sequence[Expression]) -> list[Expression]:
    """A list of columns with SQL texts read, so that their names and stars show."""

    def parsed(one: Expression) -> Expression:
        return analyzer.parse(one.text) if isinstance(one, SqlText) else one

    return [transform(item, parsed) if holds(item, SqlText) else item for item in items]


def named_items(analyzer: Analyzer, items: Sequence[Expression], scope: Scope) -> list[Any]:
    """A list of columns resolved: attributes, aliases with ids, generators as they are (with their names).

    A column may use one before it in the list by its alias, where the child has no column of that name.
    """
    found: list[Any] = []
    for item in expanded(analyzer, read(analyzer, items), scope):
        found.append(named_item(analyzer, item, scope))
    over_windows(found)
    return found


def named_item(analyzer: Analyzer, item: Expression, scope: Scope) -> Any:
    """One column resolved, with its name and id."""
    if isinstance(item, MultiAlias):
        return MultiAlias(analyzer.resolve(item.child, scope), item.names)
    if isinstance(item, Alias):
        if item.id:
            return Alias(analyzer.resolve(item.child, scope), item.name, item.metadata, item.id)
        child = analyzer.resolve(item.child, scope)
        return Alias(child, item.name, item.metadata, fresh_id())
    resolved = as_written(analyzer.resolve(item, scope), item)
    called = isinstance(item, Apply) and item.name != "lazy" and isinstance(resolved, Attribute)
    if isinstance(resolved, (Attribute, Alias)) and not called and (not isinstance(resolved, Alias) or resolved.id):
        return resolved
    if isinstance(resolved, Alias):
        return replace(resolved, id=fresh_id())
    if is_generator(resolved):
        refuse_routines(analyzer, (item,), "Generate")
        return resolved
    return Alias(resolved, name_of(analyzer, with_outer(item, resolved), scope), None, fresh_id())


def aggregates_in(item: Expression) -> bool:
    """Whether a resolved expression has an aggregate function outside of a window."""
    waiting = [item]
    while waiting:
        one = waiting.pop()
        if is_aggregate(one):
            return True
        waiting += one.child.children if isinstance(one, Over) else one.children
        if isinstance(one, Over):
            waiting += (*one.partition, *one.order)
    return False


def projected(analyzer: Analyzer, child: Node, named: Sequence[Any]) -> Node:
    """A projection of resolved columns; generators and Python functions become nodes of their own below it."""
    several = any(isinstance(item, MultiAlias) for item in named)
    if several or any(is_generator(part) for item in named for part in find(item, Call)):
        child, named = generated(analyzer, child, named)
    child, named = with_python(child, named)
    return project_node(child, tuple(named))
