"""What each stage did, added up from the events: the numbers to look at first when a program is slow.

A stage's slowest task against its median one shows skew; bytes written against bytes read show what a shuffle costs;
records read against written show where data grows.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable

from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.units import format_bytes
from minispark.engine.core.values import value
from minispark.engine.observe.events import JobStart, ObservedEvent, StageEnd, StageInfo, StageSkip, StageStart, TaskEnd
from minispark.engine.observe.text import format_count, format_seconds, format_table

STAGES_MAX = 1_000
"""Older stages are forgotten (Spark's ``spark.ui.retainedStages``)."""

TASK_TIMES_MAX = 2_000
"""Task times kept of one stage; of more tasks, every second, fourth, ... is kept. The maximum is always exact."""


@value
class StageRow:
    """One stage over all its runs. Times in seconds, sizes in bytes; records and bytes include what was run again."""

    stage_id: int
    name: str
    runs: int
    tasks: int
    failures: int
    records_read: int
    records_written: int
    shuffle_bytes_read: int
    shuffle_bytes_written: int
    spill_bytes: int
    wall_seconds: float
    task_seconds_median: float
    task_seconds_max: float
    skips: int


class StageTable:
    """A listener that keeps one row a stage; ``str()`` of it is a text table.

    ``clock`` gives monotonic seconds, for the wall time between a stage's start and end. Written to by the driver's
    thread and readable from any.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, stages_max: int = STAGES_MAX) -> None:
        self._clock = clock
        self._stages_max = stages_max
        self._stages: dict[int, _Stage] = {}

    def on_event(self, event: ObservedEvent) -> None:
        if isinstance(event, JobStart):
            for info in event.stages:
                self._add(info)
        elif isinstance(event, StageStart):
            stage = self._stages.get(event.stage_id) or self._add(StageInfo(event.stage_id, event.name, event.tasks))
            stage.start(self._clock())
        elif isinstance(event, TaskEnd):
            if (known := self._stages.get(event.stage_id)) is not None:
                known.task_ended(event)
        elif isinstance(event, StageEnd):
            if (known := self._stages.get(event.stage_id)) is not None:
                known.end(self._clock())
        elif isinstance(event, StageSkip) and (known := self._stages.get(event.stage_id)) is not None:
            known.skips += 1

    def rows(self) -> list[StageRow]:
        """A snapshot, in the order in which the stages were planned."""
        now = self._clock()
        return [stage.row(now) for stage in list(self._stages.values())]

    def __str__(self) -> str:
        rows = self.rows()
        ran = [row for row in rows if row.runs]
        if not ran:
            return "(no stage has run)"
        text = format_table(_HEADERS, [_cells(row) for row in ran], left=(1,))
        skips = sum(row.skips for row in rows)
        if skips:
            text += f"\n{format_count(skips)} times a stage was skipped: what it would write was there already"
        return text

    def _add(self, info: StageInfo) -> _Stage:
        if info.stage_id not in self._stages:
            while len(self._stages) >= self._stages_max:
                del self._stages[next(iter(self._stages))]
            self._stages[info.stage_id] = _Stage(info)
        return self._stages[info.stage_id]


_HEADERS = (
    "stage", "operator", "tasks", "failed", "records in", "out", "shuffle read", "written", "spilled",
    "time", "median task", "longest", "ratio",
)  # fmt: skip


def _cells(row: StageRow) -> tuple[str, ...]:
    median, longest = row.task_seconds_median, row.task_seconds_max
    return (
        str(row.stage_id),
        row.name + (f" ({row.runs} runs)" if row.runs > 1 else ""),
        format_count(row.tasks),
        format_count(row.failures) if row.failures else "",
        format_count(row.records_read),
        format_count(row.records_written),
        format_bytes(row.shuffle_bytes_read) if row.shuffle_bytes_read else "",
        format_bytes(row.shuffle_bytes_written) if row.shuffle_bytes_written else "",
        format_bytes(row.spill_bytes) if row.spill_bytes else "",
        format_seconds(row.wall_seconds),
        format_seconds(median),
        format_seconds(longest),
        f"{longest / median:.1f}" if median > 0 else "",
    )


class _Stage:
    """The growing sums of one stage."""

    __slots__ = (
        "bytes_read", "bytes_written", "failures", "info", "longest", "records_read", "records_written", "runs",
        "skips", "spilled", "started", "stride", "times", "timed", "wall",
    )  # fmt: skip

    def __init__(self, info: StageInfo) -> None:
        self.info = info
        self.runs = self.failures = 0
        self.records_read = self.records_written = 0
        self.bytes_read = self.bytes_written = self.spilled = 0
        self.skips = 0
        self.started: float | None = None
        self.wall = self.longest = 0.0
        self.times = array("d")
        self.timed = 0
        self.stride = 1

    def start(self, now: float) -> None:
        if self.started is None:
            self.started = now
        self.runs += 1

    def end(self, now: float) -> None:
        if self.started is not None:
            self.wall += now - self.started
            self.started = None

    def task_ended(self, event: TaskEnd) -> None:
        if not event.counted:
            return
        if event.outcome_name != "Success":
            self.failures += 1
            return
        self._add_time(event.seconds)
        if event.report is not None:
            self._add_report(event.report)

    def _add_report(self, report: TaskReport) -> None:
        self.records_read += report.records_read
        self.records_written += report.records_written
        self.bytes_read += report.shuffle_bytes_read
        self.bytes_written += report.shuffle_bytes_written
        self.spilled += report.spill_bytes

    def _add_time(self, seconds: float) -> None:
        self.longest = max(self.longest, seconds)
        if self.timed % self.stride == 0:
            self.times.append(seconds)
            if len(self.times) == TASK_TIMES_MAX:
                self.times = self.times[::2]
                self.stride *= 2
        self.timed += 1

    def row(self, now: float) -> StageRow:
        times = sorted(self.times)
        return StageRow(
            stage_id=self.info.stage_id,
            name=self.info.name,
            runs=self.runs,
            tasks=self.info.tasks,
            failures=self.failures,
            records_read=self.records_read,
            records_written=self.records_written,
            shuffle_bytes_read=self.bytes_read,
            shuffle_bytes_written=self.bytes_written,
            spill_bytes=self.spilled,
            wall_seconds=self.wall + (now - self.started if self.started is not None else 0.0),
            task_seconds_median=_median(times),
            task_seconds_max=self.longest,
            skips=self.skips,
        )


def _median(ordered: list[float]) -> float:
    middle = len(ordered) // 2
    if not ordered:
        return 0.0
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
