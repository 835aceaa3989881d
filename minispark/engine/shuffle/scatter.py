"""Which of a spill's sub-partitions a key goes to."""

from __future__ import annotations

from typing import Any

SUBPARTITIONS = 32
LEVELS_MAX = 8
"""Spills of spills go this deep. Keys still together then share their whole hash; they are merged in memory."""

_BITS = 5
_MASK = (1 << 64) - 1
_MULTIPLIERS = [(0x9E3779B97F4A7C15 * (2 * level + 1) + 0xD1B54A32D192ED02 * level) & _MASK | 1 for level in range(16)]


def subpartitions(keys: list[Any], level: int) -> list[int]:
    """One index a key. Builtin hashes do: they never leave the process, and NaNs were unified before."""
    multiplier = _MULTIPLIERS[level]
    return [(code * multiplier & _MASK) >> (64 - _BITS) for code in map(hash, keys)]


def scattered(keys: list[Any], level: int) -> list[list[int]]:
    """The positions of the keys of each sub-partition."""
    positions: list[list[int]] = [[] for _ in range(SUBPARTITIONS)]
    for position, index in enumerate(subpartitions(keys, level)):
        positions[index].append(position)
    return positions
