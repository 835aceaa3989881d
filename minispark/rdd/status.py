"""What a program can learn of its jobs and stages while they run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from minispark.engine.observe.status import RUNNING
from minispark.rdd.boundary import users_boundary

if TYPE_CHECKING:
    from minispark.engine.observe.status import StatusBoard
    from minispark.engine.runtime.session import Session


class SparkJobInfo(NamedTuple):
    """``status`` is RUNNING, SUCCEEDED or FAILED; ``stageIds`` has skipped stages too."""

    jobId: int
    stageIds: list[int]
    status: str


class SparkStageInfo(NamedTuple):
    """The latest run of a stage; ``name`` is its last operation with the user's line."""

    stageId: int
    currentAttemptId: int
    name: str
    numTasks: int
    numActiveTasks: int
    numCompletedTasks: int
    numFailedTasks: int


@users_boundary
class StatusTracker:
    """Looks at a context's jobs and stages (``pyspark.StatusTracker``), of which it knows the latest thousand.

    >>> sc.parallelize(range(4), 2).count()
    4
    >>> job = sc.statusTracker().getJobInfo(max(sc.statusTracker().getJobIdsForGroup()))
    >>> job.status, sc.statusTracker().getStageInfo(job.stageIds[-1]).numCompletedTasks
    ('SUCCEEDED', 2)
    """

    def __init__(self, board: StatusBoard) -> None:
        self._board = board

    def getJobIdsForGroup(self, jobGroup: str | None = None) -> list[int]:
        """The jobs of a group, the latest first; those without a group for None."""
        return [job.job_id for job in self._board.jobs() if job.group == jobGroup]

    def getActiveStageIds(self) -> list[int]:
        """The stages that run now."""
        return self._board.active_stages()

    def getActiveJobsIds(self) -> list[int]:
        """The jobs that run or wait now."""
        return sorted(job.job_id for job in self._board.jobs() if job.status == RUNNING)

    def getJobInfo(self, jobId: int) -> SparkJobInfo | None:
        """What is known of a job; None if nothing is."""
        job = self._board.job(jobId)
        return None if job is None else SparkJobInfo(job.job_id, list(job.stage_ids), job.status)

    def getStageInfo(self, stageId: int) -> SparkStageInfo | None:
        """What is known of a stage; None if nothing is."""
        stage = self._board.stage(stageId)
        if stage is None:
            return None
        return SparkStageInfo(
            stage.stage_id, stage.attempt, stage.name, stage.tasks, stage.active, stage.completed, stage.failed
        )

    def getExecutorInfos(self) -> NoReturn:
        """Not offered: tasks run in worker processes of this machine, without addresses or storage of their own."""
        raise NotImplementedError(
            "minispark has no executors; listeners (minispark.observe) see its workers come and go"
        )


class Status:
    """The part of ``SparkContext`` that tells what it is doing."""

    _session: Session

    def statusTracker(self) -> StatusTracker:
        """Who can be asked what jobs and stages are doing."""
        return StatusTracker(self._session.status)
