"""How much work a worker holds, and when it is stopped."""

from __future__ import annotations

import pytest

from minispark.engine.core.outcomes import EnvironmentFailed, Failure, Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSucceeded,
    KillWorker,
    LaunchTask,
    TaskEnded,
    TaskEndedNotice,
    TimePassed,
    WorkerStarted,
)
from minispark.engine.scheduler.policy import SchedulerPolicy


def held(play, worker_id: int) -> int:
    return sum(launch.worker_id == worker_id for launch in play.running.values())


@pytest.mark.parametrize(
    ("mean", "depth"), [(0.06, 1), (0.05, 2), (0.01, 2), (0.0049, 2), (0.001, 6), (0.0002, 26), (0.0001, 32), (0.0, 32)]
)
def test_short_tasks_are_queued_ahead_for_about_five_milliseconds(mean, depth):
    assert SchedulerPolicy(slots=1).queue_depth(mean) == depth


def test_nothing_is_prefetched_while_the_task_time_is_unknown(play):
    play.submit(1, play.result(100))
    assert [held(play, 0), held(play, 1)] == [1, 1]


def test_short_tasks_are_prefetched_in_batches(play):
    play.submit(1, play.result(1000))
    play.succeed(None, 0, seconds=0.0001)
    assert held(play, 0) == 32
    sizes = []
    for _ in range(64):
        attempt = next(launch.attempt for launch in play.running.values() if launch.worker_id == 0)
        play.end(attempt, Success(TaskReport()), 0.0001)
        sizes.append(len(play.got(LaunchTask)))
    assert set(sizes) == {0, 16}


def test_long_tasks_are_not_prefetched(play):
    play.submit(1, play.result(100))
    play.succeed(None, 0, seconds=0.2)
    assert held(play, 0) == 1


def test_a_cold_first_task_does_not_set_the_pace_for_long(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(1000))
    play.succeed(None, 0, seconds=0.2)
    for _ in range(40):
        play.end(next(iter(play.running.values())).attempt, Success(TaskReport()), 0.0001)
    assert held(play, 0) > 10


def test_time_is_taken_from_the_report_where_the_event_has_none(play):
    play.submit(1, play.result(100))
    play.end(play.find(None, 0), Success(TaskReport(seconds=0.0001)), 0.0)
    assert held(play, 0) == 32


def test_the_last_tasks_are_spread_over_all_workers(new_play):
    play = new_play(slots=4)
    play.submit(1, play.result(24))
    play.succeed(None, 0, seconds=0.0001)
    assert held(play, 0) == 6
    play.succeed(None, 1, 2, 3, seconds=0.0001)
    assert max(held(play, worker_id) for worker_id in range(4)) <= 6


def test_no_short_task_is_queued_behind_a_long_one(play):
    play.submit(1, play.result(1))
    play.submit(2, play.result(100, stage_id=500))
    play.end(play.find(None, 0, job_id=2), Success(TaskReport()), 0.0001)
    assert held(play, 0) == 1
    assert held(play, 1) > 10


def test_a_queue_is_never_longer_than_the_policy_says(new_play):
    play = new_play(slots=1, queue_depth_max=3)
    play.submit(1, play.result(100))
    for _ in range(20):
        play.end(next(iter(play.running.values())).attempt, Success(TaskReport()), 0.0001)
        assert held(play, 0) <= 3


@pytest.mark.matrix(54)
def test_reports_out_of_order_are_taken(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(6))
    play.succeed(None, 0, seconds=0.0001)
    play.succeed(None, 3, 1, 5, 2, 4)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


# --- time ------------------------------------------------------------------------------------------------------------


def test_a_task_over_its_time_is_killed_and_charged(new_play):
    play = new_play(slots=1, task_timeout_seconds=10.0, max_task_failures=2)
    play.submit(1, play.result(1))
    assert play.scheduler.alarm == 10.0
    play.now = 9.9
    play.send(TimePassed())
    assert play.killed() == []
    play.now = 10.0
    play.send(TimePassed())
    [kill] = play.got(KillWorker)
    assert "partition 0 of stage 999 ran longer than its timeout of 10.0 s" in kill.reason
    play.lose(0, WorkerDied("killed as asked", signal=9, by_request=True))
    play.send(WorkerStarted(1))
    play.now = 25.0
    play.send(TimePassed())
    play.lose(1, WorkerDied("killed as asked", signal=9, by_request=True))
    [failure] = play.got(JobFailed)
    assert failure.kind == "PoisonTaskError"
    assert failure.message.endswith("ran longer than its timeout of 10.0 s each time")


