"""What a lifted function computes, as a value: expressions over the columns of a record, and their ranges.

Two kinds: whole numbers and truths. ``span`` is interval arithmetic in Python's own integers; an expression has a span
only if no value of it, at any depth, can leave 64 bits or raise, which is what makes computing it in columns safe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from minispark.engine.core.values import value

Span = tuple[int, int]
"""The least and the greatest value that an expression may have."""

INT64_MAX = (1 << 63) - 1
KEY_MAX = (1 << 61) - 2
"""Up to here CPython's hash of a whole number is the number itself, but for that of -1, which is -2."""
_SHIFT_MAX = 62


@value(eq=False)
class Number:
    """A constant, or a name that stands for one."""

    number: int


@value(eq=False)
class Truth:
    truth: bool


@value(eq=False)
class Column:
    """Column ``index`` of the record."""

    index: int
    is_truth: bool = False


@value(eq=False)
class Arithmetic:
    """``left operation right``, of whole numbers."""

    operation: str
    left: Expression
    right: Expression


@value(eq=False)
class Comparison:
    """``left operation right`` of whole numbers: a truth."""

    operation: str
    left: Expression
    right: Expression


@value(eq=False)
class Negation:
    """``not operand`` of a truth."""

    operand: Expression


@value(eq=False)
class Choice:
    """``yes if test else no``."""

    test: Expression
    yes: Expression
    no: Expression


Expression = Number | Truth | Column | Arithmetic | Comparison | Negation | Choice


def is_number(expression: Expression) -> bool:
    """Whether it is always a whole number (an ``int`` that is no ``bool``)."""
    if isinstance(expression, Choice):
        return is_number(expression.yes) and is_number(expression.no)
    if isinstance(expression, Column):
        return not expression.is_truth
    return isinstance(expression, (Number, Arithmetic))


def is_truth(expression: Expression) -> bool:
    """Whether it is always a ``bool``. A choice may be neither."""
    if isinstance(expression, Choice):
        return is_truth(expression.yes) and is_truth(expression.no)
    if isinstance(expression, Column):
        return expression.is_truth
    return isinstance(expression, (Truth, Comparison, Negation))


def truth_of(expression: Expression) -> Expression:
    """``bool(expression)``."""
    if is_truth(expression):
        return expression
    if isinstance(expression, Choice):
        return Choice(expression.test, truth_of(expression.yes), truth_of(expression.no))
    return Comparison("!=", expression, Number(0))


def span(expression: Expression, columns: Sequence[Span]) -> Span | None:
    """Its range, given those of the columns; None if a value on the way may leave 64 bits or may not exist.

    >>> span(Arithmetic("%", Arithmetic("*", Column(0), Number(-3)), Number(10)), [(0, 1000)])
    (0, 9)
    >>> span(Arithmetic("//", Number(1), Column(0)), [(0, 1000)]) is None, span(Column(0), [(0, 1 << 63)]) is None
    (True, True)
    """
    if isinstance(expression, Number):
        return _within((expression.number,))
    if isinstance(expression, Truth):
        return int(expression.truth), int(expression.truth)
    if isinstance(expression, Column):
        return _within(columns[expression.index])
    if isinstance(expression, Negation):
        return None if span(expression.operand, columns) is None else (0, 1)
    if isinstance(expression, Choice):
        test, yes, no = (span(part, columns) for part in (expression.test, expression.yes, expression.no))
        return None if test is None or yes is None or no is None else _within((*yes, *no))
    left, right = span(expression.left, columns), span(expression.right, columns)
    if left is None or right is None:
        return None
    if isinstance(expression, Comparison):
        return 0, 1
    return _SPANS[expression.operation](left, right)


def _within(values: Iterable[int]) -> Span | None:
    low, high = min(values := tuple(values)), max(values)
    return (low, high) if low >= -INT64_MAX and high <= INT64_MAX else None


def _sum(left: Span, right: Span) -> Span | None:
    return _within((left[0] + right[0], left[1] + right[1]))


def _difference(left: Span, right: Span) -> Span | None:
    return _within((left[0] - right[1], left[1] - right[0]))


def _product(left: Span, right: Span) -> Span | None:
    return _within(a * b for a in left for b in right)


def _quotient(left: Span, right: Span) -> Span | None:
    """Of a divisor of one sign the extremes are at the ends."""
    if right[0] <= 0 <= right[1]:
        return None
    return _within(a // b for a in left for b in right)


def _remainder(left: Span, right: Span) -> Span | None:
    """It has the divisor's sign, and is less."""
    if right[0] <= 0 <= right[1]:
        return None
    return (0, right[1] - 1) if right[0] > 0 else (right[0] + 1, 0)


def _bits(left: Span, right: Span) -> Span | None:
    """As many bits as the longer operand has."""
    size = 1 << max(abs(end).bit_length() for end in (*left, *right))
    return _within((-size, size - 1) if min(*left, *right) < 0 else (0, size - 1))


def _shifted_left(left: Span, right: Span) -> Span | None:
    return _product(left, (1 << right[0], 1 << right[1])) if right[0] >= 0 and right[1] <= _SHIFT_MAX else None


def _shifted_right(left: Span, right: Span) -> Span | None:
    return _within(a >> b for a in left for b in right) if right[0] >= 0 and right[1] <= _SHIFT_MAX else None


_SPANS: dict[str, Callable[[Span, Span], Span | None]] = {
    "+": _sum,
    "-": _difference,
    "*": _product,
    "//": _quotient,
    "%": _remainder,
    "&": _bits,
    "|": _bits,
    "^": _bits,
    "<<": _shifted_left,
    ">>": _shifted_right,
}

ARITHMETIC = frozenset(_SPANS)
COMPARISONS = frozenset({"<", "<=", "==", "!=", ">", ">="})
