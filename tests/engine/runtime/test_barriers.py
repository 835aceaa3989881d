"""Meetings of barrier tasks, without tasks."""

from __future__ import annotations

from math import inf

import pytest

from minispark.engine.runtime.barriers import BarrierDesk
from minispark.engine.scheduler.events import Attempt


def attempt(partition: int, stage_attempt: int = 0, stage_id: int = 7) -> Attempt:
    return Attempt(100 * stage_attempt + partition, 1, stage_id, None, partition, 0, stage_attempt)


@pytest.fixture
def desk() -> BarrierDesk:
    return BarrierDesk(10.0)


def test_the_last_one_brings_the_answer(desk: BarrierDesk) -> None:
    assert desk.arrive(5, attempt(1), 2, "allGather", "b", 1.0) == []
    assert desk.deadline == 11.0
    answers = desk.arrive(6, attempt(0), 2, "allGather", "a", 2.0)
    assert {(answer.worker_id, answer.attempt_id) for answer in answers} == {(5, 1), (6, 0)}
    assert {(answer.error, answer.messages) for answer in answers} == {(None, ("a", "b"))}
    assert desk.deadline == inf


def test_rounds_and_runs_are_apart(desk: BarrierDesk) -> None:
    for number in range(3):
        assert desk.arrive(0, attempt(0), 2, "barrier", "", 0.0) == []
        assert desk.arrive(0, attempt(0, stage_attempt=1), 2, "barrier", "", 0.0) == [] if number == 0 else True
        assert len(desk.arrive(1, attempt(1), 2, "barrier", "", 0.0)) == 2


def test_what_cannot_be_met_is_told_at_once(desk: BarrierDesk) -> None:
    desk.arrive(0, attempt(0), 3, "barrier", "", 0.0)
    (first, second) = desk.arrive(1, attempt(1), 3, "allGather", "", 0.0)
    assert first.error == second.error
    assert "allGather() while that of partition 0 waits in barrier()" in str(first.error)
    desk.arrive(0, attempt(0), 3, "barrier", "", 0.0)
    (left,) = desk.leave(attempt(2))
    assert "partition 2 has ended" in str(left.error)
    (late,) = desk.arrive(0, attempt(0), 3, "barrier", "", 0.0)
    assert "partition 2 has ended" in str(late.error)


def test_time_and_the_end(desk: BarrierDesk) -> None:
    desk.arrive(0, attempt(0), 2, "barrier", "", 0.0)
    assert desk.overdue(9.9) == []
    (late,) = desk.overdue(10.0)
    assert "after 10 seconds" in str(late.error)
    desk.arrive(0, attempt(0), 2, "barrier", "", 0.0)
    desk.forget(7)
    assert desk.deadline == inf
