"""Jobs, their stages, what they share, and how they end."""

from __future__ import annotations

import pytest

from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    OutputDiscarded,
    OutputRegistered,
    ResultReady,
    ShuffleForgotten,
    ShuffleReleased,
    StageEnded,
    StageSkipped,
    StageStarted,
    Stopped,
    TaskEnded,
    TaskEndedNotice,
    WorkerStarted,
)


def test_a_stage_starts_when_all_outputs_of_its_parents_are_there(play):
    play.submit(1, play.map(0, 2), play.map(1, 1), play.map(2, 1, 0, 1), play.result(1, 2))
    assert play.launched() == [(0, 0), (0, 1)]
    play.succeed(0, 0)
    assert play.launched() == [(1, 0)]
    play.succeed(0, 1)
    assert play.launched() == []
    play.succeed(1, 0)
    assert play.launched() == [(2, 0)]
    play.succeed(2, 0)
    assert play.launched() == [(None, 0)]
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.scheduler.idle


def test_each_result_is_delivered_once_with_its_partition(play):
    play.submit(1, play.result((7, 3, 5)))
    play.finish_all()
    assert [ready.attempt.partition for ready in play.all(ResultReady)] == [7, 3, 5]
    assert [notice.counted for notice in play.all(TaskEndedNotice)] == [True] * 3


def test_a_job_without_result_partitions_succeeds_at_once_and_runs_nothing(play):
    play.submit(1, play.map(0, 2), play.result((), 0))
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.running == {}
    assert play.got(StageSkipped) == [StageSkipped(1, 100)]


def test_a_map_stage_without_tasks_is_complete_from_the_start(play):
    play.submit(1, play.map(0, 0), play.result(1, 0))
    assert play.launched() == [(None, 0)]


