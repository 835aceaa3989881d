"""Arrays."""

from __future__ import annotations

from typing import Any

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given, given_lit, lit, number, seeded

__all__ = [
    "array_append",
    "array_compact",
    "array_contains",
    "array_distinct",
    "array_except",
    "array_insert",
    "array_intersect",
    "array_join",
    "array_max",
    "array_min",
    "array_position",
    "array_prepend",
    "array_remove",
    "array_repeat",
    "array_size",
    "array_union",
    "arrays_overlap",
    "arrays_zip",
    "cardinality",
    "concat",
    "element_at",
    "flatten",
    "get",
    "sequence",
    "shuffle",
    "size",
    "slice",
    "sort_array",
    "try_element_at",
    "vector_avg",
    "vector_cosine_similarity",
    "vector_inner_product",
    "vector_l2_distance",
    "vector_norm",
    "vector_normalize",
    "vector_sum",
]


def array_append(col: ColumnOrName, value: Any) -> Column:
    """The array with a value at its end."""
    return call("array_append", col, lit(value))


def array_compact(col: ColumnOrName) -> Column:
    """The array without nulls."""
    return call("array_compact", col)


def array_contains(col: ColumnOrName, value: Any) -> Column:
    """Whether a value is in the array; null if not and a null is.

    >>> array_contains("words", "a")
    Column<'array_contains(words, 'a')'>
    """
    return call("array_contains", col, lit(value))


def array_distinct(col: ColumnOrName) -> Column:
    """Each element once."""
    return call("array_distinct", col)


def array_except(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements of the first that are not in the second, each once."""
    return call("array_except", col1, col2)


def array_insert(arr: ColumnOrName, pos: ColumnOrName | int, value: Any) -> Column:
    """The array with a value put in at a place, from 1, or from the end if negative."""
    return call("array_insert", arr, number(pos), lit(value))


def array_intersect(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements that are in both, each once."""
    return call("array_intersect", col1, col2)


def array_join(col: ColumnOrName, delimiter: str, null_replacement: str | None = None) -> Column:
    """The elements as one text, nulls left out or replaced."""
    return call("array_join", col, lit(delimiter), *given_lit(null_replacement))


def array_max(col: ColumnOrName) -> Column:
    """The largest element, nulls passed over."""
    return call("array_max", col)


def array_min(col: ColumnOrName) -> Column:
    """The smallest element, nulls passed over."""
    return call("array_min", col)


def array_position(col: ColumnOrName, value: Any) -> Column:
    """The place of the first such element, from 1; 0 without one."""
    return call("array_position", col, lit(value))


def array_prepend(col: ColumnOrName, value: Any) -> Column:
    """The array with a value at its front."""
    return call("array_prepend", col, lit(value))


def array_remove(col: ColumnOrName, element: Any) -> Column:
    """The array without the elements equal to a value."""
    return call("array_remove", col, lit(element))


def array_repeat(col: ColumnOrName, count: ColumnOrName | int) -> Column:
    """An array of a value ``count`` times."""
    return call("array_repeat", col, number(count))


def array_size(col: ColumnOrName) -> Column:
    """The number of elements; null for null."""
    return call("array_size", col)


def array_union(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The elements of both, each once."""
    return call("array_union", col1, col2)


def arrays_overlap(a1: ColumnOrName, a2: ColumnOrName) -> Column:
    """Whether both have an element in common that is not null."""
    return call("arrays_overlap", a1, a2)


def arrays_zip(*cols: ColumnOrName) -> Column:
    """An array of structs of the arrays' elements at each place."""
    return call("arrays_zip", *cols)


def cardinality(col: ColumnOrName) -> Column:
    """The number of elements of an array or map; as ``spark.sql.legacy.sizeOfNull`` says for null."""
    return call("cardinality", col)


def concat(*cols: ColumnOrName) -> Column:
    """Texts, bytes or arrays one after the other; null if one is."""
    return call("concat", *cols)


def element_at(col: ColumnOrName, extraction: Any) -> Column:
    """The element at a place, from 1, or from the end if negative; the value of a map's key."""
    return call("element_at", col, lit(extraction))


def flatten(col: ColumnOrName) -> Column:
    """The elements of an array of arrays in one."""
    return call("flatten", col)


def get(col: ColumnOrName, index: ColumnOrName | int) -> Column:
    """The element at a place, from 0; null outside."""
    return call("get", col, number(index))


def sequence(start: ColumnOrName, stop: ColumnOrName, step: ColumnOrName | None = None) -> Column:
    """The numbers, dates or timestamps from ``start`` to ``stop``, in steps."""
    return call("sequence", start, stop, *given(step))


def size(col: ColumnOrName) -> Column:
    """The number of elements of an array or map; as ``spark.sql.legacy.sizeOfNull`` says for null."""
    return call("size", col)


def slice(x: ColumnOrName, start: ColumnOrName | int, length: ColumnOrName | int) -> Column:
    """``length`` elements from a place on, from 1, or from the end if negative."""
    return call("slice", x, number(start), number(length))


def sort_array(col: ColumnOrName, asc: bool = True) -> Column:
    """The elements in order, nulls first, or last if descending."""
    return call("sort_array", col, lit(asc))


def try_element_at(col: ColumnOrName, extraction: ColumnOrName) -> Column:
    """As ``element_at``, but null where there is none."""
    return call("try_element_at", col, extraction)


def vector_cosine_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The cosine of the angle between two arrays of floats."""
    return call("vector_cosine_similarity", left, right)


def vector_inner_product(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The inner product of two arrays of floats."""
    return call("vector_inner_product", left, right)


def vector_l2_distance(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The distance of two arrays of floats."""
    return call("vector_l2_distance", left, right)


def vector_norm(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """The norm of an array of floats, by a degree (2.0 without it)."""
    return call("vector_norm", vector, *given(degree))


def vector_normalize(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """An array of floats divided by its norm."""
    return call("vector_normalize", vector, *given(degree))


def vector_avg(col: ColumnOrName) -> Column:
    """The mean, place by place, of arrays of floats in a group."""
    return call("vector_avg", col)


def vector_sum(col: ColumnOrName) -> Column:
    """The sum, place by place, of arrays of floats in a group."""
    return call("vector_sum", col)


def shuffle(col: ColumnOrName, seed: Column | int | None = None) -> Column:
    """The elements in a random order."""
    return call("shuffle", col, seeded(None) if seed is None else lit(seed))
