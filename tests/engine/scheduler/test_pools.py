"""Which job's tasks go first: the earliest job's, or those of the pool that has the fewest running."""

from __future__ import annotations

import random

import pytest

from minispark.engine.core.outcomes import Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobCancelled,
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    StartWorker,
    WorkerStarted,
)


def submit(play, job_id: int, tasks: int, pool: str) -> None:
    play.send(JobSubmitted(job_id, (play.result(tasks, stage_id=job_id),), pool))


def jobs_running(play) -> list[int]:
    return sorted(launch.attempt.job_id for launch in play.running.values())


def end_one_of(play, job_id: int) -> None:
    attempt = next(launch.attempt for launch in play.running.values() if launch.attempt.job_id == job_id)
    play.end(attempt, Success(TaskReport(), result=b""))


def test_fifo_knows_no_pools(new_play) -> None:
    play = new_play(slots=2)
    submit(play, 1, 4, "long")
    submit(play, 2, 4, "short")
    end_one_of(play, 1)
    assert jobs_running(play) == [1, 1]


def test_a_late_pool_gets_its_share_as_soon_as_a_task_ends(new_play) -> None:
    play = new_play(slots=4, fair=True)
    submit(play, 1, 100, "long")
    submit(play, 2, 100, "short")
    assert jobs_running(play) == [1, 1, 1, 1]
    end_one_of(play, 1)
    assert jobs_running(play) == [1, 1, 1, 2]
    end_one_of(play, 1)
    assert jobs_running(play) == [1, 1, 2, 2]
    for _ in range(6):
        end_one_of(play, 1)
        assert jobs_running(play) == [1, 1, 2, 2]
    end_one_of(play, 2)
    assert jobs_running(play) == [1, 1, 2, 2]


def test_within_a_pool_the_earlier_job_goes_first(new_play) -> None:
    play = new_play(slots=2, fair=True)
    submit(play, 1, 4, "same")
    submit(play, 2, 4, "same")
    end_one_of(play, 1)
    assert jobs_running(play) == [1, 1]


def test_an_idle_slot_goes_to_whoever_has_work(new_play) -> None:
    play = new_play(slots=4, fair=True)
    submit(play, 1, 1, "small")
    submit(play, 2, 10, "large")
    assert jobs_running(play) == [1, 2, 2, 2]
    end_one_of(play, 1)
    assert jobs_running(play) == [2, 2, 2, 2]


def replace_killed(play) -> None:
    """Do as the driver does with workers that are killed for what they run for a cancelled job."""
    for worker_id in play.killed():
        play.lose(worker_id, WorkerDied("killed as asked", signal=9, by_request=True))
        for _ in play.got(StartWorker):
            play.send(WorkerStarted(100 + len(play.history)))


@pytest.mark.parametrize("seed", range(5))
def test_everything_ends_whatever_the_pools(new_play, seed: int) -> None:
    """Jobs share map stages, and some are cancelled, so that stages change their owners and pools."""
    chance = random.Random(seed)
    play = new_play(slots=3, fair=True)
    for job_id in range(20):
        shuffle = job_id // 2
        stages = (play.map(shuffle, 4, stage_id=1000 + job_id), play.result(4, shuffle, stage_id=job_id))
        play.send(JobSubmitted(job_id, stages, f"pool{chance.randrange(3)}"))
        if chance.random() < 0.5:
            play.send(JobCancelled(chance.randrange(job_id + 1), "by chance"))
            replace_killed(play)
        if play.running and chance.random() < 0.7:
            play.end(chance.choice(list(play.running.values())).attempt, Success(TaskReport(), result=b""), 0.001)
    while play.running:
        launch = next(iter(play.running.values()))
        play.end(launch.attempt, Success(TaskReport(), result=b""), 0.001)
    ended = [effect.job_id for kind in (JobSucceeded, JobFailed) for effect in play.all(kind)]
    assert sorted(ended) == list(range(20))
    assert play.all(JobFailed) and play.all(JobSucceeded)
    assert play.scheduler.idle
