"""The task that runs in this thread: its identity, what it counts, and whose accumulator updates it collects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from minispark.engine.shuffle.reading import ReadCount

if TYPE_CHECKING:
    from minispark.engine.kernels.environment import Environment
    from minispark.engine.kernels.keeping import Unfinished
    from minispark.engine.plan.shares import Share, Slice


class Holding(Protocol):
    """Notes what others read again, to see later that it was left alone."""

    def hold(self, batches: Iterable[Iterable[Any]]) -> Iterator[Iterator[Any]]: ...

    def share(self, data_id: int, value: Any) -> None: ...


class TaskState:
    """One attempt while it runs. ``index`` is the task's number in its stage, ``partition`` what it computes, or, with
    ``slices`` (one a side of the join it begins with), a share of, or which of ``several`` it is at. ``owner`` is the
    identity that accumulator updates belong to at this moment, with its partition: the stage's and the task's own
    number, or a cached node's and that of its block while it is computed. ``complete`` are the cached nodes' identities
    to whose ``updates`` nothing will be added any more. ``entry`` is the map output's in the resume directory, where it
    has one, ``blocks`` are those of kept nodes by id."""

    __slots__ = (
        "attempt_id",
        "blocks",
        "cached",
        "complete",
        "counters",
        "entry",
        "environment",
        "index",
        "meet",
        "keeping",
        "number",
        "owner",
        "partition",
        "properties",
        "quarantined",
        "several",
        "slices",
        "stage_id",
        "together",
        "updates",
        "watch",
    )

    def __init__(
        self, environment: Environment, stage_id: int, index: int, attempt_id: int, number: int, owner: int
    ) -> None:
        self.environment = environment
        self.stage_id = stage_id
        self.index = self.partition = index
        self.slices: tuple[Slice | None, ...] = ()
        self.several = range(0)
        self.attempt_id = attempt_id
        self.number = number
        self.owner = (owner, index)
        self.updates: dict[tuple[int, int], dict[int, Any]] = {}
        self.complete: set[tuple[int, int]] = set()
        self.cached: list[tuple[int, int, int]] = []
        self.keeping: list[Unfinished] = []
        self.quarantined: list[tuple[Any, ...]] = []
        self.counters = Counters()
        self.properties: dict[str, str] = {}
        self.together = 0
        self.watch: Holding | None = None
        self.entry = ""
        self.blocks: dict[int, str] = {}
        self.meet: Callable[[str, str], list[str]] | None = None

    def take(self, share: Share) -> None:
        """Compute that."""
        self.partition, self.slices = share.partition, share.slices
        if share.more:
            self.several = share.partitions

    def accumulate(self, accumulator_id: int, zero: Any, add: Any, term: Any) -> None:
        """Add ``term`` to this attempt's update of an accumulator, beginning at ``zero()``."""
        updates = self.updates.setdefault(self.owner, {})
        value = updates[accumulator_id] if accumulator_id in updates else zero()
        updates[accumulator_id] = add(value, term)


class Counters:
    """What one attempt read and wrote; ``shuffle`` counts what it read of map outputs. Where it found the bounds of a
    sort, ``range_records`` and ``range_bytes`` are what each range will get, ``by_bytes`` says that ranges were to have
    as many bytes."""

    __slots__ = (
        "by_bytes",
        "range_bytes",
        "range_records",
        "records_read",
        "records_written",
        "shuffle",
        "shuffle_bytes_written",
    )

    def __init__(self) -> None:
        self.by_bytes = False
        self.range_bytes: list[int] = []
        self.range_records: list[int] = []
        self.records_read = 0
        self.records_written = 0
        self.shuffle = ReadCount()
        self.shuffle_bytes_written = 0


_local = threading.local()


def current_task() -> TaskState | None:
    """The running task, or None in the driver's own code."""
    return getattr(_local, "task", None)


def set_current_task(task: TaskState | None) -> None:
    _local.task = task
