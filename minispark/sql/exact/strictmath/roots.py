"""The cube root and the length of a point's direction (fdlibm's s_cbrt.c, e_hypot.c)."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.strictmath.pieces import high, of_high, pieces

Array = Any  # numpy's


def cbrt(x: Array) -> Array:
    """The cube root, with an error below 0.667 units in the last place."""
    import numpy as np

    return pieces(
        x,
        (~np.isfinite(x) | (x == 0), lambda x: x),
        (x == x, lambda x: np.copysign(_cbrt(np.abs(x)), x)),
    )


def _cbrt(size: Array) -> Array:
    import numpy as np

    small = size < 2.2250738585072014e-308
    scaled = size * 18014398509481984.0
    subnormal = (high(scaled) // 3 + 696219795) << np.int64(32) | scaled.view(np.int64) & np.int64(0xFFFFFFFF)
    t = np.where(small, subnormal.view(np.float64), of_high(high(size) // 3 + 715094163))
    r = t * t / size
    s = 5.42857142857142815906e-01 + r * t
    t = t * (
        3.57142857142857150787e-01
        + 1.60714285714285720630e00 / (s + 1.41428571428571436819e00 + -7.05306122448979611050e-01 / s)
    )
    t = of_high(high(t) + 1)
    r = size / (t * t)
    return t + t * ((r - t) / (t + t + r))


def hypot(x: Array, y: Array) -> Array:
    """The length of (x, y), without overflow on the way."""
    import numpy as np

    one, other = np.abs(x), np.abs(y)
    a, b = np.maximum(one, other), np.minimum(one, other)
    far = (high(a) - high(b)) > 0x3C00000
    scale = np.where(a > 3.2733906078961419e150, 2.0**-600, np.where(b < 2.0**-500, 2.0**600, 1.0))
    subnormal = (b < 2.2250738585072014e-308) & (scale > 1)
    scale = np.where(subnormal, 2.0**1022, scale)
    found = np.where(far | (b == 0), a + b, _hypot(a * scale, b * scale) / scale)
    found = np.where(np.isinf(one) | np.isinf(other), np.inf, found)
    return found


def _hypot(a: Array, b: Array) -> Array:
    import numpy as np

    w = a - b
    t1 = of_high(high(a))
    t2 = a - t1
    apart = np.sqrt(t1 * t1 - (b * (-b) - t2 * (a + t1)))
    twice, y1 = a + a, of_high(high(b))
    y2 = b - y1
    t1 = of_high(high(a) + 0x00100000)
    t2 = twice - t1
    return np.where(w > b, apart, np.sqrt(t1 * y1 - (w * (-w) - (t1 * y2 + t2 * b))))
