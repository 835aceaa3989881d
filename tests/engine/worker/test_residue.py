"""When a worker holds too much after its tasks, and when there is a good reason for it."""

from __future__ import annotations

from typing import Any

import pytest

from minispark.engine.core.errors import DescriptorsExhaustedError
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.worker.residue import LOOK_SECONDS, Residue

LIMIT = 1000


class Worker:
    """A process as ``Residue`` sees it: ``private`` bytes, of which ``garbage`` goes when it is collected."""

    def __init__(self) -> None:
        self.private = self.garbage = 0
        self.collections = 0
        self.now = 0.0
        self.shared: dict[int, Any] = {}
        memory = MemoryManager(LIMIT, measure=lambda: self.private)
        self.residue = Residue(memory, self.shared, self.collect)

    def collect(self) -> None:
        self.collections += 1
        self.private -= self.garbage
        self.garbage = 0

    def after_task(self, private: int, later: float = 2 * LOOK_SECONDS) -> int:
        self.now += later
        self.private = private
        return self.residue.excess_bytes(self.now)


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_what_the_first_task_needed_does_not_count(worker: Worker) -> None:
    assert worker.after_task(10 * LIMIT) == 0
    assert worker.after_task(11 * LIMIT) == 0
    assert worker.after_task(11 * LIMIT + 1) == LIMIT + 1


def test_growth_counts_from_the_least_it_came_back_to(worker: Worker) -> None:
    worker.after_task(10 * LIMIT)
    assert worker.after_task(500) == 0
    assert worker.after_task(500 + LIMIT + 1) == LIMIT + 1


def test_what_a_collection_gives_back_does_not_count(worker: Worker) -> None:
    worker.after_task(0)
    worker.garbage = LIMIT
    assert worker.after_task(2 * LIMIT - 1) == 0
    assert worker.collections == 1


def test_nothing_is_collected_without_need(worker: Worker) -> None:
    for _ in range(10):
        assert worker.after_task(LIMIT) == 0
    assert worker.collections == 0


def test_broadcast_values_are_a_good_reason(worker: Worker) -> None:
    worker.after_task(0)
    worker.shared[1] = b"x" * (3 * LIMIT)
    assert worker.after_task(3 * LIMIT) == 0
    assert worker.after_task(4 * LIMIT) == 0, "they count as needed"
    assert worker.after_task(8 * LIMIT) > LIMIT


def test_a_dropped_broadcast_explains_nothing_any_more(worker: Worker) -> None:
    worker.after_task(0)
    worker.shared[1] = b"x" * (3 * LIMIT)
    worker.after_task(3 * LIMIT)
    worker.shared.clear()
    worker.after_task(0)
    assert worker.after_task(LIMIT + 1) == LIMIT + 1


def test_a_worker_that_cannot_look_stays(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def blind() -> int:
        raise DescriptorsExhaustedError("no further file can be opened")

    monkeypatch.setattr(worker.residue._memory, "_measure", blind)
    assert worker.after_task(0) == 0


def test_looks_are_rare(worker: Worker) -> None:
    worker.after_task(0)
    worker.after_task(0)
    assert worker.after_task(5 * LIMIT, later=LOOK_SECONDS / 2) == 0
    assert worker.after_task(5 * LIMIT, later=2 * LOOK_SECONDS) == 5 * LIMIT
