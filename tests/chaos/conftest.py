"""A context whose workers run under chaos, shared by the tests of a file, and a check that nothing is left of it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.testing.chaotic import Leftovers, descriptors, files_in, workers_under_chaos
from minispark.testing.faults import FaultPlan, Injection
from minispark.testing.ledger import Ledger

sys.path.insert(0, str(Path(__file__).parent))  # workers find the programs on the driver's path

from chaos_programs import MEMORY, STORAGE

DISKS = 24
"""Each EIO leaves a worker one directory less."""
DESCRIPTORS_MORE_MAX = 2


class Lab:
    """Runs programs in one context, with the faults that are told."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.folder = folder
        self.ledger = Ledger(folder / "ledger")
        self.ledger.folder.mkdir()
        self.ledger.arm(())
        self.disks = [folder / f"disk{number}" for number in range(DISKS)]
        self.leftovers = Leftovers(*self.disks)
        conf = SparkConf().setMaster("local[2]").setAppName("chaos").set("spark.ui.showConsoleProgress", "false")
        conf.set("spark.local.dir", ",".join(map(str, self.disks)))
        conf.set("spark.python.worker.memory", MEMORY).set("spark.minispark.storage.memory", STORAGE)
        conf.setAll((key.replace("_", "."), text) for key, text in options.items())
        with workers_under_chaos(self.ledger):
            self.sc = SparkContext(conf=conf)
        self.sc.setCheckpointDir(str(folder / "checkpoints"))
        self.sc.parallelize(range(8), 8).map(lambda x: (x % 2, x)).groupByKey(2).count()
        self._descriptors = len(descriptors())

    def run(self, program: Any, *injections: Injection) -> Any:
        """The program's answer under the faults, which must have happened; no temporary file is left, and no
        descriptor."""
        self.ledger.arm(injections)
        try:
            return program(self.sc, self.folder)
        finally:
            self.wait_for(sum(injection.times for injection in injections))
            self.check()

    def wait_for(self, faults: int) -> None:
        """A worker that has sent its result may outlive the job by a moment, before its fault happens."""
        self.until(lambda: len(self.ledger.happened()) >= faults)
        assert len(self.ledger.happened()) == faults

    @staticmethod
    def until(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline, "not so within 5 s"
            time.sleep(0.005)

    def check(self) -> None:
        assert self.leftovers.temporary() == []
        assert len(descriptors()) <= self._descriptors + DESCRIPTORS_MORE_MAX, sorted(descriptors().values())

    def close(self) -> None:
        self.sc.stop()
        assert self.leftovers.of_context(self.ledger.workers()) == []
        for path in files_in(self.folder / "checkpoints"):
            assert not path.name.startswith(".tmp-") and path.name.count("-") <= 1, path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    if "SPARK_LOCAL_DIRS" in os.environ:
        pytest.skip("SPARK_LOCAL_DIRS takes precedence over the directories of these tests")
    made = Lab(tmp_path_factory.mktemp("lab"), spark_minispark_task_timeout="1s")
    yield made
    made.close()


def plan(point: str, fault: str, **where: Any) -> Injection:
    """One fault, checked against the table."""
    (injection,) = FaultPlan.at(point, fault, **where).said
    return injection
