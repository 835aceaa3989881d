"""The events of a context's life, in the words of Spark's listeners. Values only; a listener brings its own clock.

Order: ``JobStart``, then per stage either one ``StageSkip`` or, for each of its runs, ``StageStart``, its
``TaskStart``s and ``TaskEnd``s, and ``StageEnd``; ``ShuffleMeasured`` where a shuffle is whole then; ``JobEnd`` is the
last of its job. Stages of one job, and several jobs, may interleave; a ``TaskEnd`` that belongs to a cancelled or
superseded attempt may follow its ``StageEnd``.
"""

from __future__ import annotations

from minispark.engine.core.loads import ShuffleLoads, ShuffleRead
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.values import value


@value
class StageInfo:
    """A stage as planned. ``name`` is the operator that ends it, with the user's line: ``reduceByKey at app.py:12``.

    ``shuffle_id`` is the shuffle it writes, None for a result stage; ``tasks`` counts its partitions. ``reads`` are the
    shuffles that it reads, those that are merged key by key together.
    """

    stage_id: int
    name: str
    tasks: int
    shuffle_id: int | None = None
    reads: tuple[ShuffleRead, ...] = ()


@value
class JobStart:
    """``description`` is the action with the user's line; ``stages`` has parents before children; ``properties`` are
    the job's local properties (group, description, tags), as pairs."""

    job_id: int
    description: str
    stages: tuple[StageInfo, ...]
    properties: tuple[tuple[str, str], ...] = ()


@value
class StageStart:
    """A run of the stage begins; ``attempt`` counts its runs from 0, ``tasks`` is how many this run has."""

    job_id: int
    stage_id: int
    attempt: int
    tasks: int
    name: str


@value
class TaskStart:
    """One attempt at one task was sent to a worker, where it may wait behind another. ``attempt_id`` is its own."""

    job_id: int
    stage_id: int
    partition: int
    attempt: int
    worker_id: int
    attempt_id: int
    stage_attempt: int
    speculative: bool = False


@value
class TaskEnd:
    """One attempt at one task ended.

    ``outcome_name`` is the class name in ``core.outcomes``; ``seconds`` is wall time in the worker; ``report`` is
    there only for a success. ``counted`` is False where the outcome was not used: a second success, a late message.
    """

    job_id: int
    stage_id: int
    partition: int
    attempt: int
    worker_id: int
    outcome_name: str
    seconds: float
    report: TaskReport | None = None
    counted: bool = True
    attempt_id: int = -1
    stage_attempt: int = 0
    speculative: bool = False


@value
class StageEnd:
    """This run of the stage is over; ``failed`` where it must run again or its job failed."""

    job_id: int
    stage_id: int
    attempt: int
    failed: bool = False


@value
class StageSkip:
    """What the stage would write is there already, from an earlier job, a cache, or an earlier run (``resume.dir``)."""

    job_id: int
    stage_id: int


@value
class ShuffleMeasured:
    """All map outputs of the shuffle of ``operator`` are there, new or from before; ``loads`` is what reducers have
    to take. Told again when outputs were lost and written anew, and when a job finds it there."""

    job_id: int
    stage_id: int
    operator: str
    loads: ShuffleLoads


@value
class JobEnd:
    """``message`` says why the job failed; empty where it did not."""

    job_id: int
    failed: bool = False
    message: str = ""


@value
class WorkerStart:
    """A worker process is ready for tasks."""

    worker_id: int
    pid: int


@value
class WorkerEnd:
    """A worker process is gone; ``reason`` in words, with its exit code or signal."""

    worker_id: int
    reason: str


@value
class WorkerRecycled:
    """A worker is replaced between two tasks, nobody charged: what its tasks have left in it (``excess_bytes``, private
    memory beside what its first task needed and broadcast values) is more than ``spark.python.worker.memory``."""

    worker_id: int
    excess_bytes: int
    limit_bytes: int


@value
class Adapted:
    """What is computed from these shuffles is computed differently because of their sizes: a skewed ``partition``, or
    all (None); or is not although it would help. ``stage`` is the stage's name, ``what`` was decided, ``why``."""

    stage: str
    shuffle_ids: tuple[int, ...]
    partition: int | None
    what: str
    why: str


@value
class NotResumed:
    """A stage is computed in every run although a resume directory is set, and so is what is computed from it. ``site``
    is the operator with the user's line, ``place`` the same with the whole path, ``why`` what has no canonical form."""

    site: str
    place: str
    why: str


ObservedEvent = (
    JobStart
    | StageStart
    | TaskStart
    | TaskEnd
    | StageEnd
    | StageSkip
    | ShuffleMeasured
    | JobEnd
    | WorkerStart
    | WorkerEnd
    | WorkerRecycled
    | NotResumed
    | Adapted
)
