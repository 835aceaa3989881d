"""What an engine offers beside its operators: shared variables, kept data, recovery, and tasks in great number."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from operator import add
from pathlib import Path
from typing import Any

from .size import MIX, SLICES, Size


def broadcast_dict(sc: Any, size: Size) -> Iterator[Any]:
    """A dict of about 100 MB to every worker, and one look-up for each of 80,000 records."""
    count = size.records(700_000)
    names = {x: f"the name of number {x}" for x in range(count)}
    yield
    shared = sc.broadcast(names)
    numbers = sc.parallelize(range(80_000), SLICES)
    yield numbers.map(lambda x: len(shared.value[x * MIX % count])).sum()
    shared.destroy()


def broadcast_array(sc: Any, size: Size) -> Iterator[Any]:
    """A numpy array of 100 MB to every worker; each task adds a part of it."""
    import numpy as np

    count = size.records(12_500_000)
    array = np.arange(count, dtype=np.int64)
    yield
    shared = sc.broadcast(array)
    yield sc.parallelize(range(SLICES), SLICES).map(lambda part: int(shared.value[part::SLICES].sum())).sum()
    shared.destroy()


def _named(x: int) -> tuple[int, str]:
    return x, f"name-{x}"


def cache_hit(sc: Any, size: Size) -> Iterator[Any]:
    """An action on a million pairs that an earlier one has kept in memory."""
    named = sc.parallelize(range(size.records(1_000_000)), SLICES).map(_named).cache()
    named.count()
    yield
    yield named.map(lambda pair: len(pair[1])).sum()
    named.unpersist()


def checkpoint(sc: Any, size: Size) -> Iterator[Any]:
    """A million pairs computed and checkpointed, then read from there."""
    folder = tempfile.mkdtemp(dir=size.folder or None)
    sc.setCheckpointDir(folder)
    named = sc.parallelize(range(size.records(1_000_000)), SLICES).map(_named)
    yield
    named.checkpoint()
    named.count()
    yield named.map(lambda pair: len(pair[1])).sum()
    shutil.rmtree(folder)


MAP_OUTPUT = re.compile(r"s\d+-\d+-\d+|shuffle_\d+_\d+_\d+\.data")
"""Files of map outputs: minispark's, and Spark's."""


def lost_output(sc: Any, size: Size) -> Iterator[Any]:
    """A second action on a shuffle of two million pairs, one of whose eight map outputs has been deleted."""
    pairs = sc.parallelize(range(size.records(2_000_000)), SLICES).map(lambda x: (x * MIX % 50_021, x))
    sums = pairs.reduceByKey(add, SLICES)
    sums.count()
    outputs = [path for path in Path(size.folder).rglob("*") if MAP_OUTPUT.fullmatch(path.name)]
    max(outputs, key=lambda path: path.stat().st_mtime_ns).unlink()
    yield
    yield sums.values().sum()


def tasks_50000(sc: Any, size: Size) -> Any:
    return sc.parallelize(range(50_000), 50_000).map(lambda x: x + 1).sum()


FEATURES: tuple[Callable[[Any, Size], Any], ...] = (
    broadcast_dict, broadcast_array, cache_hit, checkpoint, lost_output, tasks_50000,
)  # fmt: skip
