"""Strings with a collation compare by keys; who uses none pays for nothing."""

from __future__ import annotations

from minispark.sql.library.function import Settings
from minispark.sql.plan.nodes import Node
from minispark.sql.types import StringType


def collations(plan: Node, settings: Settings) -> Node:
    """The plan with keys where collated strings are compared; itself in a process without collations.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(collations(OneRow(), None)).__name__
    'OneRow'
    """
    if not StringType.in_use:
        return plan
    from minispark.sql.optimizer.collationkeys import lowered

    return lowered(plan)
