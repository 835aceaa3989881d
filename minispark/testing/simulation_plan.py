"""What a seed means: a graph of jobs, a policy, and faults with their times, all fixed before anything runs.

A plan is data: it prints, it replays exactly, and a shorter one is made by leaving out faults.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from minispark.engine.scheduler.events import StageSpec
from minispark.engine.scheduler.policy import SchedulerPolicy, Speculation

STAGE_IDS_PER_JOB = 100
"""Stage ids differ between jobs even for a shared shuffle: those of a map stage are equal modulo this."""

SOURCES = 2
"""Pieces of driver-held data that stages without parents may read."""

TIMED_FAULTS = (
    "worker killed",
    "worker killed after rename",
    "idle worker killed",
    "worker dies at start",
    "worker never starts",
    "messages delayed",
    "message duplicated",
    "message reordered",
    "output deleted",
    "bit flipped",
    "write torn",
    "unsynced outputs lost",
    "disk full for all",
    "directory lost",
    "source lost",
    "shuffle released",
    "job cancelled",
    "context stopped",
)
"""Happen at a time, to whatever is there then: ``pick`` in [0, 1) chooses among the candidates."""

TASK_FAULTS = (
    "user error",
    "user mistake",
    "disk full",
    "memory error",
    "task poisons its worker",
    "task takes all memory",
    "task hangs",
    "task straggles",
    "output rots",
    "output changes",
)
"""Sit on one task, ``times`` times."""

_TIMED_WEIGHTS = (8, 5, 3, 2, 1.5, 3, 4, 4, 7, 5, 3, 1.5, 1.5, 4, 4, 1, 2, 0.7)
_TASK_WEIGHTS = (2, 0.5, 3, 2, 3, 3, 3, 4, 3, 7)


@dataclass(frozen=True, slots=True)
class Fault:
    """``at`` is virtual seconds. ``target`` is (stage key, partition) for faults that sit on a task; the key of a map
    stage is its shuffle id, that of a result stage -1 - job id."""

    at: float
    kind: str
    pick: float = 0.0
    times: int = 1
    target: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: its tasks take ``seconds`` each, more or less. ``source`` is the driver-held data it reads, or None.
    ``digested`` says whether its outputs have a canonical checksum."""

    key: int
    partitions: tuple[int, ...]
    parents: tuple[int, ...]
    seconds: float
    digested: bool
    source: int | None


