"""Aggregates of a group's rows."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, deprecated, given_lit, lit, plain

__all__ = [
    "any_value",
    "approx_count_distinct",
    "approxCountDistinct",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bitmap_and_agg",
    "bitmap_construct_agg",
    "bitmap_or_agg",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "collect_union",
    "count",
    "count_distinct",
    "count_if",
    "countDistinct",
    "every",
    "first",
    "first_value",
    "grouping",
    "grouping_id",
    "histogram_numeric",
    "last",
    "last_value",
    "listagg",
    "listagg_distinct",
    "max",
    "max_by",
    "mean",
    "median",
    "min",
    "min_by",
    "mode",
    "product",
    "some",
    "string_agg",
    "string_agg_distinct",
    "sum",
    "sum_distinct",
    "sumDistinct",
    "try_avg",
    "try_sum",
]


def approx_count_distinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """About how many different values there are, within a relative error of ``rsd`` (0.05 without it)."""
    return call("approx_count_distinct", col, *given_lit(rsd))


def array_agg(col: ColumnOrName) -> Column:
    """All values as an array, nulls left out."""
    return call("array_agg", col)


def avg(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def bit_and(col: ColumnOrName) -> Column:
    """The bits set in all values."""
    return call("bit_and", col)


def bit_or(col: ColumnOrName) -> Column:
    """The bits set in any value."""
    return call("bit_or", col)


def bit_xor(col: ColumnOrName) -> Column:
    """The bits set in an odd number of values."""
    return call("bit_xor", col)


def bitmap_and_agg(col: ColumnOrName) -> Column:
    """The bits set in all bitmaps."""
    return call("bitmap_and_agg", col)


def bitmap_construct_agg(col: ColumnOrName) -> Column:
    """The bitmap with the bits at all positions set."""
    return call("bitmap_construct_agg", col)


def bitmap_or_agg(col: ColumnOrName) -> Column:
    """The bits set in any bitmap."""
    return call("bitmap_or_agg", col)


def bool_and(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("bool_and", col)


def bool_or(col: ColumnOrName) -> Column:
    """Whether any value is true."""
    return call("bool_or", col)


def collect_list(col: ColumnOrName) -> Column:
    """All values as an array, nulls left out."""
    return call("collect_list", col)


def collect_set(col: ColumnOrName) -> Column:
    """All different values as an array, nulls left out."""
    return call("collect_set", col)


def collect_union(col: ColumnOrName) -> Column:
    """All different elements of the arrays as one array."""
    return call("collect_union", col)


def count(col: ColumnOrName) -> Column:
    """How many values are not null; all rows for ``"*"``."""
    return call("count", col)


def count_if(col: ColumnOrName) -> Column:
    """How many values are true."""
    return call("count_if", col)


def every(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("every", col)


def grouping(col: ColumnOrName) -> Column:
    """1 where the column is not among those grouped by in a row of ``cube`` or ``rollup``, else 0."""
    return call("grouping", col)


def grouping_id(*cols: ColumnOrName) -> Column:
    """The bits of ``grouping`` of the columns as one number."""
    return call("grouping_id", *cols)


def histogram_numeric(col: ColumnOrName, nBins: Column) -> Column:
    """A histogram of ``nBins`` bars: an array of structs of x and y."""
    return call("histogram_numeric", col, nBins)


def listagg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """The texts of the group joined by a delimiter, nulls left out."""
    return call("listagg", col, *given_lit(delimiter))


def max(col: ColumnOrName) -> Column:
    """The largest value."""
    return call("max", col)


def max_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """The value where ``ord`` is largest; an array of ``k`` of them if given."""
    return call("max_by", col, ord, *given_lit(k))


def median(col: ColumnOrName) -> Column:
    """The median."""
    return call("median", col)


def min(col: ColumnOrName) -> Column:
    """The smallest value."""
    return call("min", col)


def min_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """The value where ``ord`` is smallest; an array of ``k`` of them if given."""
    return call("min_by", col, ord, *given_lit(k))


def product(col: ColumnOrName) -> Column:
    """The product."""
    return call("product", col)


def some(col: ColumnOrName) -> Column:
    """Whether any value is true."""
    return call("some", col)


def string_agg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """The texts of the group joined by a delimiter, nulls left out."""
    return call("string_agg", col, *given_lit(delimiter))


def sum(col: ColumnOrName) -> Column:
    """The sum.

    >>> sum("a")
    Column<'sum(a)'>
    """
    return call("sum", col)


def try_avg(col: ColumnOrName) -> Column:
    """The mean, null where a sum does not fit the type."""
    return call("try_avg", col)


def try_sum(col: ColumnOrName) -> Column:
    """The sum, null where it does not fit the type."""
    return call("try_sum", col)


def any_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """A value of the group, other than null if told to."""
    return call("any_value", col, *given_lit(ignoreNulls))


def first_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """The first value, other than null if told to."""
    return call("first_value", col, *given_lit(ignoreNulls))


def last_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """The last value, other than null if told to."""
    return call("last_value", col, *given_lit(ignoreNulls))


def first(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The first value, other than null if told to."""
    return call("first", col, ignore_nulls=bool(plain(ignorenulls)))


def last(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The last value, other than null if told to."""
    return call("last", col, ignore_nulls=bool(plain(ignorenulls)))


def mean(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def mode(col: ColumnOrName, deterministic: bool = False) -> Column:
    """The most frequent value; of several the smallest if ``deterministic``, else any."""
    return call("mode", col, lit(deterministic))


def count_distinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """How many different combinations of values there are, those with a null left out."""
    return call("count", col, *cols, distinct=True)


countDistinct = count_distinct


def sum_distinct(col: ColumnOrName) -> Column:
    """The sum of the different values."""
    return call("sum", col, distinct=True)


def sumDistinct(col: ColumnOrName) -> Column:
    """Deprecated: ``sum_distinct``."""
    deprecated("sumDistinct", "sum_distinct")
    return sum_distinct(col)


def approxCountDistinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """Deprecated: ``approx_count_distinct``."""
    deprecated("approxCountDistinct", "approx_count_distinct")
    return approx_count_distinct(col, rsd)


def listagg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """The different texts of the group joined by a delimiter, nulls left out."""
    return call("listagg", col, *given_lit(delimiter), distinct=True)


def string_agg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """The different texts of the group joined by a delimiter, nulls left out."""
    return call("string_agg", col, *given_lit(delimiter), distinct=True)
