"""The fork helper's process: it has imported what workers need, runs no second thread, and forks workers on request.

One connection to the driver (``SOCK_SEQPACKET``: whole requests, descriptors attached). A request is a worker id with
two descriptors, the worker's socket and its last-words file. Reports are ``REPORT`` records, followed by text where
something failed. The connection's end is the order to kill every worker and leave.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import struct
from contextlib import suppress
from socket import AF_UNIX, SOCK_SEQPACKET, recv_fds, socket
from types import FrameType
from typing import NoReturn

from minispark.engine.executors.child import work
from minispark.engine.executors.descriptors import close_others
from minispark.engine.executors.lifeline import tie_by_kernel

REQUEST = struct.Struct("<q")
REPORT = struct.Struct("<cqqqq")
"""Kind, worker id, pid, wait status, peak memory in bytes."""
FORKED, ENDED, FAILED = b"F", b"E", b"X"


def main(arguments: list[str]) -> NoReturn:
    """Entry of the helper: program, modules to import, descriptors of the connection and of the lifeline."""
    program, *modules, connection, lifeline = arguments
    control_fd, lifeline_fd = int(connection), int(lifeline)
    close_others((control_fd, lifeline_fd))
    if os.getpgrp() != os.getpid():
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tie_by_kernel(os.dup(lifeline_fd))  # while it imports; later the connection's end says the same
    gc.disable()
    for module in (*modules, program.partition(":")[0]):
        with suppress(Exception):  # a worker meets the same failure and reports it with its traceback
            importlib.import_module(module)
    Helper(program, socket(AF_UNIX, SOCK_SEQPACKET, 0, control_fd), lifeline_fd).run()
    os._exit(0)


class Helper:
    """Forks and reaps. ``_pids`` maps the pid of each worker that has not been reaped to its id."""

    def __init__(self, program: str, control: socket, lifeline_fd: int) -> None:
        self._program = program
        self._control = control
        self._lifeline_fd = lifeline_fd
        self._pids: dict[int, int] = {}
        self._wake_fd, wake_end = os.pipe()
        os.set_blocking(wake_end, False)
        os.set_blocking(self._wake_fd, False)
        signal.set_wakeup_fd(wake_end, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _ignore)
        signal.siginterrupt(signal.SIGCHLD, False)

    def run(self) -> None:
        """Serve until the driver hangs up; then no worker is left."""
        gc.freeze()  # the collector of a worker would otherwise copy every page it inherits
        readable = select.poll()
        readable.register(self._control, select.POLLIN)
        readable.register(self._wake_fd, select.POLLIN)
        with suppress(ConnectionError):
            while True:
                ready = {fd for fd, _ in readable.poll()}
                if self._wake_fd in ready:
                    os.read(self._wake_fd, 4096)
                    self._reap()
                if self._control.fileno() in ready and not self._accept():
                    break
        for pid in self._pids:
            kill_group(pid)
        for pid in self._pids:
            os.waitpid(pid, 0)

    def _accept(self) -> bool:
        request, fds, _, _ = recv_fds(self._control, REQUEST.size, 2)
        if not request:
            return False
        (worker_id,) = REQUEST.unpack(request)
        socket_fd, words_fd = fds
        try:
            self._fork(worker_id, socket_fd, words_fd)
        finally:
            os.close(socket_fd)
            os.close(words_fd)
        return True

    def _fork(self, worker_id: int, socket_fd: int, words_fd: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            self._control.send(REPORT.pack(FAILED, worker_id, 0, 0, 0) + str(error).encode())
            return
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            close_others((socket_fd, words_fd, self._lifeline_fd))
            gc.enable()
            work(self._program, socket_fd, self._lifeline_fd, words_fd)
        with suppress(OSError):  # both sides do it, so that the group exists before either goes on
            os.setpgid(pid, pid)
        self._pids[pid] = worker_id
        self._control.send(REPORT.pack(FORKED, worker_id, pid, 0, 0))

    def _reap(self) -> None:
        while self._pids:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            pid = ended.si_pid
            kill_group(pid)  # what the worker started; its own entry still holds the number, so it cannot be another's
            _, status, usage = os.wait4(pid, 0)
            worker_id = self._pids.pop(pid)
            self._control.send(REPORT.pack(ENDED, worker_id, pid, status, usage.ru_maxrss * 1024))


def kill_group(pid: int) -> None:
    """SIGKILL to the process group this process leads; no error if it is gone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _ignore(number: int, frame: FrameType | None) -> None:
    """A handler must exist for the signal to reach the wakeup descriptor."""
