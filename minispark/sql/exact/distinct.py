"""``approx_count_distinct``: HyperLogLog++ over ``xxhash64``, number for number as Spark has it.

In two steps, so that no group's values need be held: ``place`` says of a value which register it would raise and to
what, as one small number; ``estimate`` sees each group's distinct ones.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from typing import Any

from minispark.sql.exact import hashvectors
from minispark.sql.exact.hashes import xxh64_of
from minispark.sql.exact.hllbias import table
from minispark.sql.exact.vectors import Lists, Texts, Vector, columnwise, flat

Array = Any  # numpy's
NEAREST = 6
_THRESHOLDS = (10, 20, 40, 80, 220, 400, 900, 1800, 3100, 6500, 15500, 20000, 50000, 120000, 350000)
"""Up to what estimate linear counting is better, by bits from 4 on."""


def bits_for(error: float) -> int:
    """How many bits of a hash name a register, that the relative error be no more than this."""
    return math.ceil(2.0 * math.log(1.106 / error) / math.log(2.0))


def place(bound: Any) -> Callable[..., Any]:
    """Of each value: its register times 64, and the rank of the first bit set behind; ``extra`` is the error."""
    bits = bits_for(bound.extra)
    if not flat(bound.types[0]):
        return _place_of_rows(xxh64_of(bound.types[:1]), bits)
    hashed = hashvectors.xxh64(bound.types[:1])

    @columnwise
    def called(column: Vector | Texts) -> Vector:
        return Vector(_places(hashed(column).values, bits), column.valid)

    return called


def _place_of_rows(hashed: Callable[..., int], bits: int) -> Callable[..., int | None]:
    def called(item: Any) -> int | None:
        if item is None:
            return None
        number = hashed(item) & 0xFFFFFFFFFFFFFFFF
        rest = (number << bits | 1 << bits - 1) & 0xFFFFFFFFFFFFFFFF
        return (number >> 64 - bits) << 6 | 65 - rest.bit_length()

    return called


def _places(hashes: Array, bits: int) -> Array:
    import numpy as np

    numbers = hashes.view(np.uint64)
    rest = numbers << np.uint64(bits) | np.uint64(1 << bits - 1)
    upper, lower = (rest >> np.uint64(32)).astype(np.float64), (rest & np.uint64(0xFFFFFFFF)).astype(np.float64)
    lengths = np.where(upper > 0, 32 + np.frexp(upper)[1], np.frexp(lower)[1])
    return ((numbers >> np.uint64(64 - bits)).astype(np.int64) << 6 | 65 - lengths).astype(np.int32)


def estimate(bound: Any) -> Callable[..., Vector]:
    """Of each group's distinct places: how many values there are."""
    bits = bits_for(bound.extra)

    @columnwise
    def called(groups: Lists) -> Vector:
        import numpy as np

        valid = groups.items.valid
        found = np.zeros(len(groups.offsets) - 1, np.int64)
        for group, (first, end) in enumerate(zip(groups.offsets[:-1], groups.offsets[1:], strict=True)):
            places = groups.items.values[first:end]
            found[group] = _estimate(places if valid is None else places[valid[first:end]], bits)
        return Vector(found)

    return called


def _estimate(places: Array, bits: int) -> int:
    import numpy as np

    size = 1 << bits
    registers = np.zeros(size, np.int64)
    np.maximum.at(registers, places >> 6, places & 63)
    inverse = float(np.add.accumulate(np.ldexp(1.0, -registers))[-1])
    plain = _alpha(bits, size) * size * size / inverse
    empty = int((registers == 0).sum())
    if empty:
        linear = size * math.log(size / empty)
        if (bits < 19 and linear <= _THRESHOLDS[bits - 4]) or plain <= 2.5 * size:
            return math.floor(linear + 0.5)
    if bits < 19 and plain < 5.0 * size:
        plain -= _bias(plain, bits)
    return math.floor(plain + 0.5)


def _alpha(bits: int, size: int) -> float:
    return {4: 0.673, 5: 0.697, 6: 0.709}.get(bits, 0.7213 / (1.0 + 1.079 / size))


def _bias(plain: float, bits: int) -> float:
    """The average bias of the nearest estimates that the table has."""
    estimates, biases = table(bits)
    low = max(bisect.bisect_left(estimates, plain) - NEAREST + 1, 0)
    high = min(low + NEAREST, len(estimates))
    while high < len(estimates) and (plain - estimates[high]) ** 2 < (plain - estimates[low]) ** 2:
        low, high = low + 1, high + 1
    return sum(biases[low:high]) / (high - low)
