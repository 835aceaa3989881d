"""A progress bar on a terminal's stderr for stages that take a while; silence everywhere else."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from minispark.engine.observe.events import JobEnd, ObservedEvent, StageEnd, StageStart, TaskEnd

if TYPE_CHECKING:
    from tqdm import tqdm

DELAY_SECONDS = 0.5
"""A stage that is over sooner is not shown (Spark's console bar waits as long)."""

INTERVAL_SECONDS = 0.1


def console_progress(enabled: bool, stream: TextIO | None = None) -> ConsoleProgress | None:
    """The bar for a context, or None where nobody would see it: switched off, or ``stream`` (stderr) no terminal."""
    out = stream or sys.stderr
    if not enabled or out is None or out.closed or not out.isatty():
        return None
    return ConsoleProgress(out)


class ConsoleProgress:
    """One line: the stage that has been running longest, once it has run for ``delay_seconds``. It is wiped at the end.

    A thread of its own draws, so that time moves on the screen while long tasks run; it sleeps while no stage runs, and
    starts with the first one. Where a stage ends, its line is gone before ``on_event`` returns, so it never runs into
    what the program prints next.
    """

    def __init__(
        self,
        stream: TextIO,
        clock: Callable[[], float] = time.monotonic,
        delay_seconds: float = DELAY_SECONDS,
        threaded: bool = True,
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._delay_seconds = delay_seconds
        self._threaded = threaded
        self._lock = threading.Lock()
        self._runs: dict[int, _Run] = {}
        self._shown: int | None = None
        self._bar: tqdm[Any] | None = None
        self._thread: threading.Thread | None = None
        self._busy = threading.Event()
        self._closed = threading.Event()

    def on_event(self, event: ObservedEvent) -> None:
        if isinstance(event, TaskEnd):
            run = self._runs.get(event.stage_id)
            if run is not None and event.counted:
                run.done += event.outcome_name == "Success"
                run.failed += event.outcome_name != "Success"
        elif isinstance(event, StageStart):
            with self._lock:
                self._runs[event.stage_id] = _Run(event.job_id, event.name, event.tasks, self._clock())
                self._wake()
        elif isinstance(event, StageEnd):
            self._forget([event.stage_id])
        elif isinstance(event, JobEnd):
            self._forget([stage for stage, run in list(self._runs.items()) if run.job_id == event.job_id])

    def tick(self) -> None:
        """Draw what is due now. Called by the thread; tests call it with a clock of theirs."""
        with self._lock:
            if self._closed.is_set():
                return
            due = self._clock() - self._delay_seconds
            if self._shown is None:
                self._shown = next((stage for stage, run in self._runs.items() if run.started <= due), None)
            if self._shown is not None:
                self._draw(self._runs[self._shown])

    def close(self) -> None:
        """Wipe the line and end the thread. Nothing is drawn afterwards. Idempotent."""
        with self._lock:
            self._closed.set()
            self._busy.set()
            self._runs.clear()
            self._wipe()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _draw(self, run: _Run) -> None:
        if self._bar is None:
            self._bar = _make_bar(self._stream, run)
            self._bar.start_t -= self._clock() - run.started
        others = f" (+{len(self._runs) - 1} more)" if len(self._runs) > 1 else ""
        self._bar.set_description_str(run.name + others, refresh=False)
        self._bar.set_postfix_str(f"{run.failed} failed" if run.failed else "", refresh=False)
        self._bar.n = min(run.done, run.tasks)
        self._bar.refresh()

    def _wipe(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = self._shown = None

    def _forget(self, stages: list[int]) -> None:
        with self._lock:
            for stage in stages:
                self._runs.pop(stage, None)
            if self._shown not in self._runs:
                self._wipe()
            if not self._runs and not self._closed.is_set():
                self._busy.clear()

    def _wake(self) -> None:
        self._busy.set()
        if self._threaded and self._thread is None and not self._closed.is_set():
            self._thread = threading.Thread(target=self._keep_drawing, name="minispark-progress", daemon=True)
            self._thread.start()

    def _keep_drawing(self) -> None:
        while not self._closed.is_set():
            self._busy.wait()
            self.tick()
            self._closed.wait(INTERVAL_SECONDS)


class _Run:
    """One run of a stage, as far as it has come."""

    __slots__ = ("done", "failed", "job_id", "name", "started", "tasks")

    def __init__(self, job_id: int, name: str, tasks: int, started: float) -> None:
        self.job_id = job_id
        self.name = name
        self.tasks = tasks
        self.started = started
        self.done = 0
        self.failed = 0


def _make_bar(stream: TextIO, run: _Run) -> tqdm[Any]:
    """tqdm without its monitor thread and its lock between processes: one thread draws, and only here."""
    from tqdm import tqdm  # 75 ms that a short or silent run does not pay

    class Bar(tqdm):  # type: ignore[type-arg]  # generic in its stubs alone
        monitor_interval = 0

    Bar.set_lock(threading.RLock())
    return Bar(
        total=run.tasks,
        file=stream,
        leave=False,
        delay=1e-9,  # the first drawing is ours, with its description
        dynamic_ncols=True,
        unit="task",
        bar_format="{desc} {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} tasks, {elapsed}{postfix}",
    )
