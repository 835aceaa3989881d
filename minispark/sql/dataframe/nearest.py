"""Joins by nearness: ``nearestByJoin`` and the as-of join of pandas on Spark."""

from __future__ import annotations

from typing import Any, Self

from minispark.errors import AnalysisException, IllegalArgumentException
from minispark.sql.analysis import joins, relations
from minispark.sql.analysis.resolver import constant
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Expression, Literal, Over, SortOrder
from minispark.sql.plan.nodes import Node, project

MOST_RESULTS = 100_000


class Nearest(Base):
    """The part of DataFrame that joins rows that are near to each other."""

    def nearestByJoin(
        self,
        other: Any,
        rankingExpression: Column,
        numResults: int,
        mode: str,
        direction: str,
        *,
        joinType: str = "inner",
    ) -> Self:
        """For each row the rows of ``other`` that come first by an expression of both: the least (``distance``), or the
        greatest (``similarity``).

        Both modes compare all pairs. Raises AnalysisException for other arguments, and for values without an order.
        """
        kind = _checked(mode, direction, joinType, numResults)
        analyzer = self._analyzer
        numbered, number = self._numbered()
        joined = joins.join(analyzer, numbered, other._plan, "inner")
        rank = analyzer.resolve(rankingExpression._expression, analyzer.scope(joined.output))
        if not k.is_orderable(rank.dtype):
            raise _wrong(
                "NON_ORDERABLE_RANKING_EXPRESSION",
                f"values of {rank.dtype.simpleString()} have no order",
                {"type": shown_type(rank.dtype)},
            )
        best = self._best(joined, number, rank, direction.lower() == "distance", numResults)
        return self._over(self._matched(numbered, number, best, kind))

    def _joinAsOf(
        self,
        other: Any,
        leftAsOfColumn: Any,
        rightAsOfColumn: Any,
        on: Any = None,
        how: str | None = None,
        *,
        tolerance: Column | None = None,
        allowExactMatches: bool = True,
        direction: str = "backward",
    ) -> Self:
        """For each row the one of ``other`` whose as-of column is nearest: before it, ``forward`` after it, or either.

        Raises IllegalArgumentException for another join than inner and left, AnalysisException for another direction
        and a negative tolerance.
        """
        kind = joins.join_kind(how or "inner")
        if kind not in ("inner", "left"):
            raise IllegalArgumentException(f"Unsupported as-of join type {how!r}: an as-of join is inner or left")
        mine = self._itself[leftAsOfColumn] if isinstance(leftAsOfColumn, str) else leftAsOfColumn
        theirs = other[rightAsOfColumn] if isinstance(rightAsOfColumn, str) else rightAsOfColumn
        left, right = mine._expression, theirs._expression
        limit = None if tolerance is None else self._tolerance(tolerance)
        parts = _near(left, right, limit, allowExactMatches, direction)
        given = [] if on is None else on if isinstance(on, list) else [on]
        for one in given:
            if isinstance(one, str):
                parts.append(Apply("=", (self._itself[one]._expression, other[one]._expression)))
            else:
                parts.append(one._expression)
        condition = parts[0]
        for part in parts[1:]:
            condition = Apply("and", (condition, part))
        numbered, number = self._numbered()
        joined = joins.join(self._analyzer, numbered, other._plan, "inner", condition)
        best = self._best(joined, number, _distance(left, right, direction), True, 1)
        return self._over(self._matched(numbered, number, best, kind))

    def _tolerance(self, tolerance: Column) -> Expression:
        given = tolerance._expression
        found = self._analyzer.resolve(given, self._analyzer.scope(self._plan.output))
        if not constant(found):
            raise AnalysisException(
                "the tolerance of an as-of join must be a constant", "AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE", {}
            )
        if isinstance(given, Literal) and isinstance(given.item, (int, float)) and given.item < 0:
            raise AnalysisException(
                f"the tolerance of an as-of join must not be negative, and is {given.item}",
                "AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE",
                {},
            )
        return given

    # --- with a number for each row of the left -----------------------------------------------------------------------

    def _numbered(self) -> tuple[Node, Attribute]:
        items: list[Expression] = [*self._plan.output, Alias(Apply("row_index"), "__row")]
        plan = relations.keeping(self._analyzer, self._plan, items)
        return plan, plan.output[-1]

    def _best(self, joined: Node, number: Attribute, rank: Any, least: bool, count: int) -> Node:
        """The pairs that come first for each row of the left."""
        analyzer = self._analyzer
        there = relations.where(analyzer, joined, Apply("isnotnull", (rank,)))
        place = Over(Apply("row_number"), (number,), (SortOrder(rank, least, False),))
        ranked = relations.keeping(analyzer, there, [*joined.output, Alias(place, "__place")])
        return relations.where(analyzer, ranked, Apply("<=", (ranked.output[-1], literal(count))))

    def _matched(self, numbered: Node, number: Attribute, best: Node, kind: str) -> Node:
        """The left's columns and the right's; with an outer join the rows of the left without a match too."""
        mine = {one.id for one in numbered.output}
        theirs = [one for one in best.output[:-1] if one.id not in mine]
        left = [one for one in numbered.output if one.id != number.id]
        if kind == "inner":
            return project(best, (*left, *theirs))
        right = project(best, (number, *theirs))
        joined = joins.join_using(self._analyzer, numbered, right, "left", ["__row"])
        ids = {one.id for one in theirs}
        return project(joined, (*left, *(one for one in joined.output if one.id in ids)))


