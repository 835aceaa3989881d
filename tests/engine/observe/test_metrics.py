"""The stage table adds up what the events say, and stays small whatever runs."""

from __future__ import annotations

import sys

import pytest

from minispark.engine.core.outcomes import TaskReport
from minispark.engine.observe import metrics
from minispark.engine.observe.events import JobEnd, JobStart, StageEnd, StageInfo, StageSkip, StageStart, TaskEnd
from minispark.engine.observe.metrics import StageRow, StageTable


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def success(stage: int, partition: int, seconds: float, report: TaskReport | None = None) -> TaskEnd:
    return TaskEnd(0, stage, partition, 0, 0, "Success", seconds, report)


def failure(stage: int, counted: bool = True) -> TaskEnd:
    return TaskEnd(0, stage, 0, 0, 0, "WorkerDied", 0.1, None, counted)


MAP = StageInfo(7, "reduceByKey at words.py:31", 3, shuffle_id=2)
RESULT = StageInfo(8, "collect at words.py:32", 2)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(clock: Clock) -> StageTable:
    """A job of two stages: three map tasks, of which one fails first, then two result tasks."""
    table = StageTable(clock)
    table.on_event(JobStart(0, RESULT.name, (MAP, RESULT)))
    table.on_event(StageStart(0, 7, 0, 3, MAP.name))
    read = TaskReport(records_read=1000, records_written=10, shuffle_bytes_written=2048, spill_bytes=1024)
    table.on_event(failure(7))
    for partition, seconds in enumerate((0.2, 0.9, 0.3)):
        table.on_event(success(7, partition, seconds, read))
    clock.now += 1.25
    table.on_event(StageEnd(0, 7, 0))
    table.on_event(StageStart(0, 8, 0, 2, RESULT.name))
    fetched = TaskReport(records_read=15, records_written=15, shuffle_bytes_read=3072)
    for partition in range(2):
        table.on_event(success(8, partition, 0.01, fetched))
    clock.now += 0.02
    table.on_event(StageEnd(0, 8, 0))
    table.on_event(JobEnd(0))
    return table


def test_a_row_a_stage(table: StageTable) -> None:
    first, second = table.rows()
    assert first == StageRow(
        stage_id=7,
        name="reduceByKey at words.py:31",
        runs=1,
        tasks=3,
        failures=1,
        records_read=3000,
        records_written=30,
        shuffle_bytes_read=0,
        shuffle_bytes_written=6144,
        spill_bytes=3072,
        wall_seconds=1.25,
        task_seconds_median=0.3,
        task_seconds_max=0.9,
        skips=0,
    )
    assert (second.shuffle_bytes_read, second.task_seconds_median) == (6144, 0.01)
    assert second.wall_seconds == pytest.approx(0.02)


def test_as_text(table: StageTable) -> None:
    lines = str(table).splitlines()
    head, rule, first, second = (" ".join(line.split()) for line in lines)
    assert head == (
        "stage operator tasks failed records in out shuffle read written spilled time median task longest ratio"
    )
    assert set(rule) == {"-", " "}
    assert first == "7 reduceByKey at words.py:31 3 1 3,000 30 6.0 KiB 3.0 KiB 1.25 s 300 ms 900 ms 3.0"
    assert second == "8 collect at words.py:32 2 30 30 6.0 KiB 20.0 ms 10.0 ms 10.0 ms 1.0"
    assert len({len(line) for line in lines}) == 1


def test_a_running_stage_has_its_time_so_far(clock: Clock) -> None:
    table = StageTable(clock)
    table.on_event(StageStart(0, 1, 0, 1, "count at a.py:1"))
    clock.now += 2
    assert table.rows()[0].wall_seconds == 2


def test_runs_add_up(table: StageTable, clock: Clock) -> None:
    table.on_event(StageStart(0, 7, 1, 1, MAP.name))
    table.on_event(success(7, 1, 0.4))
    clock.now += 0.5
    table.on_event(StageEnd(0, 7, 1))
    assert (table.rows()[0].runs, table.rows()[0].wall_seconds) == (2, 1.75)
    assert "reduceByKey at words.py:31 (2 runs)" in str(table)


def test_an_outcome_that_was_not_used_does_not_count(table: StageTable) -> None:
    before = table.rows()
    table.on_event(failure(7, counted=False))
    table.on_event(TaskEnd(0, 7, 0, 1, 1, "Success", 99.0, TaskReport(records_read=1), counted=False))
    assert table.rows() == before


def test_skips_are_counted_below_the_table(table: StageTable) -> None:
    """A map stage keeps its id in every job that reads its shuffle."""
    for job in (1, 2):
        table.on_event(JobStart(job, "count at words.py:40", (MAP, StageInfo(9 + job, "count at words.py:40", 2))))
        table.on_event(StageSkip(job, 7))
    assert [(row.stage_id, row.runs, row.skips) for row in table.rows()] == [
        (7, 1, 2),
        (8, 1, 0),
        (10, 0, 0),
        (11, 0, 0),
    ]
    assert str(table).endswith("\n2 times a stage was skipped: what it would write was there already")


def test_nothing_ran() -> None:
    assert str(StageTable()) == "(no stage has run)"


def test_events_of_stages_never_announced_do_no_harm() -> None:
    table = StageTable()
    for event in (success(1, 0, 0.1), StageEnd(0, 1, 0), StageSkip(0, 1), JobEnd(0)):
        table.on_event(event)
    assert table.rows() == []


def test_old_stages_are_forgotten() -> None:
    table = StageTable(stages_max=3)
    for stage in range(10):
        table.on_event(StageStart(0, stage, 0, 1, "count"))
    assert [row.stage_id for row in table.rows()] == [7, 8, 9]


def test_many_tasks_take_little_memory_and_keep_median_and_maximum() -> None:
    table = StageTable()
    count = 100_000
    table.on_event(StageStart(0, 0, 0, count, "count"))
    for i in range(count):
        table.on_event(success(0, i, i / count))
    row = table.rows()[0]
    assert row.task_seconds_max == (count - 1) / count
    assert row.task_seconds_median == pytest.approx(0.5, abs=0.02)
    kept = table._stages[0].times
    assert len(kept) < metrics.TASK_TIMES_MAX
    assert sys.getsizeof(kept) < 32_000
