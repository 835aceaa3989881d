"""All that the scheduler remembers. Plain mutable records; what happens to them is decided elsewhere."""

from __future__ import annotations

from collections import deque
from math import inf

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.events import Attempt, Effect, JobFailed, StageEnded, StageSpec, StageStarted
from minispark.engine.scheduler.outputs import MapOutputs
from minispark.engine.scheduler.policy import SchedulerPolicy
from minispark.engine.scheduler.states import (
    ACTIVE,
    NEW,
    RUNNING,
    TASK_MOVES,
    TASK_NAMES,
    WAITING,
    require_legal,
)


class Job:
    """A live job. ``order`` is its place in the FIFO; ``specs`` maps shuffle id to (place in the job, stage). Under a
    fair policy ``pool`` is whom it shares with, ``served`` the last attempt launched for it."""

    __slots__ = ("job_id", "order", "pool", "result", "served", "specs", "state")

    def __init__(self, job_id: int, order: int, stages: tuple[StageSpec, ...], result: Stage, pool: str = "") -> None:
        self.job_id = job_id
        self.order = order
        self.pool = pool
        self.served = -1
        self.specs: dict[int, tuple[int, StageSpec]] = {}
        for place, spec in enumerate(stages):
            if spec.shuffle_id is not None:
                self.specs[spec.shuffle_id] = (place, spec)
        self.result = result
        self.state = ACTIVE

    def move(self, state: str) -> None:
        require_legal("job", self.state, state)
        self.state = state


class TaskTrouble:
    """What went wrong with one task so far, kept only for tasks with trouble. ``memory_kills`` counts the workers that
    the kernel took from it for their memory: from the first on it runs alone."""

    __slots__ = ("deaths", "environment", "free", "memory_kills", "peak_memory_bytes", "user")

    def __init__(self) -> None:
        self.user = 0
        self.environment = 0
        self.free = 0
        self.memory_kills = 0
        self.deaths: list[str] = []
        self.peak_memory_bytes = 0


class Stage:
    """The task set of a map stage (shared by jobs) or of one job's result stage.

    Exists while a live job that needed it lives (``users``, job ids in order of joining). ``job_id`` and ``stage_id``
    are those of its owner, the user on whose behalf tasks are launched. Tasks are known by index; a map stage's index
    is its partition. ``delivered`` are the results a barrier stage has given before it had to run again. ``durations``
    are those of the tasks done, kept only where the policy speculates.
    """

    __slots__ = (
        "attempt", "barrier", "delivered", "depth", "durations", "job_id", "key", "listed", "losses",
        "mean_seconds", "numbers", "parents", "partitions", "pending", "remaining", "repeated_losses", "seq",
        "shuffle_id", "stage_id", "started", "state", "states", "streak", "trouble", "users", "valid_from", "waiting",
    )  # fmt: skip

    def __init__(self, seq: int, spec: StageSpec, job_id: int, key: tuple[int, int]) -> None:
        self.seq = seq
        self.shuffle_id = spec.shuffle_id
        self.partitions = spec.partitions
        self.parents = tuple(dict.fromkeys(spec.parents))
        self.barrier = spec.barrier
        self.delivered: set[int] = set()
        self.job_id = job_id
        self.stage_id = spec.stage_id
        self.key = key
        self.users: dict[int, None] = {job_id: None}
        self.state: str = NEW
        self.started = False
        self.listed = False
        self.attempt = 0
        self.states = bytearray(len(spec.partitions))
        self.numbers = [0] * len(spec.partitions)
        self.pending: deque[int] = deque()
        self.remaining = len(spec.partitions)
        self.waiting: set[int] = set()
        self.valid_from = 0
        self.mean_seconds = -1.0
        self.depth = 1
        self.durations: list[float] = []
        self.trouble: dict[int, TaskTrouble] = {}
        self.losses: dict[int, int] = {}
        self.streak: dict[int, int] = {}
        self.repeated_losses = 0

    @property
    def unfinished(self) -> bool:
        """Whether its tasks are wanted now."""
        return self.state is RUNNING or self.state is WAITING

    @property
    def next_runs_alone(self) -> bool:
        """Whether the next pending task must have all memory for itself. Those of a barrier stage cannot."""
        return bool(self.trouble and self.pending) and not self.barrier and self.was_killed_for_memory(self.pending[0])

    def was_killed_for_memory(self, index: int) -> bool:
        trouble = self.trouble.get(index)
        return trouble is not None and trouble.memory_kills > 0

    def move(self, state: str) -> None:
        require_legal("stage", self.state, state)
        self.state = state

    def move_task(self, index: int, state: int) -> None:
        """The one way a task changes state; keeps ``remaining``."""
        states = self.states
        more = TASK_MOVES[states[index]][state]
        if more is None:
            raise InternalError(
                f"illegal task transition: {TASK_NAMES[states[index]]} -> {TASK_NAMES[state]} in {self}"
            )
        states[index] = state
        if more:
            self.remaining += more

    def __repr__(self) -> str:
        what = "result" if self.shuffle_id is None else f"shuffle {self.shuffle_id}"
        return f"<stage {self.stage_id} of job {self.job_id} ({what}), {self.state}, {self.remaining} to do>"


