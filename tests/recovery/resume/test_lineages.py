"""What stands between a shuffle and its fingerprint: caches, checkpoints, shared shuffles, jobs, accumulators."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import ResumeError
from minispark.observe import Listener, NotResumed, listening


def twice(programs: Any, program: str, **names: Any) -> tuple[Any, dict[str, int]]:
    """The answer of two runs, which must be equal, and what the second one ran."""
    answer = programs.run(program, **names)
    assert programs.run(program, **names) == answer
    return answer, programs.ran


def test_two_jobs_on_one_shuffle_and_two_equal_lineages(programs: Any) -> None:
    program = """
def total():
    return sorted(sc.range(20, numSlices=2).map(lambda x: (x % 3, x)).reduceByKey(max, 2).collect())
kept = sc.range(20, numSlices=2).map(lambda x: (x % 3, x)).reduceByKey(max, 2)
answer = total(), total(), sorted(kept.collect()), kept.count()
"""
    _, ran = twice(programs, program)
    assert ran == {}


def test_equal_lineages_alive_at_once_have_entries_of_their_own(programs: Any) -> None:
    program = """
rdds = [sc.range(20, numSlices=2).map(lambda x: (x % 3, x)).groupByKey(2) for _ in range(3)]
answer = [rdd.count() for rdd in rdds]
"""
    programs.run(program)
    assert programs.ran == {"groupByKey": 6}
    assert len(list(programs.directory.glob("outputs/*-0"))) == 1
    assert len(list(programs.directory.glob("outputs/*"))) == 3
    programs.run(program)
    assert programs.ran == {}


def test_a_shuffle_that_two_joins_share(programs: Any) -> None:
    program = """
left = sc.range(20, numSlices=2).map(lambda x: (x % 5, x))
right = sc.range(5).map(lambda x: (x, str(x)))
answer = left.join(right, 2).count(), left.join(right, 2).count(), left.union(right).distinct(2).count()
"""
    _, ran = twice(programs, program)
    assert ran == {}


def test_cached_records_on_the_way_change_no_fingerprint(programs: Any) -> None:
    program = """
keyed = sc.range(20, numSlices=2).map(lambda x: (x % 5, x)){}
answer = keyed.count(), sorted(keyed.groupByKey(2).mapValues(sorted).collect())
"""
    answer = programs.run(program.format(""))
    for kept in (".cache()", ".persist(StorageLevel.DISK_ONLY)", ""):
        program_now = "from minispark import StorageLevel" + program.format(kept)
        assert programs.run(program_now) == answer
        assert programs.ran == {}


def test_a_global_that_changed_after_records_were_cached(programs: Any) -> None:
    program = """
factor = 2
keyed = sc.range(8, numSlices=2).map(lambda x: (x % 2, x * factor)).cache()
first = {first}
factor = 3
second = sorted(keyed.groupByKey(2).mapValues(sum).collect())
answer = first, second
"""
    assert programs.run(program.format(first="keyed.count()")) == (8, [(0, 24), (1, 32)])
    assert [note.why for note in programs.watcher.notes] == [
        "what its functions use has changed since its records were kept"
    ]
    assert programs.run(program.format(first="None")) == (None, [(0, 36), (1, 48)])


def test_a_global_that_changed_between_two_jobs(programs: Any) -> None:
    program = """
answer = []
for factor in {factors}:
    scaled = sc.range(8, numSlices=2).map(lambda x: (x % 2, x * factor)).groupByKey(2).mapValues(sum)
    answer.append(sorted(scaled.collect()))
"""
    programs.run(program.format(factors="(2, 3)"))
    assert programs.ran == {"groupByKey": 4}
    assert programs.run(program.format(factors="(3, 4)")) == [[(0, 36), (1, 48)], [(0, 48), (1, 64)]]
    assert programs.ran == {"groupByKey": 2}


def test_a_stage_planned_again_with_another_global_is_nobodys_entry(programs: Any) -> None:
    program = """
