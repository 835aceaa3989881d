"""Cached blocks on two workers: limited memory, eviction, disk, damage, death."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext, StorageLevel
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos
PART = 50_000


def big(sc: SparkContext, marks: Marks, level: str, slices: int = 4) -> Any:
    """About 50 kB a partition; computing one leaves a mark."""

    def make(index: int, records: Any) -> Any:
        marks.leave(index)
        return [(index, os.urandom(PART))]

    return sc.parallelize(range(slices), slices).mapPartitionsWithIndex(make).persist(getattr(StorageLevel, level))


def in_memory(bench: Any) -> list[Path]:
    return [path for path in bench.files() if path.suffix in (".m", ".b")]


def on_disk(bench: Any) -> list[Path]:
    return [path for path in bench.files() if path.suffix == ".k"]


def size(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def test_memory_is_bounded_and_the_rest_computed_again(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="120k")
    rdd = big(sc, marks, "MEMORY_ONLY")
    assert [rdd.count() for _ in range(2)] == [4, 4]
    assert len(in_memory(bench)) == 2 and size(in_memory(bench)) <= 120 << 10
    assert sorted(marks.read()) == ["0", "1", "2", "2", "3", "3"], "its own blocks are never evicted"
    rdd.unpersist()
    assert in_memory(bench) == []


def test_two_workers_share_the_limit(bench: Any, marks: Marks) -> None:
    sc = bench.start(spark_minispark_storage_memory="120k")
    rdd = big(sc, marks, "MEMORY_AND_DISK", 8)
    first = rdd.collect()
    assert rdd.collect() == first
    assert size(in_memory(bench)) <= 120 << 10
    assert len(in_memory(bench)) + len(on_disk(bench)) == 8 == len(marks)
    rdd.unpersist()
    assert in_memory(bench) == on_disk(bench) == []


def test_the_least_recently_used_block_of_another_makes_room(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="170k")
    old, used, new = (big(sc, marks, "MEMORY_ONLY", 1) for _ in range(3))
    for rdd in (old, used, old, used, new):
        rdd.count()
    assert len(in_memory(bench)) == 3
    old.count()  # now `used` is the oldest
    newest = big(sc, marks, "MEMORY_ONLY", 1)
    newest.count()
    marks.clear()
    for rdd in (old, new, newest):
        rdd.count()
    assert marks.read() == []
    used.count()
    assert marks.read() == ["0"]


def test_an_evicted_block_moves_to_disk_where_its_level_says_so(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="120k")
    first = big(sc, marks, "MEMORY_AND_DISK", 2)
    content = first.collect()
    assert len(in_memory(bench)) == 2 and not on_disk(bench)
    second = big(sc, marks, "MEMORY_ONLY", 2)
    second.count()
    assert len(in_memory(bench)) == 2 and len(on_disk(bench)) == 2
    assert first.collect() == content
    assert len(marks) == 4
    first.unpersist()
    assert on_disk(bench) == []


def test_disk_only_uses_no_memory(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    rdd = big(sc, marks, "DISK_ONLY")
    assert rdd.collect() == rdd.collect()
    assert in_memory(bench) == [] and len(on_disk(bench)) == 4 == len(marks)
    assert all(bench.local in path.parents for path in on_disk(bench))


def test_a_block_larger_than_the_memory_goes_to_disk_or_is_not_kept(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="10k")
    dropped, kept = big(sc, marks, "MEMORY_ONLY", 1), big(sc, marks, "MEMORY_AND_DISK", 1)
    assert dropped.count() == dropped.count() == 1
    assert len(marks) == 2
    assert kept.collect() == kept.collect()
    assert len(marks) == 3
    assert in_memory(bench) == [] and len(on_disk(bench)) == 1


def test_a_block_being_read_stays(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="120k")
    source = big(sc, marks, "MEMORY_ONLY", 2)
    source.count()
    copy = source.map(lambda pair: (pair[0], pair[1][::-1])).persist(StorageLevel.MEMORY_ONLY)
    copy.count()
    copy.count()
    assert len(in_memory(bench)) == 2 and size(in_memory(bench)) <= 120 << 10


def test_persisting_and_freeing_again_and_again(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]", spark_minispark_storage_memory="120k")
    for _ in range(6):
        rdd = big(sc, marks, "MEMORY_ONLY", 2)
        assert rdd.count() == rdd.count() == 2
        rdd.unpersist()
    assert len(marks) == 12, "the memory of what was freed is taken again"


def test_an_rdd_that_nobody_holds_frees_its_blocks(bench: Any, marks: Marks) -> None:
    sc = bench.start()
    rdd = big(sc, marks, "MEMORY_AND_DISK")
    assert rdd.count() == 4
    assert len(in_memory(bench)) == 4
    del rdd
    assert in_memory(bench) == []


def test_a_worker_killed_while_it_writes_a_block(bench: Any, marks: Marks, until: Callable[..., float]) -> None:
    sc = bench.start()

    def die_once(index: int, records: Any) -> Any:
        for x in records:
            if x == 15_000 and len(marks) == 0:
                marks.leave("died")
                os.kill(os.getpid(), signal.SIGKILL)
            yield x

    for level in ("MEMORY_ONLY", "MEMORY_AND_DISK", "DISK_ONLY"):
        marks.clear()
        rdd = sc.parallelize(range(20_000), 2).mapPartitionsWithIndex(die_once)
        rdd.persist(getattr(StorageLevel, level))
        assert rdd.sum() == rdd.sum() == sum(range(20_000))
        assert len(marks) == 1
        until(lambda: len([path for path in bench.files() if path.name.startswith("c")]) == 2)
        assert not [path for path in bench.files() if path.name.startswith(".tmp-c")]
        rdd.unpersist()


@pytest.mark.matrix(12)
@pytest.mark.parametrize("level", ["DISK_ONLY", "MEMORY_AND_DISK"])
@pytest.mark.parametrize("damage", ["deleted", "truncated", "flipped"])
def test_a_damaged_block_is_computed_again(bench: Any, marks: Marks, level: str, damage: str) -> None:
    sc = bench.start("local[2]", spark_minispark_storage_memory="1k")
    rdd = sc.parallelize(range(4000), 4).map(lambda x: (x, str(x)))
    rdd = rdd.mapPartitionsWithIndex(lambda i, it: (marks.leave(i), it)[1]).persist(getattr(StorageLevel, level))
    wanted = [(x, str(x)) for x in range(4000)]
    assert rdd.collect() == wanted
    victim = next(path for path in on_disk(bench) if path.name.endswith("-2.k"))
    content = bytearray(victim.read_bytes())
    if damage == "deleted":
        victim.unlink()
    elif damage == "truncated":
        victim.write_bytes(content[:-9])
    else:
        content[len(content) // 2] ^= 4
        victim.write_bytes(content)
    marks.clear()
    assert rdd.collect() == rdd.collect() == wanted
    assert marks.read() == ["2"]


@pytest.mark.matrix(50)
@pytest.mark.parametrize("twice", [False, True])
@pytest.mark.parametrize("damaged", [False, True])
def test_updates_made_by_an_attempt_that_kept_its_block_and_died(
    bench: Any, marks: Marks, twice: bool, damaged: bool
) -> None:
    """The next attempt reads the block, so that nothing runs again that could make them again."""
    sc = bench.start()
    seen, above = sc.accumulator(0), sc.accumulator(0)

    def see(x: int) -> int:
        seen.add(1)
        return x

    def see_again(x: int) -> int:
        above.add(1)
        return x

    def die_once(index: int, records: Any) -> Any:
        yield from records
        if index == 1 and marks.first("died"):
            os.kill(os.getpid(), signal.SIGKILL)

    kept = sc.parallelize(range(20_000), 2).map(see).persist(StorageLevel.DISK_ONLY)
    if twice:
        kept = kept.map(see_again).persist(StorageLevel.DISK_ONLY)  # the next attempt reads this one alone
    assert kept.mapPartitionsWithIndex(die_once).map(lambda x: (x % 3, x)).groupByKey(2).count() == 3
    assert not marks.first("died"), "it has"
    assert (seen.value, above.value) == (20_000, 20_000 if twice else 0)
    if damaged:
        for path in on_disk(bench):
            path.write_bytes(path.read_bytes()[:-3])
    assert kept.sum() == sum(range(20_000))
    assert (seen.value, above.value) == (20_000, 20_000 if twice else 0)


@pytest.mark.matrix(12, 50)
def test_updates_of_a_block_found_damaged_after_some_records_count_once(bench: Any, marks: Marks) -> None:
    sc = bench.start("local[1]")
    seen = sc.accumulator(0)
    local = bench.local

    def see(x: int) -> int:
        seen.add(1)
        return x

    def die_at_the_end(records: Any) -> Any:
        for x in records:
            if x == 0 and not marks.first("begun"):  # this attempt reads the block: damage its last chunk
                marks.leave("damaged")
                for path in local.rglob("*.k"):
                    data = bytearray(path.read_bytes())
                    data[len(data) // 2] ^= 1
                    path.write_bytes(bytes(data))
            yield x
        if marks.first("died"):
            os.kill(os.getpid(), signal.SIGKILL)

    kept = sc.parallelize(range(600_000), 1).map(see).persist(StorageLevel.DISK_ONLY)
    assert kept.mapPartitions(die_at_the_end).map(lambda x: (x % 3, 1)).groupByKey(1).count() == 3
    assert "damaged" in marks.read()
    assert seen.value == 600_000
