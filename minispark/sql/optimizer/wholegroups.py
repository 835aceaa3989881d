"""Aggregates of whole groups: which are the same where conditions on other tables leave some groups out."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.sql.optimizer.collapse import steady
from minispark.sql.optimizer.samerows import Names, plain, same_rows
from minispark.sql.plan.expressions import Attribute, Call, Expression, Outer, holds, references
from minispark.sql.plan.nodes import Node
from minispark.sql.types import DecimalType, IntegralType

_ANY = ("min", "max")
"""Aggregates that several equal rows do not change."""


def unchanged(one: Expression) -> bool:
    """Whether an aggregate is the same where each row is there a number of times.

    >>> from minispark.sql.plan.expressions import Literal
    >>> unchanged(Literal(1, None))
    False
    """
    if not isinstance(one, Call) or one.distinct or one.where is not None or one.within or not steady(one):
        return False
    if len(one.args) != 1 or holds(one, Outer):
        return False
    kind = one.args[0].dtype
    return one.name in _ANY or (one.name == "avg" and isinstance(kind, (DecimalType, IntegralType)))


def places(tables: list[Node], around: list[Node]) -> Names | None:
    """The columns of tables among those of others, where each of them is there just once.

    >>> from minispark.sql.plan.nodes import OneRow
    >>> one = OneRow()
    >>> places([one], [OneRow(), one]), places([one], [one, one])
    ({}, None)
    """
    every: Names = {}
    taken: set[int] = set()
    for table in tables:
        found = [(id(one), names) for one in around if (names := same_rows(table, one)) is not None]
        if len(found) != 1 or found[0][0] in taken:
            return None
        taken.add(found[0][0])
        every |= found[0][1]
    return every


def whole_groups(
    conditions: list[Expression], own: list[Expression], key: int, outer: int, mine: set[int], fewer: bool = False
) -> bool:
    """Whether conditions leave all rows of a group or none, as often each, and fewer groups than there are.

    ``own`` are those by which the groups are made: all must be there, and no others on their columns. ``outer`` is the
    column that chooses the groups, equal to their ``key``. ``fewer`` says that some are left out in any case.

    >>> whole_groups([], [], 1, 1, {1}), whole_groups([], [], 1, 1, {1}, fewer=True)
    (False, True)
    """
    tied = key == outer
    met: list[Expression] = []
    for one in conditions:
        ids = references(one)
        if isinstance(one, Call) and one.name == "=" and ids == {key, outer} and len(one.args) == 2:
            tied = tied or all(isinstance(arg, Attribute) for arg in one.args)
        elif ids & mine:
            same = [each for each in own if each in (plain(one), _turned(plain(one)))]
            if not same:
                return False
            met += same
        fewer = fewer or (bool(ids) and not ids & mine and not _joins(one))
    return tied and fewer and all(one in met for one in own)


def _turned(one: Expression) -> Expression:
    """An equality the other way round."""
    return replace(one, args=one.args[::-1]) if isinstance(one, Call) and one.name == "=" else one


def _joins(one: Expression) -> bool:
    return isinstance(one, Call) and one.name == "=" and all(isinstance(arg, Attribute) for arg in one.args)
