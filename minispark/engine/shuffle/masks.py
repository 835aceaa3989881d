"""What a worker knows of the reducers that each map output of a shuffle has something for: 64 bits a map output.

Where many maps write little each, most pairs of map and reducer have no block, and opening the file to find none would
be the whole cost of a reducer. The masks come from files that were verified; until then every bit is set. Above 64
reducers several share a bit: then a file is opened in vain, never left out in error.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from minispark.engine.storage.blockfile import slot_bit

_ANYTHING = (1 << 64) - 1


def unknown_masks(maps: int) -> array[int]:
    """One mask a map output, of which nothing is known."""
    return array("Q", (_ANYTHING,)) * maps


def holding(slot: int, masks: array[int], order: Iterable[int]) -> Iterator[int]:
    """Of the map outputs in ``order``, those that may have something for ``slot``.

    >>> list(holding(1, array("Q", [0b10, 0b01, 0b11]), [2, 1, 0]))
    [2, 0]
    """
    bit = slot_bit(slot)
    return (map_id for map_id in order if masks[map_id] & bit)
