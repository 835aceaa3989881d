"""``grouping(k)`` and ``grouping_id()``, which tell grouping sets apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.canonical import canonical
from minispark.sql.plan.expressions import Attribute, Expression
from minispark.sql.plan.labels import label
from minispark.sql.plan.written import located


def grouping_call(
    one: Any, meant: Sequence[tuple[Expression, Attribute]], keys: Sequence[Attribute], grouped: bool
) -> Any:
    """``grouping(k)`` and ``grouping_id()`` speak of keys, by the columns that hold them."""
    if one.name not in ("grouping", "grouping_id"):
        return one
    if not grouped:
        wrong = AnalysisException(
            f"{one.name} tells grouping sets apart, and there are none; use rollup, cube or groupingSets",
            "UNSUPPORTED_GROUPING_EXPRESSION",
            {},
        )
        raise located(wrong, one)
    if not one.args and one.name == "grouping_id":
        return replace(one, args=tuple(keys))
    listed = ",".join(map(label, keys))
    columns = [attribute.id for _, attribute in meant[: len(keys)]]
    found = []
    for arg in one.args:
        shape = canonical(arg)
        column = next((attribute.id for expression, attribute in meant if expression == shape), None)
        if column not in columns:
            raise AnalysisException(
                f"{one.name} takes keys of the groups, which {label(arg)} is not; they are "
                f"{', '.join(map(label, keys)) or 'none'}",
                *_ungrouped(one, listed),
            )
        found.append(keys[columns.index(column)])
    if one.name == "grouping_id" and [key.id for key in found] != [key.id for key in keys]:
        raise AnalysisException(
            f"grouping_id takes all keys of the groups in their order, {listed}, or none", *_ungrouped(one, listed)
        )
    return replace(one, args=tuple(found))


def _ungrouped(one: Any, keys: str) -> tuple[str, dict[str, str]]:
    given = ",".join(map(label, one.args))
    if one.name == "grouping_id":
        return "GROUPING_ID_COLUMN_MISMATCH", {"groupingIdColumn": given, "groupByColumns": keys}
    return "GROUPING_COLUMN_MISMATCH", {"grouping": given, "groupingColumns": keys}
