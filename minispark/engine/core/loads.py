"""What a shuffle's reducers have to take, as it is measured where it is written."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from minispark.engine.core.shortened import short_repr
from minispark.engine.core.values import value

NAME_CHARS_MAX = 60
KEY_SHARE_MIN = 1 / 128
"""A key with less of a map task's records, and of its bytes, is not told of."""


BROADCAST = "broadcastJoin"
"""The kind of read in which every task has all of a shuffle: the small side of a join."""


@value
class NamedKey:
    """Stands for a key that is not simple data, outside the process that knows it: equal keys have equal ones."""

    type_name: str
    code: int
    text: str


@value
class KeyLoad:
    """What a shuffle carries for one key: estimates, but for small data.

    ``records`` and ``bytes`` go to ``reducer`` (-1 where it is not known before the bounds of a sort are). ``met`` is
    how many records there were before those of one key were combined on the map side. ``key`` is simple data (None,
    numbers, text, bytes and tuples of them) or a :class:`NamedKey`.
    """

    key: Any
    records: int
    bytes: int
    met: int
    reducer: int = -1

    @property
    def name(self) -> str:
        """The key's repr, shortened.

        >>> KeyLoad("os", 10, 120, 10).name, KeyLoad(NamedKey("Point", 7, "Point(x=1)"), 10, 120, 10).name
        ("'os'", 'Point(x=1)')
        """
        return self.key.text if isinstance(self.key, NamedKey) else short_repr(self.key, NAME_CHARS_MAX)


@value
class ShuffleRead:
    """Shuffles that a stage merges key by key: one, or both sides of a join. ``kind`` is that of the exchange (combine,
    distinct, plain, spread, sort), or how groups are put together (groupByKey, cogroup, join, leftOuterJoin, ...), or
    ``BROADCAST``;
    ``operator`` is what the user has called, with the line: ``join at app.py:12``. ``sides`` says which side of a join
    each shuffle is, as one that is partitioned alike already needs none."""

    shuffle_ids: tuple[int, ...]
    kind: str
    operator: str
    sides: tuple[int, ...] = (0,)


@value
class ShuffleLoads:
    """One shuffle as its map outputs have been measured, all of them together.

    ``reducer_records`` and ``reducer_bytes`` have one entry a reducer; for a sort, whose ranges are found after its map
    tasks have run, they are estimated from samples, and empty before. ``records`` and ``bytes`` are their sums, ``met``
    the records before combining. ``keys`` are the heaviest ones, the heaviest first; a key that is not among them has
    less than ``KEY_SHARE_MIN`` of what each map task wrote, or takes more than a kilobyte.
    """

    shuffle_id: int
    records: int
    bytes: int
    met: int
    reducer_records: tuple[int, ...]
    reducer_bytes: tuple[int, ...]
    keys: tuple[KeyLoad, ...]


def packed(numbers: Sequence[int]) -> bytes:
    """Whole numbers as they travel.

    >>> unpacked(packed([1, 2, 3])).tolist()
    [1, 2, 3]
    """
    return array("Q", numbers).tobytes()


def unpacked(data: bytes) -> array[int]:
    """The inverse of ``packed``."""
    numbers = array("Q")
    numbers.frombytes(data)
    return numbers
