"""``describe`` and ``summary``: a row for each statistic, a column for each column of numbers or strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from minispark.errors import IllegalArgumentException
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.dataframe.base import Base, expression_of
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Cast, Expression, Field, MultiAlias
from minispark.sql.plan.nodes import Node

DESCRIBED = ("count", "mean", "stddev", "min", "max")
SUMMARISED = ("count", "mean", "stddev", "min", "25%", "50%", "75%", "max")


class Describing(Base):
    """The part of DataFrame that sums columns up."""

    def describe(self, *cols: Any) -> Self:
        """Count, mean, standard deviation, least and greatest value of the given columns, or of numbers and strings."""
        names = cols[0] if len(cols) == 1 and isinstance(cols[0], list) else cols
        plan = self._plan
        if names:
            plan = relations.select(self._analyzer, plan, [expression_of(name) for name in names])
        return self._over(self._summed_up(plan, DESCRIBED))

    def summary(self, *statistics: Any) -> Self:
        """The given statistics; without any, those of ``describe`` and the quartiles.

        They are ``count``, ``count_distinct``, ``approx_count_distinct``, ``mean``, ``stddev``, ``min``, ``max`` and
        percentiles such as ``25%``. Raises IllegalArgumentException for another.
        """
        given = statistics[0] if len(statistics) == 1 and isinstance(statistics[0], list) else statistics
        return self._over(self._summed_up(self._plan, list(given) or SUMMARISED))

    def _summed_up(self, plan: Node, statistics: Sequence[str]) -> Node:
        """One row of all aggregates, then a row for each statistic of it."""
        percents = [_percent(one) for one in statistics if one.endswith("%")]
        columns = [one for one in plan.output if isinstance(one.dtype, (t.NumericType, t.StringType))]
        items: list[Expression] = []
        place = 0
        for one in statistics:
            for column in columns:
                made = _statistic(one, column, percents, place)
                items.append(Alias(Cast(made, t.StringType(), "", given=False), f"c{len(items)}"))
            if not columns:
                _statistic(one, None, percents, place)
            place += one.endswith("%")
        analyzer = self._analyzer
        row = relations.select(analyzer, plan, items or [Alias(Apply("count"), "nothing")])
        parts: list[Expression] = [literal(len(statistics))]
        for number, one in enumerate(statistics):
            parts.append(literal(one))
            parts += row.output[number * len(columns) : (number + 1) * len(columns)]
        names = ("summary", *(one.name for one in columns))
        stacked = MultiAlias(Apply("stack", tuple(parts)), tuple(names))
        return relations.select(analyzer, row, [stacked])


def _percent(text: str) -> float:
    try:
        found = float(text[:-1]) / 100
    except ValueError:
        raise _unknown(text) from None
    if not 0 <= found <= 1:
        raise IllegalArgumentException(f"percentiles must lie between 0% and 100%, and {text} does not")
    return found


def _unknown(text: str) -> IllegalArgumentException:
    return IllegalArgumentException(
        f"{text!r} is no statistic; there are count, count_distinct, approx_count_distinct, mean, stddev, min, max, "
        "and percentiles such as 25%",
        "UNRECOGNIZED_STATISTIC",
        {"stats": f"'{text}'"},
    )


def _statistic(name: str, column: Attribute | None, percents: Sequence[float], place: int) -> Expression:
    """The aggregate of a column; numbers as they are, strings as doubles where they are some."""
    one: Expression = literal(None) if column is None else column
    number = one
    if column is None or not isinstance(column.dtype, t.NumericType):
        number = Cast(one, t.DoubleType(), "try", given=False)
    if name.endswith("%"):
        wanted = Apply("array", tuple(map(literal, percents)))
        return Field(Apply("percentile_approx", (number, wanted)), literal(place))
    low = name.lower()
    if low == "count_distinct":
        return Apply("count", (one,), distinct=True)
    if low in ("mean", "stddev"):
        return Apply("avg" if low == "mean" else "stddev_samp", (number,))
    if low in ("count", "approx_count_distinct", "min", "max"):
        return Apply(low, (one,))
    raise _unknown(name)