def _near(left: Expression, right: Expression, limit: Any, exact: bool, direction: str) -> list[Expression]:
    """The conditions that a pair of an as-of join meets."""
    name = direction.lower()
    if name not in ("backward", "forward", "nearest"):
        raise AnalysisException(
            f"the direction of an as-of join is backward, forward or nearest, not {direction!r}",
            "AS_OF_JOIN.UNSUPPORTED_DIRECTION",
            {"direction": direction, "supported": "'forward', 'backward', 'nearest'"},
        )
    equal = "=" * exact
    parts: list[Expression] = []
    if name == "backward":
        parts.append(Apply(f">{equal}", (left, right)))
    elif name == "forward":
        parts.append(Apply(f"<{equal}", (left, right)))
    elif not exact:
        parts.append(Apply("not", (Apply("=", (left, right)),)))
    else:
        parts.append(literal(True))
    if limit is not None and name != "forward":
        parts.append(Apply(">=", (right, Apply("-", (left, limit)))))
    if limit is not None and name != "backward":
        parts.append(Apply("<=", (right, Apply("+", (left, limit)))))
    return parts


def _distance(left: Expression, right: Expression, direction: str) -> Expression:
    before, after = Apply("-", (left, right)), Apply("-", (right, left))
    if direction.lower() == "nearest":
        return Apply("case", (Apply(">", (left, right)), before, after))
    return before if direction.lower() == "backward" else after


def _checked(mode: str, direction: str, how: str, count: int) -> str:
    """The kind of join, where all arguments are right."""
    if how.lower().replace("_", "") not in ("inner", "leftouter", "left"):
        raise _wrong("UNSUPPORTED_JOIN_TYPE", f"the join is inner or leftouter, not {how!r}", {"joinType": how})
    if mode.lower() not in ("approx", "exact"):
        raise _wrong("UNSUPPORTED_MODE", f"the mode is approx or exact, not {mode!r}", {"mode": mode})
    if direction.lower() not in ("distance", "similarity"):
        raise _wrong("UNSUPPORTED_DIRECTION", f"it ranks by distance or similarity, not {direction!r}",
                     {"direction": direction})  # fmt: skip
    if not 1 <= count <= MOST_RESULTS:
        raise _wrong(
            "NUM_RESULTS_OUT_OF_RANGE",
            f"numResults lies between 1 and {MOST_RESULTS}, {count} does not",
            {"numResults": str(count), "min": "1", "max": str(MOST_RESULTS)},
        )
    return "inner" if how.lower() == "inner" else "left"


def _wrong(condition: str, message: str, parameters: dict[str, str]) -> AnalysisException:
    return AnalysisException(f"nearestByJoin: {message}", f"NEAREST_BY_JOIN.{condition}", parameters)
