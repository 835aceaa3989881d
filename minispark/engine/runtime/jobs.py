"""A job as the driver's thread and the user's thread share it."""

from __future__ import annotations

import threading

from minispark.engine.core.values import value
from minispark.engine.plan.nodes import Node
from minispark.engine.scheduler.events import JobFailed, StageSpec


@value
class StagePlan:
    """A stage ready to run: ``program`` is pickled, ``owner`` is the identity its accumulator updates count under."""

    spec: StageSpec
    name: str
    program: bytes
    owner: int


@value(eq=False)
class JobRequest:
    """What the user's thread hands over. ``node`` keeps the lineage, and so its shuffles, alive while the job runs."""

    job_id: int
    description: str
    stages: tuple[StagePlan, ...]
    node: Node


class JobHandle:
    """The result of a job, one encoded value a partition. Written by the driver's thread until ``done`` is set."""

    def __init__(self, request: JobRequest, result_bytes_max: int) -> None:
        self.request = request
        self.results: dict[int, bytes] = {}
        self.failure: JobFailed | None = None
        self.refused: str | None = None
        self.raised: BaseException | None = None
        self.done = threading.Event()
        self._bytes = 0
        self._bytes_max = result_bytes_max

    def deliver(self, partition: int, value: bytes) -> str | None:
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
