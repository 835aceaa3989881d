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
