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


def greatest(bound: Any) -> Callable[..., Any]:
    """The largest of several values; nulls are passed over."""
    order = order_key(bound.result)
    return lambda *items: max([item for item in items if item is not None], key=order, default=None)


def least(bound: Any) -> Callable[..., Any]:
    """The smallest of several values; nulls are passed over."""
    order = order_key(bound.result)
    return lambda *items: min([item for item in items if item is not None], key=order, default=None)


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

    whole = bound.types[0].elementType.simpleString()

    def called(items: list[Any] | None) -> int:
        known = [item for item in items or () if item is not None]
        if len(known) > 1000 and whole in ("int", "bigint"):
            return _estimated(_registers_of_integers(known, bits, whole == "bigint"), bits)
        registers = bytearray(size)
        for item in known:
            number = hashed(item) & 0xFFFFFFFFFFFFFFFF
            place = number >> 64 - bits
            rest = (number << bits | 1 << bits - 1) & 0xFFFFFFFFFFFFFFFF
            zeros = 65 - rest.bit_length()
            if zeros > registers[place]:
                registers[place] = zeros
        return _estimated(registers, bits)

    return called


def _registers_of_integers(items: list[int], bits: int, wide: bool) -> bytearray:
    """The registers of many integers, all hashed at once by numpy."""
    import numpy as np

    p1, p2, p3 = (np.uint64(prime) for prime in (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
    p4, p5, seed = np.uint64(0x85EBCA77C2B2AE63), 0x27D4EB2F165667C5, 42

    def turned(array: Any, by: int) -> Any:
        return array << np.uint64(by) | array >> np.uint64(64 - by)

    numbers = np.array(items, np.int64).view(np.uint64)
    if wide:
        state = turned(np.uint64(seed + p5 + 8) ^ turned(numbers * p2, 31) * p1, 27) * p1 + p4
    else:
        state = turned(np.uint64(seed + p5 + 4) ^ (numbers & np.uint64(0xFFFFFFFF)) * p1, 23) * p2 + p3
    state = (state ^ state >> np.uint64(33)) * p2
    state = (state ^ state >> np.uint64(29)) * p3
    state ^= state >> np.uint64(32)
    places = (state >> np.uint64(64 - bits)).astype(np.int64)
    rest = state << np.uint64(bits) | np.uint64(1 << bits - 1)
    halves = (rest >> np.uint64(32)).astype(np.float64), (rest & np.uint64(0xFFFFFFFF)).astype(np.float64)
    lengths = np.where(halves[0] > 0, 32 + np.frexp(halves[0])[1], np.frexp(halves[1])[1])
    registers = np.zeros(1 << bits, np.int64)
    np.maximum.at(registers, places, 65 - lengths)
    return bytearray(registers.astype(np.uint8).tobytes())


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
