"""Hyperbolic functions and their inverses (fdlibm's e_sinh.c, e_cosh.c, s_tanh.c, s_asinh.c, e_acosh.c)."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.strictmath.logarithms import log, log1p
from minispark.sql.exact.strictmath.pieces import high, pieces
from minispark.sql.exact.strictmath.powers import exp, expm1

Array = Any  # numpy's
_LN2 = 6.93147180559945286227e-01
_LARGE, _LARGEST = 0x40862E42, 710.4758600739439


def sinh(x: Array) -> Array:
    """The hyperbolic sine."""
    import numpy as np

    size = np.abs(x)
    upper = high(size)
    return pieces(
        x,
        (~np.isfinite(x), lambda x: x),
        (upper < 0x3E300000, lambda x: x),
        (upper < 0x3FF00000, lambda x: _sinh_below_one(np.abs(x), np.copysign(0.5, x))),
        (upper < 0x40360000, lambda x: _sinh(np.abs(x), np.copysign(0.5, x))),
        (upper < _LARGE, lambda x: np.copysign(0.5, x) * exp(np.abs(x))),
        (size <= _LARGEST, lambda x: _twice(np.copysign(0.5, x), exp(0.5 * np.abs(x)))),
        (x == x, lambda x: np.copysign(np.inf, x)),
    )


def _sinh_below_one(size: Array, half: Array) -> Array:
    t = expm1(size)
    return half * (2.0 * t - t * t / (t + 1.0))


def _sinh(size: Array, half: Array) -> Array:
    t = expm1(size)
    return half * (t + t / (t + 1.0))


def _twice(half: Array, w: Array) -> Array:
    return half * w * w


def cosh(x: Array) -> Array:
    """The hyperbolic cosine."""
    import numpy as np

    size = np.abs(x)
    upper = high(size)
    return pieces(
        size,
        (~np.isfinite(size), lambda x: x),
        (upper < 0x3C800000, np.ones_like),
        (upper < 0x3FD62E43, _cosh_near_zero),
        (upper < 0x40360000, _cosh),
        (upper < _LARGE, lambda x: 0.5 * exp(x)),
        (size <= _LARGEST, lambda x: _twice(0.5, exp(0.5 * x))),
        (size == size, lambda x: np.full(x.shape, np.inf)),
    )


def _cosh_near_zero(size: Array) -> Array:
    t = expm1(size)
    w = 1.0 + t
    return 1.0 + (t * t) / (w + w)


def _cosh(size: Array) -> Array:
    t = exp(size)
    return 0.5 * t + 0.5 / t


def tanh(x: Array) -> Array:
    """The hyperbolic tangent."""
    import numpy as np

    upper = high(np.abs(x))
    return pieces(
        x,
        (np.isnan(x), lambda x: x),
        (upper < 0x3C800000, lambda x: x * (1.0 + x)),
        (upper < 0x3FF00000, lambda x: np.copysign(_tanh_below_one(expm1(-2.0 * np.abs(x))), x)),
        (upper < 0x40360000, lambda x: np.copysign(1.0 - 2.0 / (expm1(2.0 * np.abs(x)) + 2.0), x)),
        (x == x, lambda x: np.copysign(1.0, x)),
    )


def _tanh_below_one(t: Array) -> Array:
    return -t / (t + 2.0)


def asinh(x: Array) -> Array:
    """The number whose hyperbolic sine this is."""
    import numpy as np

    upper = high(np.abs(x))
    return pieces(
        x,
        (~np.isfinite(x), lambda x: x),
        (upper < 0x3E300000, lambda x: x),
        (upper > 0x41B00000, lambda x: np.copysign(log(np.abs(x)) + _LN2, x)),
        (upper > 0x40000000, lambda x: np.copysign(_asinh_above_two(np.abs(x)), x)),
        (x == x, lambda x: np.copysign(_asinh(np.abs(x)), x)),
    )


def _asinh_above_two(size: Array) -> Array:
    import numpy as np

    return log(2.0 * size + 1.0 / (np.sqrt(size * size + 1.0) + size))


def _asinh(size: Array) -> Array:
    import numpy as np

    t = size * size
    return log1p(size + t / (1.0 + np.sqrt(1.0 + t)))


def acosh(x: Array) -> Array:
    """The number whose hyperbolic cosine this is; NaN below 1."""
    upper = high(x)
    return pieces(
        x,
        (x < 1, lambda x: x * float("nan")),
        (upper >= 0x7FF00000, lambda x: x),
        (upper >= 0x41B00000, lambda x: log(x) + _LN2),
        (upper > 0x40000000, _acosh_above_two),
        (x >= 1, _acosh),
    )


def _acosh_above_two(x: Array) -> Array:
    import numpy as np

    return log(2.0 * x - 1.0 / (x + np.sqrt(x * x - 1.0)))


def _acosh(x: Array) -> Array:
    import numpy as np

    t = x - 1.0
    return log1p(t + np.sqrt(2.0 * t + t * t))


def atanh(x: Array) -> Array:
    """The number whose hyperbolic tangent this is; NaN beyond 1."""
    return 0.5 * (log1p(x) - log1p(-x))
