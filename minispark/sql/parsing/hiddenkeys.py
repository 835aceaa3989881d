"""Keys of USING and NATURAL joins by the name of a side: ``t2.k`` is still there where ``*`` shows ``k`` once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.analysis.hidden import resolve_reaching
from minispark.sql.plan.expressions import Alias, Attribute, Expression, Name, fresh_id, transform, walk
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node, Project
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def with_hidden_keys(
    analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None
) -> tuple[Node, list[Expression]]:
    """The child with the hidden keys that the items name, and the items with columns in the place of these names."""
    if not isinstance(child, Project):
        return child, list(items)
    scope = analyzer.scope(child.output, outer)
    found: dict[tuple[str, ...], Any] = {}
    for item in items:
        for part in walk(item):
            if isinstance(part, Name) and len(part.parts) > 1 and part.parts not in found and _missing(scope, part):
                reached = _reached(analyzer, child, part, outer)
                if reached is not None:
                    child, found[part.parts] = reached
    if not found:
        return child, list(items)
    return child, [_replaced(item, found) for item in items]


def _missing(scope: Scope, name: Name) -> bool:
    level: Scope | None = scope
    while level is not None:
        if level.find(name.parts) is not None:
            return False
        level = level.outer
    return True


def _reached(analyzer: Analyzer, child: Node, name: Name, outer: Scope | None) -> tuple[Node, Any] | None:
    try:
        extended, resolved = resolve_reaching(analyzer, child, [name], outer)
    except AnalysisException:
        return None
    one = resolved[0]
    if not isinstance(one, Attribute) or len(extended.output) != len(child.output) + 1:
        return None
    hidden = Alias(one, f"__{'.'.join(name.parts)}", None, fresh_id())
    return project_node(extended, (*child.output, hidden)), hidden.attribute


def _replaced(item: Expression, found: dict[tuple[str, ...], Any]) -> Expression:
    def change(one: Expression) -> Expression:
        return found.get(one.parts, one) if isinstance(one, Name) else one

    changed = transform(item, change)
    if changed is item or isinstance(item, Alias):
        return changed
    return Alias(changed, item.parts[-1] if isinstance(item, Name) else label(item))
