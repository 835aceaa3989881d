"""Constants as decimals no wider than they need to be.

Where a number stands beside decimals, Spark's rules make it one of many digits: ``ELSE 0`` beside a product of prices
is of 32. DuckDB would compute the whole column in 128 bits for its sake.
"""

from __future__ import annotations

import re

from minispark.sql import types as t
from minispark.sql.plan.expressions import Expression, Literal

DIGITS_MAX = 18
"""The most digits of a decimal in 64 bits."""
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,17})([.][0-9]{1,17})?")


def narrow_constant(child: Expression, dtype: object) -> str | None:
    """A number, or the text of one, as a decimal of the scale that a cast asks for; None where it is no such constant.

    >>> narrow_constant(Literal(10, t.IntegerType()), t.DecimalType(32, 4))
    "'10'::DECIMAL(6, 4)"
    >>> narrow_constant(Literal(10, t.IntegerType()), t.DecimalType(4, 3)) is None  # it does not fit
    True
    >>> narrow_constant(Literal("0.2", t.StringType()), t.DecimalType(1, 1))
    "'0.2'::DECIMAL(2, 1)"
    """
    if not (isinstance(child, Literal) and isinstance(dtype, t.DecimalType)) or child.item is None:
        return None
    text = _text(child, dtype.scale)
    if text is None:
        return None
    whole = len(text.lstrip("-0").partition(".")[0])
    digits = max(whole, 1) + dtype.scale  # with the 0 before the point, as text has it
    fits = whole + dtype.scale <= dtype.precision and digits <= DIGITS_MAX
    return f"'{text}'::DECIMAL({digits}, {dtype.scale})" if fits else None


def _text(child: Literal, scale: int) -> str | None:
    """A number, or a text of one, with no more digits after the point."""
    if isinstance(child.dtype, t.IntegralType):
        return str(int(child.item))
    if isinstance(child.dtype, t.DecimalType):
        return None if child.dtype.scale > scale else format(child.item, "f")
    plain = _PLAIN.fullmatch(child.item) if isinstance(child.dtype, t.StringType) else None
    return child.item if plain is not None and len(plain[1] or "") <= scale + 1 else None
