"""The program of a worker: takes stages and tasks, runs them one after another, and says how each ended."""

from __future__ import annotations

import gc
import os
import pickle
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pkgutil import resolve_name
from typing import Any

from minispark.engine.core.errors import (
    BarrierError,
    EnvironmentFault,
    InputMutatedError,
    MapOutputLost,
    SourceDataLost,
    UserMistake,
)
from minispark.engine.core.outcomes import (
    EnvironmentFailed,
    FetchFailed,
    Outcome,
    SourceLost,
    TaskReport,
    UserError,
)
from minispark.engine.core.parts import Payload
from minispark.engine.kernels.current import TaskState, set_current_task
from minispark.engine.kernels.environment import Environment, WorkerSettings
from minispark.engine.kernels.evaluate import Evaluation
from minispark.engine.kernels.reports import pickle_updates
from minispark.engine.kernels.sinks import run_sink
from minispark.engine.plan.program import StageProgram
from minispark.engine.serde.closures import loads
from minispark.engine.serde.failures import capture
from minispark.engine.worker.commands import commands_in
from minispark.engine.worker.endings import ending_message
from minispark.engine.worker.explain import notes_for
from minispark.engine.worker.printing import Outlet, TaskStreams
from minispark.engine.worker.residue import Residue
from minispark.engine.worker.watch import Watch
from minispark.engine.worker.watched import watched

GC_THRESHOLD = (50_000, 20, 50)
"""A loop over records makes containers by the million and hardly a cycle: CPython's 700 would look through all of them
again and again (a quarter of the time of grouping)."""