factor = 2
source = sc.range(8, numSlices=2)
doubled = source.map(lambda x: (x % 2, x * factor))
groups = doubled.groupByKey(2)
first = sorted(groups.mapValues(sum).collect())
factor = 3
{persist}
second = sorted(groups.mapValues(sum).map(lambda p: (p[1], p[0])).groupByKey(1).keys().collect())
answer = first, second
"""
    expected = ([(0, 24), (1, 32)], [24, 32])
    for persist in ("source.cache()", "source.cache()", "pass"):
        assert programs.run(program.format(persist=persist)) == expected
    assert programs.ran == {"groupByKey": 2}
    threes = program.replace("factor = 2", "factor = 3")
    programs.run(threes.format(persist="").replace("second = ", "second = 0  # "))
    assert programs.run(threes.format(persist="")) == ([(0, 36), (1, 48)], [36, 48])


def test_a_checkpoint_that_cuts_the_lineage(programs: Any, tmp_path: Path) -> None:
    program = """
sc.setCheckpointDir(folder)
sums = sc.range(20, numSlices=2).map(lambda x: (x % 5, x)).reduceByKey(max, 2)
kept = sums.mapValues(lambda x: -x)
kept.checkpoint()
first = sorted(kept.collect())
second = sorted(kept.map(lambda p: (p[1], p[0])).groupByKey(2).keys().collect())
answer = first, second, kept.isCheckpointed()
"""
    answer, ran = twice(programs, program, folder=str(tmp_path / "checkpoints"))
    assert answer[2]
    assert ran == {}


def test_a_local_checkpoint(programs: Any) -> None:
    program = """
kept = sc.range(20, numSlices=2).map(lambda x: (x % 5, x)).reduceByKey(max, 2)
kept.localCheckpoint()
answer = sorted(kept.collect()), sorted(kept.map(lambda p: (p[1], p[0])).groupByKey(2).keys().collect())
"""
    assert twice(programs, program)[1] == {}


def test_a_checkpoint_of_an_earlier_context_counts_by_its_records(programs: Any, tmp_path: Path) -> None:
    with programs.context() as sc:
        files = []
        for records in ([1, 2], [1, 2], [1, 3]):
            sc.setCheckpointDir(str(tmp_path / "checkpoints"))
            rdd = sc.parallelize(records, 2)
            rdd.checkpoint()
            rdd.count()
            files.append(rdd.getCheckpointFile())
    program = "answer = sc._checkpointFile(kept).map(lambda x: (x, x)).groupByKey(2).keys().collect()"
    ran = []
    for file in files:
        programs.run(program, kept=file)
        ran.append(programs.ran)
    assert ran == [{"groupByKey": 2}, {}, {"groupByKey": 2}]


def test_updates_that_may_be_counted_by_a_cache_are_not_skipped(programs: Any) -> None:
    program = """
seen = sc.accumulator(0)
def counted(x):
    seen.add(1)
    return x % 3, x
keyed = sc.range(9, numSlices=3).map(counted).cache()
first = {first}
groups = keyed.groupByKey(2)
answer = first, groups.count(), groups.mapValues(sum).map(lambda p: p[::-1]).groupByKey(2).count(), seen.value
"""
    for first in ("keyed.count()", "None", "keyed.count()"):
        assert programs.run(program.format(first=first))[1:] == (3, 3, 9)
        assert programs.ran == {"groupByKey": 5}
    assert "accumulator" in programs.watcher.notes[0].why


def test_accumulators_are_told_apart_by_where_they_are_used(programs: Any) -> None:
    program = """
unused = [sc.accumulator(0) for _ in range({unused})]
even, odd = sc.accumulator(0), sc.accumulator(0.0)
def counted(x):
    (odd if x % 2 else even).add(x)
    return x % 3, x
groups = sc.range(9, numSlices=3).map(counted).groupByKey(2)
answer = groups.count(), groups.count(), even.value, odd.value
"""
    for unused in (0, 3):
        assert programs.run(program.format(unused=unused)) == (3, 3, 20, 16.0)
    assert programs.ran == {}


def test_updates_of_a_stage_count_once_whoever_reads_it(programs: Any) -> None:
    program = """
seen = sc.accumulator(0)
def counted(x):
    seen.add(1)
    return x % 3, x
groups = sc.range(9, numSlices=3).map(counted).groupByKey(2).mapValues(sum)
answer = groups.count(), groups.map(lambda p: p[::-1]).sortByKey(numPartitions=2).collect(), groups.count(), seen.value
"""
    answer, ran = twice(programs, program)
    assert answer[3] == 9
    assert ran == {}


def test_a_released_shuffle_is_there_for_the_next_run(programs: Any) -> None:
    program = """
