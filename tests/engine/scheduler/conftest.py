"""A stage to play scenarios on: one scheduler, its outstanding launches, and its invariants checked at every step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from minispark.engine.core.outcomes import (
    EnvironmentFailed,
    Failure,
    FetchFailed,
    Outcome,
    Success,
    TaskReport,
    UserError,
    WorkerDied,
)
from minispark.engine.scheduler.events import (
    Attempt,
    Effect,
    Event,
    JobCancelled,
    JobSubmitted,
    KillWorker,
    LaunchTask,
    StageSpec,
    TaskEnded,
    WorkerLost,
    WorkerStarted,
)
from minispark.engine.scheduler.machine import Scheduler
from minispark.engine.scheduler.policy import SchedulerPolicy

E = TypeVar("E")

SEGFAULT = WorkerDied("segmentation fault", signal=11)
KILLED = WorkerDied("killed as asked", signal=9, by_request=True)


class Play:
    """Feeds events. ``effects`` are the last event's, ``history`` all of them, ``running`` the attempts not ended."""

    def __init__(self, slots: int = 2, start: bool = True, **policy: Any) -> None:
        self.scheduler = Scheduler(SchedulerPolicy(slots, **policy))
        self.now = 0.0
        self.effects: tuple[Effect, ...] = ()
        self.history: list[Effect] = []
        self.running: dict[int, LaunchTask] = {}
        if start:
            for worker_id in range(slots):
                self.send(WorkerStarted(worker_id))

    @staticmethod
    def map(shuffle_id: int, tasks: int, *parents: int, stage_id: int | None = None) -> StageSpec:
        return StageSpec(100 + shuffle_id if stage_id is None else stage_id, shuffle_id, tuple(range(tasks)), parents)

    @staticmethod
    def result(partitions: int | tuple[int, ...], *parents: int, stage_id: int = 999) -> StageSpec:
        wanted = tuple(range(partitions)) if isinstance(partitions, int) else partitions
        return StageSpec(stage_id, None, wanted, parents)

    def send(self, event: Event) -> tuple[Effect, ...]:
        self.effects = self.scheduler.handle(event, self.now)
        self.scheduler.check()
        self.history.extend(self.effects)
        self.running.update((e.attempt.attempt_id, e) for e in self.effects if isinstance(e, LaunchTask))
        return self.effects

    def submit(self, job_id: int, *stages: StageSpec) -> tuple[Effect, ...]:
        return self.send(JobSubmitted(job_id, stages))

    def cancel(self, job_id: int) -> tuple[Effect, ...]:
        return self.send(JobCancelled(job_id, "asked"))

    # --- what tasks do -----------------------------------------------------------------------------------------------

    def find(self, shuffle_id: int | None, partition: int, job_id: int | None = None) -> Attempt:
        """The running attempt of a task; the last launched if there are several."""
        for launch in reversed(self.running.values()):
            attempt = launch.attempt
            if (attempt.shuffle_id, attempt.partition) == (shuffle_id, partition) and job_id in (None, attempt.job_id):
                return attempt
        raise AssertionError(f"no attempt of task {partition} of shuffle {shuffle_id} runs: {self.running}")

    def end(self, attempt: Attempt, outcome: Outcome, seconds: float = 1.0) -> tuple[Effect, ...]:
        launch = self.running.pop(attempt.attempt_id)
        return self.send(TaskEnded(launch.worker_id, attempt.attempt_id, outcome, seconds))

    def succeed(
        self, shuffle_id: int | None, *partitions: int, digest: bytes | None = None, seconds: float = 1.0
    ) -> None:
        """End these tasks well, one after the other; ``effects`` are then those of all of them."""
        effects: list[Effect] = []
        for partition in partitions:
            outcome = Success(TaskReport(digest=digest), result=None if shuffle_id is not None else b"value")
            effects.extend(self.end(self.find(shuffle_id, partition), outcome, seconds))
        self.effects = tuple(effects)

    def finish_all(self) -> None:
        """Let everything succeed until nothing runs."""
        while self.running:
            launch = next(iter(self.running.values()))
            self.end(launch.attempt, Success(TaskReport()))

    def raise_in(self, shuffle_id: int | None, partition: int, retriable: bool = True) -> tuple[Effect, ...]:
        return self.end(self.find(shuffle_id, partition), UserError(Failure("ValueError", "no"), retriable))

    def environment(
        self, shuffle_id: int | None, partition: int, kind: str, recycle: bool = False
    ) -> tuple[Effect, ...]:
        return self.end(self.find(shuffle_id, partition), EnvironmentFailed(Failure(kind, "no space"), recycle))

    def fetch_failed(self, reader: Attempt, shuffle_id: int, map_id: int, map_attempt_id: int) -> tuple[Effect, ...]:
        return self.end(reader, FetchFailed(shuffle_id, map_id, map_attempt_id, "file is gone"))

    def lose(
        self,
        worker_id: int,
        outcome: Outcome = SEGFAULT,
        adopted: tuple[tuple[int, Outcome], ...] = (),
        begun: bool = True,
    ) -> tuple[Effect, ...]:
        self.running = {key: launch for key, launch in self.running.items() if launch.worker_id != worker_id}
        return self.send(WorkerLost(worker_id, outcome, adopted, begun))

    # --- what came of it ---------------------------------------------------------------------------------------------

    def got(self, kind: type[E]) -> list[E]:
        return [effect for effect in self.effects if isinstance(effect, kind)]

    def all(self, kind: type[E]) -> list[E]:
        return [effect for effect in self.history if isinstance(effect, kind)]

    def launched(self) -> list[tuple[int | None, int]]:
        """(shuffle, partition) of what the last step launched, in order; a result task's shuffle is None."""
        return [(launch.attempt.shuffle_id, launch.attempt.partition) for launch in self.got(LaunchTask)]

    def killed(self) -> list[int]:
        return [effect.worker_id for effect in self.got(KillWorker)]

    def worker_of(self, attempt: Attempt) -> int:
        return self.running[attempt.attempt_id].worker_id


@pytest.fixture
def play() -> Play:
    return Play()


@pytest.fixture
def new_play() -> Callable[..., Play]:
    return Play
