"""Programs whose functions run in columns answer as they do record by record, whatever the action or shuffle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import add
from typing import Any

import pytest

from minispark import RDD, SparkConf, SparkContext
from minispark.engine.kernels import lifted

pytestmark = pytest.mark.slow

COUNT = 140_000
"""Of two partitions: each is long enough to be lifted, and not a whole number of blocks."""

MIX = 2_654_435_761


@pytest.fixture(scope="module", params=["8m", "1g"])
def contexts(request: pytest.FixtureRequest) -> Iterator[tuple[SparkContext, SparkContext]]:
    """One that lifts and one that does not, each in its turn active."""
    found = []
    for lifting in ("true", "false"):
        conf = SparkConf().setMaster("inline").setAppName("lifting").set("spark.minispark.lifting", lifting)
        conf.set("spark.python.worker.memory", request.param)
        SparkContext._active = None
        found.append(SparkContext(conf=conf))
    yield found[0], found[1]
    for sc in found:
        sc.stop()


def pairs(numbers: RDD[int]) -> RDD[Any]:
    return numbers.map(lambda x: (x * MIX % 997 - 5, x))


PROGRAMS: dict[str, Callable[[RDD[int]], Any]] = {
    "sum": lambda n: n.map(lambda x: x * 3).filter(lambda x: x % 2 == 0).sum(),
    "sum of truths": lambda n: n.map(lambda x: x % 3 == 0).sum(),
    "sum of nothing": lambda n: n.filter(lambda x: x < 0).sum(),
    "count": lambda n: n.filter(lambda x: x % 7 > 2).count(),
    "count of all": lambda n: n.count(),
    "collect": lambda n: n.filter(lambda x: x % 101 == 0).map(lambda x: (x, x > 5)).collect(),
    "distinct": lambda n: n.map(lambda x: x * 48_271 % 7001 - 3).distinct(3).glom().map(sorted).collect(),
    "grouped": lambda n: pairs(n).groupByKey(3).mapValues(list).glom().map(sorted).collect(),
    "grouped under one key": lambda n: [(k, list(v)) for k, v in n.map(lambda x: (-1, x)).groupByKey(2).collect()],
    "grouped, hardly a key twice": lambda n: n.map(lambda x: (x, x > 9)).groupByKey(5).mapValues(list).collect(),
    "partitioned": lambda n: pairs(n).partitionBy(4).glom().collect(),
    "partitioned finely": lambda n: pairs(n).partitionBy(300).glom().collect(),
    "reduced": lambda n: pairs(n).reduceByKey(add, 3).glom().map(sorted).collect(),
    "reduced by a lambda": lambda n: n.map(lambda x: (x % 10, 1)).reduceByKey(lambda a, b: a + b).collect(),
    "joined": lambda n: pairs(n).join(n.filter(lambda x: x < 50).map(lambda x: (x, -x)), 3).collect(),
    "far keys": lambda n: n.map(lambda x: ((x % 9 - 4) * (1 << 58), x)).groupByKey(3).mapValues(list).collect(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_answer_is_the_same(name: str, contexts: tuple[SparkContext, SparkContext]) -> None:
    answers = [PROGRAMS[name](sc.parallelize(range(COUNT), 2)) for sc in contexts]
    if isinstance(answers[0], list) and "partitioned" not in name and name != "collect":
        answers = [sorted(answer) for answer in answers]
    assert repr(answers[0]) == repr(answers[1]), "in types, too"


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each task was lifted."""
    seen: list[bool] = []
    really = lifted.lifted

    def noting(*args: Any) -> Any:
        found = really(*args)
        seen.append(found is not None)
        return found

    monkeypatch.setattr(lifted, "lifted", noting)
    return seen


def test_the_programs_above_are_lifted(contexts: tuple[SparkContext, SparkContext], noted: list[bool]) -> None:
    numbers = contexts[0].parallelize(range(COUNT), 2)
    for name in ("sum", "count", "distinct", "partitioned", "reduced", "grouped"):
        noted.clear()
        PROGRAMS[name](numbers)
        assert noted[:2] == [True, True], name


def test_what_is_not_sure_is_not_lifted(contexts: tuple[SparkContext, SparkContext], noted: list[bool]) -> None:
    sc = contexts[0]
    seen: list[int] = []
    many = sc.parallelize(range(COUNT), 2)
    many.map(lambda x: x + len(seen)).sum()  # a call
    many.map(lambda x: x + 1).map(str).count()  # one function of several
    sc.parallelize(range(100), 2).map(lambda x: x + 1).sum()  # few records
    sc.parallelize(list(range(COUNT)), 2).map(lambda x: x + 1).sum()  # no range: anything may be among them
    assert set(noted) <= {False}


def test_a_division_by_zero_is_told_as_ever(contexts: tuple[SparkContext, SparkContext]) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        contexts[0].parallelize(range(COUNT), 2).map(lambda x: 1 // (x - 7)).sum()
    assert "record: 7" in caught.value.__notes__


def test_sums_beyond_64_bits(contexts: tuple[SparkContext, SparkContext]) -> None:
    numbers = contexts[0].parallelize(range(COUNT), 2)
    assert numbers.map(lambda x: x * (1 << 44)).sum() == sum(range(COUNT)) << 44
    big = numbers.map(lambda x: (x % 2, x * (1 << 44))).reduceByKey(add)
    assert sorted(big.collect()) == [(i, sum(range(i, COUNT, 2)) << 44) for i in (0, 1)]