class Launch:
    """One attempt in a worker's queue. ``stage`` is None once nobody wants its outcome; then ``until`` says when it
    must be off the worker. ``twin`` is the other live attempt of the same task, if there is one."""

    __slots__ = ("attempt", "index", "stage", "twin", "until", "worker")

    def __init__(self, attempt: Attempt, index: int, stage: Stage, worker: Worker) -> None:
        self.attempt = attempt
        self.index = index
        self.stage: Stage | None = stage
        self.worker = worker
        self.twin: Launch | None = None
        self.until = 0.0

    def part(self) -> bool:
        """Let go of its twin. True if there was one: then the task is still in that one's hands."""
        twin = self.twin
        if twin is None:
            return False
        self.twin = twin.twin = None
        return True


class Worker:
    """A live process as we believe it: its queue in running order, the head running since ``since``, and until
    ``deadline`` at most."""

    __slots__ = ("condemned", "deadline", "overdue", "proven", "queue", "since", "worker_id")

    def __init__(self, worker_id: int) -> None:
        self.worker_id = worker_id
        self.queue: deque[Launch] = deque()
        self.deadline = inf
        self.since = 0.0
        self.condemned: str | None = None
        self.overdue = -1
        self.proven = False


class Books:
    """Everything known. ``shuffles`` outlives runs; all else is empty when nothing runs, ``workers`` excepted. ``solo``
    is the last attempt that was launched to run alone."""

    __slots__ = (
        "alarm", "attempts", "doomed", "effects", "failed_starts", "idle_losses", "job_ended", "jobs",
        "looked_at", "next_attempt_id", "next_order", "next_seq", "now", "policy", "readers", "releasing", "restored",
        "runnable", "shuffles", "solo", "stages", "starting", "stirred", "stopped", "torn", "workers",
    )  # fmt: skip

    def __init__(self, policy: SchedulerPolicy) -> None:
        self.policy = policy
        self.starting = policy.slots
        self.idle_losses = 0
        self.failed_starts = 0
        self.next_attempt_id = 0
        self.next_order = 0
        self.next_seq = 0
        self.now = 0.0
        self.looked_at = -inf
        self.solo = -1
        self.stopped = False
        self.effects: list[Effect] = []
        self.clear()

    def clear(self) -> None:
        """Forget everything but the counters: ids are never used twice."""
        self.jobs: dict[int, Job] = {}
        self.stages: dict[int, Stage] = {}
        self.shuffles: dict[int, MapOutputs] = {}
        self.readers: dict[int, dict[int, Stage]] = {}
        self.runnable: list[Stage] = []
        self.workers: dict[int, Worker] = {}
        self.attempts: dict[int, Launch] = {}
        self.restored: dict[int, int] = {}
        self.releasing: dict[int, None] = {}
        self.doomed: dict[int, JobFailed] = {}
        self.torn: dict[int, Stage] = {}
        self.alarm = inf
        self.stirred = False
        self.job_ended = False

    def new_stage(self, spec: StageSpec, job_id: int, key: tuple[int, int]) -> Stage:
        """Create a stage and note what it reads."""
        stage = Stage(self.next_seq, spec, job_id, key)
        self.next_seq += 1
        self.note_reader(stage)
        return stage

    def note_reader(self, stage: Stage) -> None:
        for parent in stage.parents:
            self.readers.setdefault(parent, {})[stage.seq] = stage

    def drop_reader(self, stage: Stage) -> None:
        for parent in stage.parents:
            readers = self.readers[parent]
            readers.pop(stage.seq, None)
            if not readers:
                del self.readers[parent]

    def unfinished_readers(self, shuffle_id: int) -> list[Stage]:
        return [stage for stage in self.readers.get(shuffle_id, {}).values() if stage.unfinished]

    @property
    def reserved(self) -> bool:
        """Whether an attempt runs that must stay alone."""
        return self.solo in self.attempts

    def announce_start(self, stage: Stage) -> None:
        if not stage.started:
            stage.started = True
            self.effects.append(StageStarted(stage.job_id, stage.stage_id, stage.attempt, stage.remaining))

    def announce_end(self, stage: Stage, failed: bool) -> None:
        if stage.started:
            stage.started = False
            self.effects.append(StageEnded(stage.job_id, stage.stage_id, stage.attempt, failed))

    def may_start_workers(self) -> bool:
        """Not if they fail to start; and if they keep dying idle, only for as long as there is work."""
        policy = self.policy
        if self.stopped or self.failed_starts >= policy.failed_starts_max:
            return False
        return self.idle_losses < policy.idle_losses_max or bool(self.runnable)

    def doom(self, job_id: int, failure: JobFailed) -> None:
        """The job will fail at the end of this event; the first reason stands."""
        self.doomed.setdefault(job_id, failure)
