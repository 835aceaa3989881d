"""Logarithms (fdlibm's e_log.c, e_log10.c, s_log1p.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.exact.strictmath.pieces import high, pieces, polynomial, with_high
from minispark.sql.exact.strictmath.powers import LN2_HI, LN2_LO

Array = Any  # numpy's
_LP = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip


def _of_positive(x: Array, rule: Callable[[Array], Array]) -> Array:
    import numpy as np

    return pieces(
        x,
        (np.isnan(x) | (x == np.inf), lambda x: x),
        (x == 0, lambda x: np.full(x.shape, -np.inf)),
        (x > 0, rule),
    )


def _scaled(x: Array) -> tuple[Array, Array]:
    """Subnormal numbers made normal, and the exponents of what they all were."""
    import numpy as np

    small = x < 2.2250738585072014e-308
    x = np.where(small, x * 1.80143985094819840000e16, x)
    return x, np.where(small, -54, 0) + (high(x) >> 20) - 1023


def log(x: Array) -> Array:
    """The natural logarithm; of 0 minus infinity, below NaN."""
    return _of_positive(x, _log)


def _log(x: Array) -> Array:
    import numpy as np

    x, k = _scaled(x)
    upper = high(x) & 0x000FFFFF
    i = upper + 0x95F64 & 0x100000
    x = with_high(x, upper | (i ^ 0x3FF00000))
    k = (k + (i >> 20)).astype(np.float64)
    f = x - 1.0
    near = (0x000FFFFF & 2 + upper) < 3
    r_near = f * f * (0.5 - 0.33333333333333333 * f)
    by_k, low_k = k * LN2_HI, k * LN2_LO
    near_one = np.where(k == 0, f - r_near, by_k - ((r_near - low_k) - f))
    near_one = np.where(f == 0, np.where(k == 0, 0.0, by_k + low_k), near_one)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    l1, l2, l3, l4, l5, l6, l7 = _LP
    r = w * (l2 + w * (l4 + w * l6)) + z * (l1 + w * (l3 + w * (l5 + w * l7)))
    half = 0.5 * f * f
    middle = np.where(k == 0, f - (half - s * (half + r)), by_k - ((half - (s * (half + r) + low_k)) - f))
    rest = np.where(k == 0, f - s * (f - r), by_k - ((s * (f - r) - low_k) - f))
    return np.where(near, near_one, np.where(((upper - 0x6147A) | (0x6B851 - upper)) > 0, middle, rest))


def log10(x: Array) -> Array:
    """The logarithm to base 10; of 0 minus infinity, below NaN."""
    return _of_positive(x, _log10)


def _log10(x: Array) -> Array:
    import numpy as np

    x, k = _scaled(x)
    i = (k < 0).astype(np.int64)
    x = with_high(x, (high(x) & 0x000FFFFF) | (0x3FF - i << 20))
    y = (k + i).astype(np.float64)
    return (y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * log(x)) + y * 3.01029995663611771306e-01


def log1p(x: Array) -> Array:
    """The natural logarithm of 1 + x; of -1 minus infinity, below NaN."""
    import numpy as np

    size = np.abs(x)
    return pieces(
        x,
        (np.isnan(x) | (x == np.inf), lambda x: x),
        (x == -1, lambda x: np.full(x.shape, -np.inf)),
        (x < -1, lambda x: np.full(x.shape, np.nan)),
        (size < 2.0**-54, lambda x: x),
        (size < 2.0**-29, lambda x: x - x * x * 0.5),
        (x > -1, _log1p),
    )


def _log1p(x: Array) -> Array:
    import numpy as np

    upper = high(x)
    direct = (upper < 0x3FDA827A) & ((upper > 0) | (upper <= 0xBFD2BEC3 - (1 << 32)))
    large = upper >= 0x43400000
    u = np.where(large, x, 1.0 + x)
    k = (high(u) >> 20) - 1023
    c = np.where(large, 0.0, np.where(k > 0, 1.0 - (u - x), x - (u - 1.0)) / u)
    part = high(u) & 0x000FFFFF
    lower = part < 0x6A09E
    u = with_high(u, np.where(lower, part | 0x3FF00000, part | 0x3FE00000))
    k = np.where(direct, 0, np.where(lower, k, k + 1)).astype(np.float64)
    part = np.where(direct, 1, np.where(lower, part, 0x00100000 - part >> 2))
    f = np.where(direct, x, u - 1.0)
    c = np.where(direct, 0.0, c)
    half = 0.5 * f * f
    by_k, low_k = k * LN2_HI, k * LN2_LO
    r_near = half * (1.0 - 0.66666666666666666 * f)
    near_one = np.where(k == 0, f - r_near, by_k - ((r_near - (low_k + c)) - f))
    near_one = np.where(f == 0, np.where(k == 0, 0.0, by_k + (c + low_k)), near_one)
    s = f / (2.0 + f)
    z = s * s
    r = z * polynomial(z, _LP)
    rest = np.where(k == 0, f - (half - s * (half + r)), by_k - ((half - (s * (half + r) + (low_k + c))) - f))
    return np.where(part == 0, near_one, rest)