@dataclass(frozen=True, slots=True)
class JobPlan:
    job_id: int
    at: float
    stages: tuple[StageSpec, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All of one schedule. After ``heal_at`` nothing goes wrong any more; by ``deadline`` every job must have ended."""

    seed: int
    policy: SchedulerPolicy
    stages: tuple[StagePlan, ...]
    jobs: tuple[JobPlan, ...]
    faults: tuple[Fault, ...]
    scans: bool
    """Whether the runtime looks through a shuffle's files after a reader failed, and tells of all losses at once."""
    heal_at: float
    deadline: float

    def describe(self) -> str:
        """The plan for people: one line a stage, a job, a fault."""
        lines = [f"seed {self.seed}: {self.policy}"]
        lines.extend(f"  {stage}" for stage in self.stages)
        for job in self.jobs:
            reads = " ".join(str(spec.shuffle_id) for spec in job.stages[:-1])
            lines.append(f"  at {job.at:9.4f} job {job.job_id} is submitted, over shuffles: {reads or 'none'}")
        for fault in self.faults:
            where = "" if fault.target is None else f" on task {fault.target[1]} of stage key {fault.target[0]}"
            lines.append(f"  at {fault.at:9.4f} {fault.kind} x{fault.times}{where} (pick {fault.pick:.6f})")
        lines.append(f"  healed at {self.heal_at:.4f}, every job ended by {self.deadline:.4f}")
        return "\n".join(lines)


def make_plan(seed: int) -> Plan:
    """Expand a seed."""
    rng = Random(seed)
    policy = _policy(rng)
    pace = rng.choice((0.0002, 0.02, 0.2))
    shuffles = _shuffles(rng, pace)
    jobs, results = _jobs(rng, shuffles, pace, policy.slots)
    stages = (*shuffles, *results)
    work = sum(len(stage.partitions) * stage.seconds for stage in stages)
    span = max(job.at for job in jobs) + 1.5 * work / policy.slots
    faults = _faults(rng, policy, stages, span)
    heal_at = 2.0 * span
    timeouts = 40.0 * (policy.task_timeout_seconds or 0.0)
    scans = rng.random() < 0.5
    return Plan(seed, policy, stages, jobs, faults, scans, heal_at, heal_at + 20.0 * work + timeouts + 30.0)


def _policy(rng: Random) -> SchedulerPolicy:
    random = rng.random
    return SchedulerPolicy(
        slots=1 + int(random() * 4),
        max_task_failures=4 if random() < 0.6 else 2,
        max_user_failures=1 + int(random() * 3),
        stage_attempts_max=4 if random() < 0.7 else 3,
        stage_attempts_limit=20 if random() < 0.6 else 4,
        free_retries_max=8 if random() < 0.6 else 2,
        idle_losses_max=10 if random() < 0.6 else 3,
        failed_starts_max=10 if random() < 0.3 else 3,
        task_timeout_seconds=2.0 if random() < 0.4 else None,
        speculation=_speculation(random) if random() < 0.5 else None,
    )


def _speculation(random: Callable[[], float]) -> Speculation:
    return Speculation(
        interval_seconds=0.1 if random() < 0.5 else 0.005,
        multiplier=3.0 if random() < 0.5 else 1.5,
        quantile=0.9 if random() < 0.5 else 0.5,
        run_seconds_min=0.1 if random() < 0.5 else 0.0,
    )


def _stage(rng: Random, key: int, partitions: tuple[int, ...], parents: tuple[int, ...], pace: float) -> StagePlan:
    random = rng.random
    source = int(random() * SOURCES) if not parents and random() < 0.7 else None
    seconds = pace * (0.5 + random()) * (20.0 if random() < 0.1 else 1.0)
    return StagePlan(key, partitions, parents, seconds, random() < 0.7, source)


def _parents(rng: Random, available: int, chance: float) -> tuple[int, ...]:
    """Up to two of the shuffles below ``available``, mostly late ones."""
    chosen: dict[int, None] = {}
    while available and len(chosen) < 2 and rng.random() < chance:
        chosen[available - 1 - int(rng.random() ** 2 * min(available, 4))] = None
        chance *= 0.6
    return tuple(chosen)


def _shuffles(rng: Random, pace: float) -> tuple[StagePlan, ...]:
    count = 2 + int(rng.random() * 4)
    stages = []
    for shuffle_id in range(count):
        maps = tuple(range(2 + int(rng.random() ** 2 * 36)))
        stages.append(_stage(rng, shuffle_id, maps, _parents(rng, shuffle_id, 0.8), pace))
    return tuple(stages)


def _jobs(
    rng: Random, shuffles: tuple[StagePlan, ...], pace: float, slots: int
) -> tuple[tuple[JobPlan, ...], tuple[StagePlan, ...]]:
    jobs = []
    results = []
    at = 0.0
    for job_id in range(4 + int(rng.random() * 4)):
        parents = _parents(rng, len(shuffles), 1.0 if job_id == 0 else 0.93)
        first = int(rng.random() * 3)
        partitions = tuple(range(first, first + 4 + int(rng.random() ** 2 * 46)))
        result = _stage(rng, -1 - job_id, partitions, parents, pace)
        results.append(result)
        jobs.append(JobPlan(job_id, at, _specs(shuffles, result, job_id, slots)))
        at += rng.random() * 12.0 * pace * len(partitions) / slots
    return tuple(jobs), tuple(results)


def _specs(shuffles: tuple[StagePlan, ...], result: StagePlan, job_id: int, slots: int) -> tuple[StageSpec, ...]:
    """The job's stages, parents first; each job numbers its own. Stages that fit the slots are barrier stages."""
    needed = set(result.parents)
    for stage in reversed(shuffles):
        if stage.key in needed:
            needed.update(stage.parents)
    base = STAGE_IDS_PER_JOB * (job_id + 1)
    specs = [
        StageSpec(base + stage.key, stage.key, stage.partitions, stage.parents, len(stage.partitions) <= slots)
        for stage in shuffles
        if stage.key in needed
    ]
    together = len(result.partitions) <= slots
    return (*specs, StageSpec(base + STAGE_IDS_PER_JOB - 1, None, result.partitions, result.parents, together))


def _faults(rng: Random, policy: SchedulerPolicy, stages: tuple[StagePlan, ...], span: float) -> tuple[Fault, ...]:
    random = rng.random
    timed = rng.choices(TIMED_FAULTS, _TIMED_WEIGHTS, k=2 + int(random() * 9))
    faults = [Fault(random() * span, kind, random(), 1 + int(random() ** 3 * 12)) for kind in timed]
    for kind in rng.choices(TASK_FAULTS, _TASK_WEIGHTS, k=int(random() * 4)):
        if kind == "task hangs" and policy.task_timeout_seconds is None:
            continue
        stage = stages[int(random() * len(stages))]
        if kind in ("output changes", "output rots"):
            stage = stages[int(random() * sum(stage.key >= 0 for stage in stages))]
        target = (stage.key, stage.partitions[int(random() * len(stage.partitions))])
        times = 1 + int(random() ** 2 * 6) if random() < 0.8 else 60
        faults.append(Fault(0.0, kind, random(), times, target))
        if kind == "output changes":
            faults.append(Fault(random() * span, "output deleted", random(), 1, target))
    return tuple(sorted(faults, key=lambda fault: fault.at))
