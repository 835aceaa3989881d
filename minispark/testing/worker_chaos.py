"""The program of a worker under chaos: the real one, with its files and its connection watched."""

from __future__ import annotations

import os
import pickle
from collections import Counter
from collections.abc import Callable
from typing import Any

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.outcomes import Outcome
from minispark.engine.core.parts import Payload
from minispark.engine.executors.frames import Channel, frames_of
from minispark.engine.kernels.current import current_task
from minispark.engine.worker.main import TaskRunner
from minispark.testing.faults import ANY, Injection
from minispark.testing.inflicting import inflict
from minispark.testing.ledger import Ledger
from minispark.testing.watched_files import watch_files

PROGRAM = f"{__name__}:ChaosRunner"
_AFTER_SURVEY = ("result.half sent", "result.sent")


def chaos_init(init: bytes, ledger: Ledger) -> bytes:
    """What a ``ChaosRunner`` is constructed with, given what a ``TaskRunner`` would be."""
    return pickle.dumps((init, str(ledger.folder), os.getpid()))


class Hits:
    """Counts the points that this worker's tasks pass, and makes the faults happen that are due."""

    def __init__(self, ledger: Ledger, driver: int) -> None:
        self._ledger = ledger
        self._driver = driver
        self._due: dict[str, list[tuple[int, Injection]]] = {}
        self._survey = False
        self._counts: Counter[tuple[str, int, int]] = Counter()
        self.place = (ANY, ANY)

    def look(self) -> None:
        """See whether the plan has changed."""
        news = self._ledger.news()
        if news is not None:
            _, injections, self._survey = news
            self._due = {}
            for number, injection in enumerate(injections):
                self._due.setdefault(injection.point, []).append((number, injection))

    def begin(self, stage: int, task: int) -> None:
        """Another attempt: counting begins anew."""
        self.place = (stage, task)
        self._counts.clear()

    def hit(self, point: str, path: str = "", before: Callable[[], None] | None = None) -> None:
        """The point is passed; ``before`` is called right before a fault happens."""
        place = (point, *self.place)
        self._counts[place] += 1
        for number, injection in self._due.get(point, ()):
            if injection.meets(*self.place, self._counts[place]) and self._ledger.claim(number, injection):
                if before is not None:
                    before()
                inflict(injection, path, self._driver)

    def note(self) -> None:
        """Have what this attempt passed known, if that is wanted."""
        if self._survey:
            self._counts.update({(point, *self.place): 1 for point in _AFTER_SURVEY if self.place != (ANY, ANY)})
            self._ledger.note(self._counts)


class ChaosRunner(TaskRunner):
    """A ``TaskRunner`` at whose points faults happen. Only for worker processes."""

    def __init__(self, init: bytes) -> None:
        real, folder, driver = pickle.loads(init)
        if driver == os.getpid():
            raise ConfigurationError("under master inline a fault would hit this very process; use local[2]")
        ledger = Ledger(folder)
        ledger.born()
        self._hits = Hits(ledger, driver)
        self._hits.look()
        self._hits.hit("worker.before start")
        self._hits.note()
        self._outcome_due = False
        super().__init__(real)
        watch_files(self._file_hit)

    def handle(self, message: Payload, send: Callable[[Payload], None]) -> bool:
        def watched(answer: Payload) -> None:
            due, self._outcome_due = self._outcome_due, False
            if due:
                self._hits.hit("result.half sent", before=lambda: _send_half(send, answer))
            send(answer)
            if due:
                self._hits.hit("result.sent")

        return super().handle(message, watched)

    def _task(self, attempt_id: int, stage_id: int, partition: int, number: int) -> tuple[int, float, Outcome]:
        self._hits.look()
        self._hits.begin(stage_id, partition)
        self._hits.hit("task.before")
        ended = super()._task(attempt_id, stage_id, partition, number)
        self._hits.hit("task.after")
        self._hits.note()
        self._outcome_due = True
        return ended

    def _file_hit(self, point: str, path: str) -> None:
        if current_task() is not None:
            self._hits.hit(point, path)


def _send_half(send: Any, answer: Payload) -> None:
    channel: Channel = send.__self__
    frame = b"".join(frames_of(answer))
    channel._sock.sendall(frame[: len(frame) // 2])
