"""What the scheduler did, as events for listeners."""

from __future__ import annotations

from minispark.engine.core.outcomes import Success
from minispark.engine.observe import events as observed
from minispark.engine.scheduler.events import TaskEndedNotice


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
