"""Second attempts of late tasks: when they are launched, and that only the first of two counts."""

from __future__ import annotations

from math import inf

import pytest

from minispark.engine.core.outcomes import FetchFailed, Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    KillWorker,
    LaunchTask,
    OutputDiscarded,
    OutputRegistered,
    ResultReady,
    StageSpec,
    TaskEnded,
    TaskEndedNotice,
    TimePassed,
    WorkerStarted,
)
from minispark.engine.scheduler.policy import Speculation

RULE = Speculation(interval_seconds=0.1, multiplier=5.0, quantile=0.75, run_seconds_min=0.1)
DONE = Success(TaskReport())
KILLED = WorkerDied("killed as asked", signal=9, by_request=True)


@pytest.fixture
def tail(new_play):
    """A stage of four tasks on two workers at 3 s: three took 1 s each, the last one has run for 2 s on worker 0."""

    def play(shuffle_id: int | None = None, **policy):
        play = new_play(slots=2, **{"speculation": RULE, **policy})
        stage = play.result(4) if shuffle_id is None else play.map(shuffle_id, 4)
        play.submit(1, *([stage] if shuffle_id is None else [stage, play.result(1, shuffle_id)]))
        assert play.worker_of(play.find(shuffle_id, 0)) == 0
        for partition in (1, 2, 3):
            play.now += 1.0
            play.succeed(shuffle_id, partition)
        return play

    return play


def pass_time(play, now: float) -> None:
    play.now = now
    play.send(TimePassed())


def copies(play) -> list[tuple[int, int]]:
    return [(e.attempt.partition, e.worker_id) for e in play.got(LaunchTask) if e.attempt.speculative]


def test_a_late_task_gets_a_second_attempt_on_the_free_worker(tail):
    play = tail()
    assert play.scheduler.alarm == 5.0, "five times the median after it began"
    pass_time(play, 4.99)
    assert play.effects == ()
    pass_time(play, 5.0)
    assert copies(play) == [(0, 1)]
    assert play.find(None, 0).number == 1
    assert play.scheduler.alarm == inf, "there is nothing more to copy"


def test_it_is_off_by_default(tail):
    play = tail(speculation=None)
    pass_time(play, 1000.0)
    assert play.effects == ()


def test_the_copy_is_first(tail):
    play = tail()
    pass_time(play, 5.0)
    original = next(iter(play.running.values())).attempt
    play.succeed(None, 0)
    assert [ready.attempt.number for ready in play.got(ResultReady)] == [1]
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.killed() == [0], "the loser is killed"
    play.lose(0, KILLED)
    [notice] = play.got(TaskEndedNotice)
    assert (notice.attempt, notice.counted) == (original, False)
    assert play.got(JobFailed) == []
    assert play.scheduler.idle


def test_the_original_is_first(tail):
    play = tail(shuffle_id=7)
    pass_time(play, 5.0)
    original, copy = (launch.attempt for launch in play.running.values())
    play.end(original, DONE)
    assert [e.attempt_id for e in play.got(OutputRegistered)] == [original.attempt_id]
    assert play.killed() == [1]
    play.end(copy, DONE)  # it ends before the signal reaches it
    assert play.got(OutputRegistered) == []
    assert [e.attempt for e in play.got(OutputDiscarded)] == [copy], "its output is removed"
    assert [(e.attempt, e.counted) for e in play.got(TaskEndedNotice)] == [(copy, False)]


def test_an_output_of_the_loser_found_at_its_death_is_discarded(tail):
    play = tail(shuffle_id=7)
    pass_time(play, 5.0)
    original, copy = (launch.attempt for launch in play.running.values())
    play.end(copy, DONE)
    play.lose(0, KILLED, adopted=((original.attempt_id, DONE),))
    assert [e.attempt for e in play.got(OutputDiscarded)] == [original]
    assert play.got(OutputRegistered) == []


def test_only_as_many_as_the_quantile_done(tail):
    play = tail(speculation=Speculation(0.1, 3.0, 1.0, 0.1))
    pass_time(play, 1000.0)
    assert play.effects == (), "all tasks but itself can never be all"


def test_not_before_the_least_run_time(tail):
    play = tail(speculation=Speculation(0.1, 3.0, 0.75, 60.0))
    pass_time(play, 59.9)
    assert play.effects == ()
    pass_time(play, 60.0)
    assert copies(play) == [(0, 1)]


def test_not_more_often_than_the_interval(new_play):
    play = new_play(slots=4, speculation=Speculation(10.0, 2.0, 0.5, 0.0))
    play.submit(1, play.result(4))
    play.now = 1.0
    play.succeed(None, 2, 3)
    pass_time(play, 2.0)
    assert copies(play) == [(0, 2), (1, 3)], "both are late, and two workers are free"
    play.lose(2, WorkerDied("segmentation fault", signal=11))
    play.send(WorkerStarted(4))
    pass_time(play, 11.9)
    assert copies(play) == []
    assert play.scheduler.alarm == 12.0
    pass_time(play, 12.0)
    assert copies(play) == [(0, 4)]


