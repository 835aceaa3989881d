"""Functions of numbers and of vectors that DuckDB lacks; those of Java's StrictMath are in ``strictmath``."""

from __future__ import annotations

import math
import struct
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.nulls import strict

_INFINITY = float("inf")


@strict
def width_bucket(number: Any, low: Any, high: Any, count: int) -> int | None:
    """The bucket of a number among ``count`` equal ones between two bounds: 0 before, ``count + 1`` from the end on."""
    limits = (float("inf"), float("-inf"))
    if count <= 0 or count == (1 << 63) - 1 or number != number or low == high:
        return None
    if low != low or high != high or low in limits or high in limits:
        return None
    lower, upper = min(low, high), max(low, high)
    if low < high:
        if number < lower:
            return 0
        return count + 1 if number >= upper else int(count * (number - lower) / (upper - lower)) + 1
    if number > upper:
        return 0
    return count + 1 if number <= lower else int(count * (upper - number) / (upper - lower)) + 1


def bitmap_count(bits: bytes) -> int:
    """How many bits are set."""
    return int.from_bytes(bits, "big").bit_count()


# --- vectors: arrays of floats ---------------------------------------------------------------------------------------


def _single(x: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", x))[0])
    except OverflowError:
        return math.copysign(_INFINITY, x)


def _same_length(name: str, one: list[Any], other: list[Any]) -> bool:
    """Whether there are no nulls; SparkRuntimeException for vectors of different lengths."""
    if len(one) != len(other):
        text = f"{name} needs vectors of one dimension; here are {len(one)} and {len(other)}"
        parameters = {"functionName": f"`{name}`", "leftDim": str(len(one)), "rightDim": str(len(other))}
        raise SparkRuntimeException(text, "VECTOR_DIMENSION_MISMATCH", parameters)
    return None not in one and None not in other


@strict
def vector_inner_product(one: list[Any], other: list[Any]) -> float | None:
    """The sum of products; None if an element is null."""
    if not _same_length("vector_inner_product", one, other):
        return None
    return _single(math.fsum([a * b for a, b in zip(one, other, strict=True)]))


@strict
def vector_cosine_similarity(one: list[Any], other: list[Any]) -> float | None:
    """The cosine of the angle between; None if an element is null, or a vector empty or zero."""
    if not _same_length("vector_cosine_similarity", one, other) or not one:
        return None
    sizes = math.fsum([a * a for a in one]) * math.fsum([b * b for b in other])
    if sizes == 0:
        return None
    return _single(math.fsum([a * b for a, b in zip(one, other, strict=True)]) / math.sqrt(sizes))


@strict
def vector_l2_distance(one: list[Any], other: list[Any]) -> float | None:
    """The Euclidean distance; None if an element is null."""
    if not _same_length("vector_l2_distance", one, other):
        return None
    return _single(math.sqrt(math.fsum([(a - b) ** 2 for a, b in zip(one, other, strict=True)])))


def _norm(name: str, vector: list[Any], degree: float) -> float:
    if degree == 2:
        return math.sqrt(math.fsum([a * a for a in vector]))
    if degree == 1:
        return math.fsum([abs(a) for a in vector])
    if degree == _INFINITY:
        return max([abs(a) for a in vector], default=0.0)
    text = f"{name}: norms are of degree 1, 2 or infinity, not {degree}"
    raise SparkRuntimeException(
        text, "INVALID_VECTOR_NORM_DEGREE", {"functionName": f"`{name}`", "degree": str(degree)}
    )


@strict
def vector_norm(vector: list[Any], degree: float = 2.0) -> float | None:
    """The norm of degree 1, 2 or infinity; None if an element is null."""
    return None if None in vector else _single(_norm("vector_norm", vector, degree))


@strict
def vector_normalize(vector: list[Any], degree: float = 2.0) -> list[float] | None:
    """The vector over its norm; None if an element is null or the norm is 0."""
    if None in vector:
        return None
    if not vector:
        return []
    size = _norm("vector_normalize", vector, degree)
    return None if size == 0 else [_single(a / size) for a in vector]


def _columns(name: str, vectors: list[Any]) -> list[list[float]] | None:
    """The elements by place; None without vectors (null ones, and those with nulls, are left out)."""
    kept = [vector for vector in vectors if vector is not None and None not in vector]
    for vector in kept[1:]:
        _same_length(name, kept[0], vector)
    return [list(column) for column in zip(*kept, strict=True)] if kept else None


def vector_sum(vectors: list[Any]) -> list[float] | None:
    """Of a group: the sums by place."""
    columns = _columns("vector_sum", vectors)
    return None if columns is None else [_single(math.fsum(column)) for column in columns]


def vector_avg(vectors: list[Any]) -> list[float] | None:
    """Of a group: the averages by place."""
    columns = _columns("vector_avg", vectors)
    return None if columns is None else [_single(math.fsum(column) / len(column)) for column in columns]