import gc
answer = sc.range(9, numSlices=3).map(lambda x: (x, x)).groupByKey(2).count()
gc.collect()
answer += sc.range(3).count()
"""
    assert twice(programs, program)[1] == {}


def test_released_outputs_keep_to_the_limit(programs: Any) -> None:
    with programs.context(spark_minispark_resume_bytes="1k") as sc:
        for number in range(5):
            sc.range(2000, numSlices=2).map(lambda x, n=number: (x + n, x)).groupByKey(2).count()
        assert sc.range(3).count() == 3
        assert sum(path.stat().st_size for path in programs.outputs()) < 40_000


def test_cleaning_shuffles_and_running_again(programs: Any) -> None:
    program = """
sums = sc.range(9, numSlices=3).map(lambda x: (x % 3, x)).reduceByKey(max, 2)
first = sorted(sums.collect())
sums.cleanShuffleDependencies()
answer = first, sorted(sums.collect())
"""
    answer, _ = twice(programs, program)
    assert answer[0] == answer[1]


def test_a_barrier_stage_runs_in_every_run(programs: Any) -> None:
    program = """
rdd = sc.range(4, numSlices=1).barrier().mapPartitions(lambda records: ((x, x) for x in records))
answer = rdd.groupByKey(2).count()
"""
    _, ran = twice(programs, program)
    assert ran == {"groupByKey": 1}
    assert "barrier" in programs.watcher.notes[0].why


@pytest.mark.parametrize(
    "expression",
    [
        "sc.range(9, numSlices=3).repartition(2).glom().collect()",
        "sc.range(9, numSlices=3).coalesce(2).map(lambda x: (x, x)).groupByKey(2).keys().collect()",
        "sc.range(3).cartesian(sc.range(2)).distinct(2).collect()",
        "sc.range(4, numSlices=2).zip(sc.range(4, numSlices=2)).groupByKey(2).keys().collect()",
        "sc.range(9, numSlices=3).zipWithIndex().groupByKey(2).keys().collect()",
        "sc.range(9, numSlices=3).map(lambda x: (x % 2, x)).aggregateByKey([], f, g).collect()",
        "sc.range(9, numSlices=3).map(lambda x: (x % 2, x)).partitionBy(2, lambda k: k).glom().collect()",
        "sc.range(9, numSlices=3).sortBy(lambda x: -x).glom().collect()",
        "sc.range(9, numSlices=3).map(lambda x: (x % 2, x)).repartitionAndSortWithinPartitions(2).glom().collect()",
        "sc.range(9, numSlices=3).groupBy(lambda x: x % 2).mapValues(sorted).collect()",
        "sc.range(9, numSlices=3).map(lambda x: (x % 2, x)).cogroup(sc.range(3).map(lambda x: (x, x))).count()",
        "sc.range(9, numSlices=3).intersection(sc.range(5)).collect()",
        "sc.range(90, numSlices=3).sample(True, 0.5, seed=1).map(lambda x: (x, x)).groupByKey(2).keys().collect()",
        "sc.range(9, numSlices=3).keyBy(str).mapPartitionsWithIndex(lambda i, r: r).groupByKey(2).keys().collect()",
        "sc.parallelize([{1, 2}, {3}], 2).map(lambda s: (len(s), s)).groupByKey(2).mapValues(list).collect()",
        "sc.range(9, numSlices=3).treeReduce(max)",
    ],
)
def test_every_kind_of_operator_is_skipped_in_the_second_run(programs: Any, expression: str) -> None:
    program = f"f = lambda a, x: a + [x]\ng = lambda a, b: a + b\nanswer = {expression}"
    _, ran = twice(programs, program)
    assert ran == {}
    assert programs.watcher.notes == []


def test_a_directory_in_use_leaves_no_context_behind(programs: Any) -> None:
    with programs.context() as sc:
        sc.range(1).count()
    programs.directory.chmod(0o777)
    with pytest.raises(ResumeError):
        programs.context()
    programs.directory.chmod(0o700)
    programs.context().stop()


def test_listeners_of_the_public_kind_are_told(programs: Any) -> None:
    class Told(Listener):
        def __init__(self) -> None:
            self.events: list[NotResumed] = []

        def on_not_resumed(self, event: NotResumed) -> None:
            self.events.append(event)

    with programs.context() as sc, listening(sc, Told()) as told:
        for _ in range(2):
            assert sc.range(3).map(lambda x: (eval("x"), 1)).groupByKey(1).count() == 3
    (event,) = told.events  # of one line, once
    assert re.fullmatch(r"<lambda at .*>: it calls eval, which may run anything", event.why)


# --- blocks of persisted RDDs ----------------------------------------------------------------------------------------

CACHED = """
def noted(x):
    with open(notes, "a") as file:
        file.write("x")
    return x % 3, x * {factor}
