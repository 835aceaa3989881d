"""Window functions inside of window functions, which DuckDB does not take: the inner ones become columns below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql.plan.expressions import Alias, Expression, Over, fresh_id, transform


def unnested(items: Sequence[Expression]) -> tuple[list[Any], list[Alias]]:
    """The items with columns for what is a window function inside of another, and those columns (which may have
    further ones inside of them)."""
    made: dict[Over, Alias] = {}

    def inner(one: Expression) -> Expression | None:
        if not isinstance(one, Over):
            return None
        if one not in made:
            made[one] = Alias(one, "window", None, fresh_id())
        return made[one].attribute

    def part(one: Any) -> Any:
        return transform(one, lambda each: each, inner)

    def outer(one: Expression) -> Expression | None:
        if not isinstance(one, Over):
            return None
        partition, order = tuple(map(part, one.partition)), tuple(map(part, one.order))
        return replace(one, child=part(one.child), partition=partition, order=order)

    return [transform(item, lambda each: each, outer) for item in items], list(made.values())
