"""However the driver ends, no process of its is there two seconds later."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from executor_stage import gone

from minispark.engine.executors import lifeline

DRIVER = """
import os, signal, sys
sys.path[:] = {path!r}
from executor_stage import KINDS, PROGRAM, Stage
import psutil

stage = Stage(KINDS[{kind!r}](PROGRAM))
pids = []
for command in (b"spin", b"hang_in_c", b"stop", b"child", b"fork", b""):
    worker = stage.worker()
    pids.append(stage.pid(worker))
    if command:
        answer = stage.ask(worker, command)
    if command in (b"child", b"fork"):
        pids.append(int(answer))
stranger = os.fork() if {with_stranger} else 0
if {with_stranger} and stranger == 0:  # a process of the user's that outlives the driver
    os.closerange(0, 3)
    while True:
        signal.pause()
pids += [child.pid for child in psutil.Process().children() if child.pid != stranger]
print(stranger, *pids, flush=True)
sys.stdin.read()
"""


class Driver:
    """A Python process with an executor and workers of every state. ``pids`` are all it started, ``stranger`` apart."""

    def __init__(self, kind: str, with_stranger: bool = False) -> None:
        code = DRIVER.format(path=sys.path, kind=kind, with_stranger=with_stranger)
        self.process = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True)
        assert self.process.stdout is not None
        self.stranger, *self.pids = map(int, self.process.stdout.readline().split())
        assert len(self.pids) > 8

    def close(self) -> None:
        self.process.kill()
        with self.process:  # closes the pipes, and waits
            pass
        if self.stranger:
            os.kill(self.stranger, signal.SIGKILL)


@pytest.fixture(params=["forked", "spawned"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.slow
def test_killed(kind: str) -> None:
    with closing(Driver(kind)) as driver:
        driver.process.kill()
        assert gone(driver.pids, 2.0)


@pytest.mark.slow
def test_ends_without_closing(kind: str) -> None:
    with closing(Driver(kind)) as driver:
        driver.process.stdin.close()
        assert driver.process.wait() == 0
        assert gone(driver.pids, 2.0)


@pytest.mark.slow
def test_killed_while_a_fork_of_it_lives_on(kind: str) -> None:
    with closing(Driver(kind, with_stranger=True)) as driver:
        driver.process.kill()
        assert gone(driver.pids, 2.0)
        assert not gone([driver.stranger], 0.0)


def end_of_a_process_tied(late: bool) -> int:
    """The signal that ends a busy process whose lifeline is cut after, or before, it was tied."""
    lifeline_fd, lifeline_end = os.pipe()
    tied, tell_tied = os.pipe()
    cut, tell_cut = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            os.close(lifeline_end)
            if late:
                os.read(cut, 1)
            lifeline.tie_to_driver(lifeline_fd)
            os.write(tell_tied, b"1")
            while True:
                pass
        finally:
            os._exit(99)
    if not late:
        os.read(tied, 1)
    os.close(lifeline_end)
    os.write(tell_cut, b"1")
    _, status = os.waitpid(pid, 0)
    for fd in (lifeline_fd, tied, tell_tied, cut, tell_cut):
        os.close(fd)
    return os.WTERMSIG(status)


@pytest.mark.parametrize("late", [False, True])
def test_the_kernel_watches(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(lifeline, "_start_watcher")
    assert end_of_a_process_tied(late) == signal.SIGKILL


@pytest.mark.parametrize("late", [False, True])
def test_a_thread_watches_where_the_kernel_does_not(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifeline, "tie_by_kernel", lambda fd: False)
    assert end_of_a_process_tied(late) == signal.SIGKILL
