"""Workers without processes: programs run in the thread that polls. For debugging, tests and tiny data."""

from __future__ import annotations

import os
import threading
from collections import deque
from functools import partial

from minispark.engine.core.errors import InternalError
from minispark.engine.core.parts import Parts, Payload
from minispark.engine.executors.base import Event, Exited, Message, Program, Started, load_program

SIGKILL = 9
"""What a killed process would have ended by; not every system's ``signal`` has the name."""


class _Worker:
    """``program`` is None until it is constructed."""

    __slots__ = ("by_request", "init", "program", "taken")

    def __init__(self, init: bytes) -> None:
        self.init = init
        self.program: Program | None = None
        self.by_request = False
        self.taken = 0


class InlineExecutor:
    """Implements ``base.Executor`` in the calling process: each ``poll`` takes one step of one worker.

    A step is the construction of a program or the handling of one message, so what the caller learns from one step can
    stop the next. A step cannot be interrupted: ``kill`` takes effect before the next one. What would end a process
    (``os._exit``, a crash in C) ends the caller.
    """

    def __init__(self, program: str, init: bytes = b"") -> None:
        self._program = program
        self._init = init
        self._workers: dict[int, _Worker] = {}
        self._steps: deque[tuple[int, Payload | None]] = deque()
        self._next_id = 0
        self._woken = threading.Event()
        self._closed = False

    def start_worker(self, init: bytes | None = None) -> int:
        if self._closed:
            raise InternalError("this executor is closed")
        worker_id = self._next_id
        self._next_id += 1
        self._workers[worker_id] = _Worker(self._init if init is None else init)
        self._steps.append((worker_id, None))
        return worker_id

    def send(self, worker_id: int, message: Payload) -> None:
        if self._find(worker_id) is not None:
            self._steps.append((worker_id, message))

    def kill(self, worker_id: int, graceful: bool = False) -> None:
        worker = self._find(worker_id)
        if worker is not None:
            worker.by_request = True
            self._steps.appendleft((worker_id, None))

    def poll(self, timeout: float | None) -> list[Event]:
        events: list[Event] = []
        while not (events or self._closed):
            if self._steps:
                self._step(*self._steps.popleft(), events)
            elif not self._woken.wait(timeout):
                break
            if self._woken.is_set():
                self._woken.clear()
                break
        return events

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._closed = True
        self._workers.clear()
        self._steps.clear()
        self._woken.set()

    def _step(self, worker_id: int, message: Payload | None, events: list[Event]) -> None:
        worker = self._workers.get(worker_id)
        if worker is None:
            return
        if worker.by_request:
            self._exit(worker_id, worker, events, None, ("killed before its next step",))
            return
        try:
            goes_on = self._advance(worker_id, worker, message, events)
        except SystemExit as request:
            code = request.code
            number = 0 if code is None else code & 0xFF if isinstance(code, int) else 1
            self._exit(worker_id, worker, events, number, (f"exit code {number}", str(code)))
        except BaseException:
            import traceback

            lines = tuple(traceback.format_exc().splitlines())
            self._exit(worker_id, worker, events, 1, ("exit code 1", *lines))
        else:
            if not goes_on:
                self._exit(worker_id, worker, events, 0, ("exit code 0",))

    def _advance(self, worker_id: int, worker: _Worker, message: Payload | None, events: list[Event]) -> bool:
        if message is None or worker.program is None:
            worker.program = load_program(self._program)(worker.init)
            events.append(Started(worker_id, os.getpid()))
            return True
        worker.taken += 1
        return worker.program.handle(message, partial(_append, events, worker_id))

    def _exit(
        self, worker_id: int, worker: _Worker, events: list[Event], code: int | None, details: tuple[str, ...]
    ) -> None:
        del self._workers[worker_id]
        number = SIGKILL if code is None else None
        started = worker.program is not None
        events.append(Exited(worker_id, code, number, details, worker.by_request, started, taken=worker.taken))

    def _find(self, worker_id: int) -> _Worker | None:
        if not 0 <= worker_id < self._next_id:
            raise InternalError(f"there never was a worker {worker_id}")
        return self._workers.get(worker_id)


def _append(events: list[Event], worker_id: int, data: Payload) -> None:
    """As a process would have it: in memory of its own."""
    if isinstance(data, Parts):
        data = Parts(tuple(map(bytearray, data.pieces)))
    events.append(Message(worker_id, data))
