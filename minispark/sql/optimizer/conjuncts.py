"""Conditions as the parts that must all be true."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from minispark.sql.library import lookup
from minispark.sql.plan.expressions import Call, Expression
from minispark.sql.plan.nodes import Filter, Node
from minispark.sql.types import BooleanType


def conjuncts(condition: Expression) -> list[Expression]:
    """The parts of a condition that must all be true, in order.

    >>> from minispark.sql.plan.expressions import Literal
    >>> yes = Literal(True, BooleanType())
    >>> conjuncts(all_of([yes, yes])) == [yes, yes]
    True
    """
    found: list[Expression] = []
    waiting = [condition]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Call) and one.name == "and":
            waiting += reversed(one.args)
        else:
            found.append(one)
    return found


def all_of(parts: Iterable[Expression]) -> Expression:
    """The condition that all parts are true; of at least one part."""
    return reduce(lambda one, other: Call(lookup("and"), (one, other), BooleanType()), parts)


def filtered(child: Node, parts: list[Expression]) -> Node:
    """The rows where all parts are true."""
    return Filter(child, all_of(parts)) if parts else child
