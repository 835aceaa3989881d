"""Workers as processes: one socket each, one thread of the driver that polls them all."""

from __future__ import annotations

import math
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from weakref import WeakSet

from minispark.engine.core.errors import InternalError
from minispark.engine.core.parts import Payload, joined
from minispark.engine.executors.base import Event, Exited, Message, Started
from minispark.engine.executors.child import HELLO
from minispark.engine.executors.descriptors import close_quietly, last_words_file
from minispark.engine.executors.interpreter import worker_environment
from minispark.engine.executors.launchers import (
    EXIT_SECONDS_MAX,
    Ended,
    Forked,
    HelperLauncher,
    Launcher,
    SpawnLauncher,
    Unborn,
)
from minispark.engine.executors.peer import Peer

SEND_QUEUE_BYTES_MAX = 1 << 30
READ_AT_ONCE_BYTES = 16 << 20
"""Read from one worker before the next gets its turn."""
LAST_READ_BYTES = 1 << 40
LAUNCHES_MAX = 3
"""How many helpers may die while they start one worker before it is given up."""
GRACE_SECONDS = 2.0
"""Between SIGTERM and SIGKILL."""
SETTLE_SECONDS = 0.5
"""Between a worker's hanging up and SIGKILL; and how long its launcher may take to report an end that we have seen."""
WAIT_SECONDS = 3600.0
"""One wait of a longer poll: the system call takes no more than an int of milliseconds."""
WATCH_SECONDS = 0.02
"""How often to look while a worker is ending."""


