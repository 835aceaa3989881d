"""exp, expm1, and the power of one number to another (fdlibm's e_exp.c, s_expm1.c, e_pow.c)."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.strictmath.pieces import cut, high, of_high, pieces, polynomial, with_high

Array = Any  # numpy's
LN2_HI, LN2_LO, INV_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1.44269504088896338700e00
_P = (
    1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
    -1.65339022054652515390e-06, 4.13813679705723846039e-08,
)  # fmt: skip
_Q = (
    1.0, -3.33333333333331316428e-02, 1.58730158725481460165e-03, -7.93650757867487942473e-05,
    4.00821782732936239552e-06, -2.01099218183624371326e-07,
)  # fmt: skip
_L = (
    5.99999999999994648725e-01, 4.28571428578550184252e-01, 3.33333329818377432918e-01, 2.72728123808534006489e-01,
    2.30660745775561754067e-01, 2.06975017800338417784e-01,
)  # fmt: skip
_DP_H, _DP_L = 5.84962487220764160156e-01, 1.35003920212974897128e-08
_LG2, _LG2_H, _LG2_L = 6.93147180559945286227e-01, 6.93147182464599609375e-01, -1.90465429995776804525e-09
_CP, _CP_H, _CP_L = 9.61796693925975554329e-01, 9.61796700954437255859e-01, -7.02846165095275826516e-09
_IVLN2_H, _IVLN2_L = 1.44269502162933349609e00, 1.92596299112661746887e-08
_OVERFLOW = 8.0085662595372944372e-0017


def _halves(x: Array) -> tuple[Array, Array, Array]:
    """k, and x - k ln 2 in two parts: k is the nearest whole number, from half of ln 2 on."""
    import numpy as np

    size = np.abs(x)
    near = np.trunc(x * INV_LN2 + np.where(x >= 0, 0.5, -0.5))
    k = np.where(size > 0.34657359027997264, np.where(size < 1.0397207708399179, np.sign(x), near), 0.0)
    return k, x - k * LN2_HI, k * LN2_LO


def exp(x: Array) -> Array:
    """e to the power of x."""
    import numpy as np

    return pieces(
        x,
        (np.isnan(x), lambda x: x),
        (x > 7.09782712893383973096e02, lambda x: np.full(x.shape, np.inf)),
        (x < -7.45133219101941108420e02, np.zeros_like),
        (np.abs(x) < 3.7252902984619140625e-09, lambda x: 1.0 + x),
        (x == x, _exp),
    )


def _exp(x: Array) -> Array:
    import numpy as np

    k, upper, lower = _halves(x)
    x = upper - lower
    square = x * x
    c = x - square * polynomial(square, _P)
    plain = 1.0 - ((x * c) / (c - 2.0) - x)
    scaled = 1.0 - ((lower - (x * c) / (2.0 - c)) - upper)
    return np.where(k == 0, plain, np.ldexp(scaled, k.astype(np.int32)))


def expm1(x: Array) -> Array:
    """e to the power of x, less 1."""
    import numpy as np

    size = np.abs(x)
    return pieces(
        x,
        (np.isnan(x), lambda x: x),
        (x > 7.09782712893383973096e02, lambda x: np.full(x.shape, np.inf)),
        ((x < 0) & (high(size) >= 0x4043687A), lambda x: np.full(x.shape, -1.0)),
        (size < 2.0**-54, lambda x: x),
        (x == x, _expm1),
    )


def _expm1(x: Array) -> Array:
    import numpy as np

    k, upper, lower = _halves(x)
    given, x = x, upper - lower
    c = np.where(k == 0, 0.0, (upper - x) - lower)
    half = 0.5 * x
    square = x * half
    r1 = polynomial(square, _Q)
    t = 3.0 - r1 * half
    e = square * ((r1 - t) / (6.0 - x * t))
    plain = x - (x * e - square)
    e = (x * (e - c) - c) - square
    whole = k.astype(np.int32)
    large = np.ldexp(1.0 - (e - x), whole) - 1.0
    power = np.ldexp(1.0, -whole)
    middle = np.ldexp((1.0 - power) - (e - x), whole)
    later = np.ldexp((x - (e + power)) + 1.0, whole)
    one = np.where(x < -0.25, -2.0 * (e - (x + 0.5)), 1.0 + 2.0 * (x - e))
    found = np.where(k < 20, middle, later)
    found = np.where((k <= -2) | (k > 56), large, found)
    found = np.where(k == 1, one, found)
    found = np.where(k == -1, 0.5 * (x - e) - 0.5, found)
    return np.where((k == 0) & (given == given), plain, found)


def power(x: Array, y: Array) -> Array:
    """x to the power of y."""
    import numpy as np

    size, whole = np.abs(x), np.trunc(y)
    odd = (whole == y) & (np.abs(y) < 2.0**53) & (np.fmod(whole, 2.0) != 0)
    found = np.full(x.shape, np.nan)
    special = (size == 0) | np.isinf(x) | (size == 1) | np.isinf(y)
    usual = ~(special | np.isnan(x) | np.isnan(y) | ((x < 0) & (whole != y)))
    found[usual] = _power(size[usual], y[usual])
    flat = np.where(y < 0, 1.0 / size, size)
    flat = np.where((size == 1) & (x < 0) & (whole != y), np.nan, flat)
    at_infinity = np.where((size > 1) == (y > 0), np.inf, 0.0)
    at_infinity = np.where(size == 1, np.nan, at_infinity)
    found = np.where(special, np.where(np.isinf(y), at_infinity, flat), found)
    found = np.where(odd & np.signbit(x), -found, found)
    found = np.where(np.isnan(x) | np.isnan(y), np.nan, found)
    found = np.where((y == 0.5) & (x >= -1.7976931348623157e308), np.sqrt(x + 0.0), found)
    found = np.where(y == 2.0, x * x, found)
    found = np.where(y == 1.0, x, found)
    found = np.where(y == -1.0, 1.0 / x, found)
    return np.where(y == 0, 1.0, found)


def _power(x: Array, y: Array) -> Array:
    """Of positive numbers that are neither 1 nor infinite."""
    import numpy as np

    huge = np.abs(y) > 2.0**31
    t1, t2 = _log2(x)
    if huge.any():
        near1, near2 = _log2_near_one(x)
        t1, t2 = np.where(huge, near1, t1), np.where(huge, near2, t2)
    y1 = cut(y)
    low = (y - y1) * t1 + y * t2
    upper = y1 * t1
    z = low + upper
    found = _exp2(z, upper, low)
    over = (z > 1024.0) | ((z == 1024.0) & (low + _OVERFLOW > z - upper))
    under = (z < -1075.0) | ((z == -1075.0) & (low <= z - upper))
    found = np.where(over, np.inf, np.where(under, 0.0, found))
    far = huge & ((x < 0.9999995231628418) | (x >= 1.00000095367431640625))
    return np.where(far, np.where((x > 1) == (y > 0), np.inf, 0.0), found)


def _log2_near_one(x: Array) -> tuple[Array, Array]:
    t = x - 1.0
    w = (t * t) * (0.5 - t * (0.3333333333333333333333 - t * 0.25))
    u = _IVLN2_H * t
    v = t * _IVLN2_L - w * INV_LN2
    t1 = cut(u + v)
    return t1, v - (t1 - u)


def _log2(x: Array) -> tuple[Array, Array]:
    """The logarithm to base 2 in two parts."""
    import numpy as np

    small = x < 2.2250738585072014e-308
    x = np.where(small, x * 9007199254740992.0, x)
    n = np.where(small, -53, 0) + (high(x) >> 20) - 0x3FF
    j = high(x) & 0x000FFFFF
    upper = j | 0x3FF00000
    k = ((j > 0x3988E) & (j < 0xBB67A)).astype(np.int64)
    next_one = j >= 0xBB67A
    n, upper = np.where(next_one, n + 1, n), np.where(next_one, upper - 0x00100000, upper)
    x = with_high(x, upper)
    base = np.where(k == 1, 1.5, 1.0)
    u, v = x - base, 1.0 / (x + base)
    ss = u * v
    s_h = cut(ss)
    t_h = of_high(((upper >> 1) | 0x20000000) + 0x00080000 + (k << 18))
    t_l = x - (t_h - base)
    s_l = v * ((u - s_h * t_h) - s_h * t_l)
    s2 = ss * ss
    r = s2 * s2 * polynomial(s2, _L)
    r = r + s_l * (s_h + ss)
    s2 = s_h * s_h
    t_h = cut(3.0 + s2 + r)
    t_l = r - ((t_h - 3.0) - s2)
    u, v = s_h * t_h, s_l * t_h + t_l * ss
    p_h = cut(u + v)
    p_l = v - (p_h - u)
    z_h = _CP_H * p_h
    z_l = _CP_L * p_h + p_l * _CP + np.where(k == 1, _DP_L, 0.0)
    t, dp_h = n.astype(np.float64), np.where(k == 1, _DP_H, 0.0)
    t1 = cut(((z_h + z_l) + dp_h) + t)
    return t1, z_l - (((t1 - t) - dp_h) - z_h)


def _exp2(z: Array, upper: Array, low: Array) -> Array:
    """2 to the power of z, which is the sum of the other two."""
    import numpy as np

    far = np.abs(z) > 0.5
    n = np.where(far, np.sign(z) * np.floor(np.abs(z) + 0.5), 0.0)
    upper = upper - n
    t = cut(low + upper)
    u = t * _LG2_H
    v = (low - (t - upper)) * _LG2 + t * _LG2_L
    z = u + v
    w = v - (z - u)
    t = z * z
    t1 = z - t * polynomial(t, _P)
    r = (z * t1) / (t1 - 2.0) - (w + z * w)
    z = 1.0 - (r - z)
    return np.ldexp(z, np.clip(np.nan_to_num(n), -3000, 3000).astype(np.int32))
