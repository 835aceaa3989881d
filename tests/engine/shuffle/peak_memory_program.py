"""Runs one operator on six times the memory limit and prints the peak of private memory above the start, in bytes.

usage: peak_memory_program.py DIRECTORY LIMIT OPERATOR
"""

from __future__ import annotations

import random
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.shuffle.combine import CombineWriter
from minispark.engine.shuffle.distinct import DistinctWriter
from minispark.engine.shuffle.group import GroupWriter
from minispark.engine.shuffle.merging import merge_combined, merge_distinct, merge_groups
from minispark.engine.shuffle.output import ShuffleOutput
from minispark.engine.shuffle.plain import PlainWriter
from minispark.engine.shuffle.reading import MapOutput, read_chunks
from minispark.engine.shuffle.sort import SortWriter
from minispark.engine.shuffle.sort_read import SortOrder, find_bounds, merge_sorted
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.readers import ReaderCache
from minispark.engine.storage.spillfile import SpillSpace

KEY = b"k" * 32
VALUE_CHARS = 200
RECORD_BYTES = 400
"""Of a pair, its key, its value and its place in a list, roughly."""

Make = Callable[[ShuffleOutput, MemoryManager], Any]
Read = Callable[[list[MapOutput], Workspace, ReaderCache], Iterable[Any]]


def pairs(count: int, keys: int, seed: int = 1) -> Iterator[tuple[int, str]]:
    rng = random.Random(seed)
    return ((rng.randrange(keys), f"{i:0{VALUE_CHARS}}") for i in range(count))


def flat(outputs: list[MapOutput], workspace: Workspace, cache: ReaderCache) -> Iterator[Any]:
    for _, (values,) in merge_groups([read_chunks(outputs, 0, cache)], workspace):
        yield from values


def concatenated(outputs: list[MapOutput], workspace: Workspace, cache: ReaderCache) -> Iterator[Any]:
    for _, values in merge_combined(read_chunks(outputs, 0, cache), lambda a, b: a + b, workspace):
        yield from values


def ordered(outputs: list[MapOutput], workspace: Workspace, cache: ReaderCache) -> Iterator[Any]:
    order = SortOrder(None, True, 1)
    return merge_sorted(outputs, find_bounds(outputs, 1, cache), 0, order, cache, workspace)


def distinct(outputs: list[MapOutput], workspace: Workspace, cache: ReaderCache) -> Iterator[Any]:
    return merge_distinct(read_chunks(outputs, 0, cache), workspace)


OPERATORS: dict[str, tuple[Callable[[int], Iterable[Any]], Make, Read]] = {
    "one group": (lambda n: pairs(n, 1), GroupWriter, flat),
    "one group, not collected before": (lambda n: pairs(n, 1), PlainWriter, flat),
    "groups": (lambda n: pairs(n, n // 20), GroupWriter, flat),
    "a few large groups": (lambda n: pairs(n, 9), GroupWriter, flat),
    "lists": (
        lambda n: pairs(n, n // 20),
        lambda o, m: CombineWriter(o, m, lambda v: [v], lambda c, v: [*c, v]),
        concatenated,
    ),
    "distinct": (lambda n: (value for _, value in pairs(n, n)), DistinctWriter, distinct),
    "sort": (lambda n: pairs(n, n), lambda o, m: SortWriter(o, m, None, True), ordered),
}


def peak_bytes() -> int:
    with open("/proc/self/status", encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["VmHWM"].split()[0]) << 10


def main() -> None:
    directory, limit, operator = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    make_records, make_writer, read = OPERATORS[operator]
    count = 6 * limit // RECORD_BYTES
    directories = LocalDirectories([directory])
    floor = peak_bytes()
    outputs = []
    memory = MemoryManager(limit)  # one for the process, as in a worker
    for map_id in range(2):
        file = BlockFileWriter(directories, f"m{map_id}", KEY)
        writer = make_writer(ShuffleOutput(file, Partitioner(1), memory.chunk_bytes), memory)
        writer.consume(make_records(count // 2) if map_id == 0 else make_records(count - count // 2))
        writer.finish()
        outputs.append(MapOutput(1, map_id, 0, file.commit(b"").path, f"m{map_id}"))
        memory.end_task()
    workspace = Workspace(memory, SpillSpace(directories, KEY))
    deque(read(outputs, workspace, ReaderCache(KEY)), maxlen=0)
    print(peak_bytes() - floor, workspace.spills.bytes)


if __name__ == "__main__":
    main()
