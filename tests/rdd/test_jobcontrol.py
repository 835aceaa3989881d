"""Groups, tags and local properties; threads that inherit; runJob."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from minispark import InheritableThread, SparkContext, TaskContext, inheritable_thread_target
from minispark.errors import IllegalArgumentException


@pytest.fixture(autouse=True)
def clean(sc: SparkContext) -> Iterator[None]:
    yield
    sc._local.values.clear()


def test_run_job_takes_the_partitions_asked_for(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(6), 3)
    assert sc.runJob(rdd, lambda part: [x * x for x in part]) == [0, 1, 4, 9, 16, 25]
    assert sc.runJob(rdd, list, [2, 0], True) == [4, 5, 0, 1]
    assert sc.runJob(rdd, list, [1, 1]) == [2, 3, 2, 3]
    assert sc.runJob(rdd, list, []) == []
    for wrong in (3, -1):
        with pytest.raises(IllegalArgumentException, match=f"partition {wrong} of an RDD with 3"):
            sc.runJob(rdd, list, [wrong])
    with pytest.raises(TypeError, match="'0'"):
        sc.runJob(rdd, list, ["0"])
    with pytest.raises(TypeError, match="needs a function"):
        sc.runJob(rdd, 3)


def test_properties_are_the_threads_own(sc: SparkContext) -> None:
    sc.setLocalProperty("key", "mine")
    sc.setJobDescription("what it is for")
    seen: list[Any] = []
    for kind in (threading.Thread, InheritableThread):
        thread = kind(target=lambda: seen.append(sc.getLocalProperty("key")))
        sc.setLocalProperty("key", "at start")
        thread.start()
        thread.join()
    assert seen == [None, "at start"]
    assert sc.getLocalProperty("spark.job.description") == "what it is for"
    sc.setLocalProperty("key", None)
    assert sc.getLocalProperty("key") is None


def test_a_target_inherits_when_it_is_made(sc: SparkContext) -> None:
    seen: list[Any] = []

    def look(*args: Any, **kwargs: Any) -> None:
        seen.append((sc.getLocalProperty("key"), args, kwargs))
        sc.setLocalProperty("key", "changed in the thread")

    sc.setLocalProperty("key", "when made")
    target = inheritable_thread_target(look)
    assert target.__name__ == "look"
    sc.setLocalProperty("key", "later")
    for _ in range(2):
        thread = threading.Thread(target=target, args=(1,), kwargs={"b": 2})
        thread.start()
        thread.join()
    assert seen == [("when made", (1,), {"b": 2})] * 2
    assert sc.getLocalProperty("key") == "later"
    with pytest.raises(TypeError, match="needs a function"):
        inheritable_thread_target(3)


@pytest.mark.parametrize("key, value", [(None, "x"), ("x", 1), (1, "x")])
def test_a_property_is_a_str(sc: SparkContext, key: Any, value: Any) -> None:
    with pytest.raises(TypeError, match="needs a str"):
        sc.setLocalProperty(key, value)


def test_tags(sc: SparkContext) -> None:
    assert sc.getJobTags() == set()
    sc.addJobTag("a")
    sc.addJobTag("b")
    sc.addJobTag("b")
    assert sc.getJobTags() == {"a", "b"}
    sc.removeJobTag("a")
    sc.removeJobTag("never there")
    assert sc.getJobTags() == {"b"}
    sc.clearJobTags()
    assert sc.getJobTags() == set()
    for wrong in ("", "a,b", None, 3):
        for method in (sc.addJobTag, sc.removeJobTag, sc.cancelJobsWithTag):
            with pytest.raises(IllegalArgumentException, match="tag"):
                method(wrong)


def test_tasks_know_the_properties_of_their_job(sc: SparkContext) -> None:
    def pool(_: Any) -> str | None:
        task = TaskContext.get()
        assert task is not None
        return task.getLocalProperty("spark.scheduler.pool")

    rdd = sc.parallelize(range(2), 2).map(pool)
    assert rdd.collect() == [None, None]
    sc.setLocalProperty("spark.scheduler.pool", "reports")
    assert rdd.collect() == ["reports", "reports"]
    assert rdd.map(lambda name: (name, 1)).groupByKey().mapValues(len).collect() == [("reports", 2)]
    sc.setLocalProperty("spark.scheduler.pool", None)
    assert rdd.collect() == [None, None]
