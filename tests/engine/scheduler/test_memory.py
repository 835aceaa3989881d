"""After the kernel has killed a task's worker for its memory, the task runs alone; then it is given up."""

from __future__ import annotations

import pytest

from minispark.engine.core.outcomes import Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import JobFailed, JobSucceeded, LaunchTask, StageSpec, TimePassed, WorkerStarted
from minispark.engine.scheduler.policy import Speculation

KILLED = WorkerDied("killed by SIGKILL", signal=9, peak_memory_bytes=3 << 30, out_of_memory=True)
DONE = Success(TaskReport())


@pytest.fixture
def after_kill(new_play):
    """A stage of six tasks on three workers; the kernel has taken worker 0 from task 0, and 10 has come for it."""

    def play(**policy):
        play = new_play(slots=3, **policy)
        play.submit(1, play.result(6))
        play.lose(0, KILLED)
        play.send(WorkerStarted(10))
        return play

    return play


def test_the_task_runs_last_and_alone(after_kill):
    play = after_kill()
    assert play.launched() == [(None, 3)], "the others go first"
    play.succeed(None, 1, 2)
    assert play.launched() == [(None, 4), (None, 5)]
    play.succeed(None, 3, 4)
    assert play.launched() == [], "a neighbour runs"
    play.succeed(None, 5)
    assert play.launched() == [(None, 0)]
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert play.scheduler.idle


def test_nothing_is_launched_beside_it(after_kill):
    play = after_kill()
    play.succeed(None, 1, 2, 3, 4, 5)
    play.submit(2, play.result(3, stage_id=5))
    assert play.launched() == []
    play.send(WorkerStarted(11))
    assert play.launched() == []
    play.succeed(None, 0)
    assert len(play.got(LaunchTask)) == 3, "all workers are free again"


def test_workers_that_waited_for_its_turn_have_work_when_its_job_is_cancelled(after_kill):
    play = after_kill()
    play.succeed(None, 1, 2)
    play.submit(2, play.result(4, stage_id=5))
    play.succeed(None, 3, 4)
    assert play.launched() == [], "5 still runs, and then task 0 must have all for itself"
    play.cancel(1)
    assert play.launched() == [(None, 0), (None, 1)], "of job 2"


def test_it_is_not_copied(after_kill):
    play = after_kill(speculation=Speculation(0.1, 1.0, 0.0, 0.0))
    play.succeed(None, 1, 2, 3, 4, 5)
    play.now = 1000.0
    play.send(TimePassed())
    assert play.launched() == []


def test_it_waits_for_what_nobody_needs_any_more(new_play):
    play = new_play(slots=2)
    play.submit(1, play.result(1))
    play.submit(2, play.result(2, stage_id=5))
    play.lose(0, KILLED)
    play.send(WorkerStarted(2))
    assert play.launched() == [], "a task of job 2 runs, and the first job's turn is now"
    play.cancel(2)
    assert play.killed() == [1]
    assert play.launched() == []
    play.lose(1, WorkerDied("killed as asked", signal=9, by_request=True))
    assert play.launched() == [(None, 0)]


def test_it_is_given_up_with_what_to_do(new_play):
    play = new_play(slots=1, max_task_failures=3)
    play.submit(1, play.result((7,)))
    for worker_id in range(3):
        assert play.got(JobFailed) == []
        play.lose(worker_id, KILLED)
        play.send(WorkerStarted(worker_id + 1))
    [failed] = play.all(JobFailed)
    assert (failed.kind, failed.partition) == ("OutOfMemoryTaskError", 7)
    assert failed.message.startswith("partition 7 of stage 999 lost its worker 3 times (spark.task.maxFailures)")
    assert "ran alone" in failed.message and "peak memory 3072 MB" in failed.message


def test_any_other_death_is_not_for_memory(new_play):
    play = new_play(slots=2, max_task_failures=2)
    play.submit(1, play.result(3))
    play.lose(0)
    play.send(WorkerStarted(2))
    assert play.launched() == [(None, 0)], "at once, beside others"
    play.lose(2)
    assert [failed.kind for failed in play.got(JobFailed)] == ["PoisonTaskError"]


def test_tasks_of_a_barrier_stage_still_run_together(new_play):
    play = new_play(slots=2, max_task_failures=2)
    play.submit(1, StageSpec(5, None, (0, 1), (), barrier=True))
    play.lose(0, KILLED)
    assert play.killed() == [1]
    play.send(WorkerStarted(2))
    play.lose(1, WorkerDied("killed as asked", signal=9, by_request=True))
    play.send(WorkerStarted(3))
    assert play.launched() == [(None, 0), (None, 1)]
    play.lose(2, KILLED)
    [failed] = play.got(JobFailed)
    assert failed.kind == "OutOfMemoryTaskError"
    assert "beside the others of its barrier stage" in failed.message


def test_a_copy_that_outlives_the_kernels_kill_is_not_copied_again(new_play):
    play = new_play(slots=3, speculation=Speculation(0.1, 2.0, 0.5, 0.0))
    play.submit(1, play.result(4))
    play.now = 1.0
    play.succeed(None, 1, 2, 3)
    play.now = 2.0
    play.send(TimePassed())
    assert play.launched() == [(None, 0)], "it is late"
    play.lose(0, KILLED)
    play.send(WorkerStarted(10))
    play.now = 1000.0
    play.send(TimePassed())
    assert play.launched() == [], "its task has been killed for its memory"
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
