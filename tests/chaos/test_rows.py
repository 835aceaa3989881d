"""Rows of the fault matrix that need more than one fault at one point: what is left, what is told, what runs again."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from chaos_programs import RECORDS, SUMS, shuffling

from minispark import SparkContext
from minispark.errors import DiskFullError, JobCancelledError
from minispark.testing.faults import Injection
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos


@pytest.mark.matrix(4)
def test_an_output_whose_sender_died_is_adopted(lab: Any, tmp_path: Path) -> None:
    marks = Marks(tmp_path / "marks")

    def program(sc: SparkContext, folder: Path) -> Any:
        seen = sc.accumulator(0)

        def source(index: int, records: Any) -> Any:
            marks.leave(index)
            for record in records:
                seen.add(1)
                yield (record % 10, record)

        pairs = sc.parallelize(range(RECORDS), 4).mapPartitionsWithIndex(source)
        return sorted(pairs.reduceByKey(lambda a, b: a + b, 3).collect()), seen.value

    assert lab.run(program, Injection("map output.after rename", "kill", task=2)) == (SUMS, RECORDS)
    assert sorted(marks.read()) == ["0", "1", "2", "3"], "nothing ran again, nothing was counted twice"


@pytest.mark.matrix(11)
@pytest.mark.parametrize("share", [0.999, 0.97, 0.9, 0.8])
@pytest.mark.parametrize("fault", ["bit flip", "truncate"])
def test_a_damaged_footer(lab: Any, fault: str, share: float) -> None:
    """The outputs of this program are mostly footer."""
    damaged = Injection("map output.before reading", fault, share=share)
    assert lab.run(shuffling, damaged) == (SUMS, RECORDS)


@pytest.mark.matrix(55)
@pytest.mark.parametrize("point", ["map output.before rename", "map output.after rename"])
def test_cancelled_while_it_commits(lab: Any, point: str) -> None:
    """A worker is stopped right there, the job cancelled: nothing of it is left, and the next job is right."""
    lab.ledger.arm((Injection(point, "hang", task=1),))
    before = {path for disk in lab.disks for path in disk.rglob("s*-*-*")}
    failed: list[BaseException] = []

    def job() -> None:
        try:
            shuffling(lab.sc, lab.folder)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=job)
    thread.start()
    lab.wait_for(1)
    lab.sc.cancelAllJobs()
    thread.join(20)
    assert [type(error) for error in failed] == [JobCancelledError]
    lab.ledger.arm(())
    assert shuffling(lab.sc, lab.folder) == (SUMS, RECORDS)
    lab.check()
    lab.until(lambda: not {path for disk in lab.disks for path in disk.rglob("s*-*-*")} - before)


@pytest.mark.matrix(63)
def test_stored_data_lost_while_no_disk_takes_it_again(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver goes on, the job ends with an error that names the data."""
    from minispark.engine.runtime import sharing
    from minispark.errors import StageAbortedError
    from minispark.testing.watched_files import kind_of

    shared = lab.sc.broadcast(["x" * 1000] * 1000)
    store = lab.sc._session._store
    (path,) = [p for p in Path(store._memory_directory).rglob("d*") if kind_of(p.name) == "stored data"]
    path.unlink()

    def full(*arguments: Any) -> str:
        raise DiskFullError("no space left")

    monkeypatch.setattr(sharing, "AppendFile", full)
    with pytest.raises(StageAbortedError, match="lost its source data"):
        lab.sc.parallelize([1], 1).map(lambda x: len(shared.value)).collect()
    monkeypatch.undo()
    assert lab.sc.parallelize([1], 1).map(lambda x: len(shared.value)).collect() == [1000]
    shared.destroy()
