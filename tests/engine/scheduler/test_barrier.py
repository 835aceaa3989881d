"""Barrier stages: all tasks at once or none, and all again when one must run again."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.engine.core.errors import IllegalEventError
from minispark.engine.core.outcomes import Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSubmitted,
    JobSucceeded,
    LaunchTask,
    OutputDiscarded,
    OutputForgotten,
    ResultReady,
    StageSpec,
    StageStarted,
    WorkerNotStarted,
    WorkerStarted,
)

KILLED = WorkerDied("killed as asked", signal=9, by_request=True)


def together(spec: StageSpec) -> StageSpec:
    return StageSpec(spec.stage_id, spec.shuffle_id, spec.partitions, spec.parents, True)


def respawn(play: Any) -> None:
    """Bury the workers that were killed, and start others."""
    for worker_id in play.killed():
        play.lose(worker_id, KILLED)
    free = 100 + len(play.history)
    for number in range(play.scheduler._books.starting):
        play.send(WorkerStarted(free + number))


def test_nothing_is_launched_before_all_can_be(new_play: Any) -> None:
    stage = new_play(3)
    stage.submit(1, stage.result(2))
    assert stage.launched() == [(None, 0), (None, 1)]
    stage.submit(2, together(stage.result(3)))
    stage.submit(3, stage.result(1))
    assert stage.launched() == []
    stage.end(stage.find(None, 0, job_id=1), *ok())
    assert stage.launched() == []
    stage.end(stage.find(None, 1, job_id=1), *ok())
    assert [attempt.job_id for attempt in launched(stage)] == [2, 2, 2]
    assert len({launch.worker_id for launch in stage.got(LaunchTask)}) == 3


def test_idle_workers_that_are_left_over_have_what_follows(new_play: Any) -> None:
    stage = new_play(3)
    stage.submit(1, together(stage.result(2)))
    stage.submit(2, stage.result(1))
    assert [attempt.job_id for attempt in launched(stage)] == [2]


def test_one_lost_worker_begins_the_stage_again(new_play: Any) -> None:
    stage = new_play(3)
    stage.submit(1, together(stage.map(0, 3)), stage.result(1, 0))
    stage.succeed(0, 1)
    first = stage.running[next(iter(stage.running))]
    stage.lose(first.worker_id)
    assert [(effect.map_id) for effect in stage.got(OutputForgotten)] == [1]
    assert len(stage.killed()) == 1, "the one that may wait for the dead one"
    assert stage.got(StageStarted)[0].stage_attempt == 1
    stage.running.clear()
    respawn(stage)
    assert stage.launched() == [(0, 0), (0, 1), (0, 2)]
    stage.finish_all()
    assert stage.got(JobSucceeded)


def test_results_are_delivered_once(new_play: Any) -> None:
    stage = new_play(2, max_user_failures=2)
    stage.submit(1, together(stage.result(2)))
    stage.succeed(None, 0)
    assert [effect.attempt.partition for effect in stage.got(ResultReady)] == [0]
    stage.raise_in(None, 1)
    assert stage.launched() == [(None, 0), (None, 1)]
    stage.succeed(None, 0)
    assert stage.got(ResultReady) == []
    assert len(stage.got(OutputDiscarded)) == 1
    stage.succeed(None, 1)
    assert [effect.attempt.partition for effect in stage.got(ResultReady)] == [1]
    assert stage.got(JobSucceeded)


def test_tasks_that_fail_in_turn_do_not_go_on_for_ever(new_play: Any) -> None:
    """A success counts for nothing while the others may make the task run again."""
    stage = new_play(2, max_task_failures=2)
    stage.submit(1, together(stage.result(2)))
    for turn in range(3):
        stage.succeed(None, turn % 2)
        stage.lose(stage.running[stage.find(None, 1 - turn % 2).attempt_id].worker_id)
        assert bool(stage.got(JobFailed)) == (turn == 2)
        stage.running.clear()
        respawn(stage)
    assert [effect.kind for effect in stage.all(JobFailed)] == ["PoisonTaskError"]


def test_a_lost_output_is_computed_with_all_others(new_play: Any) -> None:
    stage = new_play(2)
    stage.submit(1, together(stage.map(0, 2)), stage.result(1, 0))
    stage.succeed(0, 0, 1)
    reader = stage.find(None, 0)
    stage.fetch_failed(reader, 0, 1, 1)
    assert {effect.map_id for effect in stage.got(OutputForgotten)} == {0, 1}
    assert stage.launched() == [(0, 0), (0, 1)]
    stage.finish_all()
    assert stage.got(JobSucceeded)


def test_a_part_left_by_another_job_is_not_enough(new_play: Any) -> None:
    stage = new_play(2)
    stage.submit(1, together(stage.map(0, 2)), stage.result(1, 0))
    stage.succeed(0, 0)
    stage.cancel(1)
    stage.running.clear()
    respawn(stage)
    stage.submit(2, together(stage.map(0, 2)), stage.result(1, 0, stage_id=998))
    assert stage.launched() == [(0, 0), (0, 1)]


def test_more_tasks_than_slots_are_refused(new_play: Any) -> None:
    stage = new_play(2)
    with pytest.raises(IllegalEventError, match="needs 3 of 2 workers"):
        stage.send(JobSubmitted(1, (together(stage.result(3)),)))


def test_a_job_fails_when_too_few_workers_can_be_had(new_play: Any) -> None:
    stage = new_play(2, failed_starts_max=2)
    stage.submit(1, stage.result(1))
    stage.lose(1)
    stage.submit(2, together(stage.result(2)))
    for _ in range(2):
        stage.send(WorkerNotStarted("no memory"))
    assert [(effect.job_id, effect.kind) for effect in stage.all(JobFailed)] == [(2, "WorkerStartError")]


def ok() -> tuple[Any, float]:
    return Success(TaskReport(), result=b"value"), 1.0


def launched(stage: Any) -> list[Any]:
    return [launch.attempt for launch in stage.got(LaunchTask)]
