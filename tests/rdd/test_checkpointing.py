"""checkpoint and localCheckpoint: written in one pass, read afterwards, lineage forgotten."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext, StorageLevel
from minispark.testing.marks import Marks


@pytest.fixture
def folder(sc: SparkContext, tmp_path: Path) -> Path:
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))
    return tmp_path / "checkpoints"


def marked(sc: SparkContext, marks: Marks, n: int = 6, slices: int = 3) -> Any:
    return sc.parallelize(range(n), slices).map(lambda x: (marks.leave(x), x)[1])


def files(rdd: Any) -> list[str]:
    path = rdd.getCheckpointFile()
    assert path is not None and path.startswith("file:/")
    return sorted(os.listdir(path[5:]))


def test_a_checkpoint_is_written_while_the_job_computes(sc: SparkContext, marks: Marks, folder: Path) -> None:
    rdd = marked(sc, marks)
    assert (rdd.is_checkpointed, rdd.isCheckpointed(), rdd.getCheckpointFile()) == (False, False, None)
    assert rdd.checkpoint() is None
    assert (rdd.is_checkpointed, rdd.isCheckpointed(), rdd.getCheckpointFile()) == (True, False, None)
    assert rdd.collect() == list(range(6))
    assert len(marks) == 6, "one pass"
    assert rdd.isCheckpointed() and not rdd.isLocallyCheckpointed()
    assert files(rdd) == ["_manifest", "part-00000", "part-00001", "part-00002"]
    assert rdd.collect() == list(range(6)) and rdd.map(str).count() == 6 and rdd.first() == 0
    assert len(marks) == 6
    rdd.checkpoint()
    assert rdd.count() == 6


def test_an_action_on_a_part_computes_the_rest_after_it(sc: SparkContext, marks: Marks, folder: Path) -> None:
    rdd = marked(sc, marks, 9, 3)
    rdd.checkpoint()
    assert rdd.first() == 0
    assert rdd.isCheckpointed()
    assert sorted(marks.read()) == [str(i) for i in range(9)]
    assert rdd.collect() == list(range(9))
    assert len(marks) == 9


def test_a_job_on_a_child_checkpoints_its_ancestors(sc: SparkContext, marks: Marks, folder: Path) -> None:
    early = marked(sc, marks)
    before = early.map(lambda x: x + 1)
    early.checkpoint()
    sums = early.map(lambda x: (x % 2, x)).reduceByKey(lambda a, b: a + b, 2)
    sums.checkpoint()
    assert sorted(sums.mapValues(str).collect()) == [(0, "6"), (1, "9")]
    assert early.isCheckpointed() and sums.isCheckpointed()
    assert len(marks) == 6
    assert before.sum() == 21, "an RDD made before it is read from the checkpoint too"
    assert len(marks) == 6
    assert sums.partitioner is not None and sorted(sums.join(sums).mapValues(len).collect()) == [(0, 2), (1, 2)]


def test_the_lineage_is_forgotten(sc: SparkContext, folder: Path) -> None:
    class Token:
        pass

    token = Token()
    alive = weakref.ref(token)
    rdd = sc.parallelize(range(4), 2).map(lambda x, token=token: (x, x))
    del token
    for _ in range(3):
        rdd = rdd.reduceByKey(lambda a, b: a + b, 2)
    rdd.checkpoint()
    assert rdd.count() == 4
    gc.collect()
    assert alive() is None
    assert sorted(rdd.collect()) == [(i, i) for i in range(4)]


def test_an_iterative_program_that_checkpoints(sc: SparkContext, folder: Path) -> None:
    rdd = sc.parallelize([(i, 1) for i in range(10)], 2)
    for step in range(12):
        rdd = rdd.map(lambda kv: ((kv[0] + 1) % 10, kv[1] + 1)).reduceByKey(lambda a, b: a + b, 2)
        if step % 4 == 3:
            rdd.cache()
            rdd.checkpoint()
            assert rdd.count() == 10
    assert sorted(rdd.collect()) == [(i, 13) for i in range(10)]


def test_cached_and_checkpointed(sc: SparkContext, marks: Marks, folder: Path) -> None:
    rdd = marked(sc, marks).cache()
    assert rdd.count() == 6
    rdd.checkpoint()
    child = rdd.map(lambda x: x * 2)
    assert child.sum() == 30 and rdd.isCheckpointed() and rdd.is_cached
    rdd.unpersist()
    assert child.sum() == 30 and rdd.sum() == 15
    assert len(marks) == 6


def test_empty_ones(sc: SparkContext, folder: Path) -> None:
    for rdd in (sc.parallelize([], 2).map(str), sc.parallelize([1, 2, 3], 2).filter(lambda x: x > 5)):
        rdd.checkpoint()
        assert rdd.count() == rdd.count() == 0 and rdd.isCheckpointed()


def test_all_kinds_of_records(sc: SparkContext, folder: Path) -> None:
    class Own:
        def __init__(self, n: int) -> None:
            self.n = n

    own = sc.parallelize(range(3), 2).map(Own)
    own.checkpoint()
    assert own.map(lambda o: o.n).collect() == own.map(lambda o: o.n).collect() == [0, 1, 2]
    mixed = sc.parallelize([None, float("inf"), "ä", (1, [2]), True], 2).map(lambda x: x)
    mixed.checkpoint()
    assert [repr(mixed.collect()) for _ in range(2)] == [repr([None, float("inf"), "ä", (1, [2]), True])] * 2


def test_accumulators_count_once(sc: SparkContext, folder: Path) -> None:
    total = sc.accumulator(0)
    rdd = sc.parallelize(range(8), 4).map(lambda x: (total.add(1), x)[1])
    rdd.checkpoint()
    assert rdd.first() == 0
    assert total.value == 8
    assert rdd.count() == 8 and total.value == 8


def test_a_failed_job_checkpoints_nothing(sc: SparkContext, marks: Marks, folder: Path) -> None:
    rdd = sc.parallelize(range(4), 2).map(lambda x: 1 // (3 - x) if len(marks) == 0 else x)
    rdd.checkpoint()
    with pytest.raises(ZeroDivisionError):
        rdd.count()
    assert not rdd.isCheckpointed() and rdd.getCheckpointFile() is None
    marks.leave("healed")
    assert rdd.count() == 4 and rdd.isCheckpointed()


def test_without_a_directory(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sc, "_checkpoint_directory", None)
    rdd = sc.parallelize([1])
    with pytest.raises(RuntimeError, match="Checkpoint directory has not been set"):
        rdd.checkpoint()
    assert not rdd.is_checkpointed


def test_what_was_not_completed_leaves_no_file(sc: SparkContext, folder: Path) -> None:
    rdd = sc.parallelize([1], 1).map(str)
    rdd.checkpoint()
    del rdd
    assert [path for path in folder.rglob("*") if path.is_file() and path.name != ".key"] == []


def test_a_local_checkpoint(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks).cache()
    assert rdd.count() == 6
    rdd.localCheckpoint()
    assert (rdd.isLocallyCheckpointed(), rdd.isCheckpointed(), rdd.is_checkpointed) == (True, False, False)
    assert rdd.getStorageLevel() == StorageLevel.MEMORY_AND_DISK
    marks.clear()
    child = rdd.map(lambda x: x + 1)
    assert child.first() == 1
    assert rdd.isCheckpointed() and rdd.getCheckpointFile() is None
    assert len(marks) == 6
    assert child.sum() == 21 and rdd.sum() == 15
    assert len(marks) == 6
    rdd.unpersist()
    with pytest.raises(RuntimeError, match=r"Checkpoint block rdd_\d+_\d not found"):
        child.count()


def test_a_local_checkpoint_outlives_its_rdd_in_a_child(sc: SparkContext, marks: Marks) -> None:
    rdd = marked(sc, marks)
    early = rdd.map(lambda x: x + 1)
    rdd.localCheckpoint()
    late = rdd.map(lambda x: x + 2)
    assert rdd.count() == 6
    del rdd
    gc.collect()
    assert (early.sum(), late.sum()) == (21, 27)
    assert len(marks) == 6


def test_a_local_checkpoint_replaces_a_wanted_one(sc: SparkContext, folder: Path) -> None:
    rdd = sc.parallelize(range(4), 2).map(lambda x: x)
    rdd.checkpoint()
    rdd.localCheckpoint()
    rdd.localCheckpoint()
    assert rdd.count() == 4
    assert rdd.isLocallyCheckpointed() and rdd.isCheckpointed() and rdd.getCheckpointFile() is None


def test_cleaned_shuffles_are_computed_again(sc: SparkContext, marks: Marks) -> None:
    sums = marked(sc, marks).map(lambda x: (x % 2, x)).reduceByKey(lambda a, b: a + b, 2)
    kept = sums.mapValues(str).cache()
    above = kept.groupByKey(3)
    for _ in range(2):
        assert sorted(above.mapValues(list).collect()) == [(0, ["6"]), (1, ["9"])]
    assert len(marks) == 6
    above.cleanShuffleDependencies()
    assert above.count() == 2
    assert len(marks) == 6, "not behind a persisted ancestor"
    sums.cleanShuffleDependencies(True)
    assert sums.count() == sums.count() == 2
    assert len(marks) == 12
