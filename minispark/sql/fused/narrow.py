"""Constants as decimals no wider than they need to be.

Where a number stands beside decimals, Spark's rules make it one of many digits: ``ELSE 0`` beside a product of prices
is of 32. DuckDB would compute the whole column in 128 bits for its sake.
"""

from __future__ import annotations

from minispark.sql import types as t
from minispark.sql.plan.expressions import Expression, Literal

DIGITS_MAX = 18
"""The most digits of a decimal in 64 bits."""


def narrow_constant(child: Expression, dtype: object) -> str | None:
    """A whole number or decimal as a decimal of the scale that a cast asks for; None where it is no such constant.

    >>> narrow_constant(Literal(10, t.IntegerType()), t.DecimalType(32, 4))
    "'10'::DECIMAL(6, 4)"
    >>> narrow_constant(Literal(10, t.IntegerType()), t.DecimalType(4, 3)) is None  # it does not fit
    True
    """
    if not (isinstance(child, Literal) and isinstance(dtype, t.DecimalType)) or child.item is None:
        return None
    scale = child.dtype.scale if isinstance(child.dtype, t.DecimalType) else 0
    if not isinstance(child.dtype, (t.DecimalType, t.IntegralType)) or scale > dtype.scale:
        return None
    text = format(child.item, "f") if scale else str(int(child.item))
    digits = len(text.lstrip("-").partition(".")[0]) + dtype.scale  # with the 0 before the point, as text has it
    return f"'{text}'::DECIMAL({digits}, {dtype.scale})" if digits <= min(DIGITS_MAX, dtype.precision) else None
