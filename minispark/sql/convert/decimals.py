"""Decimals at a type's scale."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from minispark.errors import ArithmeticException
from minispark.sql.types import DecimalType

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)


def fitted(item: Decimal, dtype: DecimalType) -> Decimal | None:
    """``item`` at the scale of ``dtype``, halves rounded up; None for NaN, which no decimal of Spark's is.

    Raises ArithmeticException for one that has more digits than the type.

    >>> fitted(Decimal("1.555"), DecimalType(10, 2)), fitted(Decimal("NaN"), DecimalType(10, 2))
    (Decimal('1.56'), None)
    """
    if item.is_nan():
        return None
    if item.is_finite():
        rounded = item.quantize(Decimal((0, (1,), -dtype.scale)), context=_WIDE)
        if len(rounded.as_tuple().digits) <= dtype.precision:
            return rounded
    else:
        rounded = item
    raise ArithmeticException(
        f"{item} does not fit into {dtype.simpleString()}",
        "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION",
        {
            "roundedValue": f"{rounded:f}",
            "originalValue": f"{item:f}",
            "precision": str(dtype.precision),
            "scale": str(dtype.scale),
        },
    )


def engineered(item: Decimal | None) -> Decimal | None:
    """The decimal that Spark gives for a small one: it passes as engineers write it, in steps of a thousand, and keeps
    the zeros that this takes.

    >>> engineered(Decimal("4E-11")), engineered(Decimal("0.04"))
    (Decimal('4.0E-11'), Decimal('0.04'))
    """
    if not item or item.adjusted() >= -6:
        return item
    adjusted = item.adjusted()
    last = adjusted - adjusted % 3
    return item.quantize(Decimal((0, (1,), last)), context=_WIDE) if int(item.as_tuple().exponent) > last else item
