"""What the scheduler did, as events for listeners."""

from __future__ import annotations

from collections.abc import Iterable

from minispark.engine.core.outcomes import Success
from minispark.engine.observe import events as observed
from minispark.engine.observe.bus import ListenerBus
from minispark.engine.runtime.jobs import Announcement, JobRequest
from minispark.engine.runtime.workerstate import WorkerState
from minispark.engine.scheduler.events import Attempt, TaskEndedNotice


def announce(announcement: Announcement, workers: Iterable[WorkerState], bus: ListenerBus) -> None:
    """Hand an announcement to every worker, after what it was sent before, and its events to the listeners."""
    if announcement.command is not None:
        for worker in workers:
            worker.outbox.append(announcement.command)
    for event in announcement.events:
        bus.post(event)


def job_start(request: JobRequest) -> observed.JobStart:
    """A job as it was planned."""
    stages = tuple(
        observed.StageInfo(s.spec.stage_id, s.name, len(s.spec.partitions), s.spec.shuffle_id, s.reads)
        for s in request.stages
    )
    return observed.JobStart(request.job_id, request.description, stages, tuple(request.properties.items()))


def task_start(worker_id: int, attempt: Attempt) -> observed.TaskStart:
    """An attempt on its way to a worker."""
    return observed.TaskStart(
        attempt.job_id,
        attempt.stage_id,
        attempt.partition,
        attempt.number,
        worker_id,
        attempt.attempt_id,
        attempt.stage_attempt,
        attempt.speculative,
    )


def task_end(effect: TaskEndedNotice) -> observed.TaskEnd:
    """The end of an attempt, with its report if it succeeded."""
    attempt, outcome = effect.attempt, effect.outcome
    report = outcome.report if isinstance(outcome, Success) else None
    return observed.TaskEnd(
        attempt.job_id,
        attempt.stage_id,
        attempt.partition,
        attempt.number,
        effect.worker_id,
        type(outcome).__name__,
        report.seconds if report is not None else 0.0,
        report,
        effect.counted,
        attempt.attempt_id,
        attempt.stage_attempt,
        attempt.speculative,
    )
