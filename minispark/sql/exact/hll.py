"""HLL sketches (Apache DataSketches, HLL_8): how many distinct keys there are, in bytes that Spark reads too.

A sketch is a list of coupons (26 bits of address, 6 of a count of zeros), then a hash table of them, then registers.
With registers it counts by the historic inverse probability as keys come (HIP); a union of registers has no history and
is estimated by Ertl's improved estimator, where DataSketches looks its own up in tables: both within the same error.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from minispark.errors import SparkRuntimeException
from minispark.rdd.hyperloglog import sigma, tau
from minispark.sql.exact.mixing import murmur3_128

_LIST, _SET, _REGISTERS = 0, 1, 2
_ADDRESS = (1 << 26) - 1


def coupon(key: Any) -> int | None:
    """The coupon of a key; None for empty text."""
    if isinstance(key, str):
        key = key.encode()
    if isinstance(key, (bytes, bytearray)):
        if not key:
            return None
        text = bytes(key)
    else:
        text = struct.pack("<q", key)
    low, high = murmur3_128(text, 9001)
    return (min(64 - high.bit_length(), 62) + 1) << 26 | low & _ADDRESS


class Hll:
    """A sketch of ``2**lg`` registers. ``history`` is lost where two are united."""

    def __init__(self, lg: int) -> None:
        self.lg = lg
        self.mode = _LIST
        self.coupons: list[int] = []
        """In the order of their coming (list), or a table with zeros (set)."""
        self.count = 0
        self.registers = bytearray()
        self.hip = 0.0
        self.kxq0 = self.kxq1 = 0.0
        self.history = True

    def update(self, one: int) -> None:
        """Take a coupon in."""
        if self.mode == _REGISTERS:
            self._register(one)
        elif self.mode == _LIST:
            if one not in self.coupons:
                self.coupons.append(one)
                self.count += 1
                if self.count >= 8:
                    self._leave_list()
        elif self._put(one):
            self._grow()

    def _leave_list(self) -> None:
        if self.lg < 8:
            self._to_registers()
            return
        items, self.coupons, self.mode, self.count = self.coupons, [0] * 32, _SET, 0
        for one in items:
            self._put(one)

    def _put(self, one: int) -> bool:
        size = len(self.coupons)
        at, stride = one & size - 1, (one & _ADDRESS) >> size.bit_length() - 1 | 1
        while self.coupons[at]:
            if self.coupons[at] == one:
                return False
            at = at + stride & size - 1
        self.coupons[at] = one
        self.count += 1
        return True

    def _grow(self) -> None:
        size = len(self.coupons)
        if self.count * 4 <= 3 * size:
            return
        if size == 1 << self.lg - 3:
            self._to_registers()
            return
        items, self.coupons, self.count = self.coupons, [0] * (2 * size), 0
        for one in items:
            if one:
                self._put(one)

    def _to_registers(self) -> None:
        estimate, items = self.estimate(), self.coupons
        self.mode, self.coupons = _REGISTERS, []
        self.registers = bytearray(1 << self.lg)
        self.kxq0 = float(1 << self.lg)
        for one in items:
            if one:
                self._register(one)
        self.hip = estimate

    def _register(self, one: int) -> None:
        place, rank = one & (1 << self.lg) - 1, one >> 26
        old = self.registers[place]
        if rank <= old:
            return
        self.hip += (1 << self.lg) / (self.kxq0 + self.kxq1)
        self.registers[place] = rank
        for power, sign in ((old, -1.0), (rank, 1.0)):
            if power < 32:
                self.kxq0 += sign * 2.0**-power
            else:
                self.kxq1 += sign * 2.0**-power

    def estimate(self) -> float:
        """How many distinct keys were given."""
        if self.mode != _REGISTERS:
            return self.count + self.count * (self.count - 1) / (6.0 * (1 << 26))
        if self.history:
            return self.hip
        size = len(self.registers)
        tail = max(self.registers) + 1
        z = size * tau(1 - self.registers.count(tail) / size)
        for rank in range(tail - 1, 0, -1):
            z = 0.5 * (z + self.registers.count(rank))
        z += size * sigma(self.registers.count(0) / size)
        return size * size / (2 * math.log(2)) / z

    def items(self) -> Iterator[int]:
        """Its coupons, or one for each register that is set."""
        if self.mode != _REGISTERS:
            yield from (one for one in self.coupons if one)
        else:
            yield from (rank << 26 | place for place, rank in enumerate(self.registers) if rank)

    def to_bytes(self) -> bytes:
        """DataSketches' layout for updates."""
        if self.mode == _LIST:
            head = bytes((2, 1, 7, self.lg, 3, 0 if self.count else 4, self.count, 8))
            return head + struct.pack("<8I", *self.coupons, *[0] * (8 - self.count))
        if self.mode == _SET:
            size = len(self.coupons)
            head = bytes((3, 1, 7, self.lg, size.bit_length() - 1, 0, 0, 9)) + struct.pack("<i", self.count)
            return head + struct.pack(f"<{size}I", *self.coupons)
        head = bytes((10, 1, 7, self.lg, 0, 0 if self.history else 16, 0, 10))
        numbers = struct.pack("<dddii", self.hip, self.kxq0, self.kxq1, self.registers.count(0), 0)
        return head + numbers + bytes(self.registers)


