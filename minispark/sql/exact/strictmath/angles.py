"""Angles of sines, cosines and tangents (fdlibm's e_asin.c, e_acos.c, s_atan.c, e_atan2.c)."""

from __future__ import annotations

from typing import Any

from minispark.sql.exact.strictmath.pieces import cut, high, pieces, polynomial

Array = Any  # numpy's
PI, PI_LO = 3.14159265358979311600e00, 1.2246467991473531772e-16
HALF_HI, HALF_LO = 1.57079632679489655800e00, 6.12323399573676603587e-17
_QUARTER = 7.85398163397448278999e-01
_PS = (
    1.66666666666666657415e-01, -3.25565818622400915405e-01, 2.01212532134862925881e-01,
    -4.00555345006794114027e-02, 7.91534994289814532176e-04, 3.47933107596021167570e-05,
)  # fmt: skip
_QS = (
    1.0, -2.40339491173441421878e00, 2.02094576023350569471e00, -6.88283971605453293030e-01,
    7.70381505559019352791e-02,
)  # fmt: skip
_AT_HI = (4.63647609000806093515e-01, _QUARTER, 9.82793723247329054082e-01, HALF_HI)
_AT_LO = (2.26987774529616870924e-17, 3.06161699786838301793e-17, 1.39033110312309984516e-17, HALF_LO)
_AT = (
    3.33333333333329318027e-01, -1.99999999998764832476e-01, 1.42857142725034663711e-01, -1.11111104054623557880e-01,
    9.09088713343650656196e-02, -7.69187620504482999495e-02, 6.66107313738753120669e-02, -5.83357013379057348645e-02,
    4.97687799461593236017e-02, -3.65315727442169155270e-02, 1.62858201153657823623e-02,
)  # fmt: skip


def _ratio(t: Array) -> Array:
    return t * polynomial(t, _PS) / polynomial(t, _QS)


def asin(x: Array) -> Array:
    """The angle of a sine; NaN beyond 1."""
    import numpy as np

    size = np.abs(x)
    return pieces(
        x,
        (size == 1, lambda x: x * HALF_HI + x * HALF_LO),
        (size < 2.0**-27, lambda x: x),
        (size < 0.5, lambda x: x + x * _ratio(x * x)),
        (size < 1, lambda x: np.copysign(_asin_near_one(np.abs(x)), x)),
    )


def _asin_near_one(size: Array) -> Array:
    import numpy as np

    t = (1.0 - size) * 0.5
    r, s = _ratio(t), np.sqrt(t)
    close = HALF_HI - (2.0 * (s + s * r) - HALF_LO)
    w = cut(s)
    c = (t - w * w) / (s + w)
    p = 2.0 * s * r - (HALF_LO - 2.0 * c)
    q = _QUARTER - 2.0 * w
    return np.where(high(size) >= 0x3FEF3333, close, _QUARTER - (p - q))


def acos(x: Array) -> Array:
    """The angle of a cosine; NaN beyond 1."""
    import numpy as np

    size = np.abs(x)
    return pieces(
        x,
        (x == 1, np.zeros_like),
        (x == -1, lambda x: np.full(x.shape, PI + 2.0 * HALF_LO)),
        (high(size) <= 0x3C600000, lambda x: np.full(x.shape, HALF_HI + HALF_LO)),
        (size < 0.5, lambda x: HALF_HI - (x - (HALF_LO - x * _ratio(x * x)))),
        ((x < 0) & (x > -1), _acos_below),
        ((x > 0) & (x < 1), _acos_above),
    )


def _acos_below(x: Array) -> Array:
    import numpy as np

    z = (1.0 + x) * 0.5
    s = np.sqrt(z)
    w = _ratio(z) * s - HALF_LO
    return PI - 2.0 * (s + w)


def _acos_above(x: Array) -> Array:
    import numpy as np

    z = (1.0 - x) * 0.5
    s = np.sqrt(z)
    df = cut(s)
    c = (z - df * df) / (s + df)
    return 2.0 * (df + (_ratio(z) * s + c))


def atan(x: Array) -> Array:
    """The angle of a tangent."""
    import numpy as np

    upper = high(np.abs(x))
    return pieces(
        x,
        (np.isnan(x), lambda x: x),
        (upper >= 0x44100000, lambda x: np.copysign(HALF_HI + HALF_LO, x)),
        (upper < 0x3E200000, lambda x: x),
        (upper < 0x3FDC0000, lambda x: x - x * _atan_sum(x)),
        (x == x, _atan),
    )


def _atan_sum(x: Array) -> Array:
    z = x * x
    w = z * z
    return z * polynomial(w, _AT[::2]) + w * polynomial(w, _AT[1::2])


def _atan(x: Array) -> Array:
    import numpy as np

    size = np.abs(x)
    upper = high(size)
    place = (upper >= 0x3FE60000).astype(np.int64) + (upper >= 0x3FF30000) + (upper >= 0x40038000)
    given = np.select(
        [place == 0, place == 1, place == 2],
        [(2.0 * size - 1.0) / (2.0 + size), (size - 1.0) / (size + 1.0), (size - 1.5) / (1.0 + 1.5 * size)],
        -1.0 / size,
    )
    found = np.array(_AT_HI)[place] - ((given * _atan_sum(given) - np.array(_AT_LO)[place]) - given)
    return np.where(x < 0, -found, found)


def atan2(y: Array, x: Array) -> Array:
    """The angle of a point's direction."""
    import numpy as np

    steps = (high(np.abs(y)) - high(np.abs(x))) >> 20
    left, below = np.signbit(x), np.signbit(y)
    z = atan(np.abs(y / x))
    z = np.where(steps > 60, HALF_HI + 0.5 * PI_LO, np.where(left & (steps < -60), 0.0, z))
    found = np.where(left, np.where(below, (z - PI_LO) - PI, PI - (z - PI_LO)), np.where(below, -z, z))
    quarter = np.where(left, 3.0 * _QUARTER, _QUARTER)
    wide = np.where(np.isinf(y), np.copysign(quarter, y), np.where(left, np.copysign(PI, y), np.copysign(0.0, y)))
    found = np.where(np.isinf(y) & ~np.isinf(x), np.copysign(HALF_HI, y), found)
    found = np.where(np.isinf(x), wide, found)
    found = np.where((x == 0) & (y != 0), np.copysign(HALF_HI, y), found)
    found = np.where(y == 0, np.where(left, np.copysign(PI, y), y), found)
    found = np.where(x == 1.0, atan(y), found)
    return np.where(np.isnan(x) | np.isnan(y), np.nan, found)
