"""Aggregates that gather a group's values: sets, joined texts, the first of an order, counts of distinct ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minispark.sql.exact.hashes import xxh64_of
from minispark.sql.exact.keys import equality_key, order_key


def collect_set(bound: Any) -> Callable[..., list[Any]]:
    """The values, each once, in the order in which they came; nulls are left out."""
    same = equality_key(bound.types[0].elementType)

    def called(items: list[Any] | None) -> list[Any]:
        found: dict[Any, Any] = {}
        for item in items or ():
            if item is not None:
                found.setdefault(same(item), item)
        return list(found.values())

    return called


def collect_union(bound: Any) -> Callable[..., list[Any]]:
    """The elements of arrays, each once."""
    same = equality_key(bound.types[0].elementType.elementType)

    def called(arrays: list[Any] | None) -> list[Any]:
        found: dict[Any, Any] = {}
        for array in arrays or ():
            for item in array or ():
                found.setdefault(same(item), item)
        return list(found.values())

    return called


def joined_bytes(items: list[bytes | None] | None, separator: bytes | None) -> bytes | None:
    """``listagg`` of binaries."""
    known = [bytes(item) for item in items or () if item is not None]
    return bytes(separator or b"").join(known) if known else None


def extremes(bound: Any) -> Callable[..., list[Any]]:
    """The values of the ``count`` largest (smallest with ``extra``) keys, in that order; those of null keys never."""
    order, smallest = order_key(bound.types[1].elementType), bool(bound.extra)

    def called(items: list[Any] | None, keys: list[Any] | None, count: int) -> list[Any]:
        pairs = [(key, item) for key, item in zip(keys or (), items or (), strict=True) if key is not None]
        pairs.sort(key=lambda pair: order(pair[0]), reverse=not smallest)
        return [item for _, item in pairs[:count]]

    return called


def largest(bound: Any) -> Callable[..., Any]:
    """The largest value (the smallest with ``extra``) by Spark's order of nested values."""
    order, smallest = order_key(bound.types[0].elementType), bool(bound.extra)

    def called(items: list[Any] | None) -> Any:
        known = [item for item in items or () if item is not None]
        return (min if smallest else max)(known, key=order, default=None)

    return called


def decimal_sum(bound: Any) -> Callable[..., Any]:
    """The sum of decimals; None where it does not fit the result's type."""
    from decimal import Context, Decimal

    context, kind = Context(prec=120), bound.result
    limit = Decimal(10) ** (kind.precision - kind.scale)

    def called(items: list[Any] | None) -> Any:
        total: Any = None
        for item in items or ():
            if item is not None:
                total = item if total is None else context.add(total, item)
        return total if total is None or abs(total) < limit else None

    return called


def decimal_average(bound: Any) -> Callable[..., Any]:
    """The average of decimals; None where their sum or it does not fit."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    context, kind = Context(prec=120), bound.result
    unit, limit = Decimal(1).scaleb(-kind.scale), Decimal(10) ** (kind.precision - kind.scale)

    def called(items: list[Any] | None) -> Any:
        known = [item for item in items or () if item is not None]
        if not known:
            return None
        total = Decimal(0)
        for item in known:
            total = context.add(total, item)
        found = context.divide(total, Decimal(len(known))).quantize(unit, ROUND_HALF_UP, context)
        return found if abs(found) < limit and total.adjusted() < 38 - kind.scale + 4 else None

    return called


def approx_count_distinct(bound: Any) -> Callable[..., int]:
    """HyperLogLog++ over Spark's ``xxhash64``: by linear counting where Spark does so, with its very result.

    From 5 times the number of registers on it is the plain estimate, as Spark's; between, Ertl's improved estimator
    ("New cardinality estimation algorithms for HyperLogLog sketches", 2017) stands for the tables of empirical bias
    that Spark looks up: both are within the relative error asked for.
    """
    hashed = xxh64_of((bound.types[0].elementType,))
    error = bound.extra or 0.05
    bits = math.ceil(2 * math.log(1.106 / error) / math.log(2))
    size = 1 << bits

    def called(items: list[Any] | None) -> int:
        registers = bytearray(size)
        for item in items or ():
            if item is None:
                continue
            number = hashed(item) & 0xFFFFFFFFFFFFFFFF
            place = number >> 64 - bits
            rest = (number << bits | 1 << bits - 1) & 0xFFFFFFFFFFFFFFFF
            zeros = 65 - rest.bit_length()
            if zeros > registers[place]:
                registers[place] = zeros
        return _estimated(registers, bits)

    return called


_THRESHOLDS = (10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 15500, 20000, 50000, 120000, 350000)
"""Up to what estimate linear counting is better, by bits from 4 on (Heule, Nunkesser and Hall, 2013)."""


def _estimated(registers: bytearray, bits: int) -> int:
    size = len(registers)
    zeros = registers.count(0)
    if zeros:
        linear = size * math.log(size / zeros)
        if bits - 4 >= len(_THRESHOLDS) or linear <= _THRESHOLDS[bits - 4]:
            return round(linear)
    alpha = {4: 0.673, 5: 0.697, 6: 0.709}.get(bits, 0.7213 / (1.0 + 1.079 / size))
    plain = alpha * size * size / math.fsum([registers.count(rank) * 2.0**-rank for rank in range(66)])
    if plain >= 5 * size:
        return round(plain)
    counts = [registers.count(rank) for rank in range(66)]
    tail = 64 - bits + 1
    z = size * _tau(1 - counts[tail] / size)
    for rank in range(tail - 1, 0, -1):
        z = 0.5 * (z + counts[rank])
    z += size * _sigma(counts[0] / size)
    return round(size * size / (2 * math.log(2)) / z)


def _sigma(x: float) -> float:
    if x == 1:
        return float("inf")
    y, z, last = 1.0, x, -1.0
    while z != last:
        x *= x
        last = z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in (0, 1):
        return 0.0
    y, z, last = 1.0, 1 - x, -1.0
    while z != last:
        x = math.sqrt(x)
        last = z
        y *= 0.5
        z -= (1 - x) ** 2 * y
    return z / 3


def interval_average(bound: Any) -> Callable[..., Any]:
    """The average of intervals: their sum over their number, halves away from zero."""

    def called(total: int | None, count: int) -> int | None:
        if total is None or not count:
            return None
        size = (2 * abs(int(total)) + count) // (2 * count)
        return size if total >= 0 else -size

    return called
