"""Lost map outputs, and recomputed ones that differ."""

from __future__ import annotations

import pytest

from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.scheduler.events import (
    JobFailed,
    JobSucceeded,
    LaunchTask,
    OutputDiscarded,
    OutputForgotten,
    OutputRegistered,
    OutputsLost,
    ResultReady,
    StageEnded,
    StageStarted,
    TaskEndedNotice,
)


def two_stages(play, maps: int = 3, results: int = 3, digest: bytes | None = None) -> list[int]:
    """A job whose map stage is done; returns the attempt ids of its outputs."""
    play.submit(1, play.map(0, maps), play.result(results, 0))
    play.succeed(0, *range(maps), digest=digest)
    return [effect.attempt_id for effect in play.all(OutputRegistered)]


def test_only_the_lost_output_is_computed_again(play):
    outputs = two_stages(play)
    play.fetch_failed(play.find(None, 0), 0, 1, outputs[1])
    assert play.got(OutputForgotten) == [OutputForgotten(0, 1, outputs[1])]
    assert play.got(StageStarted) == [StageStarted(1, 100, 1, 1)]
    assert play.launched() == [(0, 1)]
    assert play.find(0, 1).stage_attempt == 1
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
    assert len(play.all(OutputRegistered)) == 4


def test_the_failed_reader_waits_running_siblings_go_on_others_wait_too(play):
    outputs = two_stages(play)
    sibling = play.find(None, 1)
    play.fetch_failed(play.find(None, 0), 0, 1, outputs[1])
    play.end(sibling, Success(TaskReport(), b"x"))
    assert len(play.got(ResultReady)) == 1
    assert play.launched() == []
    play.succeed(0, 1)
    assert play.launched() == [(None, 0), (None, 2)]


def test_a_second_reader_of_the_same_lost_output_changes_nothing(play):
    outputs = two_stages(play)
    second = play.find(None, 1)
    play.fetch_failed(play.find(None, 0), 0, 1, outputs[1])
    play.fetch_failed(second, 0, 1, outputs[1])
    assert play.got(OutputForgotten) == []
    assert play.launched() == []
    play.succeed(0, 1)
    assert play.launched() == [(None, 1), (None, 0)]


def test_a_failure_to_read_what_was_replaced_meanwhile_is_stale(play):
    outputs = two_stages(play)
    late = play.find(None, 1)
    play.fetch_failed(play.find(None, 0), 0, 1, outputs[1])
    play.succeed(0, 1)
    play.fetch_failed(late, 0, 1, outputs[1])
    assert play.got(OutputForgotten) == []
    assert (None, 1) in play.launched()


def test_a_fetch_failure_is_not_charged(new_play):
    play = new_play(max_task_failures=1, max_user_failures=1)
    outputs = two_stages(play)
    play.fetch_failed(play.find(None, 0), 0, 1, outputs[1])
    assert [notice.counted for notice in play.got(TaskEndedNotice)] == [False]
    assert play.got(JobFailed) == []


def test_losing_a_worker_does_not_lose_its_outputs(play):
    two_stages(play)
    play.lose(0)
    play.lose(1)
    assert play.got(OutputForgotten) == []


def test_what_is_lost_further_up_is_computed_first(play):
    """The lost output's own input is lost too, and that one's as well."""
    play.submit(1, play.map(0, 1), play.map(1, 1, 0), play.map(2, 1, 1), play.result(1, 2))
    for shuffle_id in range(3):
        play.succeed(shuffle_id, 0)
    a, b, c = [effect.attempt_id for effect in play.all(OutputRegistered)]
    play.fetch_failed(play.find(None, 0), 2, 0, c)
    assert play.launched() == [(2, 0)]
    play.fetch_failed(play.find(2, 0), 1, 0, b)
    assert play.launched() == [(1, 0)]
    play.fetch_failed(play.find(1, 0), 0, 0, a)
    assert play.launched() == [(0, 0)]
    for expected in ((1, 0), (2, 0), (None, 0)):
        play.succeed(
            *[(key, p) for key, p in [(e.attempt.shuffle_id, e.attempt.partition) for e in play.running.values()]][0]
        )
        assert play.launched() == [expected]
    play.succeed(None, 0)
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_an_output_lost_while_its_stage_still_runs_joins_the_same_attempt(new_play):
    """Job 2 could start because job 1's shuffle was complete; then one output after the other is lost."""
    play = new_play(slots=4)
    outputs = two_stages(play, maps=3, results=4)
    readers = [play.find(None, partition) for partition in range(3)]
    play.fetch_failed(readers[0], 0, 0, outputs[0])
    play.fetch_failed(readers[1], 0, 2, outputs[2])
    assert play.got(StageStarted) == []
    assert play.launched() == [(0, 2)]
    assert play.find(0, 2).stage_attempt == 1


