"""What jobs and stages are doing and have done: the recent past of a context, for programs that ask."""

from __future__ import annotations

from minispark.engine.core.values import value
from minispark.engine.observe.events import (
    JobEnd,
    JobStart,
    ObservedEvent,
    StageEnd,
    StageInfo,
    StageStart,
    TaskEnd,
    TaskStart,
)

RUNNING, SUCCEEDED, FAILED = "RUNNING", "SUCCEEDED", "FAILED"


@value
class JobView:
    """``stage_ids`` has parents before children, skipped ones included; ``group`` is that of its local properties."""

    job_id: int
    status: str
    stage_ids: tuple[int, ...]
    group: str | None


@value
class StageView:
    """The latest run of a stage: ``tasks`` is how many it has, ``active`` how many run at this moment."""

    stage_id: int
    attempt: int
    name: str
    tasks: int
    active: int
    completed: int
    failed: int


class _Stage:
    __slots__ = ("attempt", "completed", "failed", "name", "running", "started", "tasks")

    def __init__(self, info: StageInfo) -> None:
        self.name = info.name
        self.tasks = info.tasks
        self.attempt = 0
        self.completed = 0
        self.failed = 0
        self.started = False
        self.running: dict[int, int] = {}


class StatusBoard:
    """A listener that remembers the latest ``retained`` jobs and stages. Questions may come from any thread.

    >>> board = StatusBoard(retained=10)
    >>> board.on_event(JobStart(0, "count at app.py:3", (StageInfo(0, "count at app.py:3", 4),)))
    >>> board.jobs()
    [JobView(job_id=0, status='RUNNING', stage_ids=(0,), group=None)]
    """

    def __init__(self, retained: int) -> None:
        self._retained = retained
        self._jobs: dict[int, JobView] = {}
        self._stages: dict[int, _Stage] = {}

    def jobs(self) -> list[JobView]:
        """The jobs remembered, the latest first."""
        return list(self._jobs.values())[::-1]

    def job(self, job_id: int) -> JobView | None:
        return self._jobs.get(job_id)

    def active_stages(self) -> list[int]:
        """The stages that run now, in order of their ids."""
        return sorted(stage_id for stage_id, stage in list(self._stages.items()) if stage.started)

    def stage(self, stage_id: int) -> StageView | None:
        """None for a stage that is unknown or forgotten."""
        stage = self._stages.get(stage_id)
        if stage is None:
            return None
        active = len(set(stage.running.values()))  # a worker runs one task; others that it was sent wait there
        return StageView(stage_id, stage.attempt, stage.name, stage.tasks, active, stage.completed, stage.failed)

    def on_event(self, event: ObservedEvent) -> None:
        if isinstance(event, TaskStart):
            stage = self._stages.get(event.stage_id)
            if stage is not None:
                stage.running[event.attempt_id] = event.worker_id
        elif isinstance(event, TaskEnd):
            self._task_ended(event)
        elif isinstance(event, StageStart):
            stage = self._stages.get(event.stage_id)
            if stage is not None:
                stage.started, stage.attempt, stage.tasks = True, event.attempt, event.tasks
                stage.completed = stage.failed = 0
        elif isinstance(event, StageEnd):
            stage = self._stages.get(event.stage_id)
            if stage is not None:
                stage.started = False
        elif isinstance(event, JobStart):
            self._job_started(event)
        elif isinstance(event, JobEnd):
            job = self._jobs.get(event.job_id)
            if job is not None:
                status = FAILED if event.failed else SUCCEEDED
                self._jobs[event.job_id] = JobView(job.job_id, status, job.stage_ids, job.group)

    def _job_started(self, event: JobStart) -> None:
        group = dict(event.properties).get("spark.jobGroup.id")
        stage_ids = tuple(info.stage_id for info in event.stages)
        self._jobs[event.job_id] = JobView(event.job_id, RUNNING, stage_ids, group)
        for info in event.stages:
            self._stages.setdefault(info.stage_id, _Stage(info))
        for kept in (self._jobs, self._stages):
            while len(kept) > self._retained:
                del kept[next(iter(kept))]

    def _task_ended(self, event: TaskEnd) -> None:
        stage = self._stages.get(event.stage_id)
        if stage is not None:
            stage.running.pop(event.attempt_id, None)
            if event.counted and event.outcome_name == "Success":
                stage.completed += 1
            elif event.outcome_name != "Success":
                stage.failed += 1
