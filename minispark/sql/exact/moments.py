"""Moments of numbers and of pairs, summed up one value after the other as Spark's aggregates do.

Columns are the groups' lists; nulls in them are passed over, and so are pairs with a null on either side. What is
undefined is null, as SQL wants it; NaN comes of NaN and infinity alone. Formulas: X. Meng, "Simpler online updates
for arbitrary-order central moments", 2015, in the order of operations of Spark's CentralMomentAgg, Covariance and Corr,
over one partition (of several, Spark's digits depend on how the rows lie in them).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import value
from minispark.sql.exact.averages import known, places, running_averages, running_sums, sums
from minispark.sql.exact.vectors import Lists, Vector, columnwise

Array = Any  # numpy's


def _quietly(compute: Callable[..., Vector]) -> Callable[..., Vector]:
    """Without numpy's warnings of infinity and NaN, which are answers here."""

    def called(*lists: Lists) -> Vector:
        import numpy as np

        with np.errstate(all="ignore"):
            return compute(*lists)

    called.__doc__ = compute.__doc__
    return columnwise(called)


# --- of single numbers -----------------------------------------------------------------------------------------------


@value(eq=False)
class _Central:
    """Of each group: how many values; sums of squares, cubes and fourth powers of their distances from the average."""

    n: Array
    m2: Array
    m3: Array = None
    m4: Array = None


def _central(values: Array, offsets: Array, order: int) -> _Central:
    import numpy as np

    before, _ = running_averages(values, offsets)
    n = np.diff(offsets).astype(np.float64)
    delta = values - before
    part = delta / places(offsets)
    second = [delta * (delta - part)]
    m2 = sums(second, offsets)
    if order == 2:
        return _Central(n, m2)
    m2s = running_sums(second, offsets)
    delta2, part2 = delta * delta, part * part
    third = [-(3.0 * part * m2s), delta * (delta2 - part2)]
    m3 = sums(third, offsets)
    if order == 3:
        return _Central(n, m2, m3)
    m3s = running_sums(third, offsets)
    fourth = [-(4.0 * part * m3s), -(6.0 * part2 * m2s), delta * (delta * delta2 - part * part2)]
    return _Central(n, m2, m3, sums(fourth, offsets))


def _of_list(items: Lists, order: int = 2) -> _Central:
    (values,), offsets = known(items)
    return _central(values, offsets, order)


@_quietly
def var_pop(items: Lists) -> Vector:
    """The variance of a population."""
    found = _of_list(items)
    return Vector(found.m2 / found.n, found.n > 0)


@_quietly
def var_samp(items: Lists) -> Vector:
    """The variance of a sample; null for a single value."""
    found = _of_list(items)
    return Vector(found.m2 / (found.n - 1.0), found.n > 1)


@_quietly
def stddev_pop(items: Lists) -> Vector:
    """The standard deviation of a population."""
    import numpy as np

    found = _of_list(items)
    return Vector(np.sqrt(found.m2 / found.n), found.n > 0)


@_quietly
def stddev_samp(items: Lists) -> Vector:
    """The standard deviation of a sample; null for a single value."""
    import numpy as np

    found = _of_list(items)
    return Vector(np.sqrt(found.m2 / (found.n - 1.0)), found.n > 1)


@_quietly
def skewness(items: Lists) -> Vector:
    """The skewness of a population; null where all values are equal."""
    import numpy as np

    found = _of_list(items, 3)
    cubed = found.m2 * found.m2 * found.m2
    return Vector(np.sqrt(found.n) * found.m3 / np.sqrt(cubed), (found.n > 0) & (found.m2 != 0))


@_quietly
def kurtosis(items: Lists) -> Vector:
    """The excess kurtosis of a population; null where all values are equal."""
    found = _of_list(items, 4)
    return Vector(found.n * found.m4 / (found.m2 * found.m2) - 3.0, (found.n > 0) & (found.m2 != 0))


# --- of pairs --------------------------------------------------------------------------------------------------------


@value(eq=False)
class _Pairs:
    """Of each group's pairs (x, y): how many, averages, and the sum of (x - average)(y - average)."""

    n: Array
    x: Array
    y: Array
    xy: Array


