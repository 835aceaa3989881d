"""KLL sketches (Apache DataSketches) of longs, floats and doubles: quantiles and ranks, in bytes that Spark reads too.

Items live in levels, one of level h standing for 2**h; a level that is full is halved at random into the next. Up to
``k`` items nothing is lost, and answers are exact.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from minispark.engine.core.values import value
from minispark.errors import SparkRuntimeException

_M = 8


@value
class Kind:
    """Of the items: the struct code, its size, DataSketches' name."""

    code: str
    size: int
    name: str


KINDS = {"bigint": Kind("q", 8, "Longs"), "float": Kind("f", 4, "Floats"), "double": Kind("d", 8, "Doubles")}


class Kll:
    """A sketch. ``levels[h]`` holds items of weight 2**h, all but level 0 sorted."""

    def __init__(self, k: int) -> None:
        self.k = self.least_k = k
        self.n = 0
        self.levels: list[list[Any]] = [[]]
        self.least: Any = None
        self.most: Any = None
        self._random = random.Random(k)

    def update(self, item: Any) -> None:
        """Take an item in."""
        if item != item:
            return
        self.n += 1
        self.least = item if self.least is None or item < self.least else self.least
        self.most = item if self.most is None or item > self.most else self.most
        if self.retained() >= self.capacity():
            self._compress()
        self.levels[0].insert(0, item)

    def retained(self) -> int:
        """How many items it holds."""
        return sum(len(level) for level in self.levels)

    def capacity(self) -> int:
        """How many it holds before a level is halved."""
        return sum(self._room(height) for height in range(len(self.levels)))

    def _room(self, height: int) -> int:
        depth = len(self.levels) - height - 1
        room: int = max(_M, ((2 * self.k << depth) // 3**depth + 1) >> 1)
        return room

    def _compress(self) -> None:
        height = next(at for at, level in enumerate(self.levels) if len(level) >= self._room(at))
        if height == len(self.levels) - 1:
            self.levels.append([])
        level = self.levels[height]
        kept = [level.pop(0)] if len(level) % 2 else []
        level.sort()
        self.levels[height + 1] = sorted(self.levels[height + 1] + level[self._random.getrandbits(1) :: 2])
        self.levels[height] = kept

    def merge(self, other: Kll) -> None:
        """Take all of another sketch in."""
        if not other.n:
            return
        total = self.n + other.n
        least = other.least if self.least is None else min(self.least, other.least)
        most = other.most if self.most is None else max(self.most, other.most)
        for item in other.levels[0]:
            self.update(item)
        for height, level in enumerate(other.levels[1:], 1):
            while len(self.levels) <= height:
                self.levels.append([])
            self.levels[height] = sorted(self.levels[height] + level)
        while self.retained() > self.capacity():
            self._compress()
        self.n, self.least, self.most = total, least, most
        if len(other.levels) > 1:
            self.least_k = min(self.least_k, other.least_k)

    def weighted(self) -> list[tuple[Any, int]]:
        """The items in order with how many stand at or before each."""
        pairs = sorted((item, 1 << height) for height, level in enumerate(self.levels) for item in level)
        found, total = [], 0
        for item, weight in pairs:
            total += weight
            found.append((item, total))
        return found

    def quantile(self, rank: float) -> Any:
        """The first item whose rank reaches this one."""
        wanted = -int(-(rank * self.n) // 1)
        return next((item for item, total in self.weighted() if total >= wanted), self.most)

    def rank(self, item: Any) -> float:
        """The part of items that are not above this one."""
        below: int = sum(sum(one <= item for one in level) << height for height, level in enumerate(self.levels))
        return below / self.n


def to_bytes(sketch: Kll, kind: Kind) -> bytes:
    """DataSketches' compact layout."""
    head = struct.pack("<HBB", sketch.k, _M, 0)
    if not sketch.n:
        return bytes((2, 1, 15, 1)) + head
    if sketch.n == 1:
        return bytes((2, 2, 15, 4)) + head + struct.pack(f"<{kind.code}", sketch.least)
    starts, at = [], sketch.capacity() - sketch.retained()
    for level in sketch.levels:
        starts.append(at)
        at += len(level)
    middle = struct.pack("<qHBB", sketch.n, sketch.least_k, len(sketch.levels), 0)
    items = [item for level in sketch.levels for item in level]
    body = struct.pack(f"<{len(starts)}i{2 + len(items)}{kind.code}", *starts, sketch.least, sketch.most, *items)
    return bytes((5, 1, 15, 0)) + head + middle + body


def read(function: str, text: bytes, kind: Kind) -> Kll:
    """The sketch of these bytes. Raises SparkRuntimeException if they are none."""
    text = bytes(text)
    try:
        longs, version, family, flags, k, m, _ = struct.unpack_from("<4BHBB", text)
        if family != 15 or m != _M or version not in (1, 2):
            _refuse(function)
        found = Kll(k)
        if flags & 1:
            return found
        if version == 2:
            found.update(struct.unpack_from(f"<{kind.code}", text, 8)[0])
            return found
        found.n, found.least_k, count, _ = struct.unpack_from("<qHBB", text, 8)
        starts = struct.unpack_from(f"<{count}i", text, 20)
        found.levels = [[] for _ in starts]
        at = 20 + 4 * count
        found.least, found.most = struct.unpack_from(f"<2{kind.code}", text, at)
        edges = [*starts, found.capacity()]
        at += 2 * kind.size
        for height in range(count):
            size = edges[height + 1] - edges[height]
            found.levels[height] = list(struct.unpack_from(f"<{size}{kind.code}", text, at))
            at += size * kind.size
        return found
    except struct.error:
        _refuse(function)


def _refuse(function: str) -> NoReturn:
    raise SparkRuntimeException(
        f"{function}: the bytes are no KLL sketch, as kll_sketch_agg makes them",
        "KLL_INVALID_INPUT_SKETCH_BUFFER",
        {"function": f"`{function}`"},
    )


# --- Spark's functions: ``extra`` is the function's name, which ends in the kind -------------------------------------


def _kind(bound: Any) -> Kind:
    return KINDS[bound.extra.rpartition("_")[2]]


def kll_sketch_agg(bound: Any) -> Callable[..., bytes]:
    """A sketch of a group's numbers."""
    kind = _kind(bound)

    def called(items: list[Any] | None, k: int = 200) -> bytes:
        found, merged = Kll(k), Kll(k)
        for item in items or ():
            if item is not None:
                found.update(item)
        merged.merge(found)
        return to_bytes(merged, kind)

    return called


def _merged(sketches: Iterable[Kll], k: int | None) -> Kll:
    found: Kll | None = None
    for sketch in sketches:
        if found is None:
            found = Kll(k or sketch.k)
        found.merge(sketch)
    return found or Kll(k or 200)


def kll_merge_agg(bound: Any) -> Callable[..., bytes]:
    """The merge of a group's sketches."""
    name, kind = bound.extra, _kind(bound)

    def called(items: list[Any] | None, k: int | None = None) -> bytes:
        return to_bytes(_merged([read(name, item, kind) for item in items or () if item is not None], k), kind)

    return called


def kll_sketch_merge(bound: Any) -> Callable[[bytes, bytes], bytes]:
    """The merge of two sketches."""
    name, kind = bound.extra, _kind(bound)

    def called(one: bytes, other: bytes) -> bytes:
        found = read(name, one, kind)
        found.merge(read(name, other, kind))
        return to_bytes(found, kind)

    return called


def kll_sketch_get_n(bound: Any) -> Callable[[bytes], int]:
    """How many items were given."""
    return lambda text: read(bound.extra, text, _kind(bound)).n


def kll_sketch_get_quantile(bound: Any) -> Callable[[bytes, Any], Any]:
    """The item of a rank, or of each of several."""
    name, kind = bound.extra, _kind(bound)

    def called(text: bytes, ranks: Any) -> Any:
        found = read(name, text, kind)
        several = ranks if isinstance(ranks, list) else [ranks]
        if any(rank is None or not 0 <= rank <= 1 for rank in several):
            raise SparkRuntimeException(
                f"{name}: a quantile lies between 0.0 and 1.0",
                "KLL_SKETCH_INVALID_QUANTILE_RANGE",
                {"functionName": f"`{name}`"},
            )
        if not found.n:
            _refuse(name)
        answers = [found.quantile(rank) for rank in several]
        return answers if isinstance(ranks, list) else answers[0]

    return called


def kll_sketch_get_rank(bound: Any) -> Callable[[bytes, Any], Any]:
    """The rank of an item, or of each of several."""
    name, kind = bound.extra, _kind(bound)

    def called(text: bytes, items: Any) -> Any:
        found = read(name, text, kind)
        if not found.n:
            _refuse(name)
        return [found.rank(item) for item in items] if isinstance(items, list) else found.rank(items)

    return called


def kll_sketch_to_string(bound: Any) -> Callable[[bytes], str]:
    """A summary for people, as DataSketches prints it."""
    kind = _kind(bound)

    def called(text: bytes) -> str:
        found = read(bound.extra, text, kind)
        count, room, held = len(found.levels), found.capacity(), found.retained()
        compact = len(to_bytes(found, kind))
        lines = {
            "K": found.k,
            "Dynamic min K": found.least_k,
            "M": _M,
            "N": found.n,
            "Epsilon": f"{229.6 / found.least_k**0.9723:.3f}%",
            "Epsilon PMF": f"{244.6 / found.least_k**0.9433:.3f}%",
            "Empty": str(not found.n).lower(),
            "Estimation Mode": str(count > 1).lower(),
            "Levels": count,
            "Level 0 Sorted": "false",
            "Capacity Items": room,
            "Retained Items": held,
            "Free Space": room - held,
            "ReadOnly": "false",
            "Updatable Storage Bytes": 20 + 4 * (count + 1) + (2 + room) * kind.size,
            "Compact Storage Bytes": compact,
        }
        if found.n:
            lines |= {"Min Item": found.least, "Max Item": found.most}
        body = "".join([f"   {name:<23}: {item}\n" for name, item in lines.items()])
        return f"\n### KllKll{kind.name}Sketch Summary:\n{body}### End sketch summary\n"

    return called
