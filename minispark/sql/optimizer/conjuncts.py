"""Conditions made of the parts that must all be true, which ``plan.conditions`` takes apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from minispark.sql.library import lookup
from minispark.sql.plan.expressions import Call, Expression
from minispark.sql.plan.nodes import Filter, Node
from minispark.sql.types import BooleanType


def all_of(parts: Iterable[Expression]) -> Expression:
    """The condition that all parts are true; of at least one part."""
    return reduce(lambda one, other: Call(lookup("and"), (one, other), BooleanType()), parts)


def filtered(child: Node, parts: list[Expression]) -> Node:
    """The rows where all parts are true."""
    return Filter(child, all_of(parts)) if parts else child
