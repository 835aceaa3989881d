"""Windows: which rows around each row a function is computed over."""

from __future__ import annotations

from typing import Any

from minispark.sql.operands import expression_of
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Expression,
    Frame,
    SortOrder,
)

_JAVA_LEAST, _JAVA_MOST = -(1 << 63), (1 << 63) - 1


class Window:
    """Makes windows (``pyspark.sql.Window``): all methods are static and give a WindowSpec.

    >>> from minispark.sql.functions import row_number
    >>> row_number().over(Window.partitionBy("k").orderBy("t"))
    Column<'row_number() OVER (PARTITION BY k ORDER BY t ASC NULLS FIRST)'>
    """

    unboundedPreceding: int = UNBOUNDED_PRECEDING
    unboundedFollowing: int = UNBOUNDED_FOLLOWING
    currentRow: int = 0

    _PRECEDING_THRESHOLD = max(-(1 << 63) + 1, _JAVA_LEAST)
    _FOLLOWING_THRESHOLD = min((1 << 63) - 1, _JAVA_MOST)

    @staticmethod
    def partitionBy(*cols: Any) -> WindowSpec:
        """A window of the rows that have these columns in common with the current one; columns or one list of them."""
        return WindowSpec().partitionBy(*cols)

    @staticmethod
    def orderBy(*cols: Any) -> WindowSpec:
        """A window of rows in an order."""
        return WindowSpec().orderBy(*cols)

    @staticmethod
    def rowsBetween(start: int, end: int) -> WindowSpec:
        """A window from one number of rows after the current one to another; negative numbers are rows before it."""
        return WindowSpec().rowsBetween(start, end)

    @staticmethod
    def rangeBetween(start: int, end: int) -> WindowSpec:
        """A window of rows whose order value differs from the current one's by an amount within a range."""
        return WindowSpec().rangeBetween(start, end)


class WindowSpec:
    """A window (``pyspark.sql.WindowSpec``). Each method gives another one with one thing changed."""

    __slots__ = ("_partition", "_order", "_frame")

    def __init__(
        self,
        partition: tuple[Expression, ...] = (),
        order: tuple[Expression, ...] = (),
        frame: Frame | None = None,
    ) -> None:
        self._partition = partition
        self._order = order
        self._frame = frame

    def partitionBy(self, *cols: Any) -> WindowSpec:
        """The rows that have these columns in common with the current one; replaces what was said before."""
        return WindowSpec(_expressions(cols), self._order, self._frame)

    def orderBy(self, *cols: Any) -> WindowSpec:
        """The order of the rows; replaces what was said before."""
        orders = (one if isinstance(one, SortOrder) else SortOrder(one) for one in _expressions(cols))
        return WindowSpec(self._partition, tuple(orders), self._frame)

    def rowsBetween(self, start: int, end: int) -> WindowSpec:
        """From ``start`` rows after the current one to ``end`` rows after it; negative numbers are rows before.

        ``Window.unboundedPreceding`` and ``Window.unboundedFollowing`` stand for the first and the last row, 0 or
        ``Window.currentRow`` for the current one.
        """
        return self._framed("ROWS", start, end)

    def rangeBetween(self, start: int, end: int) -> WindowSpec:
        """The rows whose value of the (only) order differs from the current row's by ``start`` to ``end``."""
        return self._framed("RANGE", start, end)

    def _framed(self, kind: str, start: int, end: int) -> WindowSpec:
        if start <= Window._PRECEDING_THRESHOLD:
            start = Window.unboundedPreceding
        if end >= Window._FOLLOWING_THRESHOLD:
            end = Window.unboundedFollowing
        return WindowSpec(self._partition, self._order, Frame(kind, start, end))


def _expressions(cols: tuple[Any, ...]) -> tuple[Expression, ...]:
    if len(cols) == 1 and isinstance(cols[0], list):
        cols = tuple(cols[0])
    return tuple(expression_of(one) for one in cols)
