"""How many different keys there are, from a sketch of fixed size.

HyperLogLog with 64-bit hashes as in HyperLogLog++ (Heule, Nunkesser and Hall, 2013), exact while there are few; in
place of its tables of measured corrections, Ertl's estimator (2017), which is unbiased over the whole range.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from math import ceil, inf, log, log2, sqrt
from typing import Any

from minispark.engine.plan.partitioners import portable_hash

_MASK = 0xFFFFFFFFFFFFFFFF
_EXACT_SHARE = 8
PRECISION_MIN = 4


def precision_for(relative_error: float) -> int:
    """The power of two of registers whose standard error is at most ``relative_error`` (as Spark computes it).

    >>> precision_for(0.05), precision_for(0.01)
    (9, 14)
    """
    return max(PRECISION_MIN, ceil(2.0 * log2(1.054 / relative_error)))


class Sketch:
    """The different keys among those added: their hashes while they are few, else ``2 ** precision`` registers.

    >>> sketch = Sketch(9)
    >>> sketch.add_all(["a", "b", 1, 1.0, True, None, "a"])
    >>> sketch.estimate()
    4
    """

    __slots__ = ("hashes", "precision", "registers")

    def __init__(self, precision: int) -> None:
        self.precision = precision
        self.hashes: set[int] | None = set()
        self.registers = bytearray()

    def add_all(self, keys: Iterable[Any]) -> None:
        """Raises TypeError for a key that has no hash, or one that is its address."""
        self._take(map(hash64, keys))

    def merge(self, other: Sketch) -> Sketch:
        """Add the other's keys. Returns this sketch."""
        if other.hashes is not None:
            self._take(other.hashes)
            return self
        self._spread()
        self.registers = bytearray(map(max, self.registers, other.registers))
        return self

    def estimate(self) -> int:
        """The number of different keys, rounded."""
        if self.hashes is not None:
            return len(self.hashes)
        size, zeros = len(self.registers), 64 - self.precision
        counts = Counter(self.registers)
        total = size * tau(1.0 - counts[zeros + 1] / size)
        for rank in range(zeros, 0, -1):
            total = 0.5 * (total + counts[rank])
        total += size * sigma(counts[0] / size)
        return round(size * size / (2.0 * log(2.0)) / total)

    def _take(self, hashes: Iterable[int]) -> None:
        hashes = iter(hashes)
        if self.hashes is not None:
            known, limit = self.hashes, (1 << self.precision) // _EXACT_SHARE
            for number in hashes:
                known.add(number)
                if len(known) > limit:
                    self._spread()
                    break
            else:
                return
        registers, zeros = self.registers, 64 - self.precision
        rest_mask = (1 << zeros) - 1
        for number in hashes:
            rank = zeros - (number & rest_mask).bit_length() + 1
            if rank > registers[number >> zeros]:
                registers[number >> zeros] = rank

    def _spread(self) -> None:
        """From hashes to registers."""
        hashes, self.hashes = self.hashes, None
        if hashes is not None:
            self.registers = bytearray(1 << self.precision)
            self._take(hashes)


def hash64(key: Any) -> int:
    """64 well-mixed bits, equal for equal keys in every process. Raises as ``portable_hash`` does."""
    if isinstance(key, str) and hash(key) == hash(str.__str__(key)):  # portable_hash has 32 bits for text
        return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    if type(key) is bytes:
        return int.from_bytes(blake2b(key, digest_size=8, person=b"bytes").digest())
    if isinstance(key, tuple) and type(key).__hash__ is tuple.__hash__:
        mixed = len(key)
        for item in key:
            mixed = _mix(mixed ^ hash64(item))
        return mixed
    if key is None:
        return _NONE
    if isinstance(key, (int, float)) and (key != key or key == -1):
        return _NAN if key != key else _MINUS_ONE  # as hashes these are another number's too
    return _mix(portable_hash(key))


def _mix(number: int) -> int:
    """SplitMix64: every bit of the number bears upon every bit of the result."""
    bits = (number + 0x9E3779B97F4A7C15) & _MASK
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) & _MASK
    return bits ^ (bits >> 31)


_NONE, _NAN, _MINUS_ONE = map(_mix, range(1 << 62, (1 << 62) + 3))  # no hash of a number


def sigma(share: float) -> float:
    """Of the share of registers that are empty (Ertl, 2017)."""
    if share == 1.0:
        return inf
    factor, total, before = 1.0, share, -1.0
    while total != before:
        share *= share
        before = total
        total += share * factor
        factor += factor
    return total


def tau(share: float) -> float:
    """Of the share of registers that are not full (Ertl, 2017)."""
    if share in (0.0, 1.0):
        return 0.0
    factor, total, before = 1.0, 1.0 - share, -1.0
    while total != before:
        share = sqrt(share)
        before = total
        factor *= 0.5
        total -= (1.0 - share) ** 2 * factor
    return total / 3.0
