"""A mistake in an argument is told at the user's own line: no frame of the engine's is in the traceback."""

from __future__ import annotations

import traceback
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext, StorageLevel
from minispark.engine.plan.callsite import is_engine_file
from minispark.errors import InternalError
from minispark.rdd import boundary

HERE, USER = str(Path(__file__)), "program.py"

MISTAKES: dict[str, str] = {
    "TypeError": """
        sc.parallelize(1)
        sc.parallelize([1], "2")
        sc.range("a")
        sc.textFile(5)
        sc.textFile("x", minPartitions="a")
        sc.wholeTextFiles(5)
        sc.binaryFiles(5)
        sc.binaryRecords("x", "a")
        sc.pickleFile(5)
        sc.union(5)
        sc.union([1])
        sc.accumulator("a")
        sc.accumulator([1])
        sc.setCheckpointDir(5)
        sc.runJob(rdd, 5)
        sc.runJob(5, lambda it: it)
        sc.setLocalProperty(5, 5)
        sc.setJobGroup(1)
        sc.emptyRDD(1)
        sc.sequenceFile(5)
        rdd.map(5)
        rdd.map()
        rdd.flatMap(None)
        rdd.filter(3)
        rdd.mapPartitions(3)
        rdd.mapPartitionsWithIndex(3)
        rdd.reduce(5)
        rdd.fold(0, 5)
        rdd.aggregate(0, 5, add)
        rdd.take("a")
        rdd.take(None)
        rdd.top("a")
        rdd.takeOrdered("a")
        rdd.takeOrdered(2, key=5)
        rdd.takeSample(False, "a")
        rdd.sample(False, "a")
        rdd.sample(True, 0.5, "seed")
        rdd.randomSplit(5)
        rdd.distinct("a")
        rdd.union(5)
        rdd.union([1])
        rdd.intersection(5)
        rdd.subtract(5)
        rdd.subtract([1], 2)
        rdd.cartesian(5)
        rdd.zip(5)
        rdd.groupBy(5)
        rdd.sortBy(5)
        rdd.sortBy(lambda x:x, numPartitions="a")
        rdd.keyBy(5)
        rdd.glom(1)
        rdd.pipe(5)
        rdd.foreach(5)
        rdd.foreachPartition(5)
        rdd.repartition("a")
        rdd.coalesce("a")
        rdd.histogram(5.5)
        rdd.countApprox("a")
        rdd.sumApprox("a")
        rdd.meanApprox(None)
        rdd.persist(5)
        rdd.saveAsTextFile(5)
        rdd.saveAsPickleFile(5)
        rdd.withResources(1)
        rdd.barrier().mapPartitions(5)
        rdd.zipWithIndex(1)
        rdd.toLocalIterator("x", "y")
        rdd.isEmpty(1)
        rdd.first(1)
        pairs.reduceByKey(5)
        pairs.reduceByKey(add, "a")
        pairs.groupByKey(2, 5)
        pairs.combineByKey(1, 2, 3)
        pairs.aggregateByKey(0, 5, add)
        pairs.foldByKey(0, 5)
        pairs.join(5)
        pairs.leftOuterJoin(5)
        pairs.rightOuterJoin([])
        pairs.fullOuterJoin(None)
        pairs.cogroup(5)
        pairs.groupWith(5)
        pairs.subtractByKey(5)
        pairs.partitionBy(2, 5)
        pairs.partitionBy("a")
        pairs.sortByKey(numPartitions="a")
        pairs.sortByKey(keyfunc=5)
        pairs.mapValues(5)
        pairs.flatMapValues(5)
        pairs.reduceByKeyLocally(5)
        pairs.lookup()
        pairs.sampleByKey(False, 5)
        pairs.collectAsMap(5)
        SparkConf().set(1)
        sc.broadcast(1).destroy(1, 2, 3)
        rdd.getResourceProfile(5)
        sc.cancelJobGroup(5, 6, 7)
        sc.setJobDescription(5)
        pairs.groupByKey(2, 5)
    """,
    "ValueError": """
        sc.parallelize([1], 0)
        sc.parallelize([1], -1)
        sc.range(1, 5, 0)
        sc.union([])
        rdd.treeReduce(add, 0)
        rdd.treeAggregate(0, add, add, 0)
        rdd.take(-1)
        rdd.top(-1)
        rdd.takeSample(False, -1)
        rdd.sample(False, -1.0)
        rdd.randomSplit([])
        rdd.randomSplit([-1.0, 2.0])
        rdd.distinct(0)
        rdd.zip(sc.parallelize([1], 1))
        rdd.groupBy(lambda x:x, 0)
        rdd.sortBy(lambda x:x, numPartitions=0)
        rdd.pipe("")
        rdd.repartition(0)
        rdd.repartition(-1)
        rdd.coalesce(0)
        rdd.histogram(0)
        rdd.histogram([1])
        rdd.histogram([2, 1])
        rdd.histogram([1, 1])
        rdd.countApproxDistinct(0.0)
        sc.parallelize([]).first()
        sc.parallelize([]).reduce(add)
        sc.parallelize([]).max()
        pairs.reduceByKey(add, 0)
        pairs.groupByKey(0)
        pairs.join(pairs, 0)
        pairs.partitionBy(0)
        pairs.sortByKey(numPartitions=0)
        pairs.repartitionAndSortWithinPartitions(0)
    """,
    "ContextInTaskError": """
        sc.broadcast(sc)
    """,
    "IllegalArgumentException": """
        sc.setLogLevel("NO")
        sc.runJob(rdd, lambda it: it, [99])
        sc.addJobTag("")
        sc.addJobTag("a, b")
    """,
    "FileNotFoundError": """
        sc.addFile("/nonexistent/x")
        sc.addPyFile("/nonexistent/x")
    """,
    "AssertionError": """
        rdd.sampleByKey(False, {1:-1})
    """,
    "CheckpointError": """
        rdd.checkpoint()
    """,
    "ConfigurationError": """
        SparkConf().set("spark.minispark.nope", "1")
    """,
    "PySparkRuntimeError": """
        sc.show_profiles()
    """,
    "FileExistsError": """
        rdd.saveAsTextFile("/tmp")
    """,
}
"""Expressions of ``sc``, ``rdd`` (of two partitions), ``pairs`` and ``add``, by the type of what they raise."""


