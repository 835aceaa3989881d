"""Decimal arithmetic whose result Spark rounds to a type: HALF_UP to its scale, an error if it is too large."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_WIDE = Context(prec=120)


def fitted(number: Decimal, bound: Bound) -> Decimal | None:
    """The number in the result's type. Raises ArithmeticException where it is too large (null outside of ANSI mode)."""
    kind: Any = bound.result
    found = number.quantize(Decimal(1).scaleb(-kind.scale), ROUND_HALF_UP, _WIDE)
    if found.copy_abs() < Decimal(1).scaleb(kind.precision - kind.scale):  # abs would round to 28 digits
        return found
    if not bound.settings.ansi:
        return None
    from minispark.errors import ArithmeticException

    raise ArithmeticException(
        f"{number} does not fit decimal({kind.precision},{kind.scale}); cast to a wider type, or use a try_ function",
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        {"value": str(number), "precision": str(kind.precision), "scale": str(kind.scale)},
    )


def _by_zero(bound: Bound) -> None:
    if bound.settings.ansi:
        from minispark.errors import ArithmeticException

        raise ArithmeticException(
            "a decimal is divided by zero; use try_divide for null instead",
            "DIVIDE_BY_ZERO",
            {"config": '"spark.sql.ansi.enabled"'},
        )


def add(bound: Bound) -> Callable[..., Any]:
    """``+`` into the result's type."""
    return lambda one, other: fitted(_WIDE.add(one, other), bound)


def subtract(bound: Bound) -> Callable[..., Any]:
    """``-`` into the result's type."""
    return lambda one, other: fitted(_WIDE.subtract(one, other), bound)


def multiply(bound: Bound) -> Callable[..., Any]:
    """``*`` into the result's type."""
    return lambda one, other: fitted(_WIDE.multiply(one, other), bound)


def divide(bound: Bound) -> Callable[..., Any]:
    """``/`` into the result's type."""
    return lambda one, other: fitted(_WIDE.divide(one, other), bound) if other else _by_zero(bound)


def whole(bound: Bound) -> Callable[..., Any]:
    """``div``: the whole part, a long."""
    half = 1 << 63

    def called(one: Decimal, other: Decimal) -> int | None:
        if not other:
            _by_zero(bound)
            return None
        found = int(_WIDE.divide(one, other).to_integral_value(ROUND_DOWN))
        return (found + half) % (2 * half) - half  # what is too large loses its upper bits, as in Spark

    return called


def average(bound: Bound) -> Callable[..., Any]:
    """A sum of decimals by their number; null for none."""
    return lambda total, count: (
        fitted(_WIDE.divide(total, Decimal(count)), bound) if count and total is not None else None
    )
