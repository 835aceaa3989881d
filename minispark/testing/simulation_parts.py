"""What the simulated world is made of: processes, the attempts they run, and files."""

from __future__ import annotations

from collections import deque

from minispark.engine.core.outcomes import Outcome
from minispark.engine.scheduler.events import Attempt
from minispark.testing.simulation_plan import Fault

Content = tuple[int, int]
"""(checksum of all that went into it, bit mask of the changing outputs that did)."""


class Violation(AssertionError):
    """The scheduler broke a promise."""


class Inputs:
    """What the tasks of a stage read: for each parent the attempt ids that are registered, as long as they are.
    ``values`` are the parents' checksums and ``mask`` the changing outputs in them; empty if an output is missing. All
    were readable when ``readable_of`` files had gone bad."""

    __slots__ = ("mask", "missing", "readable_of", "snapshots", "values")

    def __init__(self, snapshots: tuple[tuple[int, ...], ...], files: Files) -> None:
        self.snapshots = snapshots
        self.readable_of = -1
        self.missing = any(-1 in snapshot for snapshot in snapshots)
        self.values: tuple[int, ...] = ()
        self.mask = 0
        if not self.missing:
            contents = [files.combined(snapshot) for snapshot in snapshots]
            self.values = tuple([value for value, _ in contents])
            for _, bits in contents:
                self.mask |= bits


class Run:
    """One attempt at its worker. ``inputs`` are what was registered at launch; ``has_read`` says that it read
    them when it began, so that what happens to the files later is no matter."""

    __slots__ = ("attempt", "curses", "has_read", "inputs", "key", "outcome", "seconds", "worker")

    def __init__(
        self, worker: SimWorker, attempt: Attempt, key: int, inputs: Inputs, curses: tuple[Fault, ...] | None
    ) -> None:
        self.worker = worker
        self.attempt = attempt
        self.key = key
        self.inputs = inputs
        self.curses = curses
        self.has_read = False
        self.seconds = 0.0
        self.outcome: Outcome | None = None


class SimWorker:
    """A process: runs its queue in order. ``runs`` are those it was given and that the driver has not heard of."""

    __slots__ = ("alive", "queue", "runs", "worker_id")

    def __init__(self, worker_id: int) -> None:
        self.worker_id = worker_id
        self.alive = True
        self.queue: deque[Run] = deque()
        self.runs: dict[int, Run] = {}


class Files:
    """What is on disk. ``contents`` remembers every output and result ever made; ``present`` are on disk; ``bad`` are
    deleted or damaged, and fail to be read."""

    def __init__(self) -> None:
        self.contents: dict[int, Content] = {}
        self.present: set[int] = set()
        self.bad: set[int] = set()
        self._digests: dict[tuple[int, ...], Content] = {}

    def remove(self, attempt_id: int) -> None:
        self.present.discard(attempt_id)
        self.bad.add(attempt_id)

    def combined(self, attempt_ids: tuple[int, ...]) -> Content:
        """Checksum and mask of a whole shuffle, as these attempts wrote it."""
        known = self._digests.get(attempt_ids)
        if known is None:
            contents = [self.contents[attempt_id] for attempt_id in attempt_ids]
            mask = 0
            for _, bits in contents:
                mask |= bits
            known = self._digests[attempt_ids] = (hash(tuple([value for value, _ in contents])), mask)
        return known


def task_of(attempt: Attempt) -> tuple[int, int]:
    """(key of its stage, partition)."""
    shuffle_id = attempt.shuffle_id
    return -1 - attempt.job_id if shuffle_id is None else shuffle_id, attempt.partition
