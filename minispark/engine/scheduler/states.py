"""The legal moves of tasks, stages and jobs, as data; the decision record is drawn from it."""

from __future__ import annotations

from typing import Final, NamedTuple

from minispark.engine.core.errors import InternalError

# Task states are small integers, kept one byte a task.
PENDING: Final = 0
LAUNCHED: Final = 1
DONE: Final = 2

# Stage states.
NEW: Final = "new"
WAITING: Final = "waiting"
RUNNING: Final = "running"
FINISHED: Final = "finished"
DROPPED: Final = "dropped"

# Job states.
ACTIVE: Final = "active"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"

TASK_NAMES: Final = ("pending", "launched", "done")


class Move(NamedTuple):
    """One legal step of one machine ("task", "stage" or "job"), and what causes it."""

    machine: str
    source: str
    target: str
    cause: str


MOVES: Final[tuple[Move, ...]] = (
    Move("task", "pending", "launched", "appended to a worker's queue"),
    Move("task", "launched", "done", "first success on current inputs"),
    Move("task", "launched", "pending", "failed, lost its worker, read a stale generation, or its stage was dropped"),
    Move("task", "done", "pending", "its map output was lost or rolled back"),
    Move("stage", "new", "waiting", "needed, and a parent's output is missing"),
    Move("stage", "new", "running", "needed, and all inputs are there"),
    Move("stage", "waiting", "running", "the last missing parent finished"),
    Move("stage", "running", "waiting", "a parent's output was lost or rolled back"),
    Move("stage", "waiting", "finished", "the tasks already launched were the last ones"),
    Move("stage", "running", "finished", "every task is done"),
    Move("stage", "waiting", "dropped", "nothing unfinished reads it any more"),
    Move("stage", "running", "dropped", "nothing unfinished reads it any more"),
    Move("stage", "finished", "waiting", "an output is needed again, and so is a parent's"),
    Move("stage", "finished", "running", "an output is needed again"),
    Move("stage", "finished", "dropped", "an output is gone, and nothing unfinished reads it"),
    Move("stage", "dropped", "waiting", "needed again, and a parent's output is missing"),
    Move("stage", "dropped", "running", "needed again"),
    Move("job", "active", "succeeded", "every result was delivered"),
    Move("job", "active", "failed", "cancelled, a limit was reached, or the context stops"),
)

_LEGAL: Final = frozenset((move.machine, move.source, move.target) for move in MOVES)

TASK_MOVES: Final[tuple[tuple[int | None, ...], ...]] = tuple(
    tuple(
        (source == "done") - (target == "done") if ("task", source, target) in _LEGAL else None for target in TASK_NAMES
    )
    for source in TASK_NAMES
)
"""``TASK_MOVES[old][new]``, for the per-task path: how many more tasks remain to do then; None where it is illegal."""


def require_legal(machine: str, source: str, target: str) -> None:
    """Raise InternalError unless the table has this move."""
    if (machine, source, target) not in _LEGAL:
        raise InternalError(f"illegal {machine} transition: {source} -> {target}")


def as_mermaid(machine: str) -> str:
    """The machine as a mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    moves = [move for move in MOVES if move.machine == machine]
    lines.append(f"    [*] --> {moves[0].source}")
    lines.extend(f"    {move.source} --> {move.target}: {move.cause}" for move in moves)
    return "\n".join(lines)


def as_table() -> str:
    """Every move as a Markdown table."""
    rows = ["| machine | from | to | because |", "|---|---|---|---|"]
    rows.extend(f"| {move.machine} | {move.source} | {move.target} | {move.cause} |" for move in MOVES)
    return "\n".join(rows)
