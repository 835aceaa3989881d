"""The table of places in the real engine at which a fault can be made to happen, each with a name.

A name is what is touched, a dot, and when. Nothing in the engine knows of them: a worker under chaos runs with watched
versions of what its storage modules call (``worker_chaos``).
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value

KILL, HANG, KILL_HELPER, SLOW = "kill", "hang", "kill helper", "slow"
FULL, BROKEN = "ENOSPC", "EIO"
FLIP, CUT, LOSE = "bit flip", "truncate", "delete"

FAULTS: dict[str, str] = {
    KILL: "the worker's process is killed (SIGKILL)",
    HANG: "the worker is stopped (SIGSTOP) until its task's time is up",
    KILL_HELPER: "the process that forks the workers is killed",
    SLOW: "the disk takes a tenth of a second",
    FULL: "the disk is full",
    BROKEN: "the disk fails",
    FLIP: "one bit of the file is another",
    CUT: "the file has lost its end",
    LOSE: "the file is gone",
}
"""What can happen, and what that means."""

_DEATH = (KILL, HANG)
_OPENED = (*_DEATH, SLOW, FULL, BROKEN)
_WRITTEN = (*_DEATH, SLOW, FULL, BROKEN)
_RENAMED = (*_DEATH, FULL, BROKEN)
_DAMAGED = (FLIP, CUT, LOSE)


@value
class Point:
    """``faults`` can happen there; of these, ``errors`` are answered by an error of that name and not by the right
    result, since nothing is left to compute it from."""

    name: str
    where: str
    faults: tuple[str, ...]
    errors: tuple[tuple[str, str], ...] = ()


_PART_LOST = tuple((fault, "CheckpointError") for fault in (BROKEN, *_DAMAGED))

POINTS = (
    Point("worker.before start", "executors/child.py: its program is about to be made", (KILL, SLOW)),
    Point("task.before", "worker/main.py: a task is taken", (*_DEATH, KILL_HELPER)),
    Point("task.after", "worker/main.py: its outcome is known, not told", (*_DEATH, KILL_HELPER)),
    Point("result.half sent", "executors/frames.py: half of the outcome is in the socket", _DEATH),
    Point("result.sent", "executors/frames.py: the driver may know the outcome", (*_DEATH, KILL_HELPER)),
    Point("map output.before open", "storage/appendfile.py, for shuffle/", _OPENED),
    Point("map output.before write", "storage/appendfile.py, for shuffle/", _WRITTEN),
    Point("map output.before rename", "storage/appendfile.py, for shuffle/: whole, under its temporary name", _RENAMED),
    Point("map output.after rename", "storage/appendfile.py, for shuffle/: committed", (*_DEATH, *_DAMAGED)),
    Point("map output.before reading", "storage/blockfile.py, for a reducer", (*_OPENED[:-2], BROKEN, *_DAMAGED)),
    Point(
        "map output.before read", "storage/appendfile.py: one block of a reducer", (*_DEATH, SLOW, BROKEN, FLIP, CUT)
    ),
    Point("spill.before open", "storage/spillfile.py", _OPENED),
    Point("spill.before write", "storage/spillfile.py", _WRITTEN),
    Point("spill.before read", "storage/spillfile.py", (*_DEATH, SLOW, BROKEN, FLIP, CUT)),
    Point("cached block.before open", "kernels/caching.py", _OPENED),
    Point("cached block.before write", "kernels/caching.py", _WRITTEN),
    Point("cached block.before rename", "storage/appendfile.py, then kernels/caching.py", _RENAMED),
    Point("cached block.after rename", "storage/appendfile.py, then kernels/caching.py", (*_DEATH, FLIP, CUT)),
    Point("cached block.before reading", "kernels/keeping.py", (*_DEATH, SLOW, BROKEN, *_DAMAGED)),
    Point("cached block.before read", "storage/appendfile.py: one chunk of it", (*_DEATH, SLOW, BROKEN, FLIP, CUT)),
    Point("evicted block.before rename", "storage/memorytier.py: copied to disk", _RENAMED),
    Point("evicted block.after rename", "storage/memorytier.py: on disk and in memory", _DEATH),
    Point("checkpoint part.before open", "kernels/checkpointing.py", _OPENED),
    Point("checkpoint part.before write", "kernels/checkpointing.py", _WRITTEN),
    Point("checkpoint part.before rename", "storage/appendfile.py, then kernels/checkpointing.py", _RENAMED),
    Point("checkpoint part.after rename", "storage/appendfile.py, then kernels/checkpointing.py", _DEATH),
    Point(
        "checkpoint part.before reading",
        "kernels/checkpointing.py",
        (*_DEATH, SLOW, BROKEN, *_DAMAGED),
        _PART_LOST,
    ),
    Point(
        "checkpoint part.before read",
        "storage/appendfile.py: one chunk of it",
        (*_DEATH, SLOW, BROKEN, FLIP, CUT),
        _PART_LOST,
    ),
    Point(
        "stored data.before reading",
        "kernels/environment.py: a broadcast, parallelized data",
        (*_DEATH, SLOW, BROKEN, *_DAMAGED),
    ),
    Point("stored data.before read", "storage/appendfile.py: one chunk of it", (*_DEATH, SLOW, BROKEN, FLIP, CUT)),
    Point("part file.before open", "formats/filesystems.py, for saveAs...", _OPENED),
    Point("part file.before write", "formats/filesystems.py, for saveAs...", _WRITTEN),
    Point("part file.before close", "formats/filesystems.py, for saveAs...", (*_DEATH, FULL, BROKEN)),
)
"""All of them, in the order of a task's life."""

BY_NAME = {point.name: point for point in POINTS}


def point_named(name: str) -> Point:
    """Raises ConfigurationError, listing the names, if there is none."""
    if name not in BY_NAME:
        raise ConfigurationError(f"there is no point {name!r}; the points are: {', '.join(BY_NAME)}")
    return BY_NAME[name]


def require_fault(name: str) -> str:
    """The fault itself. Raises ConfigurationError, listing the faults, if there is none."""
    if name not in FAULTS:
        raise ConfigurationError(f"there is no fault {name!r}; the faults are: {', '.join(FAULTS)}")
    return name


def survivable(point: Point, faults: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``faults`` after which the right result is owed at ``point``.

    >>> survivable(point_named("checkpoint part.before reading"), ("kill", "delete", "ENOSPC"))
    ('kill',)
    """
    fatal = dict(point.errors)
    return tuple(fault for fault in faults if fault in point.faults and fault not in fatal)


def matching(patterns: tuple[str, ...]) -> tuple[Point, ...]:
    """The points that a pattern such as ``"map output.*"`` names, all for none. Raises ConfigurationError for a
    pattern that names no point.

    >>> [point.name for point in matching(("result.*",))]
    ['result.half sent', 'result.sent']
    """
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in BY_NAME):
            point_named(pattern)
    return tuple(p for p in POINTS if not patterns or any(fnmatchcase(p.name, pattern) for pattern in patterns))


def fault_table() -> str:
    """The faults as the table of docs/TESTING.md."""
    return _table(("fault", "meaning"), [(f"`{name}`", meaning) for name, meaning in FAULTS.items()])


def point_table() -> str:
    """The points as the table of docs/TESTING.md."""
    return _table(("point", "where", "faults"), [(f"`{p.name}`", p.where, _faults_of(p)) for p in POINTS])


def _faults_of(point: Point) -> str:
    fatal = dict(point.errors)
    return ", ".join(f"({fault}: {fatal[fault]})" if fault in fatal else fault for fault in point.faults)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
