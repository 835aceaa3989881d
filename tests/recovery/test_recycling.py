"""Functions that keep what they should let go of: workers are replaced between tasks, and the job goes on."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Any

import pytest

from minispark import observe

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")]

LIMIT_MB, LEAK_MB, TASKS = 32, 4, 80
LEAKY = """
kept = []

def leak(number):
    kept.append(b"x" * (%d << 20))
    return number
"""


class Heard(observe.Listener):
    def __init__(self) -> None:
        self.recycled: list[observe.WorkerRecycled] = []
        self.ends: list[observe.TaskEnd] = []
        self.reasons: dict[int, str] = {}

    def on_worker_recycled(self, event: observe.WorkerRecycled) -> None:
        self.recycled.append(event)

    def on_worker_end(self, event: observe.WorkerEnd) -> None:
        self.reasons[event.worker_id] = event.reason

    def on_task_end(self, event: observe.TaskEnd) -> None:
        self.ends.append(event)


@pytest.fixture
def leak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function of a module, which keeps a few megabytes each time it is called."""
    (tmp_path / "leaky.py").write_text(LEAKY % LEAK_MB)
    monkeypatch.syspath_prepend(str(tmp_path))
    return importlib.import_module("leaky").leak


def test_a_leak_of_ten_times_the_limit(bench: Any, leak: Any, caplog: pytest.LogCaptureFixture) -> None:
    sc = bench.start(spark_python_worker_memory=f"{LIMIT_MB}m", spark_task_maxFailures="1")
    heard = Heard()
    with observe.listening(sc, heard), caplog.at_level(logging.WARNING, "minispark"):
        assert sc.range(0, TASKS, 1, TASKS).map(leak).sum() == sum(range(TASKS))
    assert len(heard.recycled) >= 6, "two workers, each replaced once it has left a little more than the limit"
    for event in heard.recycled:
        assert event.limit_bytes == LIMIT_MB << 20
        assert LIMIT_MB << 20 < event.excess_bytes < 2 * LIMIT_MB << 20
        assert heard.reasons[event.worker_id].startswith("recycled: its tasks have left ")
    assert [end.outcome_name for end in heard.ends if end.counted] == ["Success"] * TASKS, "nobody is charged"
    (message,) = [record.getMessage() for record in caplog.records if "recycled" in record.getMessage()]
    assert "spark.python.worker.memory" in message


def test_workers_without_a_leak_stay(bench: Any) -> None:
    sc = bench.start(spark_python_worker_memory=f"{LIMIT_MB}m")
    heard = Heard()
    wide = sc.broadcast([b"y" * 4000 for _ in range(10_000)])
    with observe.listening(sc, heard):
        for _ in range(2):
            assert sc.range(0, 8, 1, 8).map(lambda i: len(b"x" * ((LIMIT_MB << 20) + i))).count() == 8
            assert sc.range(0, 8, 1, 8).map(lambda i: len(wide.value) + i).count() == 8
    assert heard.recycled == []
