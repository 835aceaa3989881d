"""Contexts whose workers run under chaos, and what a context must not leave behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from minispark.engine.core.config import EngineConfig
from minispark.engine.executors.base import Executor
from minispark.engine.runtime import executing
from minispark.testing.ledger import Ledger
from minispark.testing.worker_chaos import PROGRAM, chaos_init

LEAVING_SECONDS_MAX = 3.0
SHARED_MEMORY = Path("/dev/shm")


@contextmanager
def workers_under_chaos(ledger: Ledger) -> Iterator[None]:
    """Contexts made meanwhile run their tasks as the ledger says. They are told another program for their workers, and
    know no more of it. One thread at a time."""
    make: Callable[[EngineConfig, bytes], Executor] = executing.make_executor
    program = executing.PROGRAM

    def chaotic(config: EngineConfig, init: bytes) -> Executor:
        return make(config, chaos_init(init, ledger))

    patched: Any = executing
    patched.make_executor, patched.PROGRAM = chaotic, PROGRAM
    try:
        yield
    finally:
        patched.make_executor, patched.PROGRAM = make, program


class Leftovers:
    """What this process had when the object was made, to be compared with what it has later. Linux."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._children = children()
        self.descriptors = descriptors()

    def of_context(self, workers: Iterable[int] = ()) -> list[str]:
        """Sentences on what a stopped context has left: processes, files in the folders and in shared memory.

        ``workers`` are pids to look for too: those whose helper was killed are no children of this process any more.
        """
        deadline = time.monotonic() + LEAVING_SECONDS_MAX
        known = set(workers)
        while (orphans := children() - self._children | set(filter(lives, known))) and time.monotonic() < deadline:
            time.sleep(0.005)
        told = [f"process {pid} is left" for pid in sorted(orphans)]
        return told + [f"{path} is left" for path in sorted(files_in(*self._folders))]

    def temporary(self) -> list[str]:
        """Sentences on files with temporary names, which no finished job leaves."""
        deadline = time.monotonic() + LEAVING_SECONDS_MAX
        while (found := self._temporary()) and time.monotonic() < deadline:
            time.sleep(0.005)
        return [f"{path} is left" for path in found]

    def _temporary(self) -> list[Path]:
        return sorted(path for path in files_in(*self._folders) if path.name.startswith(".tmp-"))


def children() -> set[int]:
    """Every process below this one that has not ended."""
    return {child.pid for child in psutil.Process().children(recursive=True) if lives(child.pid)}


def lives(pid: int) -> bool:
    """Whether the process has not ended."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def descriptors() -> dict[int, str]:
    """The open descriptors of this process and what they are of."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except OSError:  # the listing's own
            continue
    return found


def files_in(*folders: Path) -> set[Path]:
    """Regular files in the folders, and in this process's directories in shared memory; locks are none."""
    shared = SHARED_MEMORY.glob(f"minispark-*/{os.getpid()}-*")
    paths = [path for folder in (*folders, *shared) for path in folder.rglob("*")]
    return {path for path in paths if path.is_file() and not path.name.endswith(".lock")}
