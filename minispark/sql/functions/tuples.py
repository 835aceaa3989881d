"""Tuple sketches of DataSketches: keys with a summary of numbers."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given_lit, lit

__all__ = [
    "tuple_difference_double",
    "tuple_difference_integer",
    "tuple_difference_theta_double",
    "tuple_difference_theta_integer",
    "tuple_intersection_agg_double",
    "tuple_intersection_agg_integer",
    "tuple_intersection_double",
    "tuple_intersection_integer",
    "tuple_intersection_theta_double",
    "tuple_intersection_theta_integer",
    "tuple_sketch_agg_double",
    "tuple_sketch_agg_integer",
    "tuple_sketch_estimate_double",
    "tuple_sketch_estimate_integer",
    "tuple_sketch_summary_double",
    "tuple_sketch_summary_integer",
    "tuple_sketch_theta_double",
    "tuple_sketch_theta_integer",
    "tuple_union_agg_double",
    "tuple_union_agg_integer",
    "tuple_union_double",
    "tuple_union_integer",
    "tuple_union_theta_double",
    "tuple_union_theta_integer",
]


def tuple_sketch_agg_double(
    key: ColumnOrName, summary: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of a group's keys and doubles, as bytes; ``mode`` sums up a key's numbers."""
    return call(
        "tuple_sketch_agg_double",
        key,
        summary,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_sketch_agg_integer(
    key: ColumnOrName, summary: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of a group's keys and whole numbers, as bytes; ``mode`` sums up a key's numbers."""
    return call(
        "tuple_sketch_agg_integer",
        key,
        summary,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_union_agg_double(
    col: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what those of a group have seen, of doubles."""
    return call(
        "tuple_union_agg_double",
        col,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_union_agg_integer(
    col: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what those of a group have seen, of whole numbers."""
    return call(
        "tuple_union_agg_integer",
        col,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_intersection_agg_double(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The tuple sketch of the keys that all of a group have seen, of doubles."""
    return call("tuple_intersection_agg_double", col, *given_lit(mode))


def tuple_intersection_agg_integer(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The tuple sketch of the keys that all of a group have seen, of whole numbers."""
    return call("tuple_intersection_agg_integer", col, *given_lit(mode))


def tuple_sketch_estimate_double(col: ColumnOrName) -> Column:
    """About how many different keys a tuple sketch of doubles has seen."""
    return call("tuple_sketch_estimate_double", col)


def tuple_sketch_estimate_integer(col: ColumnOrName) -> Column:
    """About how many different keys a tuple sketch of whole numbers has seen."""
    return call("tuple_sketch_estimate_integer", col)


def tuple_sketch_summary_double(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """About what all numbers of a tuple sketch of doubles come to, by ``mode``."""
    return call("tuple_sketch_summary_double", col, *given_lit(mode))


def tuple_sketch_summary_integer(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """About what all numbers of a tuple sketch of whole numbers come to, by ``mode``."""
    return call("tuple_sketch_summary_integer", col, *given_lit(mode))


def tuple_sketch_theta_double(col: ColumnOrName) -> Column:
    """The part of the keys that a tuple sketch of doubles kept."""
    return call("tuple_sketch_theta_double", col)


def tuple_sketch_theta_integer(col: ColumnOrName) -> Column:
    """The part of the keys that a tuple sketch of whole numbers kept."""
    return call("tuple_sketch_theta_integer", col)


def tuple_union_double(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what either has seen, of doubles."""
    return call(
        "tuple_union_double",
        col1,
        col2,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_union_integer(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what either has seen, of whole numbers."""
    return call(
        "tuple_union_integer",
        col1,
        col2,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_union_theta_double(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what it or a theta sketch has seen, of doubles."""
    return call(
        "tuple_union_theta_double",
        col1,
        col2,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_union_theta_integer(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of what it or a theta sketch has seen, of whole numbers."""
    return call(
        "tuple_union_theta_integer",
        col1,
        col2,
        lit(12) if lgNomEntries is None else lit(lgNomEntries),
        lit("sum") if mode is None else lit(mode),
    )


def tuple_intersection_double(col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The tuple sketch of the keys that both have seen, of doubles."""
    return call("tuple_intersection_double", col1, col2, *given_lit(mode))


def tuple_intersection_integer(col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The tuple sketch of the keys that both have seen, of whole numbers."""
    return call("tuple_intersection_integer", col1, col2, *given_lit(mode))


def tuple_intersection_theta_double(col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The tuple sketch of the keys that it and a theta sketch have seen, of doubles."""
    return call("tuple_intersection_theta_double", col1, col2, *given_lit(mode))


def tuple_intersection_theta_integer(
    col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None
) -> Column:
    """The tuple sketch of the keys that it and a theta sketch have seen, of whole numbers."""
    return call("tuple_intersection_theta_integer", col1, col2, *given_lit(mode))


def tuple_difference_double(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The tuple sketch of the keys that the first has seen and the second has not, of doubles."""
    return call("tuple_difference_double", col1, col2)


def tuple_difference_integer(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The tuple sketch of the keys that the first has seen and the second has not, of whole numbers."""
    return call("tuple_difference_integer", col1, col2)


def tuple_difference_theta_double(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The tuple sketch of the keys that it has seen and a theta sketch has not, of doubles."""
    return call("tuple_difference_theta_double", col1, col2)


def tuple_difference_theta_integer(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The tuple sketch of the keys that it has seen and a theta sketch has not, of whole numbers."""
    return call("tuple_difference_theta_integer", col1, col2)
