"""Where the tasks of a barrier stage meet: each says that it is there, and all are answered when the last one is."""

from __future__ import annotations

from math import inf

from minispark.engine.core.values import value
from minispark.engine.scheduler.events import Attempt


@value
class Answer:
    """For a task that waits: the messages of all, in order of partitions, or why they will not meet."""

    worker_id: int
    attempt_id: int
    error: str | None
    messages: tuple[str, ...]


class _Meeting:
    """One run of one stage. ``waiting`` maps a partition to the worker, the attempt and the message."""

    __slots__ = ("deadline", "ended", "kind", "waiting")

    def __init__(self) -> None:
        self.kind = ""
        self.waiting: dict[int, tuple[int, int, str]] = {}
        self.ended: set[int] = set()
        self.deadline = inf

    def answer(self, error: str | None, messages: tuple[str, ...] = ()) -> list[Answer]:
        answers = [Answer(worker_id, attempt_id, error, messages) for worker_id, attempt_id, _ in self.waiting.values()]
        self.waiting.clear()
        self.deadline = inf
        return answers


class BarrierDesk:
    """All meetings of a context. A task that waits longer than ``seconds_max`` is told so; what can never be met (a
    task ended, or calls something else) is told at once."""

    def __init__(self, seconds_max: float) -> None:
        self._seconds_max = seconds_max
        self._meetings: dict[tuple[int, int], _Meeting] = {}

    @property
    def deadline(self) -> float:
        """When ``overdue`` would have something to tell."""
        return min((meeting.deadline for meeting in self._meetings.values()), default=inf)

    def arrive(self, worker_id: int, attempt: Attempt, tasks: int, kind: str, message: str, now: float) -> list[Answer]:
        """A task of ``tasks`` has called ``kind`` (``barrier`` or ``allGather``) and waits."""
        meeting = self._meetings.setdefault((attempt.stage_id, attempt.stage_attempt), _Meeting())
        first = next(iter(meeting.waiting), None)
        meeting.waiting[attempt.partition] = (worker_id, attempt.attempt_id, message)
        if first is None:
            meeting.kind = kind
            meeting.deadline = now + self._seconds_max
        elif meeting.kind != kind:
            return meeting.answer(
                f"the task of partition {attempt.partition} called {kind}() while that of partition {first} waits in "
                f"{meeting.kind}(): all tasks of a barrier stage must make the same calls"
            )
        if meeting.ended:
            return meeting.answer(_left(min(meeting.ended), kind))
        if len(meeting.waiting) < tasks:
            return []
        return meeting.answer(None, tuple(meeting.waiting[partition][2] for partition in sorted(meeting.waiting)))

    def leave(self, attempt: Attempt) -> list[Answer]:
        """A task has ended well: who waits, or comes later, would wait for ever."""
        meeting = self._meetings.setdefault((attempt.stage_id, attempt.stage_attempt), _Meeting())
        meeting.ended.add(attempt.partition)
        return meeting.answer(_left(attempt.partition, meeting.kind))

    def overdue(self, now: float) -> list[Answer]:
        """Give up what has waited too long."""
        answers = []
        for meeting in self._meetings.values():
            if meeting.deadline <= now:
                answers += meeting.answer(
                    f"{meeting.kind}(): not all tasks had called it after {self._seconds_max:g} seconds "
                    "(spark.barrier.sync.timeout)"
                )
        return answers

    def forget(self, stage_id: int) -> None:
        """The stage's run is over."""
        for key in [key for key in self._meetings if key[0] == stage_id]:
            del self._meetings[key]


def _left(partition: int, kind: str) -> str:
    return (
        f"{kind}(): the task of partition {partition} has ended without calling it: all tasks of a barrier stage must "
        "make the same calls"
    )
