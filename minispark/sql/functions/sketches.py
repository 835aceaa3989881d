"""Sketches of DataSketches: HLL, KLL and theta."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given_lit

__all__ = [
    "hll_sketch_agg",
    "hll_sketch_estimate",
    "hll_union",
    "hll_union_agg",
    "kll_merge_agg_bigint",
    "kll_merge_agg_double",
    "kll_merge_agg_float",
    "kll_sketch_agg_bigint",
    "kll_sketch_agg_double",
    "kll_sketch_agg_float",
    "kll_sketch_get_n_bigint",
    "kll_sketch_get_n_double",
    "kll_sketch_get_n_float",
    "kll_sketch_get_quantile_bigint",
    "kll_sketch_get_quantile_double",
    "kll_sketch_get_quantile_float",
    "kll_sketch_get_rank_bigint",
    "kll_sketch_get_rank_double",
    "kll_sketch_get_rank_float",
    "kll_sketch_merge_bigint",
    "kll_sketch_merge_double",
    "kll_sketch_merge_float",
    "kll_sketch_to_string_bigint",
    "kll_sketch_to_string_double",
    "kll_sketch_to_string_float",
    "theta_difference",
    "theta_intersection",
    "theta_intersection_agg",
    "theta_sketch_agg",
    "theta_sketch_estimate",
    "theta_union",
    "theta_union_agg",
]


def hll_sketch_agg(col: ColumnOrName, lgConfigK: int | Column | None = None) -> Column:
    """The HLL sketch of a group's values, as bytes."""
    return call("hll_sketch_agg", col, *given_lit(lgConfigK))


def hll_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many different values an HLL sketch has seen."""
    return call("hll_sketch_estimate", col)


def hll_union(col1: ColumnOrName, col2: ColumnOrName, allowDifferentLgConfigK: bool | None = None) -> Column:
    """The HLL sketch of what two have seen."""
    return call("hll_union", col1, col2, *given_lit(allowDifferentLgConfigK))


def hll_union_agg(col: ColumnOrName, allowDifferentLgConfigK: bool | Column | None = None) -> Column:
    """The HLL sketch of what those of a group have seen."""
    return call("hll_union_agg", col, *given_lit(allowDifferentLgConfigK))


def theta_difference(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The theta sketch of what the first has seen and the second has not."""
    return call("theta_difference", col1, col2)


def theta_intersection(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The theta sketch of what both have seen."""
    return call("theta_intersection", col1, col2)


def theta_intersection_agg(col: ColumnOrName) -> Column:
    """The theta sketch of what all of a group have seen."""
    return call("theta_intersection_agg", col)


def theta_sketch_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """The theta sketch of a group's values, as bytes."""
    return call("theta_sketch_agg", col, *given_lit(lgNomEntries))


def theta_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many different values a theta sketch has seen."""
    return call("theta_sketch_estimate", col)


def theta_union(col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """The theta sketch of what either has seen."""
    return call("theta_union", col1, col2, *given_lit(lgNomEntries))


def theta_union_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """The theta sketch of what those of a group have seen."""
    return call("theta_union_agg", col, *given_lit(lgNomEntries))


def kll_sketch_agg_bigint(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of a group's whole numbers, as bytes."""
    return call("kll_sketch_agg_bigint", col, *given_lit(k))


def kll_sketch_agg_double(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of a group's doubles, as bytes."""
    return call("kll_sketch_agg_double", col, *given_lit(k))


def kll_sketch_agg_float(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of a group's floats, as bytes."""
    return call("kll_sketch_agg_float", col, *given_lit(k))


def kll_merge_agg_bigint(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of what those of a group have seen, of whole numbers."""
    return call("kll_merge_agg_bigint", col, *given_lit(k))


def kll_merge_agg_double(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of what those of a group have seen, of doubles."""
    return call("kll_merge_agg_double", col, *given_lit(k))


def kll_merge_agg_float(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The KLL sketch of what those of a group have seen, of floats."""
    return call("kll_merge_agg_float", col, *given_lit(k))


def kll_sketch_get_n_bigint(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of whole numbers has seen."""
    return call("kll_sketch_get_n_bigint", col)


def kll_sketch_get_n_double(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of doubles has seen."""
    return call("kll_sketch_get_n_double", col)


def kll_sketch_get_n_float(col: ColumnOrName) -> Column:
    """How many values a KLL sketch of floats has seen."""
    return call("kll_sketch_get_n_float", col)


def kll_sketch_get_quantile_bigint(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """About the value at a rank from 0.0 to 1.0, or at several, of whole numbers."""
    return call("kll_sketch_get_quantile_bigint", sketch, rank)


def kll_sketch_get_quantile_double(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """About the value at a rank from 0.0 to 1.0, or at several, of doubles."""
    return call("kll_sketch_get_quantile_double", sketch, rank)


def kll_sketch_get_quantile_float(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """About the value at a rank from 0.0 to 1.0, or at several, of floats."""
    return call("kll_sketch_get_quantile_float", sketch, rank)


def kll_sketch_get_rank_bigint(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """About the rank, from 0.0 to 1.0, of a value or several, of whole numbers."""
    return call("kll_sketch_get_rank_bigint", sketch, quantile)


def kll_sketch_get_rank_double(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """About the rank, from 0.0 to 1.0, of a value or several, of doubles."""
    return call("kll_sketch_get_rank_double", sketch, quantile)


def kll_sketch_get_rank_float(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """About the rank, from 0.0 to 1.0, of a value or several, of floats."""
    return call("kll_sketch_get_rank_float", sketch, quantile)


def kll_sketch_merge_bigint(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The KLL sketch of what two of whole numbers have seen."""
    return call("kll_sketch_merge_bigint", left, right)


def kll_sketch_merge_double(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The KLL sketch of what two of doubles have seen."""
    return call("kll_sketch_merge_double", left, right)


def kll_sketch_merge_float(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The KLL sketch of what two of floats have seen."""
    return call("kll_sketch_merge_float", left, right)


def kll_sketch_to_string_bigint(col: ColumnOrName) -> Column:
    """A KLL sketch of whole numbers described for people."""
    return call("kll_sketch_to_string_bigint", col)


def kll_sketch_to_string_double(col: ColumnOrName) -> Column:
    """A KLL sketch of doubles described for people."""
    return call("kll_sketch_to_string_double", col)


def kll_sketch_to_string_float(col: ColumnOrName) -> Column:
    """A KLL sketch of floats described for people."""
    return call("kll_sketch_to_string_float", col)
