"""How worker processes come to be: forked by a helper (Linux), or each an interpreter of its own (everywhere).

A launcher starts processes and learns of their deaths; what is said to them is the executor's business.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from minispark.engine.executors.helper import ENDED, FORKED, REPORT, REQUEST, kill_group
from minispark.engine.executors.interpreter import start_python

EXIT_SECONDS_MAX = 5.0
"""How long to wait for a killed process to vanish: only a call stuck in the kernel delays SIGKILL."""


_RUSAGE_UNIT = 1 if sys.platform == "darwin" else 1024
"""What ``ru_maxrss`` counts, in bytes."""


class Forked(NamedTuple):
    """The worker's process exists."""

    worker_id: int
    pid: int


class Ended(NamedTuple):
    """The worker's process is gone. ``status`` is as ``os.wait`` gives it, None if nobody could learn it."""

    worker_id: int
    status: int | None
    peak_memory_bytes: int | None = None
    why: str = ""


class Orphaned(NamedTuple):
    """The worker's process lives on, but its end will not be reported: it must be watched."""

    worker_id: int


class Unborn(NamedTuple):
    """Whoever should have started the worker is gone before it said so. Should its process exist, closing the socket
    ends it."""

    worker_id: int
    why: str


Report = Forked | Ended | Orphaned | Unborn


class Launcher(Protocol):
    def launch(self, worker_id: int, socket_fd: int, words_fd: int) -> None:
        """Start a worker on these descriptors, which remain the caller's to close. Raises OSError."""
        ...

    def fileno(self) -> int:
        """Readable when there are reports; -1 where they must be asked for after a process ended."""
        ...

    def reports(self) -> list[Report]:
        """What has become known since the last call, without waiting."""
        ...

    def close(self) -> None:
        """Kill every process started here and wait for it. May be repeated."""
        ...

    def forget(self) -> None:
        """Let go without killing: we are in a fork of the process that started the workers."""
        ...


