"""Values by key for one or more sides, and groups that are too large for memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import Any

from minispark.engine.serde.codec import (
    careful_step,
    decode,
    decode_pairs,
    encode_chunks,
    encode_group_chunks,
    may_hold_nan,
)
from minispark.engine.shuffle.combining import Groups, collect
from minispark.engine.shuffle.emission import Columns
from minispark.engine.shuffle.nan import unify_nan, unify_pairs
from minispark.engine.shuffle.scatter import SUBPARTITIONS, scattered
from minispark.engine.storage.sizes import RecordSize
from minispark.engine.storage.spillfile import SpillFile

GROUP_BYTES = 200
"""Of a key's entry and list, beside key and values."""


class SpilledGroup:
    """A group's values on disk: a sized iterable that can be read again and again, holding one chunk at a time.

    Pickled as a list: it must fit in memory to leave the task.
    """

    __slots__ = ("_count", "_file", "_slot")

    def __init__(self, file: SpillFile, slot: int) -> None:
        self._file = file
        self._slot = slot
        self._count = file.records(slot)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.blocks())

    def blocks(self) -> Iterator[list[Any]]:
        """The values in order, a list at a time."""
        file, slot = self._file, self._slot
        return (decode(file.read(slot, index)) for index in range(file.chunks(slot)))

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)

    def __repr__(self) -> str:
        return f"<{self._count} values on disk>"


class JoinedGroup:
    """The values of one group one after another: those of a key before it was found to be hot, then the rest."""

    __slots__ = ("_first", "_rest")

    def __init__(self, first: list[Any] | SpilledGroup | JoinedGroup, rest: list[Any] | SpilledGroup) -> None:
        self._first = first
        self._rest = rest

    def __len__(self) -> int:
        return len(self._first) + len(self._rest)

    def __iter__(self) -> Iterator[Any]:
        return chain(self._first, self._rest)

    def blocks(self) -> Iterator[list[Any]]:
        """The values in order, a list at a time."""
        for part in (self._first, self._rest):
            if isinstance(part, list):
                yield part
            else:
                yield from part.blocks()

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)

    def __repr__(self) -> str:
        return f"<{len(self)} values on disk>"


class GroupTable:
    """Records are ``(key, values of side 0, values of side 1, ...)``.

    A key whose values alone are large when the table is scattered gets slots of its own, and becomes a
    :class:`SpilledGroup`; ``hot_bytes`` says what is large.
    """

    def __init__(self, sides: int, hot_bytes: int) -> None:
        self.sides = sides
        self._hot_bytes = hot_bytes
        self._tables: list[Groups] = [defaultdict(list) for _ in range(sides)]
        self._counts = [0] * sides
        self._values = [RecordSize() for _ in range(sides)]
        self._keys = RecordSize()
        self._hot: dict[Any, int] = {}

    def absorb(self, side: int, data: bytes) -> None:
        keys, values, grouped = decode_pairs(data)
        if may_hold_nan(data):
            keys = unify_nan(keys)
        table = self._tables[side]
        step = len(values) // 8 + 1
        if grouped:
            for key, group in zip(keys, values, strict=True):
                if key in table:
                    table[key] += group
                else:
                    table[key] = group
            self._counts[side] += sum(map(len, values))
            self._values[side].update(group[0] for group in values[::step] if group)
        else:
            for key, value in zip(keys, values, strict=True):
                table[key].append(value)
            self._counts[side] += len(values)
            self._values[side].update(values[::step])
        self._keys.update(keys[::step])

    def absorb_pairs(self, side: int, pairs: list[Any]) -> None:
        pairs = unify_pairs(pairs)
        collect(self._tables[side], pairs)
        self._counts[side] += len(pairs)
        sample = pairs[:: len(pairs) // 4 + 1]
        self._values[side].update(value for _, value in sample)
        self._keys.update(key for key, _ in sample)

    def held_bytes(self) -> float:
        keys = len(self._tables[0]) if self.sides == 1 else sum(map(len, self._tables))
        values = sum(n * (size.bytes + 9) for n, size in zip(self._counts, self._values, strict=True))
        return keys * (self._keys.bytes + GROUP_BYTES) + values

    def take(self) -> Columns:
        first, *others = self._tables
        for other in others:
            for key in other:
                first[key]  # makes an empty list for a key that only another side has
        keys = list(first)
        columns: list[list[Any]] = [keys, list(first.values())]
        for other in others:
            columns.append([other[key] for key in keys])
        for table in self._tables:
            table.clear()
        self._counts = [0] * self.sides
        return tuple(columns)

    def scatter(self, file: SpillFile, level: int, chunk_bytes: int) -> None:
        for side, table in enumerate(self._tables):
            count = self._counts[side]
            if count * (self._values[side].bytes + 9) > self._hot_bytes:
                self._find_hot(table, side)
            step = careful_step(self._values[side].bytes, chunk_bytes)
            for key in self._hot.keys() & table.keys():
                for data, records in encode_chunks(table.pop(key), chunk_bytes, step):
                    file.append(self._hot[key] + side, data, records)
            keys, groups = list(table), list(table.values())
            table.clear()
            for index, positions in enumerate(scattered(keys, level)):
                slot_keys, slot_groups = [keys[i] for i in positions], [groups[i] for i in positions]
                for data, records in encode_group_chunks(slot_keys, slot_groups, chunk_bytes):
                    file.append(index * self.sides + side, data, records)
        self._counts = [0] * self.sides

    def _find_hot(self, table: Groups, side: int) -> None:
        count_min = self._hot_bytes / (self._values[side].bytes + 9)
        for key, group in table.items():
            if len(group) > count_min and key not in self._hot:
                self._hot[key] = (SUBPARTITIONS + len(self._hot)) * self.sides

    def join_hot(self, columns: Columns, file: SpillFile) -> None:
        """Give hot keys in ``columns`` the rest of their values: these hold what was scattered before they were hot."""
        hot = self._hot
        if not hot:
            return
        for index, key in enumerate(columns[0]):
            if key in hot:
                slot = hot.pop(key)
                for side in range(self.sides):
                    column = columns[1 + side]
                    column[index] = _joined(column[index], self._group(file, slot + side))

    def take_hot(self, file: SpillFile) -> Iterator[tuple[Any, ...]]:
        while self._hot:
            key, slot = self._hot.popitem()
            yield (key, *(self._group(file, slot + side) for side in range(self.sides)))

    def _group(self, file: SpillFile, slot: int) -> Any:
        """The values of one side of a hot key: in memory if they are few, as they may be read many times."""
        group = SpilledGroup(file, slot)
        return group if file.length(slot) > self._hot_bytes // 8 else list(group)

    def fresh(self) -> GroupTable:
        return GroupTable(self.sides, self._hot_bytes)


def _joined(first: Any, rest: Any) -> Any:
    if not len(rest):
        return first
    return JoinedGroup(first, rest) if len(first) else rest
