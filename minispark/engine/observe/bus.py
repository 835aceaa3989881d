"""Hands each event to every listener, and keeps the job safe from them."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from minispark.engine.observe.events import ObservedEvent


class Listener(Protocol):
    """Is called for every event, on the driver's thread: it must return soon, and look only at events it knows."""

    def on_event(self, event: ObservedEvent) -> None: ...


class ListenerBus:
    """The listeners of one context. ``post`` never raises for a listener's fault.

    ``add`` and ``remove`` may be called from any thread, also from within a listener: the tuple is replaced, never
    changed, so that a post under way finishes with the listeners it began with.

    >>> class Printer:
    ...     def on_event(self, event):
    ...         print(type(event).__name__)
    >>> from minispark.engine.observe.events import WorkerStart
    >>> bus = ListenerBus([Printer()])
    >>> bus.post(WorkerStart(worker_id=0, pid=4711))
    WorkerStart
    """

    def __init__(self, listeners: list[Listener] | None = None, stderr: TextIO | None = None) -> None:
        self._listeners: tuple[Listener, ...] = tuple(listeners or ())
        self._stderr = stderr

    @property
    def heard(self) -> bool:
        """Whether anybody listens."""
        return bool(self._listeners)

    def add(self, listener: Listener) -> None:
        """From the next event on. Adding the same object twice changes nothing."""
        if not any(known is listener for known in self._listeners):
            self._listeners = (*self._listeners, listener)

    def remove(self, listener: Listener) -> None:
        """From the next event on; a listener that is not there (any more) is no error."""
        self._listeners = tuple(known for known in self._listeners if known is not listener)

    def post(self, event: ObservedEvent) -> None:
        """Call every listener in the order of their adding. One that raises an Exception is dropped and reported."""
        for listener in self._listeners:
            try:
                listener.on_event(event)
            except Exception as error:
                self.remove(listener)
                self._report(listener, event, error)

    def close(self) -> None:
        """Let every listener that has a ``close()`` give back what it holds, then forget them all."""
        for listener in self._listeners:
            close = getattr(listener, "close", None)
            if close is not None:
                try:
                    close()
                except Exception as error:
                    self._report(listener, None, error)
        self._listeners = ()

    def _report(self, listener: Listener, event: ObservedEvent | None, error: Exception) -> None:
        import traceback  # not needed in a run without faults, and costs 5 ms

        when = f"while handling {type(event).__name__}" if event is not None else "while closing"
        lines = "".join(traceback.format_exception(error))
        out = self._stderr or sys.stderr
        if out is not None:
            print(f"minispark: listener {type(listener).__name__} failed {when} and was dropped\n{lines}", file=out)