def test_many_losses_told_at_once_are_one_stage_attempt(play):
    outputs = two_stages(play, maps=40)
    play.send(OutputsLost(0, tuple(enumerate(outputs)), "directory is gone"))
    assert len(play.got(OutputForgotten)) == 40
    assert play.got(StageStarted) == [StageStarted(1, 100, 1, 40)]
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_losses_of_what_is_not_registered_are_inert(play):
    outputs = two_stages(play)
    assert play.send(OutputsLost(0, ((0, outputs[1]), (77, 5), (-1, 0)), "?")) == ()
    assert play.send(OutputsLost(55, ((0, 0),), "?")) == ()


def test_outputs_lost_between_jobs_are_computed_by_the_next_job_that_needs_them(play):
    outputs = two_stages(play)
    play.finish_all()
    play.send(OutputsLost(0, ((1, outputs[1]),), "deleted"))
    assert play.launched() == []
    play.submit(2, play.map(0, 3), play.result(1, 0))
    assert play.launched() == [(0, 1)]


def test_a_recomputation_nobody_needs_any_more_is_dropped(new_play):
    play = new_play(slots=3)
    play.submit(1, play.map(0, 2), play.map(1, 1, 0), play.result(1, 1))
    play.succeed(0, 0, 1)
    outputs = [effect.attempt_id for effect in play.all(OutputRegistered)]
    play.send(OutputsLost(0, tuple(enumerate(outputs)), "deleted"))
    assert play.launched() == [(0, 0), (0, 1)]
    play.succeed(1, 0)
    assert StageEnded(1, 100, 1, True) in play.effects
    assert len(play.killed()) == 2
    play.finish_all()
    assert play.all(JobSucceeded) == [JobSucceeded(1)]


# --- limits ----------------------------------------------------------------------------------------------------------


def rot(play, times: int, map_id: int = 0, reader: int = 0) -> None:
    """The output is lost each time after it was computed, as the reader finds."""
    for _ in range(times):
        output = [effect for effect in play.all(OutputRegistered) if effect.map_id == map_id][-1]
        play.fetch_failed(play.find(None, reader), 0, map_id, output.attempt_id)
        if play.got(JobFailed):
            return
        play.succeed(0, map_id)


def test_an_output_lost_four_times_in_a_row_aborts_the_stage(play):
    two_stages(play)
    rot(play, 3)
    assert play.all(JobFailed) == []
    rot(play, 1)
    [failure] = play.got(JobFailed)
    assert (failure.kind, failure.stage_id, failure.partition) == ("StageAbortedError", 100, 0)
    assert "file is gone" in failure.message


def test_a_reader_that_succeeds_in_between_is_progress(play):
    two_stages(play, results=6)
    rot(play, 3)
    play.succeed(None, 1)
    rot(play, 3)
    assert play.all(JobFailed) == []


def test_different_outputs_lost_once_each_are_no_reason_to_stop(new_play):
    play = new_play(slots=1)
    two_stages(play, maps=50, results=1)
    for map_id in range(50):
        rot(play, 1, map_id)
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_with_progress_in_between_there_is_still_an_end(play):
    two_stages(play, results=40)
    reader = iter(range(1, 40))
    losses = 0
    while not play.all(JobFailed):
        rot(play, 1)
        losses += 1
        if not play.all(JobFailed):
            play.succeed(None, next(reader))
    assert losses == 21
    assert play.all(JobFailed)[0].kind == "StageAbortedError"


def test_complaints_about_outputs_that_never_were_inputs_come_to_an_end(new_play):
    play = new_play(slots=1)
    two_stages(play, results=1)
    for _ in range(9):
        assert not play.all(JobFailed)
        play.fetch_failed(play.find(None, 0), 0, 1, 123456)
    [failure] = play.got(JobFailed)
    assert failure.kind == "StageAbortedError"
    assert "never its input" in failure.message


# --- outputs that differ ---------------------------------------------------------------------------------------------


def three_stages(play, digest: bytes | None = b"a") -> list[int]:
    """Shuffle 0 is done, so is the first of two tasks of shuffle 1, which reads it; returns outputs of shuffle 0."""
    play.submit(1, play.map(0, 2), play.map(1, 3, 0), play.result(1, 1))
    play.succeed(0, 0, 1, digest=digest)
    outputs = [effect.attempt_id for effect in play.all(OutputRegistered)]
    play.succeed(1, 0)
    return outputs


@pytest.mark.matrix(37)
def test_what_consumed_an_output_that_differs_is_rolled_back(play):
    outputs = three_stages(play)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    consumed = play.all(OutputRegistered)[-1]
    play.succeed(0, 0, digest=b"b")
    assert play.got(OutputForgotten) == [OutputForgotten(1, 0, consumed.attempt_id)]
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_the_same_content_rolls_nothing_back(play):
    outputs = three_stages(play)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    play.succeed(0, 0, digest=b"a")
    assert play.got(OutputForgotten) == []