keyed = sc.range(9, numSlices=3).map(noted){persist}
answer = keyed.count(), sorted(keyed.values().collect()), keyed.filter(lambda p: p[0]).count()
"""


@pytest.fixture
def computed(programs: Any, tmp_path: Path) -> Callable[..., int]:
    """Runs the program above, and says how many records it has computed."""
    notes = tmp_path / "notes"

    def run(persist: str = ".cache()", factor: int = 1, master: str = "inline", damage: Any = None) -> int:
        notes.write_text("")
        for block in programs.directory.glob("outputs/*/block*") if damage is not None else ():
            damage(block)
        text = "from minispark import StorageLevel" + CACHED.format(persist=persist, factor=factor)
        answer = programs.run(text, master=master, notes=str(notes))
        assert answer == (9, sorted(x * factor for x in range(9)), 6)
        return len(notes.read_text())

    return run


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "master"),
    [("MEMORY_ONLY", "local[2]"), ("MEMORY_ONLY", "inline"), ("DISK_ONLY", "inline"), ("MEMORY_AND_DISK", "inline")],
)
def test_kept_records_are_there_in_the_next_run(computed: Any, level: str, master: str) -> None:
    persist = f".persist(StorageLevel.{level})"
    assert [computed(persist, master=master) for _ in range(2)] == [9, 0]
    assert computed(".cache()", master=master) == 0
    assert computed("", master=master) == 27


def test_kept_records_of_another_function_are_computed(computed: Any) -> None:
    assert [computed(factor=factor) for factor in (1, 2, 1, 2)] == [9, 9, 0, 0]


@pytest.mark.matrix(12, 59)
@pytest.mark.parametrize("kind", ["lost", "torn", "changed", "planted"])
def test_a_damaged_block_is_computed_again(computed: Any, kind: str) -> None:
    computed()

    def damage(block: Path) -> None:
        data = block.read_bytes()
        if kind == "lost":
            block.unlink()
        else:
            block.write_bytes({"torn": data[:-9], "changed": b"\x00" + data[1:], "planted": b"cos\nmkdir\n"}[kind])

    assert computed(damage=damage) == 9
    assert computed() == 0


def test_blocks_are_released_with_their_rdd_and_found_again(programs: Any, tmp_path: Path) -> None:
    program = """
def noted(x):
    with open(notes, "a") as file:
        file.write("x")
    return x
for _ in range(2):
    rdd = sc.range(4, numSlices=2).map(noted).cache()
    rdd.count()
    rdd.unpersist()
answer = rdd.count()
"""
    programs.run(program, notes=str(tmp_path / "notes"))
    assert (tmp_path / "notes").read_text() == "x" * 8, "once for the blocks, once more for the last count"


def test_blocks_computed_from_a_stage_that_is_not_known_any_more_are_not_read(programs: Any, tmp_path: Path) -> None:
    program = """
sums = sc.range(9, numSlices=3).map(lambda x: (x % 3, x)).reduceByKey(max, 2)
def noted(x):
    with open(notes, "a") as file:
        file.write("x")
    return x
kept = sums.map(noted).cache()
answer = kept.count()
"""
    notes = tmp_path / "notes"
    for _ in range(2):
        programs.run(program, notes=str(notes))
    assert notes.read_text() == "xxx"
    for ledger in programs.directory.glob("outputs/*/ledger"):
        ledger.unlink()
    programs.run(program, notes=str(notes))
    assert notes.read_text() == "xxxxxx"