class HelperLauncher:
    """Workers are forked by a helper, which is started ahead of need, and started again when one is needed."""

    def __init__(self, program: str, modules: Sequence[str], lifeline_fd: int, env: Mapping[str, str]) -> None:
        self._arguments = (program, *modules)
        self._lifeline_fd = lifeline_fd
        self._env = env
        self._control: socket.socket | None = None
        self._pid = -1
        self._starting: set[int] = set()
        self._running: set[int] = set()
        self._pending: list[Report] = []
        self._start()

    def launch(self, worker_id: int, socket_fd: int, words_fd: int) -> None:
        for _ in range(2):
            control = self._control or self._start()
            try:
                socket.send_fds(control, [REQUEST.pack(worker_id)], [socket_fd, words_fd])
                self._starting.add(worker_id)
                return
            except ConnectionError:  # the helper was killed since we last looked
                self._pending += self._read()
        raise OSError("the fork helper does not stay alive")

    def fileno(self) -> int:
        return -1 if self._control is None else self._control.fileno()

    def reports(self) -> list[Report]:
        reports = self._pending + self._read()
        self._pending = []
        return reports

    def close(self) -> None:
        if self._control is not None:
            self._control.close()  # the order to kill all workers, reap them and leave
            self._control = None
            os.kill(self._pid, signal.SIGCONT)  # should somebody have stopped it
            if _wait(self._pid) is None:
                kill_group(self._pid)
                _wait(self._pid)

    def forget(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            fds = (theirs.fileno(), self._lifeline_fd)
            entry = "minispark.engine.executors.helper:main"
            try:
                self._pid = start_python(entry, self._arguments, fds, self._env, "minispark-helper")
            except OSError:
                ours.close()
                raise
        # A request waits only if hundreds are queued before it; not for ever, should the helper have been stopped.
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("@ll", int(EXIT_SECONDS_MAX), 0))
        self._control = ours
        return ours

    def _read(self) -> list[Report]:
        reports: list[Report] = []
        while self._control is not None:
            try:
                record = self._control.recv(REPORT.size + 1024, socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except ConnectionError:
                record = b""
            reports += [self._report(record)] if record else self._lost()
        return reports

    def _report(self, record: bytes) -> Report:
        kind, worker_id, pid, status, peak = REPORT.unpack_from(record)
        if kind == FORKED:
            self._starting.discard(worker_id)
            self._running.add(worker_id)
            return Forked(worker_id, pid)
        if kind == ENDED:
            self._running.discard(worker_id)
            return Ended(worker_id, status, peak)
        self._starting.discard(worker_id)
        return Ended(worker_id, None, None, "it could not be forked: " + record[REPORT.size :].decode())

    def _lost(self) -> list[Report]:
        """The helper is gone."""
        assert self._control is not None
        self._control.close()
        self._control = None
        status = _wait(self._pid)
        starting, self._starting = self._starting, set()
        running, self._running = self._running, set()
        why = f"the fork helper died while starting it (wait status {status})"
        return [*(Unborn(worker, why) for worker in starting), *(Orphaned(worker) for worker in running)]


class SpawnLauncher:
    """Every worker is an interpreter of its own: slower to start, nothing in common but the driver."""

    def __init__(
        self,
        program: str,
        lifeline_fd: int,
        env: Mapping[str, str],
        hash_seeds: Callable[[int], int] | None = None,
    ) -> None:
        self._hash_seeds = hash_seeds
        self._program = program
        self._lifeline_fd = lifeline_fd
        self._env = env
        self._pids: dict[int, int] = {}
        self._peak_bytes = 0
        self._pending: list[Report] = []

    def launch(self, worker_id: int, socket_fd: int, words_fd: int) -> None:
        fds = (socket_fd, self._lifeline_fd, words_fd)
        entry = "minispark.engine.executors.child:main"
        self._peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RUSAGE_UNIT
        env = self._env
        if self._hash_seeds is not None:
            env = {**env, "PYTHONHASHSEED": str(self._hash_seeds(worker_id))}
        pid = start_python(entry, (self._program,), fds, env, "minispark-worker")
        self._pids[worker_id] = pid
        self._pending.append(Forked(worker_id, pid))

    def fileno(self) -> int:
        return -1

    def reports(self) -> list[Report]:
        reports, self._pending = self._pending, []
        for worker_id, pid in list(self._pids.items()):
            ended = _reap(worker_id, pid, self._peak_bytes)
            if ended is not None:
                del self._pids[worker_id]
                reports.append(ended)
        return reports

    def close(self) -> None:
        for pid in self._pids.values():
            kill_group(pid)
        for pid in self._pids.values():
            _wait(pid)
        self._pids.clear()

    def forget(self) -> None:
        self._pids.clear()


def _reap(worker_id: int, pid: int, peak_bytes_min: int) -> Ended | None:
    """The end of our child, if it has ended. A process begins with the peak memory of the one that started it, so a
    peak that is not above that says nothing."""
    try:
        if hasattr(os, "waitid"):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return None
            kill_group(pid)  # its unreaped entry holds the number, so the group cannot be another's
        got, status, usage = os.wait4(pid, os.WNOHANG)
    except ChildProcessError:  # the user's program waits for any child, and took ours
        return Ended(worker_id, None)
    if not got:
        return None
    peak_bytes = usage.ru_maxrss * _RUSAGE_UNIT
    return Ended(worker_id, status, peak_bytes if peak_bytes > peak_bytes_min else None)


def _wait(pid: int) -> int | None:
    """Reap our child and return its status; None if it is still there after 5 s, or reaped by somebody else."""
    deadline = time.monotonic() + EXIT_SECONDS_MAX
    pause = 0.0005
    while time.monotonic() < deadline:
        try:
            ended, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            break
        if ended:
            return status
        time.sleep(pause)
        pause = min(2 * pause, 0.02)
    return None
