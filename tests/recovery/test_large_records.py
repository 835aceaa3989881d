"""A record that the machine has no room for is an error that says how large it was."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.errors import OutOfMemoryTaskError

RECORD_BYTES = 64 << 20


def in_a_small_machine(records: Iterable[int]) -> Iterator[Any]:
    """Each as a large record, and then hardly any more memory for this worker."""
    large = [(record, bytes(RECORD_BYTES)) for record in records]
    with open("/proc/self/statm") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + (16 << 20), resource.RLIM_INFINITY))
    return iter(large)


@pytest.mark.chaos
@pytest.mark.matrix(35)
@pytest.mark.parametrize("end", ["shuffled", "collected"])
def test_a_record_larger_than_the_machine_is_an_error_with_its_size(end: str) -> None:
    conf = SparkConf().set("spark.ui.showConsoleProgress", "false").set("spark.task.maxFailures", "2")
    with SparkContext("local[1]", "large", conf=conf) as sc:
        rdd = sc.parallelize([1], 1).mapPartitions(in_a_small_machine)
        with pytest.raises(OutOfMemoryTaskError, match=r"encode 1 record\(s\) of at least 6\d{7} bytes") as caught:
            rdd.groupByKey(1).count() if end == "shuffled" else rdd.collect()
        assert any(note.startswith("next: more partitions") for note in caught.value.__notes__)
        assert sc.parallelize([1, 2], 1).sum() == 3, "the context is usable"
