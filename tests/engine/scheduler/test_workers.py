"""Workers come, go, and take their queues with them."""

from __future__ import annotations

from minispark.engine.core.outcomes import Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSucceeded,
    KillWorker,
    LaunchTask,
    OutputDiscarded,
    OutputRegistered,
    StageSpec,
    StartWorker,
    TaskEnded,
    TaskEndedNotice,
    TimePassed,
    WorkerLost,
    WorkerNotStarted,
    WorkerStarted,
)

KILLED = WorkerDied("killed as asked", signal=9, by_request=True)
SEGFAULT = WorkerDied("segmentation fault", exit_code=-11, signal=11, details=("peak 80 MB",))


def test_the_first_workers_are_started_by_the_driver_not_asked_for(new_play):
    play = new_play(start=False)
    play.submit(1, play.result(2))
    assert play.got(StartWorker) == []
    play.send(WorkerStarted(0))
    assert play.launched() == [(None, 0)]
    play.send(WorkerStarted(1))
    assert play.launched() == [(None, 1)]


def test_a_worker_nobody_asked_for_is_welcome(play):
    play.submit(1, play.result(3))
    play.send(WorkerStarted(7))
    assert [launch.worker_id for launch in play.got(LaunchTask)] == [7]


def test_a_lost_worker_is_replaced_and_its_task_runs_again_first(play):
    play.submit(1, play.result(4))
    play.lose(0)
    assert play.got(StartWorker) == [StartWorker()]
    play.succeed(None, 1)
    assert play.launched() == [(None, 0)]
    assert play.find(None, 0).number == 1


def test_a_lost_idle_worker_is_replaced_and_charged_to_nobody(new_play):
    play = new_play(slots=3, max_task_failures=1)
    play.submit(1, play.result(2))
    play.lose(2)
    assert play.effects == (StartWorker(),)


def test_a_task_that_never_reached_its_worker_is_not_charged(new_play):
    play = new_play(slots=2, max_task_failures=1)
    play.submit(1, play.result(4))
    play.lose(0, begun=False)
    assert play.got(JobFailed) == []
    assert play.got(StartWorker) == [StartWorker()]
    play.succeed(None, 1)
    assert play.launched() == [(None, 0)]
    assert play.find(None, 0).number == 1


def test_a_task_that_never_reaches_a_worker_fails_in_the_end(new_play):
    play = new_play(slots=1, max_task_failures=1)
    play.submit(1, play.result(1))
    worker = 0
    while not play.got(JobFailed):
        assert worker < 20
        play.lose(worker, begun=False)
        worker += 1
        if not play.got(JobFailed):
            play.send(WorkerStarted(worker))
    (failed,) = play.got(JobFailed)
    assert failed.kind == "StageAbortedError"
    assert "before it began: segmentation fault" in failed.message


def test_only_the_running_task_of_a_lost_worker_is_charged(new_play):
    play = new_play(slots=1, max_task_failures=2)
    play.submit(1, play.result(6))
    play.succeed(None, 0, seconds=0.0001)
    queued = [launch.attempt.partition for launch in play.running.values()]
    play.lose(0)
    assert [(n.attempt.partition, n.counted) for n in play.got(TaskEndedNotice) if n.counted] == [(1, True)]
    assert len(play.got(TaskEndedNotice)) == len(queued)
    play.send(WorkerStarted(1))
    assert play.launched()[0] == (None, 1)
    play.lose(1)
    [failure] = play.got(JobFailed)
    assert (failure.kind, failure.partition) == ("PoisonTaskError", 1)


def test_requeued_tasks_keep_their_order(new_play):
    play = new_play(slots=1)
    play.submit(1, play.result(40))
    play.succeed(None, 0, seconds=0.001)
    held = [launch.attempt.partition for launch in play.running.values()]
    assert len(held) == 6
    play.lose(0)
    play.send(WorkerStarted(1))
    assert [partition for _, partition in play.launched()] == held


