"""``observe``: aggregates of the rows that pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.analysis.items import named_items
from minispark.sql.analysis.resolver import is_aggregate
from minispark.sql.plan.expressions import Attribute, Call, Expression, Over
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node, Observed

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def observed(analyzer: Analyzer, child: Node, name: str, items: Sequence[Expression], observation: Any) -> Node:
    """The child, whose rows are counted and summed on their way.

    Raises AnalysisException for columns outside of aggregates, aggregates in aggregates or with DISTINCT, and windows.
    """
    if not name:
        raise _wrong("MISSING_NAME", "metrics need a name that is not empty", {"operator": "observe"})
    made = named_items(analyzer, items, analyzer.scope(child.output))
    for given, one in zip(items, made, strict=True):
        _checked(one, label(given), False)
    return Observed(child, name, tuple(made), observation)


def _checked(one: Any, shown: str, inside: bool) -> None:
    expression = {"expr": f'"{shown}"'}
    if isinstance(one, Over):
        raise _wrong("WINDOW_EXPRESSIONS_UNSUPPORTED", f"{shown} has a window function", expression)
    if isinstance(one, Attribute) and not inside:
        raise _wrong(
            "NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE", f"the column {one.name} stands outside of aggregate functions",
            {"expr": f'"{one.name}"'},
        )  # fmt: skip
    if is_aggregate(one):
        if inside:
            raise _wrong("NESTED_AGGREGATES_UNSUPPORTED", f"{shown} has an aggregate function in another", expression)
        if one.distinct:
            raise _wrong("AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED", f"{shown} has DISTINCT", expression)
        if one.where is not None:
            raise _wrong("AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED", f"{shown} has FILTER", expression)
        inside = True
    elif isinstance(one, Call) and not one.function.deterministic and not inside:
        raise _wrong("NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC", f"{shown} is not deterministic", expression)
    for part in one.children:
        _checked(part, shown, inside)


def _wrong(condition: str, what: str, parameters: dict[str, str]) -> AnalysisException:
    return AnalysisException(
        f"observe takes aggregates of the columns, and {what}", f"INVALID_OBSERVED_METRICS.{condition}", parameters
    )
