"""Hints of SELECT: those that ask for partitions are the DataFrame methods', others are kept as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.analysis.windows import refuse_windows
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Expression, Literal
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Hinted, Node

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner

_PARTITIONS = {"repartition": "repartition", "repartition_by_range": "repartitionByRange", "rebalance": "rebalance"}


def hinted(planner: Planner, child: Node, hint: s.Hint, outer: Scope | None) -> Node:
    """The child under a hint. Raises AnalysisException for parameters that the hint does not take."""
    name = hint.name.lower()
    if name == "coalesce":
        return Hinted(child, "coalesce", (_count(hint),))
    if name in _PARTITIONS:
        numbers = [one for one in hint.parameters if _number(one) is not None]
        count = _number(numbers[0]) if numbers else None
        columns = [one for one in hint.parameters if one not in numbers]
        return partitioned(planner, child, _PARTITIONS[name], count, columns, outer)
    return Hinted(child, hint.name, tuple(map(label, hint.parameters)))


def partitioned(
    planner: Planner, child: Node, name: str, count: int | None, columns: Any, outer: Scope | None = None
) -> Node:
    """The child in other partitions, by the values of columns: kept for explain and for ``rdd``."""
    scope = planner.analyzer.scope(child.output, outer)
    keys = tuple(planner.analyzer.resolve(one, scope) for one in columns)
    for key in keys:
        refuse_windows(key, "RebalancePartitions" if name == "rebalance" else "RepartitionByExpression")
    return Hinted(child, name, (count, keys))


def _count(hint: s.Hint) -> int:
    found = _number(hint.parameters[0]) if len(hint.parameters) == 1 else None
    if found is None:
        raise AnalysisException(
            "COALESCE Hint expects a partition number as a parameter", "_LEGACY_ERROR_TEMP_1048",
            {"hintName": hint.name.upper()},
        )  # fmt: skip
    return found


def _number(one: Expression) -> int | None:
    return one.item if isinstance(one, Literal) and type(one.item) is int else None
