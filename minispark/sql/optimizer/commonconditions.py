"""What every side of an OR asks for is asked once, beside it (Catalyst's ``BooleanSimplification``).

``(a = b and c > 1) or (a = b and c < 0)`` says ``a = b`` for certain, which a join or a file can use.
"""

from __future__ import annotations

from functools import reduce
from operator import is_not

from minispark.engine.core.values import replace
from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.library.shortcircuit import may_raise
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.conjuncts import all_of
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import Call, Expression
from minispark.sql.plan.nodes import Filter, Join, Node, transform_plan
from minispark.sql.types import BooleanType


def common_conditions(plan: Node, settings: Settings) -> Node:
    """The plan where conditions ask once for what all sides of an OR ask for.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> type(common_conditions(OneRow(), None)).__name__
    'OneRow'
    """
    return transform_plan(plan, _node, Filter, Join)


def _node(node: Node) -> Node:
    if isinstance(node, (Filter, Join)) and node.condition is not None:
        parts = conjuncts(node.condition)
        made = [each for part in parts for each in _asked_once(part)]
        if len(made) != len(parts) or any(map(is_not, made, parts)):
            return replace(node, condition=all_of(made))
    return node


def _asked_once(part: Expression) -> list[Expression]:
    """The part, or the parts in its place, which are all true where it is."""
    sides = [conjuncts(side) for side in _sides(part)]
    if len(sides) < 2:
        return [part]
    common = [one for one in sides[0] if all(one in side for side in sides[1:]) and steady(one) and not may_raise(one)]
    if not common:
        return [part]
    rest = [[one for one in side if one not in common] for side in sides]
    return [*common, _any_of(rest)] if all(rest) else common


def _sides(part: Expression) -> list[Expression]:
    found: list[Expression] = []
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Call) and one.name == "or":
            waiting += reversed(one.args)
        else:
            found.append(one)
    return found


def _any_of(sides: list[list[Expression]]) -> Expression:
    return reduce(lambda one, other: Call(lookup("or"), (one, other), BooleanType()), map(all_of, sides))
