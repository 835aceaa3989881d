"""Events that cannot be true are refused, and change nothing; news that come late or twice are inert."""

from __future__ import annotations

import pytest

from minispark.engine.core.errors import IllegalEventError
from minispark.engine.core.outcomes import Success, TaskReport, WorkerDied
from minispark.engine.scheduler.events import (
    JobCancelled,
    JobSubmitted,
    JobSucceeded,
    ShuffleReleased,
    StageSpec,
    TaskEnded,
    TimePassed,
    WorkerLost,
    WorkerStarted,
)

DIED = WorkerDied("killed", signal=9)
OK = Success(TaskReport())


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (JobSubmitted(1, (StageSpec(0, None, (0,), ()),)), "already running"),
        (JobSubmitted(2, ()), "must be a result stage"),
        (JobSubmitted(2, (StageSpec(0, 0, (0,), ()),)), "must be a result stage"),
        (JobSubmitted(2, (StageSpec(0, None, (0,), ()), StageSpec(1, None, (0,), ()))), "more than one result stage"),
        (JobSubmitted(2, (StageSpec(0, None, (0,), (7,)),)), "no earlier stage writes"),
        (
            JobSubmitted(2, (StageSpec(0, 7, (0,), (8,)), StageSpec(1, 8, (0,), ()), StageSpec(2, None, (0,), (7,)))),
            "no earlier stage writes",
        ),
        (JobSubmitted(2, (StageSpec(0, None, (3, 3), ()),)), "lists a partition twice"),
        (JobSubmitted(2, (StageSpec(0, 7, (1, 2), ()), StageSpec(1, None, (0,), (7,)))), "must list range"),
        (
            JobSubmitted(2, (StageSpec(0, 7, (0,), ()), StageSpec(1, 7, (0,), ()), StageSpec(2, None, (0,), (7,)))),
            "two stages",
        ),
        (JobSubmitted(2, (StageSpec(0, 0, (0,), ()), StageSpec(1, None, (0,), (0,)))), "has 2 map tasks"),
        (WorkerStarted(0), "already started"),
        (TaskEnded(1, 0, OK), "runs on worker 0"),
        (TaskEnded(0, 0, DIED), "told by WorkerLost"),
        (WorkerLost(0, OK), "cannot be lost by Success"),
        (WorkerLost(0, DIED, ((0, DIED),)), "only a Success can be adopted"),
        ("nonsense", "unknown event"),
    ],
)
def test_an_event_that_cannot_be_true_is_refused_and_changes_nothing(play, event, why):
    play.submit(1, play.map(0, 2), play.result(2, 0))
    with pytest.raises(IllegalEventError, match=why):
        play.scheduler.handle(event, 0.0)
    play.scheduler.check()
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]


@pytest.mark.parametrize(
    "event",
    [
        JobCancelled(77, "never there"),
        WorkerLost(77, DIED),
        WorkerLost(77, DIED, ((0, OK),)),
        TaskEnded(0, 77, OK),
        TaskEnded(77, 77, OK),
        ShuffleReleased(77),
        TimePassed(),
    ],
)
@pytest.mark.matrix(54)
def test_news_of_what_is_not_there_is_inert(play, event):
    play.submit(1, play.map(0, 2), play.result(2, 0))
    assert play.send(event) == ()


def test_a_refused_job_can_be_submitted_again_when_it_is_right(play):
    with pytest.raises(IllegalEventError):
        play.submit(1, play.map(0, 2), play.result(1, 9))
    play.submit(1, play.map(0, 2), play.result(1, 0))
    play.finish_all()
    assert play.got(JobSucceeded) == [JobSucceeded(1)]
