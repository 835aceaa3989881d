"""What the driver adds up of map outputs: each once, whatever is lost, computed again or adopted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from minispark.engine.core.loads import NamedKey, packed
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.values import replace
from minispark.engine.observe.events import Adapted, ShuffleMeasured
from minispark.engine.runtime.loads import KEYS_TOLD, LoadTable
from minispark.engine.scheduler.events import StageSpec

SHUFFLE, BOUNDS = 3, 4


class Files:
    """Stands for the outputs' files: what reading all that stand gives."""

    def __init__(self) -> None:
        self.standing: dict[int, TaskReport] = {}
        self.looks = 0

    def reports(self, shuffle_id: int) -> Iterator[tuple[int, TaskReport]]:
        self.looks += 1
        yield from self.standing.items()


@pytest.fixture
def files() -> Files:
    return Files()


@pytest.fixture
def table(files: Any) -> LoadTable:
    return LoadTable(files)


def report(records: list[int], key: Any = "os", digest: bytes | None = b"d", met: int = 0) -> TaskReport:
    total = sum(records)
    return TaskReport(
        records_written=total,
        shuffle_bytes_written=10 * total,
        digest=digest,
        reducers=len(records),
        reducer_records=packed(records),
        reducer_bytes=packed([10 * count for count in records]),
        heavy=((key, None, total, 10 * total, met or total, 1),),
        records_met=met,
    )


def test_sums(table: LoadTable) -> None:
    table.register(SHUFFLE, 0, report([1, 2, 3], met=20))
    table.register(SHUFFLE, 2, report([0, 5, 0], "sys"))
    table.register(SHUFFLE + 1, 0, report([7]))
    loads = table.of(SHUFFLE)
    assert loads is not None
    assert (loads.records, loads.bytes, loads.met) == (11, 110, 25)
    assert loads.reducer_records == (1, 7, 3)
    assert loads.reducer_bytes == (10, 70, 30)
    assert [(key.key, key.records, key.bytes, key.met, key.reducer) for key in loads.keys] == [
        ("os", 6, 60, 20, 1),
        ("sys", 5, 50, 5, 1),
    ]


def test_the_same_output_again_counts_once(table: LoadTable, files: Files) -> None:
    table.register(SHUFFLE, 0, report([1, 2]))
    before = table.of(SHUFFLE)
    table.register(SHUFFLE, 0, report([1, 2]))
    assert table.of(SHUFFLE) == before
    assert files.looks == 0


@pytest.mark.parametrize(("digest", "second"), [(b"d", b"e"), (None, None), (None, b"d"), (b"d", None)])
def test_what_may_differ_is_added_up_anew(
    table: LoadTable, files: Files, digest: bytes | None, second: bytes | None
) -> None:
    kept, lost = report([1, 1], "sys"), report([5, 5], digest=digest)
    again = report([6, 3], digest=second)
    table.register(SHUFFLE, 0, kept)
    table.register(SHUFFLE, 1, lost)
    table.register(SHUFFLE, 1, again)
    files.standing = {0: kept, 1: again}
    loads = table.of(SHUFFLE)
    assert loads is not None
    assert loads.reducer_records == (7, 4)
    assert [(key.key, key.records) for key in loads.keys] == [("os", 9), ("sys", 2)]
    assert table.of(SHUFFLE) == loads
    assert files.looks == 1


def test_a_stage_of_bounds_tells_of_the_sort(table: LoadTable) -> None:
    sort = TaskReport(records_written=40, shuffle_bytes_written=400, heavy=(("a", None, 10, 100, 10, -1),))
    table.register(SHUFFLE, 0, sort)
    ranges = TaskReport(reducer_records=packed([10, 0, 10]), reducer_bytes=packed([300, 0, 100]))
    table.register(BOUNDS, 0, ranges)
    (event,) = table.events_of(4, StageSpec(0, BOUNDS, (0,), (SHUFFLE,)), "bounds of sortByKey at x.py:1")
    assert isinstance(event, ShuffleMeasured)
    assert (event.job_id, event.operator) == (4, "sortByKey at x.py:1")
    loads = event.loads
    assert loads.shuffle_id == SHUFFLE
    assert loads.reducer_records == (20, 0, 20)
    assert loads.reducer_bytes == (300, 0, 100)
    table.register(BOUNDS + 1, 0, replace(ranges, by_bytes=True))
    _, decision = table.events_of(4, StageSpec(0, BOUNDS + 1, (0,), (SHUFFLE,)), "bounds of sortByKey at x.py:1")
    assert isinstance(decision, Adapted)
    assert decision.shuffle_ids == (SHUFFLE,)


def test_an_empty_shuffle(table: LoadTable) -> None:
    table.register(SHUFFLE, 0, TaskReport(reducers=2, reducer_records=packed([0, 0]), reducer_bytes=packed([0, 0])))
    (event,) = table.events_of(0, StageSpec(0, SHUFFLE, (0,), ()), "x")
    assert isinstance(event, ShuffleMeasured)
    assert event.loads.reducer_records == (0, 0)
    assert list(table.events_of(0, StageSpec(0, None, (0,), (SHUFFLE,)), "x")) == []


def test_keys_by_name_are_one(table: LoadTable) -> None:
    for map_id in range(2):
        heavy = ((None, ("Point", 7, "Point(1)"), 3, 30, 3, 0),)
        table.register(SHUFFLE, map_id, TaskReport(records_written=3, heavy=heavy))
    loads = table.of(SHUFFLE)
    assert loads is not None
    (key,) = loads.keys
    assert key.key == NamedKey("Point", 7, "Point(1)")
    assert (key.records, key.name) == (6, "Point(1)")


def test_memory_is_bounded(table: LoadTable) -> None:
    for map_id in range(5_000):
        table.register(SHUFFLE, map_id, report([1, 0], key=map_id))
        table.register(SHUFFLE, 5_000 + map_id, report([1, 0]))
    assert len(table._sums[SHUFFLE]._keys) <= 2_048
    loads = table.of(SHUFFLE)
    assert loads is not None
    assert len(loads.keys) == KEYS_TOLD
    assert (loads.keys[0].key, loads.keys[0].records) == ("os", 5_000)


def test_a_shuffle_that_is_gone(table: LoadTable) -> None:
    table.register(SHUFFLE, 0, report([1]))
    table.forget(SHUFFLE)
    assert table.of(SHUFFLE) is None