def test_unknown_content_is_taken_for_the_same(play):
    outputs = three_stages(play, digest=None)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    play.succeed(0, 0, digest=b"b")
    assert play.got(OutputForgotten) == []


def test_the_last_known_content_counts_even_after_an_unknown_one(play):
    outputs = three_stages(play)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    unknown = play.find(0, 0).attempt_id
    play.succeed(0, 0, digest=None)
    play.fetch_failed(play.find(1, 1), 0, 0, unknown)
    play.succeed(0, 0, digest=b"b")
    assert [effect.shuffle_id for effect in play.got(OutputForgotten)] == [1]


@pytest.mark.matrix(54)
def test_attempts_on_the_old_generation_are_inert_and_run_again(new_play):
    play = new_play(slots=3)
    outputs = three_stages(play)
    stale = play.find(1, 2)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    play.succeed(0, 0, digest=b"b")
    play.end(stale, Success(TaskReport()))
    assert play.got(OutputRegistered) == []
    assert play.got(OutputDiscarded) == [OutputDiscarded(stale)]
    assert not play.got(TaskEndedNotice)[0].counted
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_an_exception_on_the_old_generation_is_not_charged(new_play):
    play = new_play(slots=3)
    outputs = three_stages(play)
    play.fetch_failed(play.find(1, 1), 0, 0, outputs[0])
    play.succeed(0, 0, digest=b"b")
    play.raise_in(1, 2)
    assert play.got(JobFailed) == []


@pytest.mark.matrix(37)
def test_everything_further_down_is_rolled_back_too(play):
    play.submit(1, play.map(0, 2), play.map(1, 1, 0), play.map(2, 2, 1), play.result(1, 2))
    play.succeed(0, 0, 1, digest=b"a")
    play.succeed(1, 0)
    play.succeed(2, 0)
    outputs = {(e.shuffle_id, e.map_id): e.attempt_id for e in play.all(OutputRegistered)}
    play.fetch_failed(play.find(2, 1), 1, 0, outputs[1, 0])
    play.fetch_failed(play.find(1, 0), 0, 0, outputs[0, 0])
    play.succeed(0, 0, digest=b"b")
    assert [(e.shuffle_id, e.map_id) for e in play.got(OutputForgotten)] == [(2, 0)]
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_outputs_of_finished_jobs_are_rolled_back_without_being_run(play):
    play.submit(1, play.map(0, 1), play.map(1, 1, 0), play.result(1, 1))
    play.succeed(0, 0, digest=b"a")
    play.succeed(1, 0)
    play.succeed(None, 0)
    first = play.all(OutputRegistered)[0]
    play.send(OutputsLost(0, ((0, first.attempt_id),), "deleted"))
    play.submit(2, play.map(0, 1), play.result(1, 0))
    play.succeed(0, 0, digest=b"b")
    assert [(e.shuffle_id, e.map_id) for e in play.got(OutputForgotten)] == [(1, 0)]
    assert play.launched() == [(None, 0)]


@pytest.mark.matrix(37)
def test_a_job_that_delivered_from_the_old_generation_fails(play):
    play.submit(1, play.map(0, 1), play.result(3, 0))
    play.succeed(0, 0, digest=b"a")
    output = play.all(OutputRegistered)[0]
    play.succeed(None, 0)
    play.fetch_failed(play.find(None, 1), 0, 0, output.attempt_id)
    play.succeed(0, 0, digest=b"b")
    [failure] = play.got(JobFailed)
    assert failure.kind == "IndeterminateError"
    assert "shuffle 0" in failure.message
    assert play.got(JobSucceeded) == []


@pytest.mark.matrix(37)
def test_a_job_that_delivered_nothing_yet_starts_its_results_again(new_play):
    play = new_play(slots=3)
    play.submit(1, play.map(0, 1), play.result(3, 0))
    play.succeed(0, 0, digest=b"a")
    output = play.all(OutputRegistered)[0]
    stale = play.find(None, 0)
    play.fetch_failed(play.find(None, 1), 0, 0, output.attempt_id)
    play.succeed(0, 0, digest=b"b")
    play.end(stale, Success(TaskReport(), b"old"))
    assert play.got(ResultReady) == []
    play.finish_all()
    assert len(play.all(ResultReady)) == 3
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


def test_nothing_is_launched_on_an_incomplete_shuffle(play):
    outputs = two_stages(play, maps=4, results=8)
    play.fetch_failed(play.find(None, 0), 0, 3, outputs[3])
    play.succeed(None, 1)
    assert [launch.attempt.shuffle_id for launch in play.got(LaunchTask)] == []
