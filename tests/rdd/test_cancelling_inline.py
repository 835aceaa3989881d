"""Cancelling where tasks run in the calling thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import JobCancelledError
from minispark.testing.marks import Marks


def test_a_job_ends_between_two_of_its_tasks(tmp_path: Path) -> None:
    ran, begun, cancelled = Marks(tmp_path / "ran"), Marks(tmp_path / "begun"), Marks(tmp_path / "cancelled")

    def first(index: int, records: Iterator[int]) -> Iterator[int]:
        ran.leave(index)
        begun.leave("yes")
        while not len(cancelled):
            threading.Event().wait(0.01)
        return records

    with SparkContext("inline", "jobs") as sc:

        def cancel() -> None:
            while not len(begun):
                threading.Event().wait(0.01)
            sc.cancelAllJobs()
            cancelled.leave("yes")

        thread = threading.Thread(target=cancel)
        thread.start()
        with pytest.raises(JobCancelledError):
            sc.parallelize(range(100), 100).mapPartitionsWithIndex(first).collect()
        thread.join()
        assert len(ran) < 100
        assert sc.parallelize([1]).count() == 1
