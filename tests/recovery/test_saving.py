"""Faults while files are written: every part is there once, and nothing else."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

RECORDS = 40_000


def save(kind: str, sc: SparkContext, deadly: Any, target: str) -> None:
    rdd = sc.parallelize(range(RECORDS), 4).mapPartitionsWithIndex(deadly)
    if kind == "text":
        rdd.saveAsTextFile(target)
    elif kind == "packed":
        rdd.saveAsTextFile(target, "org.apache.hadoop.io.compress.GzipCodec")
    elif kind == "pickles":
        rdd.saveAsPickleFile(target)
    else:
        rdd.map(lambda x: (x, str(x))).saveAsSequenceFile(target)


def read(kind: str, sc: SparkContext, target: str) -> list[int]:
    if kind == "pickles":
        return sc.pickleFile(target).collect()
    if kind == "sequence":
        return sc.sequenceFile(target).keys().collect()
    return sc.textFile(target).map(int).collect()


@pytest.mark.matrix(2)
@pytest.mark.parametrize("scheme", ["", "local://"])
@pytest.mark.parametrize("kind", ["text", "packed", "pickles", "sequence"])
def test_a_worker_that_dies_while_it_writes(bench: Any, tmp_path: Path, marks: Marks, kind: str, scheme: str) -> None:
    sc = bench.start()
    target = tmp_path / "out"

    def deadly(index: int, records: Any) -> Any:
        for number, record in enumerate(records):
            if index == 2 and number == 9_500 and marks.first("kill"):
                os.kill(os.getpid(), signal.SIGKILL)
            yield record

    save(kind, sc, deadly, f"{scheme}{target}")
    assert not marks.first("kill")
    suffix = ".gz" if kind == "packed" else ""
    assert sorted(os.listdir(target)) == ["_SUCCESS", *(f"part-0000{index}{suffix}" for index in range(4))]
    assert read(kind, sc, f"{scheme}{target}") == list(range(RECORDS))
    assert os.listdir(tmp_path / "local") != []  # the context lives


@pytest.mark.parametrize("kind", ["text", "packed", "pickles", "sequence"])
def test_nothing_is_left_of_a_save_that_fails_while_others_write(bench: Any, tmp_path: Path, kind: str) -> None:
    sc = bench.start()
    before = set(os.listdir(tmp_path))

    def deadly(index: int, records: Any) -> Any:
        for number, record in enumerate(records):
            if index == 1 and number == 9_500:
                raise ZeroDivisionError("on purpose")
            yield record

    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            save(kind, sc, deadly, str(tmp_path / "out"))
        assert set(os.listdir(tmp_path)) == before
    assert sc.parallelize(range(3), 2).sum() == 3
