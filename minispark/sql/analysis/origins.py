"""Which DataFrame a column was asked of, where plans are joined with themselves.

A side of a join that shares columns with the other gets new ids for them. A column asked for as ``df["name"]`` from
before then has two meanings, and Spark refuses it (``DetectAmbiguousSelfJoin``) where the DataFrame that it was asked
of is part of that side: it would silently be the other side's.
"""

from __future__ import annotations

import weakref

from minispark.errors import AnalysisException
from minispark.sql.analysis.scope import Scope
from minispark.sql.plan.expressions import Attribute
from minispark.sql.plan.nodes import Node, walk_plan

_plans: weakref.WeakValueDictionary[int, Node] = weakref.WeakValueDictionary()


def remember(number: int, plan: Node) -> None:
    """The plan of the DataFrame of a number, for as long as it is used."""
    _plans[number] = plan


def check(one: Attribute, scope: Scope) -> None:
    """Raise AnalysisException where a column of a DataFrame may be either of two in a scope."""
    for each in scope.attributes:
        for id, side in each.copied:
            if id == one.id and each.id != one.id and _within(one.origin, side):
                raise AnalysisException(
                    f"the column `{one.name}` of a DataFrame that was joined with itself may be either side's; give "
                    "the sides names by alias(), and say col('name.column')",
                    "_LEGACY_ERROR_TEMP_1182",
                    {
                        "ambiguousAttrs": f"{one.name}#{one.id}",
                        "config": "spark.sql.analyzer.failAmbiguousSelfJoin",
                    },
                )


def _within(number: int, side: Node) -> bool:
    plan = _plans.get(number)
    return plan is None or any(node is plan for node in walk_plan(side))