def test_any_event_notices_the_time(new_play):
    play = new_play(task_timeout_seconds=10.0)
    play.submit(1, play.result(3))
    play.now = 11.0
    play.succeed(None, 0)
    assert play.killed() == [1]


def test_the_clock_of_a_queued_task_starts_when_it_is_at_the_head(new_play):
    play = new_play(slots=1, task_timeout_seconds=10.0)
    play.submit(1, play.result(3))
    play.succeed(None, 0, seconds=0.0001)
    play.now = 6.0
    play.succeed(None, 1, seconds=0.0001)
    play.now = 12.0
    play.send(TimePassed())
    assert play.killed() == []
    assert play.scheduler.alarm == 16.0


def test_a_task_that_ends_before_its_kill_is_not_charged_and_neither_is_its_successor(new_play):
    play = new_play(slots=1, task_timeout_seconds=10.0, max_task_failures=1)
    play.submit(1, play.result(3))
    play.succeed(None, 0, seconds=0.0001)
    play.now = 10.0
    play.send(TimePassed())
    assert play.killed() == [0]
    play.succeed(None, 1, seconds=0.0001)
    play.lose(0, WorkerDied("killed as asked", signal=9, by_request=True))
    assert play.got(JobFailed) == []
    play.send(WorkerStarted(1))
    assert play.launched() == [(None, 2)]


def test_without_a_timeout_there_is_no_alarm(play):
    play.submit(1, play.result(3))
    assert play.scheduler.alarm == float("inf")


# --- attempts nobody needs -------------------------------------------------------------------------------------------


def test_short_orphans_may_end_by_themselves(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(100))
    play.succeed(None, 0, seconds=0.0001)
    orphans = [launch.attempt for launch in play.running.values()]
    play.cancel(1)
    assert play.killed() == []
    play.submit(2, play.result(1, stage_id=500))
    assert play.launched() == []
    for attempt in orphans:
        play.end(attempt, Success(TaskReport()), 0.0001)
    assert play.launched() == [(None, 0)]


def test_orphans_that_do_not_end_are_killed_after_a_while(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(100))
    play.succeed(None, 0, seconds=0.0001)
    play.cancel(1)
    assert play.scheduler.alarm == pytest.approx(0.1)
    play.now = 0.1
    play.send(TimePassed())
    assert play.killed() == [0]


def test_an_orphan_that_becomes_the_head_is_killed_at_the_same_time(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(2))
    play.submit(2, play.result(40, stage_id=500))
    play.succeed(None, 0, seconds=0.0001)
    play.end(play.find(None, 1, job_id=1), Success(TaskReport()), 0.0001)
    play.end(play.find(None, 0, job_id=2), Success(TaskReport()), 0.0001)
    head, *queued = [launch.attempt for launch in play.running.values()]
    assert queued
    play.cancel(2)
    play.now = 0.05
    play.end(head, Success(TaskReport()), 0.0001)
    assert play.killed() == []
    assert play.scheduler.alarm == pytest.approx(0.1)
    play.now = 0.1
    play.send(TimePassed())
    assert play.killed() == [0]


def test_a_killed_worker_gets_no_more_work(play):
    play.submit(1, play.result(4))
    play.environment(None, 0, "MemoryError", recycle=True)
    assert play.killed() == [0]
    assert [launch.worker_id for launch in play.got(LaunchTask)] == []
    play.lose(0, WorkerDied("killed as asked", signal=9, by_request=True))
    play.send(WorkerStarted(2))
    assert [launch.worker_id for launch in play.got(LaunchTask)] == [2]


def test_tasks_queued_behind_a_recycled_workers_head_are_not_charged(new_play):
    play = new_play(slots=1, max_task_failures=2)
    play.submit(1, play.result(5))
    play.succeed(None, 0, seconds=0.0001)
    launch = next(iter(play.running.values()))
    play.running.pop(launch.attempt.attempt_id)
    play.send(TaskEnded(0, launch.attempt.attempt_id, EnvironmentFailed(Failure("MemoryError", ""), True)))
    play.lose(0, WorkerDied("killed as asked", signal=9, by_request=True))
    assert not any(notice.counted for notice in play.got(TaskEndedNotice))
    play.send(WorkerStarted(1))
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
