"""Functions travel by value, with what they refer to; what cannot travel is an error before anything runs."""

from __future__ import annotations

import socket
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from minispark import SparkContext
from minispark.engine.core.errors import ClosureError, ContextInTaskError
from minispark.testing.marks import Marks

LOCK = threading.Lock()


def holding(thing: Any) -> dict[str, Callable[[Any], Any]]:
    """Functions that refer to ``thing`` in all the ways there are."""

    class Reader:
        def __init__(self) -> None:
            self.handle = thing

        def read(self, x: Any) -> Any:
            return (x, self.handle)

    def in_default(x: Any, handle: Any = thing) -> Any:
        return (x, handle)

    inner = {"deep": [thing]}

    def nested(x: Any) -> Any:
        return in_default(x)

    return {
        "thing": lambda x: (x, thing),
        "handle": in_default,
        "__self__.handle": Reader().read,
        "deep": lambda x: (x, inner),
        "partial": partial(in_default, handle=thing),
        "in_default": nested,
    }


@pytest.mark.matrix(22)
@pytest.mark.parametrize("way", list(holding(None)))
@pytest.mark.parametrize("kind", ["lock", "connection", "file", "generator"])
def test_the_path_to_what_cannot_be_pickled_is_told_and_nothing_runs(
    sc: SparkContext, marks: Marks, way: str, kind: str
) -> None:
    with open(__file__, "rb") as file:
        connection = sqlite3.connect(":memory:")
        thing, name = {
            "lock": (LOCK, "lock"),
            "connection": (connection, "Connection"),
            "file": (file, "BufferedReader"),
            "generator": ((x for x in [1]), "generator"),
        }[kind]
        function = holding(thing)[way]
        rdd = sc.parallelize([1], 1).map(lambda x: marks.leave(x) or x).map(function)
        with pytest.raises(ClosureError) as caught:
            rdd.count()
        connection.close()
    assert name in str(caught.value)
    assert "map" in str(caught.value)
    if way != "partial":
        assert way in str(caught.value)
    assert marks.read() == []
    assert sc.parallelize([1], 1).count() == 1


@pytest.mark.matrix(22)
def test_the_path_as_it_is_written(sc: SparkContext, marks: Marks) -> None:
    with socket.socket() as reader:

        def f(x: int) -> bytes:
            marks.leave(x)
            return reader.recv(x)

        with pytest.raises(ClosureError, match=r"f\.<closure>\.reader -> socket\.socket .* create it inside") as caught:
            sc.parallelize([1], 1).map(f).count()
    assert "test_closures.py" in str(caught.value)
    assert marks.read() == []


@pytest.mark.matrix(22)
def test_a_module_level_global_is_named(sc: SparkContext) -> None:
    function = eval("lambda x: (x, LOCK)", {"LOCK": LOCK, "__name__": "somewhere"})
    with pytest.raises(ClosureError, match="LOCK"):
        sc.parallelize([1], 1).map(function).collect()


@pytest.mark.matrix(44)
@pytest.mark.parametrize("use", ["rdd", "context", "in a list", "action", "method"])
def test_rdds_and_contexts_in_a_function_are_an_explained_error(sc: SparkContext, marks: Marks, use: str) -> None:
    other = sc.parallelize([1, 2, 3], 2)
    held = [other]

    class Job:
        def __init__(self) -> None:
            self.sc = sc

        def run(self, x: int) -> int:
            return x

    function: Callable[[int], Any] = {
        "rdd": lambda x: (marks.leave(x), other.count()),
        "context": lambda x: (marks.leave(x), sc.parallelize([x])),
        "in a list": lambda x: (marks.leave(x), held[0].first()),
        "action": lambda x: (marks.leave(x), other.map(lambda y: y + x).sum()),
        "method": Job().run,
    }[use]
    with pytest.raises(ContextInTaskError, match=r"(?i)driver"):
        sc.parallelize([1, 2], 2).map(function).collect()
    assert marks.read() == []


@pytest.mark.matrix(44)
def test_a_context_made_inside_a_task_is_refused(sc: SparkContext) -> None:
    def make(x: int) -> int:
        from minispark import SparkContext

        with SparkContext("local[1]", "inner") as inner:
            return int(inner.parallelize([x]).sum())

    with pytest.raises((ContextInTaskError, ValueError)):
        sc.parallelize([1], 1).map(make).collect()
    assert sc.parallelize([5], 1).first() == 5


def test_variables_are_seen_as_they_are_when_the_action_starts(sc: SparkContext) -> None:
    factor = 2
    doubled = sc.parallelize([1, 2], 1).map(lambda x: x * factor)
    assert doubled.collect() == [2, 4]
    factor = 5
    assert sc.parallelize([1, 2], 1).map(lambda x: x * factor).collect() == [5, 10]


def test_a_task_that_changes_what_it_closed_over_changes_its_own_copy(sc: SparkContext) -> None:
    seen: list[int] = []
    assert sc.parallelize([1, 2, 3], 2).map(lambda x: seen.append(x) or len(seen)).count() == 3
    assert seen == []


def test_recursive_and_mutually_recursive_functions(sc: SparkContext) -> None:
    def even(n: int) -> bool:
        return n == 0 or odd(n - 1)

    def odd(n: int) -> bool:
        return n != 0 and even(n - 1)

    assert sc.parallelize(range(4), 2).map(even).collect() == [True, False, True, False]


def test_classes_and_their_instances_travel_both_ways(sc: SparkContext) -> None:
    class Base:
        def __init__(self, n: int) -> None:
            self.n = n

        def more(self) -> int:
            return self.n + 1

    class Point(Base):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, Point) and self.n == other.n

        def __hash__(self) -> int:
            return hash(self.n)

        def more(self) -> int:
            return super().more() * 10

    made = sc.parallelize([1, 2], 2).map(Point).collect()
    assert made == [Point(1), Point(2)]
    assert isinstance(made[0], Point), "the class is the driver's own again"
    assert sc.parallelize([Point(1), Point(2)], 2).map(lambda p: p.more()).collect() == [20, 30]
    assert sc.parallelize([Point(i % 2) for i in range(6)], 3).distinct().count() == 2
    assert sorted(p.n for p in sc.parallelize([1, 2, 1], 2).map(Point).distinct().collect()) == [1, 2]


def test_callables_of_all_kinds(sc: SparkContext) -> None:
    class Adder:
        def __init__(self, n: int) -> None:
            self.n = n

        def __call__(self, x: int) -> int:
            return x + self.n

        @classmethod
        def triple(cls, x: int) -> int:
            return x * 3

        @staticmethod
        def negate(x: int) -> int:
            return -x

    rdd = sc.parallelize([1, 2], 2)
    assert rdd.map(Adder(5)).collect() == [6, 7]
    assert rdd.map(Adder.triple).collect() == [3, 6]
    assert rdd.map(Adder.negate).collect() == [-1, -2]
    assert rdd.map(partial(max, 2)).collect() == [2, 2]
    assert rdd.map("{:03d}".format).collect() == ["001", "002"]
    assert rdd.map([10, 20, 30].__getitem__).collect() == [20, 30]
    assert rdd.map({1: "a", 2: "b"}.get).collect() == ["a", "b"]
    assert rdd.map(complex).collect() == [1, 2]


def test_a_large_closure(sc: SparkContext) -> None:
    table = list(range(300_000))
    assert sc.parallelize([0, 299_999], 2).map(lambda i: table[i]).collect() == [0, 299_999]
