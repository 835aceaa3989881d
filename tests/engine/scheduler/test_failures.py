"""What tasks may do wrong, whom it is charged to, and when enough is enough."""

from __future__ import annotations

import pytest

from minispark.engine.core.outcomes import SourceLost, Success, TaskReport
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSucceeded,
    KillWorker,
    LaunchTask,
    RestoreSource,
    StageStarted,
    TaskEndedNotice,
    WorkerStarted,
)


def test_a_users_exception_fails_the_job_at_once_by_default(play):
    play.submit(1, play.result(2))
    play.raise_in(None, 0)
    [failure] = play.got(JobFailed)
    assert (failure.kind, failure.stage_id, failure.partition, failure.attempt_number) == ("user", 999, 0, 0)
    assert failure.failure.type_name == "ValueError"
    assert "partition 0 of stage 999 failed once: ValueError: no" in failure.message


def test_a_users_exception_is_retried_as_often_as_the_master_says(new_play):
    play = new_play(max_user_failures=3)
    play.submit(1, play.result(1))
    play.raise_in(None, 0)
    assert play.launched() == [(None, 0)]
    play.raise_in(None, 0)
    play.raise_in(None, 0)
    [failure] = play.got(JobFailed)
    assert (failure.attempt_number, "3 times" in failure.message) == (2, True)


def test_a_users_failures_are_counted_by_task(new_play):
    play = new_play(max_user_failures=2)
    play.submit(1, play.result(2))
    play.raise_in(None, 0)
    play.raise_in(None, 1)
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_what_cannot_succeed_another_time_is_not_retried(new_play):
    play = new_play(max_user_failures=5)
    play.submit(1, play.result(1))
    play.raise_in(None, 0, retriable=False)
    assert [failure.kind for failure in play.got(JobFailed)] == ["user"]


def test_the_environment_is_forgiven_four_times_less_one_whatever_the_user_limit(play):
    play.submit(1, play.result(1))
    for _ in range(3):
        play.environment(None, 0, "DiskFullError")
        assert play.launched() == [(None, 0)]
    play.environment(None, 0, "DiskFullError")
    [failure] = play.got(JobFailed)
    assert failure.kind == "DiskFullError"
    assert failure.failure.text == "no space"
    assert failure.message.endswith("failed 4 times because of its environment: DiskFullError: no space each time")


def test_the_kind_of_an_environment_failure_is_the_class_without_its_module(new_play):
    play = new_play(max_task_failures=1)
    play.submit(1, play.result(1))
    play.environment(None, 0, "minispark.engine.core.errors.LocalDirectoryError")
    assert play.got(JobFailed)[0].kind == "LocalDirectoryError"


def test_deaths_and_other_environment_failures_are_counted_together(new_play):
    play = new_play(max_task_failures=2)
    play.submit(1, play.result(1))
    play.environment(None, 0, "DiskFullError")
    play.lose(play.worker_of(play.find(None, 0)))
    [failure] = play.got(JobFailed)
    assert failure.kind == "PoisonTaskError"
    assert "DiskFullError: no space (time 1)" in failure.message
    assert "segmentation fault (time 2)" in failure.message


def test_the_environment_and_the_user_are_counted_apart(new_play):
    play = new_play(max_user_failures=2, max_task_failures=2)
    play.submit(1, play.result(1))
    play.environment(None, 0, "DiskFullError")
    play.raise_in(None, 0)
    assert play.got(JobFailed) == []
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_a_worker_out_of_memory_is_recycled(play):
    play.submit(1, play.result(1))
    play.environment(None, 0, "MemoryError", recycle=True)
    [kill] = play.got(KillWorker)
    assert (kill.worker_id, "MemoryError" in kill.reason) == (0, True)
    assert [launch.worker_id for launch in play.got(LaunchTask)] == [1]


def test_a_failing_shared_stage_fails_every_job_that_waits_for_it(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.submit(2, play.map(0, 2, stage_id=200), play.result(1, 0, stage_id=201))
    play.submit(3, play.result(1, stage_id=301))
    play.raise_in(0, 0)
    assert [failure.job_id for failure in play.got(JobFailed)] == [1, 2]
    assert not any(isinstance(effect, StageStarted) for effect in play.effects)
    play.lose(1)
    play.send(WorkerStarted(5))
    play.finish_all()
    assert play.all(JobSucceeded) == [JobSucceeded(3)]


def test_a_failing_stage_spares_jobs_that_are_past_it(new_play):
    """Job 1 reads shuffle 1 and has all of it; the rerun of its parent is for job 2 alone."""
    play = new_play(slots=3)
    play.submit(1, play.map(0, 1), play.map(1, 1, 0), play.result(2, 1))
    first = play.find(0, 0)
    play.succeed(0, 0)
    play.succeed(1, 0)
    play.submit(2, play.map(0, 1), play.result(1, 0, stage_id=201))
    play.fetch_failed(play.find(None, 0, job_id=2), 0, 0, first.attempt_id)
    play.raise_in(0, 0)
    assert [failure.job_id for failure in play.got(JobFailed)] == [2]
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


# --- driver-held data ------------------------------------------------------------------------------------------------


def test_lost_source_data_is_written_again_before_the_task_is(play):
    play.submit(1, play.result(1))
    attempt = play.find(None, 0)
    play.end(attempt, SourceLost(4, "checksum"))
    kinds = [type(effect) for effect in play.effects]
    assert kinds == [TaskEndedNotice, RestoreSource, LaunchTask]
    assert play.got(RestoreSource) == [RestoreSource(4)]
    assert not play.got(TaskEndedNotice)[0].counted


def test_data_is_restored_once_for_all_attempts_launched_before(play):
    play.submit(1, play.result(3))
    play.end(play.find(None, 0), SourceLost(4, "checksum"))
    play.end(play.find(None, 1), SourceLost(4, "checksum"))
    assert play.got(RestoreSource) == []
    play.end(play.find(None, 0), SourceLost(4, "checksum"))
    assert play.got(RestoreSource) == [RestoreSource(4)]


def test_a_source_that_is_lost_for_ever_aborts_the_stage(new_play):
    play = new_play(slots=1, free_retries_max=8)
    play.submit(1, play.result(1))
    for _ in range(8):
        play.end(play.find(None, 0), SourceLost(4, "checksum"))
    assert play.got(JobFailed) == []
    play.end(play.find(None, 0), SourceLost(4, "checksum"))
    [failure] = play.got(JobFailed)
    assert failure.kind == "StageAbortedError"
    assert "lost its source data 4: checksum (9 times)" in failure.message


@pytest.mark.parametrize("times", [2, 5])
def test_the_account_of_restored_data_is_closed_with_the_last_job(play, times):
    for job_id in range(times):
        play.submit(job_id, play.result(1))
        play.end(play.find(None, 0), SourceLost(4, "checksum"))
        assert play.got(RestoreSource) == [RestoreSource(4)]
        play.end(play.find(None, 0), Success(TaskReport()))
    assert play.scheduler.idle
