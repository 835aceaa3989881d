"""Checkpoint parts that are lost or damaged, workers that die while they write them, and what is left afterwards."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import CheckpointError
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 8
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "flipped": flip,
}


def checkpointed(sc: SparkContext, folder: Path, marks: Marks) -> tuple[Any, Path]:
    sc.setCheckpointDir(str(folder / "checkpoints"))
    rdd = sc.parallelize(range(4000), 4).mapPartitionsWithIndex(lambda i, it: (marks.leave(i), it)[1])
    rdd.checkpoint()
    assert rdd.count() == 4000
    file = rdd.getCheckpointFile()
    assert file is not None
    return rdd, Path(file.removeprefix("file:"))


@pytest.mark.matrix(13)
@pytest.mark.parametrize("part", [0, 3])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_part_is_named(bench: Any, tmp_path: Path, marks: Marks, damage: str, part: int) -> None:
    rdd, folder = checkpointed(bench.start(), tmp_path, marks)
    DAMAGES[damage](folder / f"part-{part:05d}")
    with pytest.raises(CheckpointError, match=f"part {part} of the checkpoint in {folder}"):
        rdd.collect()
    assert rdd.ctx.parallelize([1]).count() == 1
    assert len(marks) == 4, "nothing was computed again behind the user's back"


@pytest.mark.matrix(13)
def test_parts_that_changed_places_are_noticed(bench: Any, tmp_path: Path, marks: Marks) -> None:
    rdd, folder = checkpointed(bench.start(), tmp_path, marks)
    os.rename(folder / "part-00001", folder / "part-00002")
    with pytest.raises(CheckpointError, match="part [12] of the checkpoint"):
        rdd.collect()


@pytest.mark.matrix(13)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_part_damaged_before_the_checkpoint_is_complete(
    bench: Any, tmp_path: Path, marks: Marks, damage: str
) -> None:
    sc = bench.start()
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))

    def make(index: int, records: Any) -> Any:
        marks.leave(index)
        yield from records
        if index == 1 and marks.read().count("1") == 1:
            raise ValueError("not yet")

    rdd = sc.parallelize(range(4), 2).mapPartitionsWithIndex(make)
    rdd.checkpoint()
    with pytest.raises(ValueError, match="not yet"):
        rdd.collect()
    (folder,) = (path for path in (tmp_path / "checkpoints").glob("*/rdd-*"))
    for path in folder.glob("part-00000"):
        DAMAGES[damage](path)
    assert rdd.collect() == [0, 1, 2, 3]
    assert rdd.collect() == [0, 1, 2, 3] and rdd.isCheckpointed()


def test_a_worker_killed_while_it_writes_a_part(bench: Any, tmp_path: Path, marks: Marks) -> None:
    sc = bench.start()
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))

    def die_once(index: int, records: Any) -> Any:
        for x in records:
            if x == 15_000 and len(marks) == 0:
                marks.leave("died")
                os.kill(os.getpid(), signal.SIGKILL)
            yield x

    rdd = sc.parallelize(range(20_000), 2).mapPartitionsWithIndex(die_once)
    rdd.checkpoint()
    assert rdd.sum() == rdd.sum() == sum(range(20_000))
    folder = Path(str(rdd.getCheckpointFile()).removeprefix("file:"))
    assert sorted(path.name for path in folder.iterdir()) == ["_manifest", "part-00000", "part-00001"]


@pytest.mark.matrix(59)
def test_the_files_outlive_the_context_and_are_its_owners_alone(bench: Any, tmp_path: Path, marks: Marks) -> None:
    _, folder = checkpointed(bench.start(), tmp_path, marks)
    bench.stop()
    key = folder.parent / ".key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    sc = bench.start()
    assert sc._checkpointFile(str(folder)).collect() == list(range(4000))
    key.chmod(0o644)
    with pytest.raises(CheckpointError, match="key file of mode 0600"):
        sc._checkpointFile(str(folder))
    key.chmod(0o600)
    key.write_bytes(bytes(32))
    with pytest.raises(CheckpointError, match="no complete checkpoint"):
        sc._checkpointFile(str(folder))


def test_a_partitioner_is_read_back(bench: Any, tmp_path: Path) -> None:
    sc = bench.start()
    sc.setCheckpointDir(str(tmp_path))
    sums = sc.parallelize([(i % 5, i) for i in range(50)], 4).reduceByKey(lambda a, b: a + b, 3)
    sums.checkpoint()
    wanted = sums.glom().collect()
    again = sc._checkpointFile(str(sums.getCheckpointFile()))
    assert again.glom().collect() == wanted
    assert again.partitioner == sums.partitioner


@pytest.mark.matrix(13)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_block_of_a_local_checkpoint_is_named(bench: Any, marks: Marks, damage: str) -> None:
    sc = bench.start()
    before = bench.files()
    rdd = sc.parallelize(range(4000), 4).map(lambda x: x)
    rdd.localCheckpoint()
    assert rdd.count() == 4000
    blocks = sorted(path for path in bench.files() - before if path.suffix == ".b")
    DAMAGES[damage](blocks[3])
    with pytest.raises(CheckpointError, match=r"Checkpoint block rdd_\d+_3 not found"):
        rdd.collect()


def test_an_unfinished_checkpoint_leaves_no_file(bench: Any, tmp_path: Path) -> None:
    sc = bench.start()
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))
    rdd = sc.parallelize(range(4), 2).map(lambda x: 1 // x if x == 0 else x)
    rdd.checkpoint()
    with pytest.raises(ZeroDivisionError):
        rdd.collect()
    bench.stop()
    assert [path for path in (tmp_path / "checkpoints").rglob("*") if path.is_file() and path.name != ".key"] == []
