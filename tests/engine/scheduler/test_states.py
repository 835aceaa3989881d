"""The table of legal moves is what the code enforces, and what the decision record shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.core.errors import InternalError
from minispark.engine.scheduler.books import Stage
from minispark.engine.scheduler.events import StageSpec
from minispark.engine.scheduler.states import (
    DONE,
    DROPPED,
    FINISHED,
    LAUNCHED,
    MOVES,
    PENDING,
    RUNNING,
    as_mermaid,
    as_table,
    require_legal,
)

RECORD = Path(__file__).parents[3] / "docs" / "decisions" / "0005-scheduler.md"


@pytest.mark.parametrize("machine", ["task", "stage", "job"])
def test_the_record_draws_the_machine_from_the_table(machine):
    assert f"```mermaid\n{as_mermaid(machine)}\n```" in RECORD.read_text()


def test_the_record_lists_every_move():
    assert as_table() in RECORD.read_text()


def test_no_move_is_listed_twice():
    assert len({move[:3] for move in MOVES}) == len(MOVES)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: "-".join(move[:3]))
def test_listed_moves_are_legal(move):
    require_legal(move.machine, move.source, move.target)


@pytest.mark.parametrize(
    "move", [("task", "pending", "done"), ("stage", "finished", "finished"), ("job", "failed", "active")]
)
def test_other_moves_are_refused(move):
    with pytest.raises(InternalError, match=f"illegal {move[0]} transition: {move[1]} -> {move[2]}"):
        require_legal(*move)


def test_a_task_moves_only_by_the_table():
    stage = Stage(0, StageSpec(0, 0, (0, 1), ()), 1, (0, 0))
    with pytest.raises(InternalError, match="pending -> done"):
        stage.move_task(0, DONE)
    stage.move_task(0, LAUNCHED)
    stage.move_task(0, DONE)
    assert stage.remaining == 1
    with pytest.raises(InternalError, match="done -> done"):
        stage.move_task(0, DONE)
    stage.move_task(0, PENDING)
    assert stage.remaining == 2


def test_a_stage_moves_only_by_the_table():
    stage = Stage(0, StageSpec(0, 0, (0, 1), ()), 1, (0, 0))
    with pytest.raises(InternalError, match="new -> finished"):
        stage.move(FINISHED)
    stage.move(RUNNING)
    stage.move(DROPPED)
    with pytest.raises(InternalError, match="dropped -> finished"):
        stage.move(FINISHED)
