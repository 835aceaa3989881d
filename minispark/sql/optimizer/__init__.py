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
from minispark.sql.optimizer.filenames import file_names
from minispark.sql.optimizer.observed import observed
from minispark.sql.optimizer.partitionfilters import partition_filters
from minispark.sql.optimizer.prune import prune
from minispark.sql.plan.nodes import Node

RULES: tuple[Callable[[Node, Settings], Node], ...] = (file_names, observed, collapse, prune, partition_filters)


def optimized(plan: Node, settings: Settings) -> Node:
    """The plan after all rules."""
    for rule in RULES:
        plan = rule(plan, settings)
    return plan
