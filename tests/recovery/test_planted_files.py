"""Files that somebody else puts where ours are: never unpickled, and no worse than files that were lost."""

from __future__ import annotations

import os
import pickle
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import CheckpointError, LocalDirectoryError
from minispark.engine.serde.codec import encode
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.storage.directories import LocalDirectories
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos


class Trap:
    """Leaves a mark where it is unpickled."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks

    def __reduce__(self) -> Any:
        return Marks.leave, (self.marks, "unpickled")


def plant(path: Path, marks: Marks, how: str) -> None:
    """Put a trap in the place of a file: as a bare pickle, or as a well-formed block file under another key."""
    path.unlink()
    if how == "a bare pickle":
        path.write_bytes(pickle.dumps(Trap(marks)) * 1000)
        return
    writer = BlockFileWriter(LocalDirectories((str(path.parent),)), path.name, bytes(32))
    for slot in range(4):
        writer.append(slot, encode([Trap(marks)]), 1)
    writer.commit(pickle.dumps(Trap(marks)), 4)


PLANTED = pytest.mark.parametrize("how", ["a bare pickle", "a block file"])


@pytest.mark.matrix(59)
@PLANTED
def test_a_planted_file_of_any_kind_is_not_unpickled(bench: Any, tmp_path: Path, marks: Marks, how: str) -> None:
    sc = bench.start()
    trap = Marks(tmp_path / "trap")
    table = sc.broadcast({n: str(n) for n in range(10_000)})
    stored = sc.parallelize([(n % 7, "x" * 400 + str(n)) for n in range(3000)], 3)
    kept = stored.mapValues(len).cache()
    reduced = kept.reduceByKey(add, 4)
    wanted = sorted(reduced.collect())
    ordered = stored.sortByKey(True, 3)
    rows = ordered.collect()
    assert len(bench.files()) > 10
    bench.renew_workers()
    for path in bench.files():
        plant(path, trap, how)
    assert sorted(reduced.collect()) == wanted
    assert ordered.collect() == rows
    assert kept.count() == 3000
    assert sc.parallelize([7], 1).map(lambda n: table.value[n]).collect() == ["7"]
    assert trap.read() == []


@pytest.mark.matrix(59)
@PLANTED
def test_nor_is_one_among_the_parts_of_a_checkpoint(bench: Any, tmp_path: Path, marks: Marks, how: str) -> None:
    sc = bench.start()
    sc.setCheckpointDir(str(tmp_path / "checkpoints"))
    rdd = sc.parallelize([(n, str(n)) for n in range(100)], 2)
    rdd.checkpoint()
    assert rdd.count() == 100
    folder = Path(str(rdd.getCheckpointFile()).removeprefix("file:"))
    plant(folder / "part-00001", marks, how)
    with pytest.raises(CheckpointError, match="part 1 of the checkpoint"):
        rdd.collect()
    plant(folder / "_manifest", marks, how)
    with pytest.raises(CheckpointError, match="no complete checkpoint"):
        sc._checkpointFile(str(folder))
    assert marks.read() == []


@pytest.mark.matrix(58)
def test_a_context_does_not_write_through_a_link(tmp_path: Path, bench: Any) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (bench.local / f"minispark-{os.getuid()}").symlink_to(elsewhere)
    with pytest.raises(LocalDirectoryError, match=r"put in its place; remove it"):
        bench.start()
    assert list(elsewhere.iterdir()) == []
    (bench.local / f"minispark-{os.getuid()}").unlink()
    sc: SparkContext = bench.start()
    assert sc.parallelize([1, 2], 2).sum() == 3