def test_a_task_that_kills_its_worker_again_and_again_is_poison(play):
    play.submit(1, play.result(2))
    for worker_id in (0, 2, 3, 4):
        attempt = play.find(None, 0)
        assert play.worker_of(attempt) == worker_id
        play.lose(worker_id, SEGFAULT)
        play.send(WorkerStarted(worker_id + 2 if worker_id == 0 else worker_id + 1)) if worker_id < 4 else None
    [failure] = play.got(JobFailed)
    assert failure.kind == "PoisonTaskError"
    assert (failure.stage_id, failure.partition, failure.attempt_number) == (999, 0, 3)
    assert "partition 0 of stage 999" in failure.message
    assert failure.message.endswith("segmentation fault, peak 80 MB each time")


def test_a_success_in_between_clears_the_account_of_the_task(play):
    """Failures are counted towards one success: a map task rerun much later starts from nothing."""
    play.submit(1, play.map(0, 1), play.result(1, 0))
    for worker_id in (0, 2, 3):
        play.lose(worker_id)
        play.send(WorkerStarted(max(2, worker_id + 1)))
    first = play.find(0, 0)
    play.succeed(0, 0)
    play.fetch_failed(play.find(None, 0), 0, 0, first.attempt_id)
    play.lose(play.worker_of(play.find(0, 0)))
    assert play.got(JobFailed) == []


def test_a_worker_killed_on_request_is_charged_to_nobody(new_play):
    play = new_play(max_task_failures=1)
    play.submit(1, play.result(1))
    play.lose(0, KILLED)
    assert play.got(JobFailed) == []
    assert play.launched() == [(None, 0)]


def test_messages_of_a_lost_worker_are_inert(play):
    play.submit(1, play.result(3))
    attempt = play.find(None, 0)
    play.lose(0)
    assert play.send(TaskEnded(0, attempt.attempt_id, Success(TaskReport(), b"x"))) == ()
    assert play.send(WorkerLost(0, SEGFAULT)) == ()


def test_a_repeated_message_is_inert(play):
    play.submit(1, play.result(3))
    attempt = play.find(None, 0)
    play.succeed(None, 0)
    assert play.send(TaskEnded(0, attempt.attempt_id, Success(TaskReport(), b"x"))) == ()


# --- adoption --------------------------------------------------------------------------------------------------------


def test_an_output_renamed_before_its_sender_died_is_adopted(new_play):
    play = new_play(max_task_failures=1)
    play.submit(1, play.map(0, 2), play.result(1, 0))
    attempt = play.find(0, 0)
    play.lose(0, adopted=((attempt.attempt_id, Success(TaskReport(digest=b"d"))),))
    assert [(e.map_id, e.attempt_id) for e in play.got(OutputRegistered)] == [(0, attempt.attempt_id)]
    assert play.got(JobFailed) == []
    play.send(WorkerStarted(5))
    play.finish_all()
    assert len(play.all(OutputRegistered)) == 2


def test_adoption_can_finish_the_stage_and_start_the_next(play):
    play.submit(1, play.map(0, 1), play.result(1, 0))
    attempt = play.find(0, 0)
    play.lose(0, adopted=((attempt.attempt_id, Success(TaskReport())),))
    assert play.launched() == [(None, 0)]


def test_what_was_queued_behind_an_adopted_head_is_not_charged(new_play):
    play = new_play(slots=1, max_task_failures=1)
    play.submit(1, play.map(0, 5), play.result(1, 0))
    play.succeed(0, 0, seconds=0.0001)
    head = play.find(0, 1)
    play.lose(0, adopted=((head.attempt_id, Success(TaskReport())),))
    assert play.got(JobFailed) == []
    play.send(WorkerStarted(1))
    assert play.launched()[0] == (0, 2)


