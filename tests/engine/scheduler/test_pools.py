"""Which job's tasks go first: the earliest job's, or those of the pool that has the fewest running."""

from __future__ import annotations

import random

from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.scheduler.events import JobSubmitted, JobSucceeded, LaunchTask


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


def test_everything_ends_whatever_the_pools(new_play) -> None:
    chance = random.Random(7)
    play = new_play(slots=3, fair=True)
    for job_id in range(20):
        play.send(
            JobSubmitted(
                job_id,
                (
                    play.map(job_id, chance.randint(1, 5), stage_id=1000 + job_id),
                    play.result(4, job_id, stage_id=job_id),
                ),
                f"pool{job_id % 3}",
            )
        )
        if play.running and chance.random() < 0.5:
            play.end(chance.choice(list(play.running.values())).attempt, Success(TaskReport(), result=b""), 0.001)
    while play.running:
        launch = next(iter(play.running.values()))
        play.end(launch.attempt, Success(TaskReport(), result=b""), 0.001)
    assert len(play.all(JobSucceeded)) == 20
    assert play.scheduler.idle
    assert len({effect.attempt.attempt_id for effect in play.all(LaunchTask)}) == len(play.all(LaunchTask))
