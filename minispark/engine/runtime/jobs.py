"""A job as the driver's thread and the user's thread share it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from minispark.engine.core.loads import ShuffleRead
from minispark.engine.core.values import value
from minispark.engine.kernels.results import Result
from minispark.engine.observe.events import ObservedEvent
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.nodes import Node
from minispark.engine.plan.shares import Share
from minispark.engine.scheduler.events import JobFailed, StageSpec

if TYPE_CHECKING:
    from minispark.engine.observe.events import Adapted, NotResumed
    from minispark.engine.runtime.entries import Entry


@value
class StagePlan:
    """A stage ready to run: ``program`` is pickled, ``owner`` is the identity its accumulator updates count under,
    ``operators`` say where the user called what runs in it, ``shares`` what its tasks compute if not a partition each.
    ``entry`` is where its outputs go that may be resumed, ``blocks`` are the entries of the nodes that it keeps, by id,
    and ``reads`` the shuffles that it merges. ``gathered``: its tasks are no partitions of the RDD, which has so many.
    """

    spec: StageSpec
    name: str
    program: bytes
    owner: int
    operators: tuple[CallSite, ...] = ()
    shares: tuple[Share, ...] = ()
    entry: Entry | None = None
    blocks: Mapping[int, str] = MappingProxyType({})
    reads: tuple[ShuffleRead, ...] = ()
    gathered: int = 0


@value(eq=False)
class JobRequest:
    """What the user's thread hands over. ``node`` keeps the lineage, and so its shuffles, alive while the job runs;
    ``properties`` are the job's local properties; ``notes`` is what its planning has to tell listeners."""

    job_id: int
    description: str
    stages: tuple[StagePlan, ...]
    node: Node
    properties: Mapping[str, str] = MappingProxyType({})
    notes: tuple[NotResumed | Adapted, ...] = ()

    @property
    def pool(self) -> str:
        return self.properties.get("spark.scheduler.pool", "default")


OUTPUT_CHARS_MAX = 1 << 20
"""What tasks have printed and the user's thread has not yet written; above it the driver waits for that thread."""


@value
class Announcement:
    """A command for every worker, after what it was sent before; and events for the listeners."""

    command: tuple[str, int] | None
    events: tuple[ObservedEvent, ...] = ()


class JobHandle:
    """The result of a job, one encoded value a partition, and what its tasks print. Written by the driver's thread
    until ``done`` is set."""

    def __init__(self, request: JobRequest, result_bytes_max: int) -> None:
        self.request = request
        self.results: dict[int, Result] = {}
        self.failure: JobFailed | None = None
        self.refused: str | None = None
        self.raised: BaseException | None = None
        self.done = threading.Event()
        self._changed = threading.Condition()
        self._output: list[str] = []
        self._output_chars = 0
        self._deaf = False
        self._bytes = 0
        self._bytes_max = result_bytes_max

    def deliver(self, partition: int, value: Result) -> str | None:
        """Keep one value; returns why the job must stop if all of them together are too large."""
        self._bytes += len(value)
        if self._bytes_max and self._bytes > self._bytes_max:
            return (
                f"the results of {self.request.description} are larger than spark.driver.maxResultSize "
                f"({self._bytes_max} bytes): {self._bytes} bytes with {len(self.results) + 1} of "
                f"{len(self.request.stages[-1].spec.partitions)} partitions in; write them out (saveAsTextFile), "
                "reduce them in the workers, or raise the limit"
            )
        self.results[partition] = value
        return None

    def finish(self, failure: JobFailed | None) -> None:
        self.failure = failure
        if failure is not None:
            self.results.clear()
        self.done.set()
        with self._changed:
            self._changed.notify_all()

    def hear(self, text: str) -> None:
        """Something a task has printed, for the user's thread to write."""
        with self._changed:
            while self._output_chars > OUTPUT_CHARS_MAX and not self._deaf:
                self._changed.wait()
            if not self._deaf:
                self._output.append(text)
                self._output_chars += len(text)
                self._changed.notify_all()

    def wait(self, show: Callable[[str], bool]) -> None:
        """Until the job has ended, with ``show`` called in this thread for all that its tasks print."""
        try:
            while True:
                with self._changed:
                    while not self._output and not self.done.is_set():
                        self._changed.wait()
                    output, self._output = self._output, []
                    self._output_chars = 0
                    self._changed.notify_all()
                if not output:
                    return
                if not all(map(show, output)):
                    self._stop_listening()
        except BaseException:
            self._stop_listening()
            raise

    def _stop_listening(self) -> None:
        with self._changed:
            self._deaf = True
            self._output.clear()
            self._changed.notify_all()


class Mergeable(Protocol):
    """An accumulator, as the session sees it."""

    def _merge(self, update: Any) -> None: ...
