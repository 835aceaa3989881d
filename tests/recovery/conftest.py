"""Real processes and real files: contexts on two workers, what they keep, and a check that nothing is left."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from minispark import SparkConf, SparkContext
from minispark.testing.marks import Marks

DEADLINE_SECONDS = 10.0


def wait_until(condition: Callable[[], object], seconds: float = DEADLINE_SECONDS) -> float:
    """Poll until ``condition`` holds, and say how long that took; AssertionError after ``seconds``."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, f"not so within {seconds} s"
        time.sleep(0.005)
    return time.monotonic() - start


class Workbench:
    """Contexts over one local directory. ``files`` are all regular files that the running context keeps anywhere."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._meetings = itertools.count()
        self.local = folder / "local"
        self.local.mkdir()
        self._context: SparkContext | None = None
        self._shared_before = self._shared()

    def start(self, master: str = "local[2]", **options: str) -> SparkContext:
        """A context; ``spark_task_maxFailures="2"`` sets ``spark.task.maxFailures``."""
        self.stop()
        conf = SparkConf().setMaster(master).setAppName("recovery").set("spark.ui.showConsoleProgress", "false")
        conf.set("spark.local.dir", str(self.local)).setAll((k.replace("_", "."), v) for k, v in options.items())
        self._context = SparkContext(conf=conf)
        return self._context

    def stop(self) -> None:
        if self._context is not None:
            self._context.stop()
            self._context = None

    def files(self) -> set[Path]:
        """Data files, without locks."""
        mine = {path for path in self.local.rglob("*") if path.is_file() and "lock" not in path.name}
        return mine | (self._shared() - self._shared_before)

    def workers(self) -> list[psutil.Process]:
        """The two worker processes: tasks that wait for each other are in different ones."""
        assert self._context is not None
        met = Marks(self._folder / f"meeting-{next(self._meetings)}")

        def meet(index: int) -> int:
            met.leave(index)
            while len(set(met.read())) < 2:
                pass
            return os.getpid()

        pids = set(self._context.parallelize([0, 1], 2).map(meet).collect())
        assert len(pids) == 2
        return [psutil.Process(pid) for pid in sorted(pids)]

    def renew_workers(self) -> None:
        """Kill the workers while they are idle. The new ones have read nothing yet, and hold no file open."""
        old = self.workers()
        for worker in old:
            worker.kill()
            worker.wait(5)
        assert not {worker.pid for worker in self.workers()} & {worker.pid for worker in old}

    @staticmethod
    def _shared() -> set[Path]:
        """Files in shared memory, in directories named after this process."""
        folders = Path("/dev/shm").glob(f"minispark*/{os.getpid()}-*")
        return {path for folder in folders for path in folder.rglob("*") if path.is_file() and "lock" not in path.name}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A workbench; afterwards no process and no file may be left."""
    before = set(psutil.Process().children(recursive=True))
    bench = Workbench(tmp_path)
    yield bench
    bench.stop()
    wait_until(lambda: not set(psutil.Process().children(recursive=True)) - before, 3)
    assert bench.files() == set()
    assert [path for path in bench.local.rglob("*") if path.is_file()] == []


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    return Marks(tmp_path / "marks")


@pytest.fixture
def until() -> Callable[..., float]:
    return wait_until