class TaskRunner:
    """Implements ``executors.base.Program``. A message is a marshalled list of commands; each task is answered."""

    def __init__(self, init: bytes) -> None:
        settings: WorkerSettings = pickle.loads(init)
        self._environment = Environment(settings)
        if not settings.inline:
            gc.freeze()  # what was imported stays
            gc.set_threshold(*GC_THRESHOLD)
        self._pickled: dict[int, tuple[Any, int, int, str, dict[int, str]]] = {}
        self._programs: dict[int, StageProgram] = {}
        self._properties: dict[str, str] = {}
        self._answer: tuple[int, str | None, tuple[str, ...]] | None = None
        self.receive: Callable[[], Payload] | None = None  # given by who runs this, where there is more than one worker
        self._residue = Residue(self._environment.memory, self._environment.shared)
        self._outlet: Outlet | None = None
        self._streams: TaskStreams | None = None

    def handle(self, message: Payload, send: Callable[[Payload], None]) -> bool:
        if self._outlet is None and not self._environment.settings.inline:
            self._outlet = Outlet(send)
            self._streams = TaskStreams(self._outlet)
        send = self._outlet.send if self._outlet is not None else send
        for command in commands_in(message):
            if command[0] == "task":
                send(ending_message(*self._task(*command[1:])))
                if self.receive is not None and (excess := self._residue.excess_bytes(time.perf_counter())):
                    send(pickle.dumps(("recycle", excess), 5))
                    self._idle()
            else:
                self._obey(command)
        return True

    def _idle(self) -> None:
        """Begin no task any more: the driver ends this process, and gives its tasks to another."""
        while self.receive is not None:
            self.receive()

    def _obey(self, command: tuple[Any, ...]) -> None:
        """What is no task may also be told while one waits for others."""
        match command[0]:
            case "stage":
                self._pickled[command[1]] = command[2:]
            case "outputs":
                self._environment.set_outputs(*command[1:])
            case "unshare":
                self._environment.shared.pop(command[1], None)
            case "properties":
                self._properties = command[1]
            case "path":
                self._set_path(command[1], command[2], command[3:])
            case "forget":
                self._pickled.pop(command[1], None)
                self._programs.pop(command[1], None)
            case "answer":
                self._answer = command[1:]

    def _set_path(self, entries: str, directory: str, path: tuple[str, ...]) -> None:
        """Import from where the driver does, relative paths and finders included."""
        if not self._environment.settings.inline:
            sys.path[:] = path
            with suppress(OSError):  # it may be gone: then relative paths fail as they do in the driver
                os.chdir(directory)
            for entry in entries.split():
                resolve_name(entry)()

    def _task(self, attempt_id: int, stage_id: int, index: int, number: int) -> tuple[int, float, Outcome]:
        started = time.perf_counter()
        task = TaskState(self._environment, stage_id, index, attempt_id, number, self._pickled[stage_id][1])
        task.properties = self._properties
        task.together, task.entry, task.blocks = self._pickled[stage_id][2:]
        if task.together:
            task.meet = partial(self._meet, attempt_id)
        set_current_task(task)
        self._environment.begin_task()
        if self._streams is not None:
            self._streams.begin(attempt_id)
        evaluation = None
        program = None
        try:
            program = self._program(stage_id)
            if program.shares:
                task.take(program.shares[task.index])
            if self._environment.settings.strict_seed is not None:
                program, task.watch = watched(program)
            evaluation = Evaluation(program, task, self._environment)
            success = run_sink(program.sink, evaluation, self._environment, lambda: self._report(task, started))
            outcome: Outcome = success
        except BaseException as error:
            outcome = self._failed(error, program, evaluation, task)
            if isinstance(error, InputMutatedError):
                self._environment.shared.clear()  # the next task must not meet a changed broadcast
        finally:
            if evaluation is not None:
                evaluation.close()
            self._environment.end_task()
            if self._streams is not None:
                self._streams.finish()
            set_current_task(None)
        return attempt_id, time.perf_counter() - started, outcome

    def _meet(self, attempt_id: int, kind: str, message: str) -> list[str]:
        """Wait until every task of the barrier stage has called the same; returns the messages of all."""
        if self.receive is None or self._outlet is None:
            return [message]  # one worker, so one task
        self._answer = None
        self._outlet.send(pickle.dumps(("barrier", attempt_id, kind, message), 5))
        while self._answer is None or self._answer[0] != attempt_id:
            for command in commands_in(self.receive()):
                self._obey(command)
        _, error, messages = self._answer
        if error is not None:
            raise BarrierError(error)
        return list(messages)

    def _program(self, stage_id: int) -> StageProgram:
        """Read once; under a strict context for every task, so that nothing a function keeps reaches another task."""
        program = self._programs.get(stage_id)
        if program is None:
            program = loads(self._pickled[stage_id][0])
            if self._environment.settings.strict_seed is None:
                self._programs[stage_id] = program
                self._pickled[stage_id] = (
                    None,
                    *self._pickled[stage_id][1:],
                )  # what functions drag along is not held twice
        return program

    def _report(self, task: TaskState, started: float) -> TaskReport:
        """What the attempt did up to now: called once, when its output is about to be committed."""
        if isinstance(task.watch, Watch):
            task.watch.finish()
        counters = task.counters
        updates = tuple(
            (owner, partition, pickle_updates(values)) for (owner, partition), values in task.updates.items() if values
        )
        return TaskReport(
            records_read=counters.records_read + counters.shuffle.records,
            records_written=counters.records_written,
            shuffle_bytes_read=counters.shuffle.bytes,
            shuffle_bytes_written=counters.shuffle_bytes_written,
            spill_bytes=self._environment.workspace.spills.bytes,
            peak_memory_bytes=self._environment.memory.peak_bytes,
            seconds=time.perf_counter() - started,
            accumulators=updates,
            cached=tuple(task.cached),
            quarantined=tuple(task.quarantined),
        )

    def _failed(
        self, error: BaseException, program: StageProgram | None, evaluation: Evaluation | None, task: TaskState
    ) -> Outcome:
        """An exception as data, by whose fault it is."""
        if isinstance(error, MapOutputLost):
            return FetchFailed(error.shuffle_id, error.map_id, error.attempt_id, error.why)
        if isinstance(error, SourceDataLost):
            return SourceLost(error.data_id, error.why)
        notes = notes_for(error, program, evaluation, task)
        if isinstance(error, MemoryError) and not isinstance(error, UserMistake):  # ResultTooLargeError is both
            return EnvironmentFailed(capture(error, notes), recycle_worker=True)
        if isinstance(error, EnvironmentFault):
            return EnvironmentFailed(capture(error, notes))
        retriable = not isinstance(error, UserMistake)
        return UserError(capture(error, notes), retriable)
