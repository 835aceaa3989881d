"""Division of decimals in DuckDB's whole numbers: exact, and rounded HALF_UP to the digits that Spark gives."""

from __future__ import annotations

from minispark.sql import types as t


def unscaled(sql: str, scale: int) -> str:
    """A decimal's digits as a HUGEINT."""
    if scale == 0:
        return f"CAST({sql} AS HUGEINT)"
    return f"CAST({sql} * {10**scale}::DECIMAL({scale + 1}, 0) AS HUGEINT)"


def scaled(sql: str, scale: int) -> str:
    """The decimal of so many digits after the point whose digits are a HUGEINT."""
    whole = f"CAST({sql} AS DECIMAL(38, 0))"
    return whole if scale == 0 else f"{whole} * '{10**-scale:.{scale}f}'::DECIMAL({scale + 1}, {scale})"


def quotient(above: str, above_scale: int, below: str, below_scale: int, result: t.DecimalType) -> str:
    """``above / below`` in the result's type. ``below`` must not be zero, and may be an integer (``below_scale`` 0).

    Numbers too long for 38 digits on the way raise DuckDB's overflow, for which the exact function stands in.
    """
    shift = result.scale - above_scale + below_scale
    numerator = f"{unscaled(above, above_scale)} * {10**shift}::HUGEINT" if shift > 0 else unscaled(above, above_scale)
    denominator = unscaled(below, below_scale)
    # twice the numerator by the denominator, brought away from zero by one half: HALF_UP of both signs
    doubled = f"((2::HUGEINT * ({numerator})) // ({denominator}))"
    return scaled(f"(({doubled} + sign({doubled})) // 2::HUGEINT)", result.scale)
