"""Lateral column aliases: a column of a list may use one before it by its alias.

Catalyst's ``ResolveLateralColumnAliasReference``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.naming import name_of
from minispark.sql.library.function import flag
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Expression,
    Field,
    LambdaFunction,
    Literal,
    MultiAlias,
    Name,
    Over,
    find,
    transform,
    walk,
)
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node
from minispark.sql.types import StringType

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def with_lateral_aliases(
    analyzer: Analyzer, child: Node, items: Sequence[Expression], outer: Scope | None
) -> tuple[Node, list[Expression]]:
    """The items with names of earlier aliases replaced by what they stand for, where the child has no such column."""
    scope = analyzer.scope(child.output, outer)
    if not flag(analyzer.settings, "lateralColumnAlias.enableImplicitResolution", True) or not _wanted(items, scope):
        return child, list(items)
    known: dict[str, list[Expression]] = {}
    done: list[Expression] = []
    for item in items:
        if known and any(scope.fold(name.parts[0]) in known for name in find(item, Name)):
            item = _replaced(_labelled(item, known, scope), known, scope)
        done.append(item)
        if isinstance(item, Alias):
            known.setdefault(scope.fold(item.name), []).append(item.child)
        elif not isinstance(item, (MultiAlias, Attribute)) and not (isinstance(item, Name) and len(item.parts) == 1):
            with suppress(AnalysisException):  # it is told where the item itself is resolved
                known.setdefault(scope.fold(name_of(analyzer, item, scope)), []).append(item)
    return child, done


def _wanted(items: Sequence[Expression], scope: Scope) -> bool:
    """Whether there is a name that is no column."""
    for item in items[1:]:
        for name in find(item, Name):
            if scope.variable(name.parts[0]) is None:
                with suppress(AnalysisException):
                    if scope.find(name.parts) is None:
                        return True
    return False


def _labelled(item: Expression, known: dict[str, list[Expression]], scope: Scope) -> Expression:
    """An item without a name under the one that Spark gives it, which says what is an alias."""
    if isinstance(item, (Alias, MultiAlias)):
        return item
    if isinstance(item, Name):
        return Alias(item, item.parts[-1])

    def shown(one: Expression) -> Expression:
        if isinstance(one, Name) and _meant(one, known, scope) is not one:
            return Name((f"lateralAliasReference({one.parts[0]})",))
        return one

    return Alias(item, label(transform(item, shown)))


def _replaced(item: Expression, known: dict[str, list[Expression]], scope: Scope) -> Expression:
    def before(one: Expression) -> Expression | None:
        if isinstance(one, LambdaFunction):  # its parameters hide aliases of the same names
            hidden = set(map(scope.fold, one.parameters))
            rest = {name: meaning for name, meaning in known.items() if name not in hidden}
            return replace(one, body=_replaced(one.body, rest, scope))
        if isinstance(one, Over):
            for part in walk(one):
                if _meant(part, known, scope) is not part:
                    raise AnalysisException(
                        f"the alias {label(part)} of the same list cannot be used in a window function; compute it in "
                        "a select of its own first",
                        "UNSUPPORTED_FEATURE.LATERAL_COLUMN_ALIAS_IN_WINDOW",
                        {"lca": label(part), "windowExpr": label(one)},
                    )
        return None

    return transform(item, lambda one: _meant(one, known, scope), before)


def _meant(one: Expression, known: dict[str, list[Expression]], scope: Scope) -> Expression:
    if not isinstance(one, Name) or scope.fold(one.parts[0]) not in known or scope.find(one.parts):
        return one
    meanings = known[scope.fold(one.parts[0])]
    if len(meanings) > 1:
        raise AnalysisException(
            f"the list has {len(meanings)} columns `{one.parts[0]}` before this one; give them other names",
            "AMBIGUOUS_LATERAL_COLUMN_ALIAS",
            {"name": f"`{one.parts[0]}`", "n": str(len(meanings))},
        )
    made = meanings[0]
    for part in one.parts[1:]:
        made = Field(made, Literal(part, StringType()), dotted=True)
    return made
