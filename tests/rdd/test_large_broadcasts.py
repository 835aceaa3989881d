"""Broadcasts of large arrays: one memory for all workers, which nobody can write to, and none twice in the driver."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import BroadcastChangedError
from minispark.testing.marks import Marks

BYTES = 16 << 20
KINDS = {
    "inline": {"spark.master": "inline"},
    "forked": {"spark.master": "local[2]"},
    "spawned": {"spark.master": "local[2]", "spark.minispark.worker.start": "spawn"},
    "strict": {"spark.master": "local[2]", "spark.minispark.strict": "true"},
}


def context(kind: str, tmp_path: Path) -> SparkContext:
    conf = SparkConf().setAppName("large").set("spark.local.dir", str(tmp_path))
    return SparkContext(conf=conf.setAll(KINDS[kind].items()))


@pytest.fixture(params=KINDS)
def lab(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SparkContext]:
    with context(request.param, tmp_path) as sc:
        yield sc


def array() -> Any:
    return np.arange(BYTES // 8)


@pytest.mark.slow
def test_a_large_array_takes_no_private_memory_of_a_worker(lab: SparkContext, marks: Marks) -> None:
    shared = lab.broadcast({"weights": array(), "name": "x"})

    def use(index: int) -> tuple[int, int, bool]:
        assert np.zeros(1)[0] == 0  # importing it takes memory too
        before = psutil.Process().memory_full_info().uss
        total = int(shared.value["weights"].sum())
        marks.leave(index)
        while len(marks) < wanted:  # each task has a worker of its own, and what both have mapped is nobody's own
            pass
        grown = psutil.Process().memory_full_info().uss - before
        return total, grown, shared.value["weights"].flags.writeable

    inline = lab.master == "inline"  # then this process alone maps the file, which is private by that measure
    wanted, grown_max = (1, BYTES + BYTES // 4) if inline else (2, BYTES // 4)
    before = psutil.Process().memory_full_info().uss
    for total, grown, writeable in lab.parallelize(range(wanted), wanted).map(use).collect():
        assert total == (BYTES // 8) * (BYTES // 8 - 1) // 2
        assert grown < grown_max
        assert not writeable
    assert psutil.Process().memory_full_info().uss - before < grown_max


@pytest.mark.slow
@pytest.mark.matrix(49)
def test_who_writes_to_a_shared_array_is_told_what_to_do(lab: SparkContext) -> None:
    shared = lab.broadcast(array())

    def spoil(x: int) -> None:
        shared.value[x] = 7

    with pytest.raises(ValueError, match="read-only") as caught:
        lab.parallelize([1], 1).foreach(spoil)
    assert any("table.value.copy()" in note for note in caught.value.__notes__)
    assert lab.parallelize([1], 1).map(lambda x: int(shared.value[x])).collect() == [1]
    assert lab.parallelize([1], 1).map(lambda x: int((shared.value[:9].copy() + x)[x])).collect() == [2]
    shared.value[0] = 5  # in the driver it is the user's own


@pytest.mark.parametrize("lab", ["forked", "strict"], indirect=True)
def test_a_small_array_is_each_workers_own(lab: SparkContext) -> None:
    shared = lab.broadcast(np.zeros(10))

    def own(x: int) -> float:
        mine = shared.value.copy() if strict else shared.value
        mine[x] += 1
        return float(mine[x])

    strict = lab.getConf().get("spark.minispark.strict") == "true"
    assert lab.parallelize([1], 1).map(own).collect() == [1.0]
    assert shared.value[1] == 0


@pytest.mark.slow
def test_arrays_that_live_on_keep_their_memory_when_the_broadcast_goes(lab: SparkContext) -> None:
    shared = lab.broadcast(array())
    rdd = lab.parallelize([3], 1)

    def keep(x: int) -> int:
        threading.kept = shared.value
        return int(shared.value[x])

    assert rdd.map(keep).collect() == [3]
    shared.unpersist()
    assert rdd.map(lambda x: int(shared.value[x])).collect() == [3]
    shared.destroy()
    lab.parallelize(range(4), 4).count()

    def still(x: int) -> int | None:
        kept = getattr(threading, "kept", None)
        return None if kept is None else int(kept[x])

    assert set(lab.parallelize([3] * 8, 8).map(still).collect()) <= {3, None}
    if hasattr(threading, "kept"):
        del threading.kept


def stored(sc: SparkContext) -> list[Path]:
    settings = sc._session._store.worker_settings()
    folders = (settings.memory_directory, *settings.directories)
    return [Path(folder) / name for folder in folders for name in os.listdir(folder) if name.startswith("d")]


def damage(path: Path, how: str) -> None:
    if how == "deleted":
        path.unlink()
        return
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content if how == "a flipped bit" else content[: len(content) // 2])


@pytest.mark.chaos
@pytest.mark.matrix(63)
@pytest.mark.parametrize("how", ["deleted", "a flipped bit", "cut short"])
@pytest.mark.parametrize("lab", ["inline", "forked"], indirect=True)
def test_a_lost_file_is_written_again_from_the_drivers_value(lab: SparkContext, how: str) -> None:
    shared = lab.broadcast({"a": array(), "text": "x" * 3_000_000})
    (path,) = stored(lab)
    damage(path, how)
    assert lab.parallelize([7], 1).map(lambda i: int(shared.value["a"][i])).collect() == [7]
    assert stored(lab) == [path]


@pytest.mark.chaos
@pytest.mark.matrix(63)
@pytest.mark.parametrize("lab", ["inline", "forked"], indirect=True)
def test_a_lost_file_whose_value_was_changed_is_an_error(lab: SparkContext) -> None:
    mine = array()
    shared = lab.broadcast(mine)
    mine[7] = 0
    assert lab.parallelize([7], 1).map(lambda i: int(shared.value[i])).collect() == [7]
    shared.unpersist()
    damage(*stored(lab), "deleted")
    with pytest.raises(BroadcastChangedError, match="broadcast it again"):
        lab.parallelize([7], 1).map(lambda i: int(shared.value[i])).collect()
    again = lab.broadcast(mine)
    assert lab.parallelize([7], 1).map(lambda i: int(again.value[i])).collect() == [0]


@pytest.mark.matrix(63)
@pytest.mark.parametrize("lab", ["inline", "forked"], indirect=True)
def test_a_small_value_is_written_again_as_it_was(lab: SparkContext) -> None:
    mine = [1, 2]
    shared = lab.broadcast(mine)
    mine.append(3)
    damage(*stored(lab), "deleted")
    assert lab.parallelize([0], 1).map(lambda _: list(shared.value)).collect() == [[1, 2]]