def raised_by(expression: str, sc: SparkContext) -> BaseException:
    scope = {"sc": sc, "rdd": sc.parallelize(range(4), 2), "pairs": sc.parallelize([(1, 2)], 2), "add": add}
    scope |= {"SparkConf": SparkConf, "SparkContext": SparkContext, "StorageLevel": StorageLevel}
    try:
        eval(compile(expression, USER, "eval"), scope)
    except BaseException as error:
        return error
    raise AssertionError(f"{expression} was accepted")


CASES = [(expression, kind) for kind, listed in MISTAKES.items() for expression in listed.strip().splitlines()]


@pytest.mark.parametrize(("expression", "kind"), CASES, ids=[expression.strip() for expression, _ in CASES])
def test_a_mistake_shows_frames_of_the_user_alone(sc: SparkContext, expression: str, kind: str) -> None:
    error = raised_by(expression.strip(), sc)
    shown = traceback.TracebackException.from_exception(error)
    assert type(error).__name__ == kind
    assert {frame.filename for frame in shown.stack} == {HERE, USER}
    assert not [line for line in shown.format() if is_engine_file(line.partition('File "')[2].partition('"')[0])]


def test_a_second_context_is_refused_at_the_users_line(sc: SparkContext) -> None:
    error = raised_by('SparkContext("local[1]", "second")', sc)
    assert isinstance(error, ValueError)
    assert {frame.filename for frame in traceback.extract_tb(error.__traceback__)} == {HERE, USER}


def test_what_a_method_calls_wrongly_itself_keeps_its_frames(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(sc.parallelize([1])), "keyBy", type(sc).emptyRDD)
    error = raised_by("rdd.groupBy(add)", sc)
    assert any(is_engine_file(frame.filename) for frame in traceback.extract_tb(error.__traceback__))


@pytest.mark.parametrize("statement", ["assert not 'ours'", "raise InternalError('ours')", "None.ours"])
def test_a_bug_of_ours_keeps_its_frames(sc: SparkContext, monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    scope: dict[str, Any] = {"InternalError": InternalError}
    exec(compile(f"def broken(*given): {statement}", str(boundary.__file__), "exec"), scope)
    monkeypatch.setattr(type(sc), "_run", scope["broken"])
    error = raised_by("rdd.collect()", sc)
    assert any(is_engine_file(frame.filename) for frame in traceback.extract_tb(error.__traceback__))