class ProcessExecutor:
    """Implements ``base.Executor`` with processes.

    ``program`` is ``"package.module:Class"``; ``init`` is what it is constructed with, unless ``start_worker`` is given
    another. ``fork`` chooses the fork helper (the default on Linux) or an interpreter per worker; ``modules`` are
    imported by the helper before it forks. ``hash_seeds`` gives each worker a hash seed by its id, which forked ones
    cannot have; else all have the same one. Raises OSError if not even the helper can be started.
    """

    def __init__(
        self,
        program: str,
        init: bytes = b"",
        *,
        modules: Sequence[str] = (),
        fork: bool | None = None,
        variables: Mapping[str, str] = MappingProxyType({}),
        hash_seeds: Callable[[int], int] | None = None,
    ) -> None:
        self._init = init
        self._peers: dict[int, Peer] = {}
        self._by_fd: dict[int, Peer] = {}
        self._ending: set[Peer] = set()
        self._ready: list[Event] = []
        self._next_id = 0
        self._closed = False
        self._poll = select.poll()
        self._wake_fd, self._wake_end = os.pipe()
        os.set_blocking(self._wake_fd, False)
        os.set_blocking(self._wake_end, False)
        self._poll.register(self._wake_fd, select.POLLIN)
        self._lifeline_fd, self._lifeline_end = os.pipe()
        env = worker_environment(int.from_bytes(os.urandom(4), "little")) | dict(variables)
        forking = sys.platform == "linux" if fork is None else fork
        if forking and hash_seeds is not None:
            raise InternalError("forked workers cannot have hash seeds of their own")
        try:
            self._launcher: Launcher = (
                HelperLauncher(program, modules, self._lifeline_fd, env)
                if forking
                else SpawnLauncher(program, self._lifeline_fd, env, hash_seeds)
            )
        except OSError:
            self._close_pipes()
            raise
        self._launcher_fd = -1
        self._follow_launcher()
        _open.add(self)

    # --- what is asked ---------------------------------------------------------------------------------------------

    def start_worker(self, init: bytes | None = None) -> int:
        if self._closed:
            raise InternalError("this executor is closed, or belongs to the process that this one was forked from")
        worker_id = self._next_id
        self._next_id += 1
        words_fd = -1
        try:
            words_fd = last_words_file()
            peer = Peer(worker_id, self._launch(worker_id, words_fd), words_fd)
        except OSError as error:
            close_quietly(words_fd)
            details = (f"it could not be started: {error}",)
            self._ready.append(Exited(worker_id, None, None, details, started=False))
        else:
            self._peers[worker_id] = peer
            self._listen(peer, peer.write(self._init if init is None else init))
        self._take_reports()
        return worker_id

    def send(self, worker_id: int, message: Payload) -> None:
        """As the protocol says. Raises InternalError if the worker has left 1 GiB unread beside the largest message
        (that one takes long to read), FrameError above 4 GiB."""
        peer = self._find(worker_id)
        if peer is None or peer.hung_up:
            return
        if peer.excess_bytes > SEND_QUEUE_BYTES_MAX:
            raise InternalError(f"worker {worker_id} has left {peer.excess_bytes} bytes unread")
        if not peer.write(message):
            self._listen(peer, flushed=False)

    def kill(self, worker_id: int, graceful: bool = False) -> None:
        peer = self._find(worker_id)
        if peer is None:
            return
        peer.by_request = True
        self._ending.add(peer)
        if graceful:
            peer.terminate()
            peer.deadline = min(peer.deadline, time.monotonic() + GRACE_SECONDS)
        else:
            peer.kill()
            peer.deadline = min(peer.deadline, time.monotonic() + SETTLE_SECONDS)

    def wake(self) -> None:
        with suppress(OSError):  # full: a wake-up is waiting already; closed: nobody polls
            os.write(self._wake_end, b"\0")

    def poll(self, timeout: float | None) -> list[Event]:
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        events, self._ready = self._ready, []
        while not self._closed:
            woken = self._look(0.0 if events else deadline - time.monotonic(), events)
            if events or woken or time.monotonic() >= deadline:
                break
        return events

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        for peer in self._peers.values():
            peer.kill()
        self._launcher.close()
        deadline = time.monotonic() + EXIT_SECONDS_MAX
        while any(peer.orphan and not peer.is_gone() for peer in self._peers.values()) and time.monotonic() < deadline:
            time.sleep(0.001)
        self._let_go()

    # --- what happens ----------------------------------------------------------------------------------------------

    def _look(self, seconds: float, events: list[Event]) -> bool:
        """One wait for descriptors, and what follows from them. True if ``wake`` was called."""
        seconds = min(seconds, WATCH_SECONDS if self._ending else WAIT_SECONDS)
        woken = reported = False
        for fd, flags in self._poll.poll(max(0, math.ceil(seconds * 1000))):
            peer = self._by_fd.get(fd)
            if peer is None:
                if fd == self._wake_fd:
                    os.read(fd, 4096)
                    woken = True
                else:
                    reported = True
            elif fd == peer.pidfd:
                self._poll.unregister(fd)
                self._by_fd.pop(fd)
                self._expect_end(peer)
            else:
                if flags & select.POLLOUT and peer.flush():
                    self._poll.register(peer.sock, select.POLLIN)
                if flags & ~select.POLLOUT:
                    self._read(peer, events, READ_AT_ONCE_BYTES)
        if reported or self._ending or self._launcher_fd < 0:
            self._take_reports()
            for peer in list(self._ending):
                self._settle(peer, events)
        return woken

    def _read(self, peer: Peer, events: list[Event], bytes_max: int) -> None:
        messages = peer.read(bytes_max)
        if messages and not peer.started:
            self._born(peer, *HELLO.unpack(joined(messages.pop(0))))
            peer.confirm()
            events.append(Started(peer.worker_id, peer.pid))
        worker_id = peer.worker_id
        events += [Message(worker_id, message) for message in messages]
        if peer.hung_up:
            self._ignore_socket(peer)
            self._expect_end(peer)

    def _take_reports(self) -> None:
        reports = self._launcher.reports()
        self._follow_launcher()  # before the number of a closed connection is another descriptor's
        for report in reports:
            peer = self._peers.get(report.worker_id)
            if peer is None:
                continue
            if isinstance(report, Forked):
                self._born(peer, report.pid)
            elif isinstance(report, Ended):
                peer.ended = report
                self._ending.add(peer)
            elif isinstance(report, Unborn) and not peer.started:
                self._start_over(peer, report.why)
            else:
                peer.orphan = True

    def _start_over(self, peer: Peer, why: str) -> None:
        """Its helper died before the worker was there: ask the next one."""
        self._ignore_socket(peer)
        if peer.launches < LAUNCHES_MAX and not peer.by_request:
            try:
                self._listen(peer, peer.start_over(self._launch(peer.worker_id, peer.words_fd)))
                self._ending.discard(peer)
                return
            except OSError as error:
                why = f"{why}; {error}"
        peer.hung_up = True
        peer.ended = Ended(peer.worker_id, None, None, why)
        self._ending.add(peer)

    def _born(self, peer: Peer, pid: int) -> None:
        if peer.pid < 0:
            peer.born(pid)
            if peer.pidfd >= 0:
                self._by_fd[peer.pidfd] = peer
                self._poll.register(peer.pidfd, select.POLLIN)
            if peer.by_request:
                peer.kill()

    def _expect_end(self, peer: Peer) -> None:
        self._ending.add(peer)
        peer.deadline = min(peer.deadline, time.monotonic() + SETTLE_SECONDS)

    def _settle(self, peer: Peer, events: list[Event]) -> None:
        """Take an ending worker one step on: force it, give up waiting for its report, or tell of its end."""
        late = time.monotonic() >= peer.deadline
        if peer.ended is None and peer.is_gone() and (peer.orphan or late):
            peer.kill()
            peer.ended = Ended(peer.worker_id, None, None, "the fork helper did not live to see it")
        if peer.ended is None:
            if late:
                peer.kill()
                peer.deadline = time.monotonic() + SETTLE_SECONDS
            return
        if not peer.hung_up:
            self._read(peer, events, LAST_READ_BYTES)
        self._ending.discard(peer)
        self._ignore_socket(peer)
        if peer.pidfd >= 0 and self._by_fd.pop(peer.pidfd, None) is not None:
            self._poll.unregister(peer.pidfd)
        del self._peers[peer.worker_id]
        events.append(peer.exited())
        peer.close()

    # --- book-keeping ----------------------------------------------------------------------------------------------

    def _launch(self, worker_id: int, words_fd: int) -> socket.socket:
        """Have a process started; returns our end of its socket. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                ours.setblocking(False)
                self._launcher.launch(worker_id, theirs.fileno(), words_fd)
            except OSError:
                ours.close()
                raise
            finally:
                self._follow_launcher()
        return ours

    def _listen(self, peer: Peer, flushed: bool) -> None:
        self._by_fd[peer.sock.fileno()] = peer
        self._poll.register(peer.sock, select.POLLIN if flushed else select.POLLIN | select.POLLOUT)

    def _find(self, worker_id: int) -> Peer | None:
        """None for a worker that has exited. Raises InternalError for an id never given."""
        if not 0 <= worker_id < self._next_id:
            raise InternalError(f"there never was a worker {worker_id}")
        return self._peers.get(worker_id)

    def _ignore_socket(self, peer: Peer) -> None:
        if self._by_fd.pop(peer.sock.fileno(), None) is not None:
            self._poll.unregister(peer.sock)

    def _follow_launcher(self) -> None:
        """The helper's connection changes when a helper dies."""
        fd = self._launcher.fileno()
        if self._launcher_fd >= 0 and fd != self._launcher_fd:
            self._poll.unregister(self._launcher_fd)
        if fd >= 0:
            self._poll.register(fd, select.POLLIN)
        self._launcher_fd = fd

    def _let_go(self) -> None:
        for peer in self._peers.values():
            peer.close()
        self._peers.clear()
        self._by_fd.clear()
        self._ending.clear()
        self._ready.clear()
        self._close_pipes()

    def _close_pipes(self) -> None:
        close_quietly(self._lifeline_fd, self._lifeline_end, self._wake_fd, self._wake_end)
        self._lifeline_fd = self._lifeline_end = self._wake_fd = self._wake_end = -1

    def _forget(self) -> None:
        """This is a fork of the user's process: let go of workers that are not ours, so that they die with the driver
        and not with us."""
        self._closed = True
        self._launcher.forget()
        self._let_go()


_open: WeakSet[ProcessExecutor] = WeakSet()


def _forget_all() -> None:
    for executor in list(_open):
        executor._forget()


os.register_at_fork(after_in_child=_forget_all)
