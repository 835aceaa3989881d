"""Lateral column aliases: a column of a list may use one before it by its alias.

Catalyst's ``ResolveLateralColumnAliasReference``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.sql.plan.expressions import Alias, Expression, Name, transform, walk
from minispark.sql.plan.nodes import Node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def with_lateral_aliases(
    analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None
) -> tuple[Node, list[Expression]]:
    """The items with names of earlier aliases replaced by what they stand for, where the child has no such column."""
    scope = analyzer.scope(child.output, outer)
    known: dict[str, Expression] = {}
    done: list[Expression] = []
    for item in items:
        if known and any(isinstance(part, Name) and scope.fold(part.parts[0]) in known for part in walk(item)):
            item = transform(item, lambda one: _meant(one, known, scope))
        done.append(item)
        if isinstance(item, Alias):
            known.setdefault(scope.fold(item.name), item.child)
    return child, done


def _meant(one: Expression, known: dict[str, Expression], scope: Scope) -> Expression:
    if (
        isinstance(one, Name)
        and len(one.parts) == 1
        and scope.fold(one.parts[0]) in known
        and not scope.find(one.parts)
    ):
        return known[scope.fold(one.parts[0])]
    return one
