"""The driver's view of one worker process: its socket, its pid, and in the end how it died."""

from __future__ import annotations

import math
import os
import select
import signal
import socket
from contextlib import suppress

from minispark.engine.core.parts import Payload
from minispark.engine.executors.base import Exited
from minispark.engine.executors.descriptors import close_quietly, read_last_words, read_taken
from minispark.engine.executors.frames import READ_BYTES, FrameError, FrameReader, FrameWriter
from minispark.engine.executors.helper import kill_group
from minispark.engine.executors.launchers import Ended


class Peer:
    """One worker process.

    ``hung_up``: nothing more can be read. ``orphan``: its launcher will not report its end. ``ended``: the report,
    once it is here. ``deadline``: when to use force (monotonic seconds). ``pid`` is -1 until it is known. ``launches``
    counts how often its start was asked for.
    """

    __slots__ = (
        "_fault",
        "_oom_kills",
        "_reader",
        "_unheard",
        "_writer",
        "by_request",
        "deadline",
        "ended",
        "hung_up",
        "launches",
        "orphan",
        "pid",
        "pidfd",
        "sock",
        "started",
        "words_fd",
        "worker_id",
    )

    def __init__(self, worker_id: int, sock: socket.socket, words_fd: int) -> None:
        self.worker_id = worker_id
        self.sock = sock
        self.pid = self.pidfd = -1
        self.started = self.by_request = self.orphan = self.hung_up = False
        self.deadline = math.inf
        self.ended: Ended | None = None
        self.words_fd = words_fd
        self.launches = 1
        self._unheard: list[Payload] = []
        self._reader = FrameReader()
        self._writer = FrameWriter()
        self._fault = ""
        self._oom_kills = _oom_kills()

    def read(self, bytes_max: int) -> list[Payload]:
        """The messages that are here whole, from reads of about ``bytes_max`` bytes. Sets ``hung_up`` at the end."""
        messages: list[Payload] = []
        try:
            while bytes_max > 0:
                size = self._reader.read(self.sock, messages)
                bytes_max -= size
                if size < READ_BYTES:
                    self.hung_up = not size
                    break
        except BlockingIOError:
            pass
        except ConnectionError:
            self.hung_up = True
        except FrameError as error:
            self.hung_up = True
            self._fault = f"it wrote to the engine's own descriptor: {error}"
        return messages

    def write(self, message: Payload) -> bool:
        """Queue the message and write what the socket takes; False if some remains to be flushed."""
        if not self.started:
            self._unheard.append(message)
        self._writer.put(message)
        return self.flush()

    def flush(self) -> bool:
        try:
            return self._writer.flush(self.sock)
        except OSError:  # its end will be noticed by reading
            self._writer = FrameWriter()
            return True

    @property
    def excess_bytes(self) -> int:
        """What it has left unread beside the largest of these messages."""
        return self._writer.excess_bytes

    def start_over(self, sock: socket.socket) -> bool:
        """Say everything again on another socket, as to a process that has heard nothing; returns as ``write``."""
        self.sock.close()
        self.sock = sock
        self.hung_up = False
        self.deadline = math.inf
        self.launches += 1
        self._reader = FrameReader()
        self._writer = FrameWriter()
        for message in self._unheard:
            self._writer.put(message)
        return self.flush()

    def confirm(self) -> None:
        """It has started: whatever is sent to it from now on need not be sent again."""
        self.started = True
        self._unheard.clear()

    def born(self, pid: int) -> None:
        """Its process is known."""
        if self.pid < 0:
            self.pid = pid
            if hasattr(os, "pidfd_open"):
                with suppress(OSError):
                    self.pidfd = os.pidfd_open(pid)

    def is_gone(self) -> bool:
        """Whether its process has ended, as far as can be seen without reaping it."""
        if self.pid < 0:
            return False
        if self.pidfd >= 0:
            ended = select.poll()
            ended.register(self.pidfd, select.POLLIN)
            return bool(ended.poll(0))
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def terminate(self) -> None:
        """SIGTERM to the process alone: it leaves its stack and ends, one that was stopped too."""
        if self.pid > 0 and not self.is_gone():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)
                os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL to it and its group, unless the process has ended: its launcher saw to the group then."""
        if self.pid > 0 and (self.orphan or not self.is_gone()):
            kill_group(self.pid)
            if not self.is_gone():  # what runs in it may have moved it to another group
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

    def exited(self) -> Exited:
        """How it ended. Call once ``ended`` is set."""
        status, peak, why = (None, None, "") if self.ended is None else self.ended[1:]
        code = number = None
        if status is not None:
            if os.WIFSIGNALED(status):
                number = os.WTERMSIG(status)
            else:
                code = os.WEXITSTATUS(status)
        out_of_memory = number == signal.SIGKILL and not self.by_request and _oom_kills() > self._oom_kills
        details = [_how(code, number)]
        details += [why] if why else []
        details += [self._fault] if self._fault else []
        details += ["the kernel's out-of-memory killer was at work"] if out_of_memory else []
        details += [f"peak memory {peak / 2**20:.0f} MB"] if peak else []
        words = read_last_words(self.words_fd)
        return Exited(
            self.worker_id,
            code,
            number,
            (*details, *words),
            self.by_request,
            self.started,
            out_of_memory,
            peak or None,
            read_taken(self.words_fd),
            words,
        )

    def close(self) -> None:
        """Close its descriptors."""
        self.sock.close()
        close_quietly(self.words_fd, self.pidfd)
        self.words_fd = self.pidfd = -1


def _how(code: int | None, number: int | None) -> str:
    if number is not None:
        try:
            return f"killed by {signal.Signals(number).name}"
        except ValueError:
            return f"killed by signal {number}"
    return "it ended, nobody knows how" if code is None else f"exit code {code}"


def _oom_kills() -> int:
    """How often the kernel has killed a process for memory since it started; 0 where it does not say."""
    try:
        with open("/proc/vmstat", "rb") as file:
            _, found, rest = file.read().partition(b"\noom_kill ")
    except OSError:
        return 0
    return int(rest.split(None, 1)[0]) if found else 0
