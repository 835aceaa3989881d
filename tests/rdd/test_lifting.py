"""Programs whose functions run in columns answer as they do record by record, whatever the action or shuffle."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import RDD, SparkConf, SparkContext
from minispark.engine.kernels import lifted, sinks, words

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
    "grouped, hardly a key twice": lambda n: (
        n.filter(lambda x: x % 4 == 1).map(lambda x: (x, x > 9)).groupByKey(5).mapValues(list).collect()
    ),
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


TEXT = "to be or not to be\r\nthat  is the question\n\n\u201cé\u201d\u2003wide\x1cspaces\n" * 300 + "the end"

TEXT_PROGRAMS: dict[str, Callable[[RDD[str]], Any]] = {
    "words counted": lambda t: t.flatMap(lambda line: line.split()).map(lambda w: (w, 1)).reduceByKey(add, 3).collect(),
    "words weighed": lambda t: t.flatMap(str.split).map(lambda w: (w, -7)).reduceByKey(lambda a, b: a + b).collect(),
    "cut at blanks": lambda t: t.flatMap(lambda x: x.split(" ")).map(lambda w: (w, 1)).reduceByKey(add).collect(),
    "lines counted by line": lambda t: t.map(lambda line: (line, 1)).reduceByKey(add).collect(),
    "different words": lambda t: t.flatMap(lambda line: line.split()).distinct(2).collect(),
    "different lines": lambda t: t.distinct().collect(),
    "lines": lambda t: t.count(),
}


@pytest.mark.parametrize("name", TEXT_PROGRAMS)
def test_text_gives_the_same(
    name: str, contexts: tuple[SparkContext, SparkContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "BYTES_MIN", 1)
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    (tmp_path / "b.txt").write_bytes(("\ufeff" + "unique " * 3 + "\n".join(map(str, range(5000)))).encode())
    with gzip.open(tmp_path / "c.txt.gz", "wb") as packed:
        packed.write(TEXT.encode())
    answers = [TEXT_PROGRAMS[name](sc.textFile(f"file://{tmp_path}", 5)) for sc in contexts]
    if isinstance(answers[0], list):
        answers = [sorted(answer) for answer in answers]
    assert answers[0] == answers[1]


def test_text_that_is_not_utf_8_is_the_same_error(
    contexts: tuple[SparkContext, SparkContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "BYTES_MIN", 1)
    (tmp_path / "a.txt").write_bytes(b"good\n" * 9 + b"b\xe9d\ngood\n")
    told = []
    for sc in contexts:
        pairs = sc.textFile(f"file://{tmp_path}", 1).flatMap(str.split).map(lambda word: (word, 1))
        with pytest.raises(UnicodeDecodeError, match="byte 46: not UTF-8") as caught:
            pairs.reduceByKey(add).collect()
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_words_are_counted_in_columns(
    contexts: tuple[SparkContext, SparkContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "BYTES_MIN", 1)
    (tmp_path / "a.txt").write_text("a b a\n")
    seen: list[bool] = []
    really = words.write_words
    monkeypatch.setattr(sinks, "write_words", lambda *args: seen.append(really(*args)) or seen[-1])
    lines = contexts[0].textFile(f"file://{tmp_path}", 1)
    lines.flatMap(lambda line: line.split()).map(lambda w: (w, 1)).reduceByKey(add).collect()
    lines.flatMap(lambda line: line.upper().split()).map(lambda w: (w, 1)).reduceByKey(add).collect()
    assert [found is not False for found in seen] == [True, False]
