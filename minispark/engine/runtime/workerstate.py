"""What the driver knows of one worker."""

from __future__ import annotations

import os
import sys
from typing import Any

from minispark.engine.scheduler.events import Attempt


class WorkerState:
    """What a worker was told, what it holds, and what is to be sent to it next. ``recycled`` says why it is being
    replaced, if it is."""

    __slots__ = (
        "attempts",
        "outbox",
        "path_version",
        "pid",
        "properties",
        "recycled",
        "sent",
        "sent_in",
        "stages",
        "versions",
    )

    def __init__(self) -> None:
        self.attempts: dict[int, Attempt] = {}
        self.stages: set[int] = set()
        self.versions: dict[int, int] = {}
        self.outbox: list[tuple[Any, ...]] = []
        self.path_version: tuple[str, ...] = ()
        self.properties: dict[str, str] = {}
        self.pid = 0
        self.recycled = ""
        self.sent = 0
        self.sent_in: dict[int, int] = {}

    def began(self, taken: int) -> bool:
        """Whether a worker that took so many messages had its next attempt in one of them."""
        return next(iter(self.sent_in.values()), 0) <= taken


def import_path() -> tuple[str, ...]:
    """Entries of finders, the working directory, and where to import from. Finders that have a ``worker_entry``
    (``module:function``) want that function to be called in workers first."""
    entries = [finder.worker_entry for finder in sys.meta_path if hasattr(finder, "worker_entry")]
    return ("\n".join(entries), os.getcwd(), *sys.path)
