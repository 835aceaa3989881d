"""Moments of numbers and of pairs, summed up one value after the other as Spark's aggregates do.

Lists are the values of a group, nulls included, which are passed over; of pairs those with a null in either. What is
undefined is None, as SQL wants it; NaN comes of NaN and infinity alone.
"""

from __future__ import annotations

import math

from minispark.engine.core.values import value

Numbers = list[float | None]


def _central(values: Numbers) -> tuple[int, float, float, float]:
    """How many, and the sums of the squares, cubes and fourth powers of distances from the average."""
    n, average, m2, m3, m4 = 0, 0.0, 0.0, 0.0, 0.0
    for item in values or ():
        if item is None:
            continue
        n += 1
        delta = item - average
        part = delta / n
        average += part
        new2 = m2 + delta * (delta - part)
        delta2, part2 = delta * delta, part * part
        new3 = m3 - 3.0 * part * new2 + delta * (delta2 - part2)
        m4 = m4 - 4.0 * part * new3 - 6.0 * part2 * new2 + delta * (delta * delta2 - part * part2)
        m2, m3 = new2, new3
    return n, m2, m3, m4


def skewness(values: Numbers) -> float | None:
    """The skewness of a population; None where all values are equal."""
    n, m2, m3, _ = _central(values)
    return None if n == 0 or m2 == 0 else math.sqrt(n) * m3 / math.sqrt(m2 * m2 * m2)


def kurtosis(values: Numbers) -> float | None:
    """The excess kurtosis of a population; None where all values are equal."""
    n, m2, _, m4 = _central(values)
    return None if n == 0 or m2 == 0 else n * m4 / (m2 * m2) - 3.0


@value
class _Pairs:
    """Of pairs (x, y): how many, averages, and the sums of (x - avg)(y - avg), (x - avg)**2 and (y - avg)**2."""

    n: int
    x: float
    y: float
    xy: float
    xx: float
    yy: float


def _pairs(xs: Numbers, ys: Numbers) -> _Pairs:
    n, x_average, y_average, xy, xx, yy = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for x, y in zip(xs or (), ys or (), strict=True):
        if x is None or y is None:
            continue
        n += 1
        dx, dy = x - x_average, y - y_average
        x_average += dx / n
        y_average += dy / n
        xy += dx * (y - y_average)
        xx += dx * (x - x_average)
        yy += dy * (y - y_average)
    return _Pairs(n, x_average, y_average, xy, xx, yy)


def corr(xs: Numbers, ys: Numbers) -> float | None:
    """Pearson's correlation; None for less than two pairs, or where either side is constant."""
    found = _pairs(xs, ys)
    if found.n < 2 or found.xx == 0 or found.yy == 0:
        return None
    return found.xy / math.sqrt(found.xx * found.yy)


def covar_pop(xs: Numbers, ys: Numbers) -> float | None:
    """The covariance of a population."""
    found = _pairs(xs, ys)
    return found.xy / found.n if found.n else None


def covar_samp(xs: Numbers, ys: Numbers) -> float | None:
    """The covariance of a sample; None for less than two pairs."""
    found = _pairs(xs, ys)
    return found.xy / (found.n - 1) if found.n > 1 else None


def _moment(values: Numbers, others: Numbers) -> tuple[int, float, float]:
    """Of the values whose other is known: how many, their average, the sum of squared distances from it."""
    n, average, m2 = 0, 0.0, 0.0
    for item, other in zip(values or (), others or (), strict=True):
        if item is None or other is None:
            continue
        n += 1
        delta = item - average
        part = delta / n
        average += part
        m2 += delta * (delta - part)
    return n, average, m2


def regr_avgx(ys: Numbers, xs: Numbers) -> float | None:
    """The average of x."""
    known = [x for x, y in zip(xs or (), ys or (), strict=True) if x is not None and y is not None]
    return math.fsum(known) / len(known) if known else None


def regr_avgy(ys: Numbers, xs: Numbers) -> float | None:
    """The average of y."""
    return regr_avgx(xs, ys)


def regr_count(ys: Numbers, xs: Numbers) -> int:
    """How many pairs there are."""
    return sum(1 for x, y in zip(xs or (), ys or (), strict=True) if x is not None and y is not None)


def regr_sxx(ys: Numbers, xs: Numbers) -> float | None:
    """The sum of squared distances of x from its average."""
    n, _, m2 = _moment(xs, ys)
    return m2 if n else None


def regr_syy(ys: Numbers, xs: Numbers) -> float | None:
    """The sum of squared distances of y from its average."""
    n, _, m2 = _moment(ys, xs)
    return m2 if n else None


def regr_sxy(ys: Numbers, xs: Numbers) -> float | None:
    """The sum of products of the distances of x and y from their averages."""
    found = _pairs(ys, xs)
    return found.xy if found.n else None


def regr_slope(ys: Numbers, xs: Numbers) -> float | None:
    """The slope of the line y = a + bx that is nearest; None where x is constant."""
    found = _pairs(xs, ys)
    _, _, m2 = _moment(xs, ys)
    return None if found.n < 1 or m2 == 0 else found.xy / m2


def regr_intercept(ys: Numbers, xs: Numbers) -> float | None:
    """The intercept of that line."""
    slope = regr_slope(ys, xs)
    if slope is None:
        return None
    found = _pairs(xs, ys)
    return found.y - slope * found.x


def regr_r2(ys: Numbers, xs: Numbers) -> float | None:
    """The part of y's variance that the line explains; None where x is constant, 1 where y is."""
    found = _pairs(ys, xs)
    if found.n < 2 or found.yy == 0:
        return None
    return 1.0 if found.xx == 0 else found.xy * found.xy / found.xx / found.yy
