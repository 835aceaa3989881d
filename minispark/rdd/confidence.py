"""How far an estimate from a sample may be from the truth."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, erf, inf, pi, sin, sqrt, tan

_FREEDOM_MAX = 100
"""Above it the normal distribution and one correction are exact to four digits."""


def student_quantile(confidence: float, freedom: int) -> float:
    """``t`` such that Student's variable with ``freedom`` degrees is within ``-t`` and ``t`` with this probability.

    >>> round(student_quantile(0.95, 10), 3), round(student_quantile(0.95, 1000), 3), student_quantile(1.0, 5)
    (2.228, 1.962, inf)
    """
    if confidence >= 1.0:
        return inf
    if freedom > _FREEDOM_MAX:
        z = _first(lambda z: erf(z / sqrt(2.0)) >= confidence, 40.0)
        return z + (z**3 + z) / (4.0 * freedom)
    return sqrt(freedom) * tan(_first(lambda angle: _within(angle, freedom) >= confidence, pi / 2.0))


def _first(reached: Callable[[float], bool], high: float) -> float:
    """The smallest number from 0 to ``high`` for which ``reached`` is true, as for all above it."""
    low = 0.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _within(angle: float, freedom: int) -> float:
    """The probability of Student's variable being within ``sqrt(freedom) * tan(angle)`` of zero.

    A finite sum for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).
    """
    square = cos(angle) ** 2
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for step in range(1 + odd, freedom, 2):
        total += term
        term *= square * step / (step + 1)
    return 2.0 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
