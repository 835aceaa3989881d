"""Lifted chains over numpy's columns. Loads numpy: import it where a lifted chain is about to run."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minispark.engine.lifting.chains import LiftedChain, Select
from minispark.engine.lifting.expressions import (
    Arithmetic,
    Choice,
    Column,
    Comparison,
    Expression,
    Negation,
    Number,
    Truth,
)

Array = Any
"""A numpy array of int64 or bool."""

ROWS = 1 << 16
"""Rows computed at a time: few enough that the columns stay in the processor's cache."""


def blocks(chain: LiftedChain, numbers: range, rows: int = ROWS) -> Iterator[list[Array]]:
    """The columns of the chain's records over ``numbers``, at most ``rows`` at a time; what is empty is left out.

    The chain must have ``spans`` over the range.
    """
    for start in range(0, len(numbers), rows):
        part = numbers[start : start + rows]
        columns = [np.arange(part.start, part.stop, part.step, dtype=np.int64)]
        for step in chain.steps:
            if isinstance(step, Select):
                mask = _full(_compute(step.test, columns, {}), len(columns[0]))
                if not mask.all():
                    columns = [column[mask] for column in columns]
            else:
                memo: dict[int, Any] = {}
                columns = [_full(_compute(field, columns, memo), len(columns[0])) for field in step.fields]
        if len(columns[0]):
            yield columns


def _full(column: Any, rows: int) -> Array:
    """A constant as a column."""
    if isinstance(column, np.ndarray):
        return column
    return np.full(rows, column, dtype=np.bool_ if isinstance(column, bool) else np.int64)


def _compute(expression: Expression, columns: list[Array], memo: dict[int, Any]) -> Any:
    """An array, or a constant as Python has it. ``memo``: what was computed already, by the expression's identity."""
    if isinstance(expression, Column):
        return columns[expression.index]
    if isinstance(expression, Number):
        return expression.number
    if isinstance(expression, Truth):
        return expression.truth
    known = memo.get(id(expression))
    if known is None:
        known = memo[id(expression)] = _computed(expression, columns, memo)
    return known


def _computed(expression: Expression, columns: list[Array], memo: dict[int, Any]) -> Any:
    if isinstance(expression, (Arithmetic, Comparison)):
        left, right = _compute(expression.left, columns, memo), _compute(expression.right, columns, memo)
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return _IN_COLUMNS[expression.operation](_operand(left), _operand(right))
        return _IN_PYTHON[expression.operation](left, right)
    if isinstance(expression, Negation):
        truth = _compute(expression.operand, columns, memo)
        return ~truth if isinstance(truth, np.ndarray) else not truth
    assert isinstance(expression, Choice)
    test = _compute(expression.test, columns, memo)
    if not isinstance(test, np.ndarray):
        return _compute(expression.yes if test else expression.no, columns, memo)
    return np.where(
        test, _operand(_compute(expression.yes, columns, memo)), _operand(_compute(expression.no, columns, memo))
    )


def _operand(side: Any) -> Any:
    """Constants as numpy's own 64-bit numbers: it would take a Python int for what fits it best."""
    return np.int64(side) if type(side) is int else side


_IN_COLUMNS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "//": np.floor_divide,
    "%": np.remainder,
    "&": np.bitwise_and,
    "|": np.bitwise_or,
    "^": np.bitwise_xor,
    "<<": np.left_shift,
    ">>": np.right_shift,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}

_IN_PYTHON: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}
