"""Division of decimals in DuckDB's whole numbers: exact, and rounded HALF_UP to the digits that Spark gives."""

from __future__ import annotations

import decimal

from minispark.sql import types as t


def unscaled(sql: str, scale: int) -> str:
    """A decimal's digits as a HUGEINT."""
    if scale == 0:
        return f"CAST({sql} AS HUGEINT)"
    return f"CAST({sql} * {10**scale}::DECIMAL({scale + 1}, 0) AS HUGEINT)"


FACTOR_DIGITS_MAX = 20
"""A decimal that is multiplied by no more than so many digits leaves room for most numbers."""


def divisible(above_scale: int, below_scale: int, result: t.DecimalType) -> bool:
    """Whether ``quotient`` has the digits for numbers of these scales."""
    return max(above_scale, below_scale, result.scale, result.scale - above_scale + below_scale) < 38


def quotient(above: str, above_scale: int, below: str, below_scale: int | None, result: t.DecimalType) -> str:
    """``above / below`` in the result's type; of an integer ``below_scale`` is None. ``below`` must not be zero, unless
    ``above`` is null.

    Twice the quotient, cut to a whole number, has all that HALF_UP looks at. The text is short, and has its arguments
    once: DuckDB takes a tenth of a millisecond for each function. Numbers too long for 38 digits on the way raise
    DuckDB's overflow, for which the exact function stands in.

    >>> quotient("total", 2, "n", None, t.DecimalType(19, 6)).count("total")
    1
    """
    shift = max(result.scale - above_scale + (below_scale or 0), 0)
    if 2 * above_scale + shift < FACTOR_DIGITS_MAX:
        digits = above_scale + shift
        doubled = f"CAST({above} * {2 * 10**digits}::DECIMAL({digits + 1}, 0) AS HUGEINT)"
    else:
        doubled = f"({unscaled(above, above_scale)} * {2 * 10**shift}::HUGEINT)"
    twice = f"({doubled} // {below if below_scale is None else unscaled(below, below_scale)})"
    digits = result.scale + 1
    half = f"'{5 * decimal.Decimal(10) ** -digits:.{digits}f}'::DECIMAL({digits}, {digits})"
    return f"CAST(CAST({twice} AS DECIMAL(38, 0)) * {half} AS DECIMAL(38, {result.scale}))"
