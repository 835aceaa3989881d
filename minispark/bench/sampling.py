"""What a tree of processes uses: processor time and memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

import psutil

from minispark.engine.core.values import value

INTERVAL_SECONDS = 0.05
LOOKING_SHARE_MAX = 0.05
"""Reading the memory of a large process takes milliseconds: the sampler rests for at least 20 times what it took."""


@value
class Usage:
    """``memory_bytes_max`` is the most that the whole tree had at a time, pages that its processes share counted once;
    at most one sampling interval apart."""

    cpu_seconds: float
    memory_bytes_max: int


class Tree:
    """A process with all that descend from it, those included whose parents have died since they were first seen."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._seen: set[psutil.Process] = {self._root}
        self._own: dict[psutil.Process, float] = {}

    def processes(self) -> list[psutil.Process]:
        """Those that live now."""
        for process in list(self._seen):
            try:
                self._seen.update(process.children(recursive=True) if process.is_running() else ())
            except psutil.Error:
                pass
            if not process.is_running():
                self._seen.discard(process)
        return list(self._seen)

    def cpu_seconds(self) -> tuple[float, float]:
        """Two counts of processor time, of which neither has too much.

        The first is of those that live, and of the dead that their parents have waited for; it misses a dead one that
        was not waited for. The second is of all that were ever looked at, as they were when last seen; it misses those
        that lived between two looks.
        """
        waited = 0.0
        for process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            waited += times.user + times.system + times.children_user + times.children_system
            self._own[process] = times.user + times.system
        return waited, sum(self._own.values())

    def memory_bytes(self) -> int:
        """Proportional set sizes where the system tells them, else what each has for itself."""
        total = 0
        for process in self.processes():
            try:
                memory = process.memory_full_info()
            except psutil.Error:
                continue
            total += getattr(memory, "pss", 0) or memory.uss
        return total

    def kill(self) -> None:
        """End them all, and see them gone.

        They are stopped before the first one dies: what is stopped forks no more, and what has lost its parent could
        not be found.
        """
        stopped: set[psutil.Process] = set()
        while new := [process for process in self.processes() if process not in stopped]:
            _each(new, psutil.Process.suspend)
            stopped.update(new)
        _each(stopped, psutil.Process.kill)
        psutil.wait_procs(stopped, timeout=5.0)


def _each(processes: Iterable[psutil.Process], act: Callable[[psutil.Process], object]) -> None:
    for process in processes:
        try:
            act(process)
        except psutil.Error:
            pass


class Sampler:
    """Samples a tree from a thread, from ``start`` to ``stop``."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._before = (0.0, 0.0)
        self._memory_max = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._before = self._tree.cpu_seconds()
        self._thread.start()

    def stop(self) -> Usage:
        """What the tree has used since ``start``."""
        self._over.set()
        self._thread.join()
        self._memory_max = max(self._memory_max, self._tree.memory_bytes())
        now = self._tree.cpu_seconds()
        return Usage(max(after - before for after, before in zip(now, self._before, strict=True)), self._memory_max)

    def _run(self) -> None:
        over = False
        while not over:
            started = time.thread_time()
            self._memory_max = max(self._memory_max, self._tree.memory_bytes())
            self._tree.cpu_seconds()
            took = time.thread_time() - started
            over = self._over.wait(max(INTERVAL_SECONDS, took / LOOKING_SHARE_MAX))