def read(function: str, text: bytes) -> Hll:
    """The sketch of these bytes. Raises SparkRuntimeException if they are none."""
    text = bytes(text)
    try:
        _, version, family, lg, lg_table, flags, count, mode = struct.unpack_from("<8B", text)
        if version != 1 or family != 7 or not 4 <= lg <= 21 or mode >> 2 != 2:
            _refuse(function)
        found = Hll(lg)
        if mode & 3 == _LIST:
            found.coupons = list(struct.unpack_from(f"<{count}I", text, 8))
            found.count = count
        elif mode & 3 == _SET:
            found.mode, found.count = _SET, struct.unpack_from("<i", text, 8)[0]
            found.coupons = list(struct.unpack_from(f"<{1 << lg_table}I", text, 12))
        else:
            found.mode, found.history = _REGISTERS, not flags & 16
            found.hip, found.kxq0, found.kxq1 = struct.unpack_from("<3d", text, 8)
            found.registers = bytearray(text[40 : 40 + (1 << lg)])
            if len(found.registers) < 1 << lg:
                _refuse(function)
        return found
    except struct.error:
        _refuse(function)


def _refuse(function: str) -> NoReturn:
    raise SparkRuntimeException(
        f"{function}: the bytes are no HLL sketch, as hll_sketch_agg makes them",
        "HLL_INVALID_INPUT_SKETCH_BUFFER",
        {"function": f"`{function}`"},
    )


def _united(function: str, sketches: Iterable[Hll], different: bool) -> bytes:
    result: Hll | None = None
    for sketch in sketches:
        if result is None:
            result = Hll(sketch.lg)
        if sketch.lg != result.lg:
            if not different:
                raise SparkRuntimeException(
                    f"{function}: the sketches are of different lgConfigK, {result.lg} and {sketch.lg};"
                    " allow that by the last argument, true",
                    "HLL_UNION_DIFFERENT_LG_K",
                    {"left": str(result.lg), "right": str(sketch.lg), "function": f"`{function}`"},
                )
            if sketch.lg < result.lg and (_REGISTERS in (sketch.mode, result.mode)):
                smaller = Hll(sketch.lg)
                for one in result.items():
                    smaller.update(one)
                smaller.history = smaller.mode != _REGISTERS or not result.count
                result = smaller
        changed = False
        for one in sketch.items():
            result.update(one)
            changed = True
        if changed and sketch.mode == _REGISTERS:
            result.history = False
            if result.mode != _REGISTERS:
                result._to_registers()
    return (result or Hll(12)).to_bytes()


def hll_sketch_agg(items: list[Any] | None, lg: int = 12) -> bytes:
    """A sketch of a group's keys."""
    if not 4 <= lg <= 21:
        raise SparkRuntimeException(
            f"hll_sketch_agg: lgConfigK lies between 4 and 21, which {lg} does not",
            "HLL_INVALID_LG_K",
            {"function": "`hll_sketch_agg`", "min": "4", "max": "21", "value": str(lg)},
        )
    found = Hll(lg)
    for item in items or ():
        one = None if item is None else coupon(item)
        if one is not None:
            found.update(one)
    return found.to_bytes()


def hll_union_agg(items: list[Any] | None, different: bool = False) -> bytes:
    """The union of a group's sketches."""
    known = [read("hll_union_agg", item) for item in items or () if item is not None]
    return known[0].to_bytes() if len(known) == 1 else _united("hll_union_agg", known, different)


def hll_union(one: bytes, other: bytes, different: bool = False) -> bytes:
    """The union of two sketches."""
    return _united("hll_union", [read("hll_union", one), read("hll_union", other)], different)


def hll_sketch_estimate(text: bytes) -> int:
    """How many distinct keys there were, to the nearest whole number."""
    return int(read("hll_sketch_estimate", text).estimate() + 0.5)