def test_work_that_waits_goes_first(tail):
    play = tail()
    play.now = 4.5
    play.send(JobSubmitted(2, (play.result(3, stage_id=5),)))
    pass_time(play, 6.0)
    assert copies(play) == []
    play.end(play.find(None, 0, job_id=2), DONE)
    play.end(play.find(None, 1, job_id=2), DONE)
    play.end(play.find(None, 2, job_id=2), DONE)
    assert copies(play) == [(0, 1)]


def test_workers_that_a_barrier_stage_waits_for_are_left_to_it(tail):
    play = tail()
    play.now = 4.5
    play.submit(2, StageSpec(5, None, (0, 1), (), barrier=True))
    assert play.launched() == [], "it waits for both workers"
    pass_time(play, 6.0)
    assert copies(play) == []
    play.succeed(None, 0)
    assert play.launched() == [(None, 0), (None, 1)]


def test_tasks_of_barrier_stages_are_left_alone(new_play):
    play = new_play(slots=3, speculation=Speculation(0.1, 1.0, 0.1, 0.0))
    play.submit(1, StageSpec(5, None, (0, 1, 2), (), barrier=True))
    play.succeed(None, 1, 2)
    pass_time(play, 1000.0)
    assert play.effects == ()


def test_tasks_behind_a_late_one_are_copied_too(new_play):
    play = new_play(slots=2, speculation=Speculation(0.1, 3.0, 0.5, 0.0))
    play.submit(1, play.result(12))
    play.succeed(None, 0, 1, seconds=0.004)
    while launch := next((launch for launch in play.running.values() if launch.worker_id == 1), None):
        play.end(launch.attempt, DONE, 0.004)
    waiting = [launch.attempt.partition for launch in play.running.values()]
    assert len(waiting) == 2
    pass_time(play, 1.0)
    assert copies(play) == [(waiting[0], 1)]
    play.now = 1.2
    play.succeed(None, waiting[0], seconds=0.004)
    assert copies(play) == [(waiting[1], 1)]
    assert play.killed() == [], "short tasks may end by themselves"
    pass_time(play, 1.31)
    assert play.killed() == [0]


def test_a_failed_copy_leaves_the_original_alone(tail):
    play = tail(max_user_failures=2)
    pass_time(play, 5.0)
    play.raise_in(None, 0)
    assert play.got(JobFailed) == []
    assert copies(play) == [], "the interval has not passed"
    pass_time(play, 5.1)
    assert copies(play) == [(0, 1)], "the original is still late"
    play.raise_in(None, 0)
    assert [failed.kind for failed in play.got(JobFailed)] == ["user"], "both failures are the same task's"


def test_a_copy_outlives_the_worker_of_the_original(tail):
    play = tail()
    pass_time(play, 5.0)
    play.lose(0)
    assert play.got(LaunchTask) == []
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.got(KillWorker) == []


def test_both_attempts_lost_are_run_again_once(tail):
    play = tail()
    pass_time(play, 5.0)
    play.lose(0)
    play.lose(1)
    play.send(WorkerStarted(8))
    assert [(e.attempt.partition, e.attempt.number, e.attempt.speculative) for e in play.got(LaunchTask)] == [
        (0, 2, False)
    ]


def test_a_cancelled_job_kills_both(tail):
    play = tail()
    pass_time(play, 5.0)
    play.cancel(1)
    assert sorted(play.killed()) == [0, 1]
    play.lose(0, KILLED)
    play.lose(1, KILLED)
    assert play.scheduler.idle


def test_a_copy_that_cannot_read_its_input_leaves_the_original_running(new_play):
    play = new_play(slots=2, speculation=RULE)
    play.submit(1, play.map(7, 1), play.result(4, 7))
    map_attempt = play.find(7, 0)
    play.succeed(7, 0)
    for partition in (1, 2, 3):
        play.now += 1.0
        play.succeed(None, partition)
    pass_time(play, 5.0)
    [late] = play.got(LaunchTask)
    play.end(late.attempt, FetchFailed(7, 0, map_attempt.attempt_id, "gone"))
    assert play.launched() == [(7, 0)], "the lost output is made again"
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_a_message_that_comes_twice_is_inert(tail):
    play = tail()
    pass_time(play, 5.0)
    copy = play.find(None, 0)
    play.end(copy, DONE)
    play.send(TaskEnded(1, copy.attempt_id, DONE))
    assert play.effects == ()