def test_an_adopted_output_that_nobody_needs_is_deleted(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    attempt = play.find(0, 0)
    play.cancel(1)
    play.lose(0, KILLED, adopted=((attempt.attempt_id, Success(TaskReport())),))
    assert play.got(OutputDiscarded) == [OutputDiscarded(attempt)]


def test_attempts_of_other_workers_are_not_adopted(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    other = play.find(0, 1)
    play.lose(0, adopted=((other.attempt_id, Success(TaskReport())),))
    assert play.got(OutputRegistered) == []


# --- workers that do not come up --------------------------------------------------------------------------------------


def test_a_failed_start_is_tried_again(play):
    play.lose(0)
    assert play.send(WorkerNotStarted("no memory")) == (StartWorker(),)


def test_jobs_fail_when_no_worker_comes_up(new_play):
    play = new_play(slots=2, start=False, failed_starts_max=3)
    play.submit(1, play.result(1))
    assert play.send(WorkerNotStarted("no memory")) == (StartWorker(),)
    assert play.send(WorkerNotStarted("no memory")) == (StartWorker(),)
    assert play.send(WorkerNotStarted("no memory")) == ()
    play.send(WorkerNotStarted("no file handles"))
    [failure] = play.got(JobFailed)
    assert failure.kind == "WorkerStartError"
    assert "no file handles" in failure.message
    play.submit(2, play.result(1))
    assert play.got(StartWorker) == [StartWorker(), StartWorker()]
    play.send(WorkerStarted(0))
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(2)]


def test_failed_starts_do_not_matter_while_a_worker_lives(new_play):
    play = new_play(slots=2, failed_starts_max=2)
    play.submit(1, play.result(3))
    play.lose(1)
    play.send(WorkerNotStarted("no memory"))
    play.send(WorkerNotStarted("no memory"))
    assert play.got(StartWorker) == []
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_the_last_worker_lost_with_none_to_follow_fails_the_jobs(new_play):
    play = new_play(slots=2, failed_starts_max=1)
    play.submit(1, play.result(3))
    play.lose(1)
    play.send(WorkerNotStarted("no memory"))
    play.lose(0)
    assert [failure.kind for failure in play.got(JobFailed)] == ["WorkerStartError"]


def test_workers_that_keep_dying_idle_are_replaced_only_when_there_is_work(new_play):
    play = new_play(slots=1, idle_losses_max=3)
    for worker_id in range(3):
        play.lose(worker_id)
        if worker_id < 2:
            assert play.got(StartWorker) == [StartWorker()]
            play.send(WorkerStarted(worker_id + 1))
    assert play.got(StartWorker) == []
    play.submit(1, play.result(1))
    assert play.got(StartWorker) == [StartWorker()]


def test_idle_deaths_are_forgotten_once_a_task_ends(new_play):
    play = new_play(slots=2, idle_losses_max=1)
    play.submit(1, play.result(1))
    play.lose(1)
    assert play.got(StartWorker) == []
    play.succeed(None, 0)
    assert play.got(StartWorker) == [StartWorker()]


def test_a_worker_is_killed_only_once(new_play):
    play = new_play(task_timeout_seconds=10.0)
    play.submit(1, play.result(2))
    play.now = 10.0
    play.send(TimePassed())
    play.cancel(1)
    assert [kill.worker_id for kill in play.all(KillWorker)] == [0, 1]


def test_a_barrier_stage_that_comes_up_when_no_worker_is_to_be_had_fails(new_play):
    """It does not wait for workers that nobody asks for any more."""
    play = new_play(slots=2, failed_starts_max=2)
    barrier = StageSpec(107, 7, (0, 1), (), barrier=True)
    play.submit(1, barrier, play.result(3, 7))
    outputs = [play.find(7, 0), play.find(7, 1)]
    play.succeed(7, 0, 1)
    play.lose(0)
    play.send(WorkerNotStarted("no memory"))
    play.send(WorkerNotStarted("no memory"))
    assert play.got(JobFailed) == [], "what is left can do the rest"
    [launch] = play.running.values()
    play.fetch_failed(launch.attempt, 7, 0, outputs[0].attempt_id)
    assert [failed.kind for failed in play.got(JobFailed)] == ["WorkerStartError"]
    assert play.scheduler.idle
