"""A join whose small side every task reads: what is lost of it is made again, and a killed task is done again."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import RDD, SparkContext
from minispark.observe import Adapted, Listener, listening
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

FEW = [(n, f"name of {n}") for n in range(20)]
WANTED = sorted((n % 40, (n, f"name of {n % 40}")) for n in range(5_000) if n % 40 < 20)
DAMAGES: dict[str, Callable[[Path], object]] = {
    "deleted": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "garbage": lambda path: path.write_bytes(random.Random(1).randbytes(path.stat().st_size)),
}
ACTIONS: dict[str, Callable[[RDD[Any]], list[Any]]] = {
    "collect": lambda joined: joined.collect(),
    "shuffle": lambda joined: joined.groupByKey(3).flatMapValues(list).collect(),
}


class Broadcasts(Listener):
    count = 0

    def on_adapted(self, event: Adapted) -> None:
        self.count += event.what == "the right side of join is broadcast"


def many(sc: SparkContext) -> RDD[Any]:
    """5,000 records, and far more that a filter leaves out; not such as are shuffled in columns."""
    return sc.range(0, 400_000, 1, 4).filter(lambda n: n < 5_000).map(lambda n: (n % 40, n)).map(tuple)


@pytest.mark.matrix(8, 9, 10)
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_damaged_output_of_the_small_side_is_made_again(bench: Any, marks: Marks, damage: str, action: str) -> None:
    sc = bench.start()

    def seen(index: int, records: Iterator[Any]) -> Iterator[Any]:
        yield from records
        marks.leave(index)

    few = sc.parallelize(FEW, 2).mapPartitionsWithIndex(seen)
    before = bench.files()
    with listening(sc, Broadcasts()) as first:
        earlier = many(sc).join(few, 4)
        assert earlier.count() == len(WANTED)
    files = sorted(bench.files() - before)
    assert (first.count, len(files), sorted(marks.read())) == (1, 2, ["0", "1"])
    marks.clear()
    bench.renew_workers()
    DAMAGES[damage](files[1])
    with listening(sc, Broadcasts()) as second:
        assert sorted(ACTIONS[action](many(sc).join(few, 4))) == WANTED
    assert (second.count, len(marks)) == (1, 1)
    assert earlier.getNumPartitions() == 4  # it was there all the time, and with it the small side's shuffle


@pytest.mark.matrix(1)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_killed_task_is_done_again(bench: Any, marks: Marks, action: str) -> None:
    sc = bench.start()
    met = sc.accumulator(0)

    def once(record: Any) -> Any:
        met.add(1)
        if record[1] in (7, 2_005) and marks.first(record[1]):
            os.kill(os.getpid(), signal.SIGKILL)
        return record

    with listening(sc, Broadcasts()) as seen:
        joined = many(sc).map(once).join(sc.parallelize(FEW, 2), 4)
        assert sorted(ACTIONS[action](joined)) == WANTED
    assert (seen.count, met.value) == (1, 5_000)


@pytest.mark.matrix(8)
def test_outputs_of_such_a_stage_are_made_again_by_it(bench: Any) -> None:
    """Later, with what was read of it then."""
    sc = bench.start()
    before = bench.files()
    joined = many(sc).join(sc.parallelize(FEW, 2), 4)
    counts = joined.mapValues(lambda pair: 1).reduceByKey(lambda a, b: a + b, 3)
    wanted = [(n, 125) for n in range(20)]
    assert sorted(counts.collect()) == wanted
    bench.renew_workers()
    joined.persist()
    for path in bench.files() - before:
        path.unlink()
    with listening(sc, Broadcasts()) as seen:
        assert sorted(counts.collect()) == wanted
        assert sorted(joined.collect()) == WANTED
    assert seen.count == 0
