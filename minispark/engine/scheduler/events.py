"""What the scheduler is told (events) and what it asks for (effects). Values only; the machine is in ``machine.py``.

A *stage* computes all partitions of one side of a wide dependency (a map stage, named by its shuffle) or of an action
(a result stage). Ids are never used twice in a context: ``attempt_id`` names one launch of one task for ever, which is
what makes late messages inert.
"""

from __future__ import annotations

from minispark.engine.core.outcomes import Failure, Outcome, TaskReport
from minispark.engine.core.values import value

# --- described by the driver ---------------------------------------------------------------------------------------


@value
class StageSpec:
    """One stage of a job. ``parents`` are the shuffle ids it reads. ``shuffle_id`` is None for a result stage.

    ``partitions`` lists the task indices to run (a result stage may need only some; a map stage has ``range(n)``).
    The tasks of a ``barrier`` stage wait for each other: they run all at once, and when one must run again all must.
    """

    stage_id: int
    shuffle_id: int | None
    partitions: tuple[int, ...]
    parents: tuple[int, ...]
    barrier: bool = False


# --- events -------------------------------------------------------------------------------------------------------


@value
class AdoptedOutput:
    """A map output that an earlier driver registered, with its report. Where its file is not ``whole`` any more, only
    the report's digest counts: an output computed again is compared with it."""

    shuffle_id: int
    map_id: int
    report: TaskReport
    whole: bool = True


@value
class JobSubmitted:
    """``stages`` has parents before children; the last one is the result stage. A map stage whose shuffle is already
    known (finished or running for another job) is shared, not run again. ``pool`` matters to fair policies alone.
    ``adopted`` outputs are registered, each under an attempt id of its own, where their shuffle is new."""

    job_id: int
    stages: tuple[StageSpec, ...]
    pool: str = ""
    adopted: tuple[AdoptedOutput, ...] = ()


@value
class JobCancelled:
    job_id: int
    reason: str


@value
class WorkerStarted:
    worker_id: int


@value
class WorkerNotStarted:
    """A process asked for never came up. Another is asked for; if none comes up, live jobs fail (WorkerStartError)."""

    why: str


@value
class WorkerLost:
    """The process is gone. ``adopted`` are outcomes the runtime recovered for attempts it held: a map output that was
    renamed into place, whole and authenticated, before its sender died. ``begun`` is False where the attempt at the
    head of its queue had not reached the process: it cannot be what killed it, and is not charged."""

    worker_id: int
    outcome: Outcome
    adopted: tuple[tuple[int, Outcome], ...] = ()
    begun: bool = True


@value(guarded=False)
class TaskEnded:
    """A worker reported an attempt. Unknown, late or repeated attempt ids are inert."""

    worker_id: int
    attempt_id: int
    outcome: Outcome
    seconds: float = 0.0


@value
class OutputsLost:
    """The runtime found these map outputs, ``(map id, attempt id)``, unreadable, e.g. when it looked through the files
    of a shuffle after a FetchFailed. Those still registered are forgotten at once, not one failed reader at a time."""

    shuffle_id: int
    outputs: tuple[tuple[int, int], ...]
    why: str


@value
class ShuffleReleased:
    """Nobody can reach this shuffle any more: forget it and have its files deleted."""

    shuffle_id: int


@value
class TimePassed:
    """Nothing happened, but ``now`` moved: task timeouts are looked at."""


@value
class Stopped:
    """The context stops: every job fails, every worker is killed. ``kind`` and ``message`` are those of the failures,
    for a context that stops because it must (WorkerStartError). A job submitted later fails with ContextStoppedError.
    """

    kind: str = "ContextStoppedError"
    message: str = ""


Event = (
    JobSubmitted
    | JobCancelled
    | WorkerStarted
    | WorkerNotStarted
    | WorkerLost
    | TaskEnded
    | OutputsLost
    | ShuffleReleased
    | TimePassed
    | Stopped
)

# --- effects -------------------------------------------------------------------------------------------------------


@value(guarded=False)
class Attempt:
    """One launch of one task. ``number`` counts from 0 within the task; ``stage_attempt`` counts the stage's runs."""

    attempt_id: int
    job_id: int
    stage_id: int
    shuffle_id: int | None
    partition: int
    number: int
    stage_attempt: int
    speculative: bool = False
    """Launched beside another attempt of the same task, which takes long."""


@value
class StartWorker:
    """A slot is free: start a process and answer with WorkerStarted or WorkerNotStarted."""


@value
class KillWorker:
    """End this process now (its process group); answer with WorkerLost(..., by_request=True)."""

    worker_id: int
    reason: str


@value(guarded=False)
class LaunchTask:
    """Append the attempt to the worker's queue. Its inputs are the outputs registered at this moment."""

    worker_id: int
    attempt: Attempt


@value(guarded=False)
class OutputRegistered:
    """Map output ``map_id`` of the shuffle is now the one that ``attempt_id`` committed."""

    shuffle_id: int
    map_id: int
    attempt_id: int
    report: TaskReport


@value
class OutputForgotten:
    """Map output was lost or rolled back; its file, if any, is quarantined and removed."""

    shuffle_id: int
    map_id: int
    attempt_id: int


@value
class OutputDiscarded:
    """A losing or stale attempt succeeded: delete what it wrote."""

    attempt: Attempt


@value
class ShuffleForgotten:
    shuffle_id: int


@value(guarded=False)
class ResultReady:
    """First success of a result task: deliver its value to the job."""

    job_id: int
    attempt: Attempt
    outcome: Outcome


@value
class JobSucceeded:
    job_id: int


@value
class JobFailed:
    """``kind`` names the class in ``core.errors`` to raise ("user" re-raises ``failure`` as the user's own)."""

    job_id: int
    kind: str
    message: str
    failure: Failure | None = None
    stage_id: int | None = None
    partition: int | None = None
    attempt_number: int | None = None


@value
class RestoreSource:
    """Write the driver's copy of this data again (before any task launched later)."""

    data_id: int


@value
class StageStarted:
    job_id: int
    stage_id: int
    stage_attempt: int
    tasks: int


@value
class StageEnded:
    job_id: int
    stage_id: int
    stage_attempt: int
    failed: bool


@value
class StageSkipped:
    """The shuffle's output already exists: nothing to run."""

    job_id: int
    stage_id: int


@value(guarded=False)
class TaskEndedNotice:
    """For listeners and metrics: this attempt ended so; ``counted`` tells whether its outcome was used."""

    attempt: Attempt
    worker_id: int
    outcome: Outcome
    counted: bool


Effect = (
    StartWorker
    | KillWorker
    | LaunchTask
    | OutputRegistered
    | OutputForgotten
    | OutputDiscarded
    | ShuffleForgotten
    | ResultReady
    | JobSucceeded
    | JobFailed
    | RestoreSource
    | StageStarted
    | StageEnded
    | StageSkipped
    | TaskEndedNotice
)
