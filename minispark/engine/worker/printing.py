"""What tasks print, on its way to the driver's ``sys.stderr``.

A worker's two streams are replaced: whole lines travel as messages on the connection that also carries outcomes, in
order, so that what a task has printed is there before its job has ended. What is written to the descriptors themselves
(by C code, by a subprocess) goes where the driver's own descriptors lead.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from minispark.engine.core.parts import Payload

CHUNK_CHARS_MAX = 64 << 10
"""One message; a longer line is cut."""
AT_ONCE_MAX = 50
BURST_SECONDS = 0.1
"""So many lines a burst travel at once, each by itself; what follows is gathered and sent after that time."""


class Outlet:
    """Sends messages one at a time, from any thread of this process."""

    def __init__(self, send: Callable[[Payload], None]) -> None:
        self._send = send
        self._lock = threading.Lock()
        self._holder = 0

    def send(self, message: Payload) -> None:
        with self._lock:
            self._holder = threading.get_ident()
            try:
                self._send(message)
            finally:
                self._holder = 0

    @property
    def sending(self) -> bool:
        """Whether this very thread is in ``send``: a finalizer that prints may be called anywhere."""
        return self._holder == threading.get_ident()


class TaskStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a worker. ``attempt_id`` says whose words they are."""

    attempt_id = -1

    def __init__(self, name: str, outlet: Outlet, original: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._outlet = outlet
        self._original = original
        self._clock = clock
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._text: list[str] = []
        self._chars = 0
        self._burst_began = -BURST_SECONDS
        self._sent_in_burst = 0
        self._timer: threading.Timer | None = None

    # --- what a text stream offers ---------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return f"<{self._name}>"

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute in the stubs
        return "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]  # likewise
        return "backslashreplace"

    @property
    def buffer(self) -> io.BufferedIOBase:
        """Takes bytes, for programs that write ``sys.stdout.buffer``."""
        return _Bytes(self)

    def fileno(self) -> int:
        return int(self._original.fileno())

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if os.getpid() != self._pid:  # a child that the task has forked: the connection is not its own
            self._original.write(text)
            self._original.flush()
            return len(text)
        with self._lock:
            self._text.append(text)
            self._chars += len(text)
            if self._chars >= CHUNK_CHARS_MAX:
                self._emit(half_lines=True)
            elif "\n" in text:
                self._line_ended()
        return len(text)

    def flush(self) -> None:
        """Nothing: lines are on their way already, and half a line would be torn by those of other tasks."""

    # --- on its way ------------------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Send what is left, the last half line too: the task has ended."""
        with self._lock:
            self._emit()
            self._emit(half_lines=True)

    def _line_ended(self) -> None:
        now = self._clock()
        if now - self._burst_began >= BURST_SECONDS:
            self._burst_began, self._sent_in_burst = now, 0
        if self._sent_in_burst < AT_ONCE_MAX:
            self._sent_in_burst += 1
            self._emit()
        elif self._timer is None:
            self._timer = threading.Timer(BURST_SECONDS, self._timer_rings)
            self._timer.daemon = True
            self._timer.start()

    def _timer_rings(self) -> None:
        with self._lock:
            self._timer = None
            self._emit()

    def _emit(self, half_lines: bool = False) -> None:
        """Send the whole lines that are here; with ``half_lines`` what follows them as well, if nothing else is."""
        if self._outlet.sending:
            return
        text = "".join(self._text)
        start, end = 0, text.rfind("\n") + 1
        if half_lines and (not end or self._chars < CHUNK_CHARS_MAX):
            end = len(text)
        while start < end:
            cut = min(end, start + CHUNK_CHARS_MAX)
            if cut < end:
                cut = text.rfind("\n", start, cut) + 1 or cut
            self._outlet.send(pickle.dumps(("output", self.attempt_id, text[start:cut]), 5))
            start = cut
        self._text = [text[end:]] if end < len(text) else []
        self._chars = len(text) - end


class _Bytes(io.BufferedIOBase):
    def __init__(self, stream: TaskStream) -> None:
        self._stream = stream

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        text = bytes(data)
        self._stream.write(text.decode("utf-8", "backslashreplace"))
        return len(text)


class TaskStreams:
    """Both streams of a worker, put in place of the process's own."""

    def __init__(self, outlet: Outlet) -> None:
        self._streams = (TaskStream("stdout", outlet, sys.stdout), TaskStream("stderr", outlet, sys.stderr))
        sys.stdout, sys.stderr = self._streams

    def begin(self, attempt_id: int) -> None:
        for stream in self._streams:
            stream.attempt_id = attempt_id

    def finish(self) -> None:
        for stream in self._streams:
            stream.finish()
