"""Outputs of an earlier driver that a job brings along."""

from __future__ import annotations

import pytest

from minispark.engine.core.errors import IllegalEventError
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.scheduler.events import (
    AdoptedOutput,
    JobSubmitted,
    JobSucceeded,
    OutputForgotten,
    OutputRegistered,
    StageSkipped,
    StageSpec,
    StageStarted,
)


def outputs(shuffle_id: int, *map_ids: int, digest: bytes | None = None, whole: bool = True):
    return tuple(AdoptedOutput(shuffle_id, map_id, TaskReport(digest=digest), whole) for map_id in map_ids)


def test_a_whole_stage_is_skipped_and_so_are_its_parents(play):
    stages = (play.map(0, 2), play.map(1, 2, 0), play.result(1, 1))
    play.send(JobSubmitted(1, stages, adopted=outputs(1, 0, 1)))
    assert play.got(StageSkipped) == [StageSkipped(1, 100), StageSkipped(1, 101)]
    assert play.launched() == [(None, 0)]
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_of_a_half_finished_stage_the_missing_tasks_run(play):
    play.send(JobSubmitted(1, (play.map(0, 3), play.result(1, 0)), adopted=outputs(0, 0, 2)))
    assert play.got(StageStarted) == [StageStarted(1, 100, 0, 1)]
    assert play.launched() == [(0, 1)]
    play.finish_all()
    assert len(play.all(OutputRegistered)) == 3


def test_every_adopted_output_has_an_attempt_id_of_its_own(play):
    play.send(JobSubmitted(1, (play.map(0, 3), play.result(1, 0)), adopted=outputs(0, 0, 2)))
    adopted = [effect.attempt_id for effect in play.got(OutputRegistered)]
    assert len({*adopted, *play.running}) == len(adopted) + len(play.running) == 3


def test_an_adopted_output_that_is_lost_runs_again_alone(play):
    play.send(JobSubmitted(1, (play.map(0, 2), play.result(1, 0)), adopted=outputs(0, 0, 1)))
    lost = play.got(OutputRegistered)[1].attempt_id
    play.fetch_failed(play.find(None, 0), 0, 1, lost)
    assert play.got(OutputForgotten) == [OutputForgotten(0, 1, lost)]
    assert play.launched() == [(0, 1)]


def test_what_is_lost_and_comes_out_differently_rolls_back_what_was_computed_from_it(play):
    stages = (play.map(0, 2), play.map(1, 2, 0), play.result(1, 1))
    adopted = (*outputs(0, 0), *outputs(0, 1, digest=b"before", whole=False), *outputs(1, 0))
    play.send(JobSubmitted(1, stages, adopted=adopted))
    assert play.launched() == [(0, 1)]
    play.succeed(0, 1, digest=b"after")
    assert [(lost.shuffle_id, lost.map_id) for lost in play.got(OutputForgotten)] == [(1, 0)]
    assert play.launched() == [(1, 0), (1, 1)]


def test_what_is_lost_and_comes_out_alike_rolls_nothing_back(play):
    stages = (play.map(0, 2), play.map(1, 2, 0), play.result(1, 1))
    adopted = (*outputs(0, 0), *outputs(0, 1, digest=b"before", whole=False), *outputs(1, 0))
    play.send(JobSubmitted(1, stages, adopted=adopted))
    play.succeed(0, 1, digest=b"before")
    assert play.got(OutputForgotten) == []
    assert play.launched() == [(1, 1)]


def test_a_shuffle_that_is_known_adopts_nothing(play):
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.send(JobSubmitted(2, (play.map(0, 2), play.result(1, 0, stage_id=998)), adopted=outputs(0, 0, 1)))
    assert play.got(OutputRegistered) == []
    play.finish_all()
    assert {effect.job_id for effect in play.all(JobSucceeded)} == {1, 2}


@pytest.mark.parametrize(
    "adopted",
    [outputs(0, 2), outputs(0, -1), outputs(7, 0), outputs(0, 1, 1)],
    ids=["beyond the last task", "negative", "no such shuffle", "twice"],
)
def test_what_no_map_task_of_the_job_can_have_written_is_illegal(play, adopted):
    with pytest.raises(IllegalEventError):
        play.send(JobSubmitted(1, (play.map(0, 2), play.result(1, 0)), adopted=adopted))
    play.submit(1, play.map(0, 2), play.result(1, 0))


def test_a_barrier_stage_runs_as_a_whole(play):
    barrier = StageSpec(100, 0, (0, 1), (), barrier=True)
    with pytest.raises(IllegalEventError):
        play.send(JobSubmitted(1, (barrier, play.result(1, 0)), adopted=outputs(0, 0)))
