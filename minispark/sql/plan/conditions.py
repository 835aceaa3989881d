"""Conditions as the parts that must all be true."""

from __future__ import annotations

from minispark.sql.plan.expressions import Call, Expression


def conjuncts(condition: Expression) -> list[Expression]:
    """The parts of a condition that must all be true, in order.

    >>> from minispark.sql.plan.expressions import Literal
    >>> from minispark.sql.optimizer.conjuncts import all_of
    >>> yes, no = Literal(True, None), Literal(False, None)
    >>> conjuncts(all_of([yes, no, yes])) == [yes, no, yes]
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