def test_listeners_hear_of_stages_in_order(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.finish_all()
    told = [e for e in play.history if isinstance(e, StageStarted | StageEnded)]
    assert told == [
        StageStarted(1, 100, 0, 2),
        StageEnded(1, 100, 0, False),
        StageStarted(1, 999, 0, 1),
        StageEnded(1, 999, 0, False),
    ]


def test_outputs_registered_by_one_job_are_used_by_the_next(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.finish_all()
    play.submit(2, play.map(0, 2, stage_id=200), play.result(1, 0, stage_id=201))
    assert play.got(StageSkipped) == [StageSkipped(2, 200)]
    assert play.launched() == [(None, 0)]


def test_ancestors_of_a_complete_shuffle_are_skipped_even_if_incomplete(play):
    play.submit(1, play.map(0, 1), play.map(1, 1, 0), play.result(1, 1))
    play.finish_all()
    play.send(ShuffleReleased(0))
    play.submit(2, play.map(0, 1), play.map(1, 1, 0), play.result(1, 1))
    assert play.launched() == [(None, 0)]
    assert len(play.got(StageSkipped)) == 2


def test_a_running_map_stage_is_shared_by_jobs_not_run_twice(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.submit(2, play.map(0, 2, stage_id=200), play.result(1, 0))
    play.finish_all()
    assert len(play.all(OutputRegistered)) == 2
    assert sorted(job.job_id for job in play.all(JobSucceeded)) == [1, 2]


def test_the_earlier_job_goes_first_and_later_ones_fill_idle_slots(play):
    play.submit(1, play.result(3))
    play.submit(2, play.result(2))
    play.succeed(None, 0)
    assert [launch.job_id for launch in play.effects if isinstance(launch, ResultReady)] == [1]
    assert [e.attempt.job_id for e in play.running.values()] == [1, 1]
    play.end(play.find(None, 1), Success(TaskReport()), 1.0)
    assert [e.attempt.job_id for e in play.running.values()] == [1, 2]


def test_partitions_of_a_job_run_in_order(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(4))
    play.finish_all()
    assert [ready.attempt.partition for ready in play.all(ResultReady)] == [0, 1, 2, 3]


# --- ends ------------------------------------------------------------------------------------------------------------


def test_a_cancelled_job_fails_once_and_its_running_tasks_are_killed(play):
    play.submit(1, play.map(0, 4), play.result(1, 0))
    play.cancel(1)
    [failure] = play.got(JobFailed)
    assert (failure.job_id, failure.kind) == (1, "JobCancelledError")
    assert "asked" in failure.message
    assert play.killed() == [0, 1]
    assert play.got(StageEnded) == [StageEnded(1, 100, 0, True)]
    assert play.cancel(1) == ()


def test_nothing_of_a_failed_job_happens_afterwards(play):
    play.submit(1, play.result(2))
    attempt = play.find(None, 0)
    play.cancel(1)
    effects = play.end(attempt, Success(TaskReport(), b"late"))
    assert effects == (OutputDiscarded(attempt), TaskEndedNotice(attempt, 0, Success(TaskReport(), b"late"), False))


def test_cancelling_one_job_leaves_a_shared_stage_to_the_other(play):
    play.submit(1, play.map(0, 3), play.result(1, 0))
    play.submit(2, play.map(0, 3, stage_id=200), play.result(1, 0, stage_id=201))
    play.cancel(1)
    assert play.killed() == []
    assert StageStarted(2, 200, 0, 3) in play.effects
    play.succeed(0, 0)
    assert play.find(0, 2).job_id == 2
    assert play.find(0, 2).stage_id == 200
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(2)]
    assert play.all(StageEnded)[-2] == StageEnded(2, 200, 0, False)


def test_a_stage_of_the_cancelled_job_alone_is_dropped_even_if_another_job_lists_it(play):
    """Job 2 has what it needs of shuffle 0 in shuffle 1, which is complete."""
    play.submit(1, play.map(0, 1), play.map(1, 1, 0), play.result(1, 1))
    play.finish_all()
    play.send(ShuffleReleased(0))
    play.submit(2, play.map(0, 1), play.map(1, 1, 0), play.result(1, 1))
    play.submit(3, play.map(0, 1, stage_id=300), play.result(1, 0, stage_id=301))
    assert play.find(0, 0).job_id == 3
    play.cancel(3)
    assert len(play.killed()) == 1
    assert play.find(None, 0, job_id=2)


def test_outputs_registered_before_a_failure_stay(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.succeed(0, 0)
    play.cancel(1)
    for worker_id in play.killed():
        play.lose(worker_id)
    play.send(WorkerStarted(5))
    play.submit(2, play.map(0, 2), play.result(1, 0))
    play.finish_all()
    assert [e.map_id for e in play.all(OutputRegistered)] == [0, 1]


def test_stopping_fails_every_job_and_kills_every_worker(play):
    play.submit(1, play.result(2))
    play.submit(2, play.result(2))
    attempt = play.find(None, 0)
    play.send(Stopped())
    assert [(f.job_id, f.kind) for f in play.got(JobFailed)] == [
        (1, "ContextStoppedError"),
        (2, "ContextStoppedError"),
    ]
    assert play.killed() == [0, 1]
    assert play.scheduler.idle
    assert play.send(TaskEnded(0, attempt.attempt_id, Success(TaskReport()))) == ()
    assert play.send(Stopped()) == ()


def test_a_context_that_must_stop_says_why(play):
    play.submit(1, play.result(1))
    play.send(Stopped("WorkerStartError", "no more memory"))
    assert play.got(JobFailed) == [JobFailed(1, "WorkerStartError", "no more memory")]


def test_after_the_stop_a_job_fails_at_once_and_a_worker_is_killed(play):
    play.send(Stopped())
    play.send(JobSubmitted(1, (play.result(1),)))
    assert [f.kind for f in play.got(JobFailed)] == ["ContextStoppedError"]
    play.send(WorkerStarted(9))
    assert play.killed() == [9]


# --- shuffles that are let go ----------------------------------------------------------------------------------------


def test_a_released_shuffle_is_forgotten(play):
    play.submit(1, play.map(0, 1), play.result(1, 0))
    play.finish_all()
    assert play.send(ShuffleReleased(0)) == (ShuffleForgotten(0),)
    assert play.send(ShuffleReleased(0)) == ()
    play.submit(2, play.map(0, 1), play.result(1, 0))
    assert play.launched() == [(0, 0)]


def test_a_shuffle_in_use_is_forgotten_when_its_last_job_ends(play):
    play.submit(1, play.map(0, 1), play.result(1, 0))
    assert play.send(ShuffleReleased(0)) == ()
    play.finish_all()
    assert play.got(ShuffleForgotten) == [ShuffleForgotten(0)]


@pytest.mark.slow
def test_a_chain_of_a_thousand_shuffles_needs_no_recursion(new_play):
    play = new_play(slots=1)
    chain = [play.map(0, 1), *(play.map(i, 1, i - 1) for i in range(1, 1000))]
    play.submit(1, *chain, play.result(1, 999))
    for shuffle_id in range(1000):
        play.succeed(shuffle_id, 0)
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_a_job_whose_lineage_was_cut_takes_over_a_shared_stage(play):
    """Job 2 knows shuffle 1 without its parent, as after a checkpoint: when job 1 goes, so does the parent."""
    play.submit(1, play.map(0, 2), play.map(1, 1, 0), play.result(1, 1))
    play.submit(2, play.map(1, 1, stage_id=200), play.result(1, 1, stage_id=201))
    assert [launch.attempt.shuffle_id for launch in play.running.values()] == [0, 0]
    play.cancel(1)
    assert play.killed() == [0, 1]
    play.lose(0)
    play.send(WorkerStarted(5))
    assert play.launched() == [(1, 0)]
    assert play.find(1, 0).stage_id == 200
    play.finish_all()
    assert play.all(JobSucceeded) == [JobSucceeded(2)]
