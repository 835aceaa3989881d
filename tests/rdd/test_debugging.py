"""Lineages as text in Spark's layout; resource profiles; the partitioner as users see it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from minispark import (
    ExecutorResourceRequests,
    Partitioner,
    ResourceProfileBuilder,
    SparkContext,
    StorageLevel,
    TaskResourceRequests,
    portable_hash,
)


def lines(rdd: Any) -> list[str]:
    """The text without numbers of RDDs and lines of this file."""
    text = rdd.toDebugString()
    assert isinstance(text, bytes)
    return re.sub(r"\[\d+\] at (\w+) at [\w.]+:\d+", r" at \1", text.decode()).split("\n")


def test_narrow_lineages(sc: SparkContext) -> None:
    source = sc.parallelize([1, 2], 2)
    assert lines(source) == ["(2) ParallelCollectionRDD at parallelize []"]
    assert lines(sc.emptyRDD()) == ["(0) EmptyRDD at emptyRDD []"]
    assert lines(sc.range(5, numSlices=12)) == [
        "(12) PythonRDD at range []",
        " |   ParallelCollectionRDD at range []",
    ]
    assert lines(source.map(str).filter(bool)) == [
        "(2) PythonRDD at filter []",
        " |  ParallelCollectionRDD at parallelize []",
    ]
    assert lines(source.union(source.map(str)).map(str).coalesce(1)) == [
        "(1) CoalescedRDD at coalesce []",
        " |  PythonRDD at map []",
        " |  UnionRDD at union []",
        " |  ParallelCollectionRDD at parallelize []",
        " |  PythonRDD at map []",
        " |  ParallelCollectionRDD at parallelize []",
    ]
    assert lines(source.cartesian(source)) == [
        "(4) CartesianRDD at cartesian []",
        " |  ParallelCollectionRDD at parallelize []",
        " |  ParallelCollectionRDD at parallelize []",
    ]
    assert lines(source.zip(source))[0] == "(2) ZippedPartitionsRDD2 at zip []"


def test_shuffles_are_indented(sc: SparkContext) -> None:
    pairs = sc.parallelize([(1, 2)], 2)
    assert lines(pairs.map(tuple).reduceByKey(max, 10).map(str).repartition(3)) == [
        "(3) ShuffledRDD at repartition []",
        " +-(10) PythonRDD at map []",
        "    |   ShuffledRDD at reduceByKey []",
        "    +-(2) PythonRDD at map []",
        "       |  ParallelCollectionRDD at parallelize []",
    ]
    assert lines(pairs.cogroup(pairs.map(tuple)))[1:] == [
        " |  CoGroupedRDD at cogroup []",
        " +-(2) ParallelCollectionRDD at parallelize []",
        " +-(2) PythonRDD at map []",
        "    |  ParallelCollectionRDD at parallelize []",
    ]
    alike = pairs.partitionBy(2)
    assert lines(alike.union(alike))[0] == "(2) PartitionerAwareUnionRDD at union []"


def test_two_shuffles_of_one_node(sc: SparkContext) -> None:
    left, right = sc.parallelize([(1, 2)], 2).map(tuple), sc.parallelize([(1, 2)], 3)
    assert lines(left.join(right))[1:] == [
        " +-(2) PythonRDD at map []",
        " |  |  ParallelCollectionRDD at parallelize []",
        " +-(3) ParallelCollectionRDD at parallelize []",
    ]


def test_names_and_storage(sc: SparkContext) -> None:
    kept = sc.parallelize([1, 2], 2).map(str).cache()
    assert lines(kept.setName("a name")) == [
        "(2) a name PythonRDD at map [Memory Serialized 1x Replicated]",
        " |  ParallelCollectionRDD at parallelize [Memory Serialized 1x Replicated]",
    ]
    assert lines(kept.map(str)) == [
        "(2) PythonRDD at map []",
        " |  PythonRDD at map []",
        " |  ParallelCollectionRDD at parallelize []",
    ]
    kept.unpersist()
    rdd = sc.parallelize([1], 1).persist(StorageLevel.MEMORY_AND_DISK_2)
    assert lines(rdd) == ["(1) ParallelCollectionRDD at parallelize [Disk Memory Serialized 2x Replicated]"]
    rdd.unpersist()


def test_a_lineage_that_splits_and_meets_is_cut_short(sc: SparkContext) -> None:
    rdd = sc.parallelize([1], 1)
    for _ in range(40):
        rdd = rdd.zip(rdd).coalesce(1)
    assert len(lines(rdd)) < 20_000


def test_a_long_lineage(sc: SparkContext) -> None:
    rdd = sc.parallelize([1], 1)
    for _ in range(3000):
        rdd = rdd.coalesce(1)
    assert len(lines(rdd)) == 3001


def test_resources_that_no_task_gets(sc: SparkContext) -> None:
    rdd = sc.parallelize([1])
    for wanted in (
        TaskResourceRequests().cpus(2),
        TaskResourceRequests().resource("gpu", 1),
        ExecutorResourceRequests().memory("2g"),
    ):
        with pytest.raises(NotImplementedError, match="one core and assigns no devices; it was asked for"):
            rdd.withResources(ResourceProfileBuilder().require(wanted).build)
    with pytest.raises(TypeError, match="needs a ResourceProfile"):
        rdd.withResources("gpu")


def test_resource_profiles() -> None:
    builder = ResourceProfileBuilder()
    builder.require(ExecutorResourceRequests().cores(2).memory("512").pysparkMemory("1g").resource("gpu", 1, "x"))
    builder.require(TaskResourceRequests().cpus(0.5).resource("gpu", 1))
    first, second = builder.build, builder.build
    assert first.id != second.id
    assert {name: request.amount for name, request in first.executorResources.items()} == {
        "cores": 2,
        "memory": 512,
        "pyspark.memory": 1024,
        "gpu": 1,
    }
    assert first.executorResources["gpu"].discoveryScript == "x"
    builder.clearExecutorResourceRequests()
    assert builder.executorResources == {}
    assert builder.taskResources["cpus"].amount == 0.5
    with pytest.raises(ValueError, match="amount of cpus must be positive"):
        TaskResourceRequests().cpus(0)


def test_partitioners_are_equal_by_what_they_do(sc: SparkContext) -> None:
    rdd = sc.parallelize([(1, 2)]).partitionBy(3)
    assert rdd.partitioner == Partitioner(3) == Partitioner(3, portable_hash)
    assert Partitioner(3) not in (Partitioner(2), Partitioner(3, len))
    assert rdd.partitioner is not None
    assert (rdd.partitioner.numPartitions, rdd.partitioner.partitionFunc) == (3, portable_hash)
    assert Partitioner(2, hash)(5) == 1