def _pairs(xs: Array, ys: Array, offsets: Array) -> _Pairs:
    import numpy as np

    n = np.diff(offsets).astype(np.float64)
    x_before, x = running_averages(xs, offsets)
    y_before, y = running_averages(ys, offsets)
    y_after = y_before + (ys - y_before) / places(offsets)
    return _Pairs(n, x, y, sums([(xs - x_before) * (ys - y_after)], offsets))


def _squares(values: Array, offsets: Array) -> Array:
    """Sums of squared distances from the average, as Corr has them."""
    before, _ = running_averages(values, offsets)
    delta = values - before
    return sums([delta * (values - (before + delta / places(offsets)))], offsets)


@_quietly
def covar_pop(xs: Lists, ys: Lists) -> Vector:
    """The covariance of a population."""
    (x, y), offsets = known(xs, ys)
    found = _pairs(x, y, offsets)
    return Vector(found.xy / found.n, found.n > 0)


@_quietly
def covar_samp(xs: Lists, ys: Lists) -> Vector:
    """The covariance of a sample; null for less than two pairs."""
    (x, y), offsets = known(xs, ys)
    found = _pairs(x, y, offsets)
    return Vector(found.xy / (found.n - 1.0), found.n > 1)


@_quietly
def corr(xs: Lists, ys: Lists) -> Vector:
    """Pearson's correlation; null for less than two pairs, or where either side is constant."""
    import numpy as np

    (x, y), offsets = known(xs, ys)
    found = _pairs(x, y, offsets)
    both = np.sqrt(_squares(x, offsets) * _squares(y, offsets))
    return Vector(found.xy / both, (found.n > 1) & (both != 0))


@_quietly
def regr_count(ys: Lists, xs: Lists) -> Vector:
    """How many pairs there are."""
    import numpy as np

    return Vector(np.diff(known(ys, xs)[1]))


@_quietly
def regr_avgx(ys: Lists, xs: Lists) -> Vector:
    """The average of x."""
    import numpy as np

    (_, x), offsets = known(ys, xs)
    n = np.diff(offsets)
    return Vector(sums([x], offsets) / n, n > 0)


@_quietly
def regr_avgy(ys: Lists, xs: Lists) -> Vector:
    """The average of y."""
    import numpy as np

    (y, _), offsets = known(ys, xs)
    n = np.diff(offsets)
    return Vector(sums([y], offsets) / n, n > 0)


@_quietly
def regr_sxx(ys: Lists, xs: Lists) -> Vector:
    """The sum of squared distances of x from its average."""
    (_, x), offsets = known(ys, xs)
    found = _central(x, offsets, 2)
    return Vector(found.m2, found.n > 0)


@_quietly
def regr_syy(ys: Lists, xs: Lists) -> Vector:
    """The sum of squared distances of y from its average."""
    (y, _), offsets = known(ys, xs)
    found = _central(y, offsets, 2)
    return Vector(found.m2, found.n > 0)


@_quietly
def regr_sxy(ys: Lists, xs: Lists) -> Vector:
    """The sum of products of the distances of x and y from their averages."""
    (y, x), offsets = known(ys, xs)
    found = _pairs(y, x, offsets)
    return Vector(found.xy, found.n > 0)


@_quietly
def regr_slope(ys: Lists, xs: Lists) -> Vector:
    """The slope of the line y = a + bx that is nearest; null where x is constant."""
    (y, x), offsets = known(ys, xs)
    found, m2 = _pairs(x, y, offsets), _central(x, offsets, 2).m2
    return Vector(found.xy / m2, (found.n > 0) & (m2 != 0))


@_quietly
def regr_intercept(ys: Lists, xs: Lists) -> Vector:
    """The intercept of that line."""
    (y, x), offsets = known(ys, xs)
    found, m2 = _pairs(x, y, offsets), _central(x, offsets, 2).m2
    return Vector(found.y - found.xy / m2 * found.x, (found.n > 0) & (m2 != 0))


@_quietly
def regr_r2(ys: Lists, xs: Lists) -> Vector:
    """The part of y's variance that the line explains; null where x is constant, 1 where y is."""
    import numpy as np

    (y, x), offsets = known(ys, xs)
    found = _pairs(y, x, offsets)
    y_squares, x_squares = _squares(y, offsets), _squares(x, offsets)
    one = found.xy / np.sqrt(y_squares * x_squares)
    return Vector(np.where(y_squares == 0, 1.0, one * one), (found.n > 0) & (x_squares != 0))
