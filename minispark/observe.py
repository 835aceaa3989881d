"""What happens in a context, as it happens: jobs, stages, tasks and workers, told to listeners of yours.

PySpark has no listeners in Python; this is minispark's own. For a record on disk see ``spark.eventLog.enabled``.

>>> from minispark.observe import Listener, listening
>>> class Counting(Listener):
...     tasks = 0
...
...     def on_task_end(self, event):
...         self.tasks += 1
>>> counting = Counting()
>>> with listening(sc, counting):
...     sc.parallelize(range(10), 4).sum()
45
>>> counting.tasks
4
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from minispark.engine.observe.bus import Listener as _Listener
from minispark.engine.observe.events import (
    Adapted,
    JobEnd,
    JobStart,
    NotResumed,
    ObservedEvent,
    ShuffleMeasured,
    StageEnd,
    StageInfo,
    StageSkip,
    StageStart,
    TaskEnd,
    TaskStart,
    WorkerEnd,
    WorkerRecycled,
    WorkerStart,
)
from minispark.engine.observe.metrics import StageRow, StageTable

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext

__all__ = [
    "Adapted",
    "JobEnd",
    "JobStart",
    "Listener",
    "NotResumed",
    "ShuffleMeasured",
    "StageEnd",
    "StageInfo",
    "StageRow",
    "StageSkip",
    "StageStart",
    "StageTable",
    "TaskEnd",
    "TaskStart",
    "WorkerEnd",
    "WorkerRecycled",
    "WorkerStart",
    "add_listener",
    "listening",
    "remove_listener",
]

L = TypeVar("L", bound=_Listener)


class Listener:
    """Override what you want to hear of.

    The methods are called on the engine's own thread, in the order of what happens and before the action that caused it
    returns: they should be quick and cannot run actions. One that raises is dropped, with its traceback on stderr.
    """

    def on_event(self, event: ObservedEvent) -> None:
        """Every event; calls the method for its kind."""
        getattr(self, _METHODS[type(event)])(event)

    def on_job_start(self, event: JobStart) -> None:
        """An action has begun; its stages are planned."""

    def on_job_end(self, event: JobEnd) -> None:
        """It has its result, or has failed."""

    def on_stage_start(self, event: StageStart) -> None:
        """A run of a stage begins."""

    def on_stage_end(self, event: StageEnd) -> None:
        """A run of a stage is over."""

    def on_stage_skip(self, event: StageSkip) -> None:
        """What a stage would write is there already."""

    def on_shuffle_measured(self, event: ShuffleMeasured) -> None:
        """A shuffle is whole: what each of its reducers will have to take, and for which keys."""

    def on_adapted(self, event: Adapted) -> None:
        """A job that is about to begin computes something differently, as its inputs turned out as they did."""

    def on_not_resumed(self, event: NotResumed) -> None:
        """A stage has to run in every run, whatever is in the resume directory."""

    def on_task_start(self, event: TaskStart) -> None:
        """An attempt at a task is sent to a worker; a few may wait there for their turn."""

    def on_task_end(self, event: TaskEnd) -> None:
        """An attempt has ended, well or not."""

    def on_worker_start(self, event: WorkerStart) -> None:
        """A worker is ready."""

    def on_worker_end(self, event: WorkerEnd) -> None:
        """A worker is gone."""

    def on_worker_recycled(self, event: WorkerRecycled) -> None:
        """A worker is replaced, as its tasks have left too much in it."""


_METHODS: dict[type, str] = {
    JobStart: "on_job_start",
    JobEnd: "on_job_end",
    StageStart: "on_stage_start",
    StageEnd: "on_stage_end",
    StageSkip: "on_stage_skip",
    ShuffleMeasured: "on_shuffle_measured",
    NotResumed: "on_not_resumed",
    Adapted: "on_adapted",
    TaskStart: "on_task_start",
    TaskEnd: "on_task_end",
    WorkerStart: "on_worker_start",
    WorkerEnd: "on_worker_end",
    WorkerRecycled: "on_worker_recycled",
}


def add_listener(context: SparkContext, listener: _Listener) -> None:
    """Tell ``listener`` of everything from now on, until it is removed or the context has stopped.

    Raises TypeError if it has no ``on_event``, ContextStoppedError for a stopped context.
    """
    if not callable(getattr(listener, "on_event", None)):
        raise TypeError(f"a listener needs a method on_event(event), as minispark.observe.Listener: {listener!r:.200}")
    context._check_running()
    context._session.bus.add(listener)


def remove_listener(context: SparkContext, listener: _Listener) -> None:
    """Tell it no more. One that is not there is no error."""
    context._session.bus.remove(listener)


@contextmanager
def listening(context: SparkContext, listener: L) -> Iterator[L]:
    """``add_listener`` for the time of a ``with`` block."""
    add_listener(context, listener)
    try:
        yield listener
    finally:
        remove_listener(context, listener)
