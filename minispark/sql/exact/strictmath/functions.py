"""The functions of the table, over columns: what is undefined in Spark is null there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.exact.strictmath import angles, hyperbolas, logarithms, powers, roots
from minispark.sql.exact.vectors import Vector, columnwise

Array = Any  # numpy's


def _over(compute: Callable[..., Array], defined: Callable[..., Array] | None = None) -> Callable[..., Vector]:
    """Of columns of doubles; null where one is, or where it is not ``defined``."""

    @columnwise
    def called(*columns: Vector) -> Vector:
        import numpy as np

        given = [column.values for column in columns]
        masks = [column.valid for column in columns if column.valid is not None]
        with np.errstate(all="ignore"):
            found = compute(*given)
            if defined is not None:
                masks.append(defined(*given))
        return Vector(found, np.logical_and.reduce(masks) if masks else None)

    called.__doc__ = compute.__doc__
    return called


def _positive(*given: Array) -> Array:
    import numpy as np

    return np.logical_and.reduce([~(one <= 0) for one in given])


def logarithm(bound: Any) -> Callable[..., Vector]:
    """``log(x)``, or ``log(base, x)``."""
    return log if len(bound.types) == 1 else log_of


exp = _over(powers.exp)
expm1 = _over(powers.expm1)
power = _over(powers.power)
log = _over(logarithms.log, _positive)
log_of = _over(lambda base, x: logarithms.log(x) / logarithms.log(base), _positive)
log2 = _over(lambda x: logarithms.log(x) / 0.6931471805599453, _positive)
log10 = _over(logarithms.log10, _positive)
log1p = _over(logarithms.log1p, lambda x: ~(x <= -1))
asin = _over(angles.asin)
acos = _over(angles.acos)
atan = _over(angles.atan)
atan2 = _over(lambda y, x: angles.atan2(y + 0.0, x + 0.0))
sinh = _over(hyperbolas.sinh)
cosh = _over(hyperbolas.cosh)
tanh = _over(hyperbolas.tanh)
asinh = _over(hyperbolas.asinh)
acosh = _over(hyperbolas.acosh)
atanh = _over(hyperbolas.atanh)
cbrt = _over(roots.cbrt)
hypot = _over(roots.hypot)
