"""Aggregates of statistics."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, lit, seeded

__all__ = [
    "approx_percentile",
    "corr",
    "count_min_sketch",
    "covar_pop",
    "covar_samp",
    "kurtosis",
    "percentile",
    "percentile_approx",
    "regr_avgx",
    "regr_avgy",
    "regr_count",
    "regr_intercept",
    "regr_r2",
    "regr_slope",
    "regr_sxx",
    "regr_sxy",
    "regr_syy",
    "skewness",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "var_pop",
    "var_samp",
    "variance",
]


def corr(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Pearson's correlation."""
    return call("corr", col1, col2)


def covar_pop(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The population's covariance."""
    return call("covar_pop", col1, col2)


def covar_samp(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The sample's covariance."""
    return call("covar_samp", col1, col2)


def kurtosis(col: ColumnOrName) -> Column:
    """The excess kurtosis."""
    return call("kurtosis", col)


def regr_avgx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of ``x`` where neither is null."""
    return call("regr_avgx", y, x)


def regr_avgy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The mean of ``y`` where neither is null."""
    return call("regr_avgy", y, x)


def regr_count(y: ColumnOrName, x: ColumnOrName) -> Column:
    """How many rows have neither null."""
    return call("regr_count", y, x)


def regr_intercept(y: ColumnOrName, x: ColumnOrName) -> Column:
    """Where the regression line meets the y axis."""
    return call("regr_intercept", y, x)


def regr_r2(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The coefficient of determination."""
    return call("regr_r2", y, x)


def regr_slope(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The slope of the regression line."""
    return call("regr_slope", y, x)


def regr_sxx(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The count times the population's variance of ``x``."""
    return call("regr_sxx", y, x)


def regr_sxy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The count times the population's covariance."""
    return call("regr_sxy", y, x)


def regr_syy(y: ColumnOrName, x: ColumnOrName) -> Column:
    """The count times the population's variance of ``y``."""
    return call("regr_syy", y, x)


def skewness(col: ColumnOrName) -> Column:
    """The skewness."""
    return call("skewness", col)


def std(col: ColumnOrName) -> Column:
    """The sample's standard deviation."""
    return call("std", col)


def stddev(col: ColumnOrName) -> Column:
    """The sample's standard deviation."""
    return call("stddev", col)


def stddev_pop(col: ColumnOrName) -> Column:
    """The population's standard deviation."""
    return call("stddev_pop", col)


def stddev_samp(col: ColumnOrName) -> Column:
    """The sample's standard deviation."""
    return call("stddev_samp", col)


def var_pop(col: ColumnOrName) -> Column:
    """The population's variance."""
    return call("var_pop", col)


def var_samp(col: ColumnOrName) -> Column:
    """The sample's variance."""
    return call("var_samp", col)


def variance(col: ColumnOrName) -> Column:
    """The sample's variance."""
    return call("variance", col)


def approx_percentile(
    col: ColumnOrName, percentage: Column | float | Sequence[float] | tuple[float, ...], accuracy: Column | int = 10000
) -> Column:
    """Values of the group at a percentage or several, about; a larger ``accuracy`` costs more memory."""
    return call(
        "approx_percentile", col, lit(list(percentage) if isinstance(percentage, tuple) else percentage), lit(accuracy)
    )


def percentile(
    col: ColumnOrName, percentage: Column | float | Sequence[float] | tuple[float, ...], frequency: Column | int = 1
) -> Column:
    """The exact value, between two if need be, at a percentage or several; ``frequency`` weighs the rows.

    >>> percentile("a", 0.5)
    Column<'percentile(a, 0.5, 1)'>
    """
    return call(
        "percentile", col, lit(list(percentage) if isinstance(percentage, tuple) else percentage), lit(frequency)
    )


def percentile_approx(
    col: ColumnOrName, percentage: Column | float | Sequence[float] | tuple[float, ...], accuracy: Column | int = 10000
) -> Column:
    """Values of the group at a percentage or several, about; a larger ``accuracy`` costs more memory."""
    return call(
        "percentile_approx", col, lit(list(percentage) if isinstance(percentage, tuple) else percentage), lit(accuracy)
    )


def count_min_sketch(
    col: ColumnOrName, eps: Column | float, confidence: Column | float, seed: Column | int | None = None
) -> Column:
    """The count-min sketch of a relative error, a confidence and a seed, as bytes."""
    return call("count_min_sketch", col, lit(eps), lit(confidence), seeded(None) if seed is None else lit(seed))
