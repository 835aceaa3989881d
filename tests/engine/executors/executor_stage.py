"""An executor under test, what it has told so far, and who is alive."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import psutil

from minispark.engine.executors.base import Event, Executor, Exited, Message, Started
from minispark.engine.executors.inline import InlineExecutor
from minispark.engine.executors.processes import ProcessExecutor

E = TypeVar("E", Started, Message, Exited)
PROGRAM = "executor_programs:Puppet"
KINDS: dict[str, Callable[..., Executor]] = {
    "inline": InlineExecutor,
    "forked": partial(ProcessExecutor, fork=True),
    "spawned": partial(ProcessExecutor, fork=False),
}


class Stage:
    """An executor and what it has told so far. Waits are for events, never for time; a hang ends by the time limit."""

    def __init__(self, executor: Executor) -> None:
        self.executor = executor
        self.events: list[Event] = []

    def worker(self) -> int:
        """A worker that has started."""
        worker_id = self.executor.start_worker()
        self.wait(lambda: self.of(Started, worker_id) or self.of(Exited, worker_id))
        assert self.of(Started, worker_id), self.events
        return worker_id

    def wait(self, reached: Callable[[], object]) -> None:
        while not reached():
            self.events += self.executor.poll(None)

    def of(self, kind: type[E], worker_id: int) -> list[E]:
        return [event for event in self.events if isinstance(event, kind) and event.worker_id == worker_id]

    def answers(self, worker_id: int) -> list[bytes]:
        return [event.data for event in self.of(Message, worker_id)]

    def ask(self, worker_id: int, message: bytes) -> bytes:
        """Send, and wait for the next answer."""
        known = len(self.answers(worker_id))
        self.executor.send(worker_id, message)
        self.wait(lambda: len(self.answers(worker_id)) > known or self.of(Exited, worker_id))
        return self.answers(worker_id)[known]

    def pid(self, worker_id: int) -> int:
        (started,) = self.of(Started, worker_id)
        return started.pid

    def exit_of(self, worker_id: int) -> Exited:
        """Wait for the worker's end; it is the last thing heard of it."""
        self.wait(lambda: self.of(Exited, worker_id))
        (exited,) = self.of(Exited, worker_id)
        assert [event for event in self.events if event.worker_id == worker_id][-1] is exited
        return exited


def gone(pids: list[int], seconds: float) -> bool:
    """Whether all these processes end within so many seconds. They need not be our children."""
    deadline = time.monotonic() + seconds
    fds = [fd for fd in map(_pidfd, pids) if fd is not None]
    try:
        return all(_ends(fd, max(0.0, deadline - time.monotonic())) for fd in fds)
    finally:
        for fd in fds:
            os.close(fd)


def wait_until_stopped(pid: int) -> None:
    """After a SIGSTOP was sent. Nothing tells of this but the process's own state."""
    while psutil.Process(pid).status() != psutil.STATUS_STOPPED:
        os.sched_yield()


def _ends(pidfd: int, seconds: float) -> bool:
    end = select.poll()
    end.register(pidfd, select.POLLIN)
    return bool(end.poll(seconds * 1000))


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
