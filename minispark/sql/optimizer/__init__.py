"""Rules that make a plan run faster without another answer.

DuckDB optimises what it is given; these rules are for
what it cannot see (files to leave out) and for what would be slow to hand over (long chains of small steps).

May import ``plan`` and ``library``. Invariants: ``RULES`` is an ordered tuple of functions from a plan to a plan with
the same output; each lies in a file of its own, with a doctest.
"""

from __future__ import annotations

from collections.abc import Callable

from minispark.sql.library.function import Settings
from minispark.sql.optimizer.collapse import collapse
from minispark.sql.optimizer.collations import collations
from minispark.sql.optimizer.eageraggregates import eager_aggregates
from minispark.sql.optimizer.existence import existence
from minispark.sql.optimizer.filenames import file_names
from minispark.sql.optimizer.groupjoins import group_joins
from minispark.sql.optimizer.grouplimits import group_limits
from minispark.sql.optimizer.observed import observed
from minispark.sql.optimizer.partitionfilters import partition_filters
from minispark.sql.optimizer.prune import prune
from minispark.sql.optimizer.semijoins import semi_joins
from minispark.sql.optimizer.sharedfilters import shared_filters
from minispark.sql.optimizer.sharedscalars import shared_scalars
from minispark.sql.plan.nodes import Node
from minispark.sql.plan.subplans import transform_subplans

RULES: tuple[Callable[[Node, Settings], Node], ...] = (
    collations,
    file_names,
    observed,
    semi_joins,
    shared_scalars,
    group_limits,
    group_joins,
    existence,
    shared_filters,
    collapse,
    eager_aggregates,
    prune,
    partition_filters,
)


def optimized(plan: Node, settings: Settings) -> Node:
    """The plan after all rules, which the plans of its subqueries have gone through too."""
    for rule in RULES:
        plan = rule(plan, settings)
    return transform_subplans(plan, lambda inner: optimized(inner, settings))
