"""Functions of numbers that DuckDB lacks or answers in another last digit than Java's StrictMath (fdlibm)."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.nulls import strict

_LN2_HI, _LN2_LO = 6.93147180369123816490e-01, 1.90821492927058770002e-10
_LOG = (
    6.666666666666735130e-01, 3.999999999940941908e-01, 2.857142874366239149e-01, 2.222219843214978396e-01,
    1.818357216161805012e-01, 1.531383769920937332e-01, 1.479819860511658591e-01,
)  # fmt: skip
_EXP = (
    1.66666666666666019037e-01, -2.77777777770155933842e-03, 6.61375632143793436117e-05,
    -1.65339022054652515390e-06, 4.13813679705723846039e-08,
)  # fmt: skip
_INFINITY = float("inf")


def exp(x: float) -> float:
    """e to the power of x, as fdlibm computes it (error below 1 unit in the last place, not always the nearest).

    >>> exp(1.0)
    2.7182818284590455
    """
    if x != x or x == _INFINITY:
        return x
    if x > 7.09782712893383973096e02:
        return _INFINITY
    if x < -7.45133219101941108420e02:
        return 0.0
    high = low = 0.0
    k, size = 0, abs(x)
    if size > 0.34657359027997264:
        if size < 1.0397207708399179:
            k = 1 if x > 0 else -1
        else:
            k = int(x * 1.44269504088896338700e00 + (0.5 if x >= 0 else -0.5))
        high, low = x - k * _LN2_HI, k * _LN2_LO
        x = high - low
    elif size < 3.7252902984619140625e-09:
        return 1.0 + x
    square = x * x
    p1, p2, p3, p4, p5 = _EXP
    c = x - square * (p1 + square * (p2 + square * (p3 + square * (p4 + square * p5))))
    if k == 0:
        return 1.0 - ((x * c) / (c - 2.0) - x)
    return math.ldexp(1.0 - ((low - (x * c) / (2.0 - c)) - high), k)


def _parts(x: float) -> tuple[int, int]:
    """The upper 32 bits (signed) and the lower ones."""
    high, low = struct.unpack(">iI", struct.pack(">d", x))
    return high, low


def _with_high(x: float, high: int) -> float:
    return float(struct.unpack(">d", struct.pack(">iI", high, _parts(x)[1]))[0])


def ln(x: float) -> float:
    """The natural logarithm of a positive number, as fdlibm computes it.

    >>> ln(10.0)
    2.302585092994046
    """
    if x != x or x == _INFINITY:
        return x
    high, _ = _parts(x)
    k = 0
    if high < 0x00100000:
        k -= 54
        x *= 1.80143985094819840000e16
        high, _ = _parts(x)
    k += (high >> 20) - 1023
    high &= 0x000FFFFF
    i = high + 0x95F64 & 0x100000
    x = _with_high(x, high | (i ^ 0x3FF00000))
    k += i >> 20
    f = x - 1.0
    if 0x000FFFFF & 2 + high < 3:
        return _near_one(f, k)
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    l1, l2, l3, l4, l5, l6, l7 = _LOG
    r = z * (l1 + w * (l3 + w * (l5 + w * l7))) + w * (l2 + w * (l4 + w * l6))
    if (high - 0x6147A) | (0x6B851 - high) > 0:
        half = 0.5 * f * f
        if k == 0:
            return f - (half - s * (half + r))
        return k * _LN2_HI - ((half - (s * (half + r) + k * _LN2_LO)) - f)
    if k == 0:
        return f - s * (f - r)
    return k * _LN2_HI - ((s * (f - r) - k * _LN2_LO) - f)


def _near_one(f: float, k: int) -> float:
    if f == 0.0:
        return 0.0 if k == 0 else k * _LN2_HI + k * _LN2_LO
    r = f * f * (0.5 - 0.33333333333333333 * f)
    return f - r if k == 0 else k * _LN2_HI - ((r - k * _LN2_LO) - f)


@strict
def log(x: float) -> float | None:
    """The natural logarithm; None of what is not positive."""
    return None if x <= 0 else ln(x)


@strict
def log_of(base: float, x: float) -> float | None:
    """The logarithm to a base; None where either is not positive."""
    if x <= 0 or base <= 0:
        return None
    below, above = ln(base), ln(x)
    if below == 0:
        return float("nan") if above == 0 or above != above else math.copysign(_INFINITY, above)
    return above / below


def logarithm(bound: Any) -> Callable[..., float | None]:
    """``log(x)``, or ``log(base, x)``."""
    return log if len(bound.types) == 1 else log_of


@strict
def log2(x: float) -> float | None:
    """The logarithm to base 2."""
    return None if x <= 0 else ln(x) / 0.6931471805599453


@strict
def log10(x: float) -> float | None:
    """The logarithm to base 10, as fdlibm computes it."""
    if x <= 0:
        return None
    if x != x or x == _INFINITY:
        return x
    k = 0
    high, _ = _parts(x)
    if high < 0x00100000:
        k -= 54
        x *= 1.80143985094819840000e16
        high, _ = _parts(x)
    k += (high >> 20) - 1023
    i = 1 if k < 0 else 0
    x = _with_high(x, (high & 0x000FFFFF) | (0x3FF - i << 20))
    y = float(k + i)
    return (y * 3.69423907715893078616e-13 + 4.34294481903251816668e-01 * ln(x)) + y * 3.01029995663611771306e-01


@strict
def log1p(x: float) -> float | None:
    """The natural logarithm of 1 + x; None where x is -1 or less."""
    return None if x <= -1 else math.log1p(x)


def hypot(x: float, y: float) -> float:
    """The length of (x, y), without overflow on the way."""
    return math.hypot(x, y)


def cbrt(x: float) -> float:
    """The cube root, as fdlibm computes it (error below 0.667 units in the last place)."""
    size = abs(x)
    if size == 0 or size != size or size == _INFINITY:
        return x
    if size < 2.2250738585072014e-308:
        t = _with_high(size * 18014398509481984.0, _parts(size * 18014398509481984.0)[0] // 3 + 696219795)
    else:
        t = _with_high(0.0, _parts(size)[0] // 3 + 715094163)
    r = t * t / size
    s = 5.42857142857142815906e-01 + r * t
    t *= 3.57142857142857150787e-01 + 1.60714285714285720630e00 / (
        s + 1.41428571428571436819e00 + -7.05306122448979611050e-01 / s
    )
    t = float(struct.unpack(">d", struct.pack(">iI", _parts(t)[0] + 1, 0))[0])
    r = size / (t * t)
    t += t * ((r - t) / (t + t + r))
    return math.copysign(t, x)


def expm1(x: float) -> float:
    """e to the power of x, less 1."""
    return math.expm1(x) if x <= 709.782712893384 or x != x else _INFINITY


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


def cosh(x: float) -> float:
    """The hyperbolic cosine, as fdlibm computes it."""
    size = abs(x)
    if size != size or size == _INFINITY:
        return size
    if size < 0.34657359027997264:
        t = math.expm1(size)
        return 1.0 if size < 2.77e-17 else 1.0 + t * t / (2 * (1.0 + t))
    if size < 22:
        t = exp(size)
        return 0.5 * t + 0.5 / t
    if size < 709.782712893384:
        return 0.5 * exp(size)
    half = exp(0.5 * size)
    return 0.5 * half * half
