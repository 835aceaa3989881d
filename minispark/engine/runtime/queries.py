"""Jobs that an engine in the driver computes, such as a DataFrame's query: listeners see them as jobs of one task."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from minispark.engine.core.errors import JobCancelledError
from minispark.engine.observe.events import (
    JobEnd,
    JobStart,
    ObservedEvent,
    StageEnd,
    StageInfo,
    StageStart,
    TaskEnd,
    TaskStart,
)
from minispark.engine.runtime.jobs import Announcement

T = TypeVar("T")
DRIVER = -1
"""Stands for a worker's number where the driver itself computes."""


class _Running:
    """A query under way: ``interrupt`` ends it, ``why`` says on whose request."""

    def __init__(self, properties: Mapping[str, str], interrupt: Callable[[], None]) -> None:
        self.properties = properties
        self.interrupt = interrupt
        self.why: str | None = None


class Queries:
    """The queries of one context.

    ``job_ids`` and ``stage_ids`` are those of its other jobs; ``request`` and ``settle`` the driver's queue and the way
    to wait until it has taken what was put in.
    """

    def __init__(
        self,
        job_ids: Iterator[int],
        stage_ids: Iterator[int],
        request: Callable[[Announcement | threading.Event], None],
        settle: Callable[[threading.Event], None],
    ) -> None:
        self._job_ids = job_ids
        self._stage_ids = stage_ids
        self._request = request
        self._settle = settle
        self._attempts = itertools.count(1)
        self._running: dict[int, _Running] = {}
        self._lock = threading.Lock()

    def run(
        self, description: str, properties: Mapping[str, str], compute: Callable[[], T], interrupt: Callable[[], None]
    ) -> T:
        """What ``compute`` gives, told to the listeners as a job.

        ``interrupt`` must make it raise soon, from any thread.
        Raises JobCancelledError where ``cancel`` ended it, else what ``compute`` raises.
        """
        with self._lock:
            job_id, stage_id = next(self._job_ids), next(self._stage_ids)
            running = self._running[job_id] = _Running(properties, interrupt)
        attempt = -next(self._attempts)
        stage = StageInfo(stage_id, description, 1)
        started, failure = time.perf_counter(), "interrupted from the keyboard"
        try:
            self._tell(
                JobStart(job_id, description, (stage,), tuple(properties.items())),
                StageStart(job_id, stage_id, 0, 1, description),
                TaskStart(job_id, stage_id, 0, 0, DRIVER, attempt, 0),
            )
            result = compute()
            failure = ""
            return result
        except Exception as error:
            failure = str(error) or type(error).__name__
            if running.why is not None:
                failure = running.why
                raise JobCancelledError(f"the job was cancelled: {running.why}") from None
            raise
        finally:
            with self._lock:
                self._running.pop(job_id, None)
            seconds = time.perf_counter() - started
            outcome = "UserFailed" if failure else "Success"
            self._tell(
                TaskEnd(job_id, stage_id, 0, 0, DRIVER, outcome, seconds, None, True, attempt),
                StageEnd(job_id, stage_id, 0, bool(failure)),
                JobEnd(job_id, bool(failure), failure),
            )
            told = threading.Event()
            self._request(told)
            self._settle(told)

    def cancel(self, wanted: Callable[[Mapping[str, str]], bool], why: str) -> None:
        """End every query whose job's properties are ``wanted``."""
        with self._lock:
            for running in self._running.values():
                if wanted(running.properties):
                    running.why = why
                    running.interrupt()

    def _tell(self, *events: ObservedEvent) -> None:
        self._request(Announcement(None, events))
