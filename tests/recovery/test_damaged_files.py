"""Files that are lost or damaged between two jobs: noticed, and exactly what was lost is computed again."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import MinisparkError
from minispark.engine.storage.blockfile import _COUNTS, _TRAILER_BYTES
from minispark.engine.storage.blockindex import directory_bytes, pages_bytes
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos


def flip(path: Path, position: int, bit: int = 3) -> None:
    content = bytearray(path.read_bytes()) or bytearray(100)
    content[position] ^= 1 << bit
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "cut by one byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "first byte": lambda path: flip(path, 0),
    "a bit of the data": lambda path: flip(path, path.stat().st_size // 3),
    "a bit of the index": lambda path: flip(path, -100),
    "a bit of its directory": lambda path: flip(path, -70),
    "a bit of the footer": lambda path: flip(path, -20),
    "the last bit": lambda path: flip(path, -1, 0),
    "grown": lambda path: path.write_bytes(path.read_bytes() + b"x"),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(path.stat().st_size)),
}


class Job:
    """Two shuffles in a row, whose map functions leave marks; ``files`` has the files of each shuffle by map task."""

    def __init__(self, sc: SparkContext, bench: Any, marks: Marks) -> None:
        self.marks = marks
        before = bench.files()
        first = sc.parallelize(range(3000), 3).mapPartitionsWithIndex(self.seen("first"))
        reduced = first.map(lambda x: (x % 100, x)).reduceByKey(add, 4)
        assert reduced.count() == 100
        self.first_files = sorted(bench.files() - before)
        second = reduced.mapPartitionsWithIndex(self.seen("second")).map(lambda kv: (kv[0] % 5, kv[1]))
        self.result = second.groupByKey(2).mapValues(sum)
        assert self.answer() == self.wanted()
        self.second_files = sorted(bench.files() - before - set(self.first_files))
        marks.clear()

    def seen(self, name: str) -> Callable[[int, Any], Any]:
        marks = self.marks

        def see(index: int, records: Any) -> Any:
            yield from records
            marks.leave(f"{name} {index}")  # not before: an attempt that finds its input missing does no work

        return see

    def answer(self) -> list[tuple[int, int]]:
        return sorted(self.result.collect())

    @staticmethod
    def wanted() -> list[tuple[int, int]]:
        return [(k, sum(range(k, 3000, 5))) for k in range(5)]


def test_each_map_task_has_one_file(bench: Any, marks: Marks) -> None:
    job = Job(bench.start(), bench, marks)
    assert (len(job.first_files), len(job.second_files)) == (3, 4)


@pytest.mark.matrix(8, 9, 10, 11)
@pytest.mark.parametrize("damage", DAMAGES)
def test_workers_that_have_the_file_open(bench: Any, marks: Marks, damage: str) -> None:
    """They may still read what is gone from the directory, but never what is wrong."""
    job = Job(bench.start(), bench, marks)
    DAMAGES[damage](job.second_files[1])
    assert job.answer() == job.wanted()
    assert Counter(name.split()[0] for name in marks.read()) <= Counter(second=1)


@pytest.mark.matrix(8, 9, 10, 11)
@pytest.mark.parametrize("damage", DAMAGES)
def test_only_the_task_of_a_damaged_file_is_run_again(bench: Any, marks: Marks, damage: str) -> None:
    job = Job(bench.start(), bench, marks)
    bench.renew_workers()
    DAMAGES[damage](job.second_files[1])
    assert job.answer() == job.wanted()
    assert Counter(name.split()[0] for name in marks.read()) == {"second": 1}
    marks.clear()
    assert job.answer() == job.wanted()
    assert marks.read() == [], "what was computed again is kept"


def test_a_damaged_report_harms_nobody_who_reads_blocks(bench: Any, marks: Marks) -> None:
    """The driver had it with the task's result; in the file it is for an output whose sender died."""
    job = Job(bench.start(), bench, marks)
    bench.renew_workers()
    path = job.second_files[1]
    flip(path, path.stat().st_size // 2)
    with open(path, "rb") as file:
        chunks, _, report_bytes, _ = _COUNTS.unpack_from(file.read()[-_TRAILER_BYTES:])
    start = path.stat().st_size - _TRAILER_BYTES - directory_bytes(chunks) - pages_bytes(chunks) - report_bytes
    assert start <= path.stat().st_size // 2 < start + report_bytes
    assert job.answer() == job.wanted()
    assert marks.read() == []


@pytest.mark.parametrize("damage", ["deleted", "garbage"])
def test_a_lost_ancestor_is_needed_only_if_its_child_is_lost_too(bench: Any, marks: Marks, damage: str) -> None:
    job = Job(bench.start(), bench, marks)
    bench.renew_workers()
    DAMAGES[damage](job.first_files[0])
    assert job.answer() == job.wanted()
    assert marks.read() == [], "nobody reads the first shuffle any more"
    bench.renew_workers()
    DAMAGES[damage](job.second_files[0])
    assert job.answer() == job.wanted()
    assert Counter(name.split()[0] for name in marks.read()) == {"first": 1, "second": 1}


@pytest.mark.matrix(8)
def test_every_file_lost(bench: Any, marks: Marks) -> None:
    job = Job(bench.start(), bench, marks)
    bench.renew_workers()
    for path in [*job.first_files, *job.second_files]:
        path.unlink()
    assert job.answer() == job.wanted()
    assert Counter(name.split()[0] for name in marks.read()) == {"first": 3, "second": 4}


def test_files_that_changed_places_are_not_taken_for_each_other(bench: Any, marks: Marks) -> None:
    job = Job(bench.start(), bench, marks)
    bench.renew_workers()
    left, right, *_ = job.second_files
    kept = left.read_bytes()
    left.write_bytes(right.read_bytes())
    right.write_bytes(kept)
    assert job.answer() == job.wanted()
    assert Counter(name.split()[0] for name in marks.read()) == {"second": 2}


def test_damage_again_and_again(bench: Any, marks: Marks) -> None:
    job = Job(bench.start(), bench, marks)
    generator = random.Random(7)
    known = bench.files()
    for _ in range(8):
        victim = generator.choice(sorted(path for path in bench.files() if path.exists()))
        DAMAGES[generator.choice(list(DAMAGES))](victim)
        assert job.answer() == job.wanted()
    assert len(bench.files()) <= len(known), "damaged files do not pile up"


def test_accumulators_of_a_map_task_that_runs_again_count_once(bench: Any) -> None:
    sc = bench.start()
    total = sc.accumulator(0)

    def see(x: int) -> tuple[int, int]:
        total.add(1)
        return (x % 10, x)

    reduced = sc.parallelize(range(1000), 4).map(see).reduceByKey(add, 3)
    assert reduced.count() == 10
    bench.renew_workers()
    for path in bench.files():
        path.unlink()
    assert reduced.values().sum() == sum(range(1000))
    assert total.value == 1000


def test_a_sort_whose_runs_are_damaged(bench: Any, marks: Marks) -> None:
    sc = bench.start()

    def see(index: int, records: Any) -> Any:
        marks.leave(index)
        return ((-x, x) for x in records)

    before = bench.files()
    ordered = sc.parallelize(range(5000), 4).mapPartitionsWithIndex(see).sortByKey(True, 3)
    wanted = [(-x, x) for x in range(4999, -1, -1)]
    assert ordered.collect() == wanted
    marks.clear()
    for damage in ("deleted", "a bit of the data", "a bit of the index", "cut in half"):
        victim = max(bench.files() - before, key=lambda path: path.stat().st_size)
        bench.renew_workers()
        DAMAGES[damage](victim)
        assert ordered.collect() == wanted
        assert len(marks) == 1
        marks.clear()


@pytest.mark.matrix(12)
@pytest.mark.parametrize("damage", ["deleted", "emptied", "a bit of the data", "a bit of the index", "cut by one byte"])
def test_a_cached_block_that_is_damaged_is_computed_again(bench: Any, marks: Marks, damage: str) -> None:
    sc = bench.start()
    before = bench.files()
    rdd = sc.parallelize(range(4000), 4).map(lambda x: (x, str(x)))
    rdd = rdd.mapPartitionsWithIndex(lambda i, it: (marks.leave(i), it)[1]).cache()
    wanted = [(x, str(x)) for x in range(4000)]
    assert rdd.collect() == wanted
    blocks = sorted(bench.files() - before)
    assert len(blocks) == 4
    marks.clear()
    DAMAGES[damage](blocks[2])
    assert rdd.collect() == wanted
    assert len(marks) == 1
    marks.clear()
    assert rdd.collect() == wanted
    assert marks.read() == [], "it was cached again"


@pytest.mark.matrix(12)
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_a_cached_block_damaged_after_its_first_records_were_given(bench: Any, share: float) -> None:
    sc = bench.start()
    before = bench.files()
    rdd = sc.parallelize(range(60_000), 2).map(lambda x: (x, f"{x:0100d}")).cache()
    assert rdd.count() == 60_000
    for block in bench.files() - before:
        assert block.stat().st_size > 2_500_000, "several chunks"
        flip(block, int(block.stat().st_size * share))
    assert rdd.keys().collect() == list(range(60_000)), "none twice, none missing"


@pytest.mark.matrix(63)
@pytest.mark.parametrize("damage", ["deleted", "a bit of the data", "a bit of the index", "emptied"])
def test_stored_parallelized_data_is_written_again(bench: Any, damage: str) -> None:
    sc = bench.start()
    before = bench.files()
    rdd = sc.parallelize(["x" * 1000 + str(i) for i in range(3000)], 3)
    stored = bench.files() - before
    assert stored
    for path in stored:
        DAMAGES[damage](path)
    assert rdd.map(len).sum() == sum(1000 + len(str(i)) for i in range(3000))


@pytest.mark.matrix(63)
@pytest.mark.parametrize("damage", ["deleted", "a bit of the data", "a bit of the index", "emptied"])
def test_a_broadcast_is_written_again(bench: Any, damage: str) -> None:
    sc = bench.start()
    before = bench.files()
    table = sc.broadcast({i: str(i) for i in range(10_000)})
    stored = bench.files() - before
    assert stored
    for path in stored:
        DAMAGES[damage](path)
    assert sc.parallelize([1, 9_999], 2).map(lambda i: table.value[i]).collect() == ["1", "9999"]


def test_the_whole_local_directory_removed(bench: Any, marks: Marks) -> None:
    """An answer or a typed error, but no hang, and stop still works."""
    job = Job(bench.start(), bench, marks)
    for path in bench.local.iterdir():
        shutil.rmtree(path)
    try:
        assert job.answer() == job.wanted()
    except MinisparkError as error:
        assert str(bench.local) in str(error)


@pytest.mark.matrix(52)
def test_an_input_file_that_changed_is_noticed(bench: Any, tmp_path: Path) -> None:
    from minispark.engine.core.errors import InputChangedError

    sc = bench.start()
    path = tmp_path / "input.txt"
    path.write_text("a\nb\nc\n" * 100)
    lines = sc.textFile(str(path), 3)
    assert lines.count() == 300
    path.write_text("another text\n")
    with pytest.raises(InputChangedError, match=r"input\.txt"):
        lines.count()
