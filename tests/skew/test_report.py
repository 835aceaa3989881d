"""``skew.report``: planted keys are found by name, with their shares; uniform keys are not accused."""

from __future__ import annotations

import marshal
import random
from collections import Counter
from collections.abc import Callable, Iterator
from operator import add
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from minispark import SparkConf, SparkContext, skew

RECORDS = 4_000

Operator = Callable[[Any], Any]


@pytest.fixture(scope="module")
def inline() -> Iterator[SparkContext]:
    with SparkContext(conf=SparkConf().setMaster("inline").setAppName("report")) as context:
        yield context


def joined(pairs: Any) -> Any:
    return pairs.join(pairs.context.parallelize([(n, n) for n in range(5)], 2), 8)


OPERATORS: dict[str, Operator] = {
    "groupByKey": lambda pairs: pairs.groupByKey(8),
    "partitionBy": lambda pairs: pairs.partitionBy(8),
    "join": joined,
    "leftOuterJoin": lambda pairs: pairs.leftOuterJoin(pairs.context.parallelize([(1, 1)], 1), 8),
    "cogroup": lambda pairs: pairs.cogroup(pairs.context.parallelize([(1, 1)], 1), numPartitions=8),
    "reduceByKey": lambda pairs: pairs.reduceByKey(max, 8),
    "aggregateByKey": lambda pairs: pairs.aggregateByKey(0, lambda a, v: a + len(v), add, 8),
    "countByKey": lambda pairs: pairs.map(lambda pair: (pair[0], 1)).reduceByKey(add, 8),
    "distinct": lambda pairs: pairs.keys().distinct(8),
    "sortBy": lambda pairs: pairs.sortBy(lambda pair: str(pair[0]), numPartitions=8),
}
GROUPING = ("groupByKey", "join", "leftOuterJoin", "cogroup")
COMBINING = ("reduceByKey", "aggregateByKey", "countByKey", "distinct")

KEYS: dict[str, Callable[[int], Any]] = {
    "text": lambda n: f"k{n}",
    "numbers": lambda n: n + 10,
    "tuples": lambda n: ("k", n),
}
HOT: list[Any] = ["hot", -7, ("hot", 1), None, 2.5, b"hot", True]


def planted(seed: int, hot: Any, share: float, make: Callable[[int], Any], count: int = RECORDS) -> list[Any]:
    """A key with exactly this share among others of which there are 50 to 3,000; values of many lengths."""
    draw = random.Random(seed)
    others = draw.choice([50, 300, 3_000])
    keys = [hot] * int(share * count) + [make(draw.randrange(others)) for _ in range(count - int(share * count))]
    draw.shuffle(keys)
    return [(key, "v" * draw.randrange(1, 60)) for key in keys]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_a_planted_key_is_named(inline: SparkContext, seed: int) -> None:
    draw = random.Random(f"case {seed}")
    name = list(OPERATORS)[seed % len(OPERATORS)]
    hot, share = draw.choice(HOT), draw.choice([0.05, 0.08, 0.2, 0.5, 0.9])
    records = planted(seed, hot, share, draw.choice(list(KEYS.values())))
    slices = draw.choice([1, 3, 4])
    (stage,) = skew.report(OPERATORS[name](inline.parallelize(records, slices))).stages
    (key,) = [key for key in stage.hot if key.name == repr(str(hot) if name == "sortBy" else hot)]
    assert stage.hot[0] == key
    assert [other.name for other in stage.hot if other.met_share < 0.04] == []
    if name in COMBINING:
        assert key.met_share == pytest.approx(share, rel=0.1)
        assert key.records <= 4
    else:
        assert key.records_share == pytest.approx(share, rel=0.1)
        travelling = weights(records, slices, name in GROUPING)
        assert key.bytes_share == pytest.approx(travelling[hot] / travelling.total(), rel=0.1)


def weights(records: list[Any], slices: int, grouping: bool) -> Counter[Any]:
    """Bytes by key as they travel: where a map task groups, the key once, and how many values it has."""
    found = Counter[Any]()
    for index in range(slices):
        part = records[len(records) * index // slices : len(records) * (index + 1) // slices]
        for key, value in part:
            found[key] += len(value) + 5 + (0 if grouping else key_bytes(key))
        for key in {key for key, _ in part} if grouping else ():
            found[key] += key_bytes(key) + 5
    return found


def key_bytes(key: Any) -> int:
    return len(marshal.dumps(key, 2))


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.05])
@pytest.mark.parametrize("name", OPERATORS)
def test_shares_of_more_records_than_are_looked_at(inline: SparkContext, name: str, share: float) -> None:
    records = planted(7, "hot", share, KEYS["text"], 100_000)
    (stage,) = skew.report(OPERATORS[name](inline.parallelize(records, 4))).stages
    assert stage.hot[0].name == "'hot'"
    shares = stage.hot[0].met_share if name in COMBINING else stage.hot[0].records_share
    assert shares == pytest.approx(share, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("count", [3, 20, 100, 4_000])
@pytest.mark.parametrize("name", OPERATORS)
def test_uniform_keys_are_not_accused(inline: SparkContext, name: str, count: int) -> None:
    draw = random.Random(count)
    drawn = inline.parallelize([(draw.randrange(count), "v" * draw.randrange(1, 60)) for _ in range(RECORDS)], 4)
    in_turn = inline.range(60_000, numSlices=4).map(lambda n: (n % count, "v" * (n % 7)))
    for pairs in (drawn, in_turn):
        for stage in skew.report(OPERATORS[name](pairs)).stages:
            assert stage.hot == ()
            assert stage.advice.remedy in ("nothing", "more partitions")


@pytest.mark.parametrize("share", [0.95, 0.99, 0.999, 1.0])
def test_a_key_that_has_nearly_everything(inline: SparkContext, share: float) -> None:
    (stage,) = skew.report(inline.parallelize(planted(1, "hot", share, KEYS["text"]), 3).partitionBy(8)).stages
    assert [key.name for key in stage.hot] == ["'hot'"]


def test_many_hot_keys_before_a_long_tail(inline: SparkContext) -> None:
    records = [(f"hot{n % 25}" if n % 5 else f"k{n}", n) for n in range(20_000)]
    (stage,) = skew.report(inline.parallelize(records, 3).partitionBy(200)).stages
    assert len(stage.hot) == 20
    assert all(key.name.startswith("'hot") for key in stage.hot)


# --- sources ------------------------------------------------------------------------------------------------------


def test_map_stages_run_once_and_are_used(inline: SparkContext) -> None:
    ran = inline.accumulator(0)

    def counted(n: int) -> tuple[int, int]:
        ran.add(1)
        return n % 3, n

    grouped = inline.parallelize(range(300), 3).map(counted).groupByKey(2)
    assert len(skew.report(grouped).stages) == 1
    assert grouped.count() == 3
    assert ran.value == 300


def test_an_rdd_without_a_shuffle(inline: SparkContext) -> None:
    found = skew.report(inline.parallelize([1, 2]))
    assert found.stages == ()
    assert str(found) == "(no shuffle has run)"
    assert skew.report(inline.emptyRDD()).stages == ()
    assert "no shuffle" in found._repr_html_()


def test_one_job(inline: SparkContext) -> None:
    inline.setJobGroup("mine", "")
    inline.parallelize([(1, 1)], 1).groupByKey(2).count()
    (job,) = inline.statusTracker().getJobIdsForGroup("mine")
    (stage,) = skew.report(job).stages
    assert stage.records.total == 1


@pytest.mark.parametrize("source", ["os", 1.5, None, True, [1]])
def test_what_is_no_source(inline: SparkContext, source: Any) -> None:
    with pytest.raises(TypeError, match="needs an RDD, a SparkContext or a job's id"):
        skew.report(source)


def test_an_unknown_job(inline: SparkContext) -> None:
    with pytest.raises(ValueError, match="knows no such job"):
        skew.report(10**9)


def test_both_sides_of_a_join(inline: SparkContext) -> None:
    left = inline.parallelize([("hot" if n % 2 else n, n) for n in range(2_000)], 2)
    right = inline.parallelize([("hot" if n % 4 == 0 else n, n) for n in range(400)], 2)
    (stage,) = skew.report(left.join(right, 8)).stages
    sides = {stage.side_name(key): round(key.records_share, 2) for key in stage.hot if key.name == "'hot'"}
    assert sides == {"left": 0.5, "right": 0.25}
    assert stage.records.total == 2_400
    assert len(stage.stage_ids) == 2


# --- what it looks like -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def skewed(inline: SparkContext) -> skew.SkewReport:
    pairs = inline.parallelize([("<b>&" if n % 2 else f"k{n}", "v" * 20) for n in range(4_000)], 4)
    return skew.report(pairs.partitionBy(8))


def test_as_text(skewed: skew.SkewReport) -> None:
    text = str(skewed)
    assert "partitionBy at test_report.py:" in text
    assert "'<b>&'" in text
    assert "-> split_keys: '<b>&' has 50% of its side in one task; more partitions cannot part a key" in text
    assert max(map(len, text.splitlines()[:4])) < 120


def test_as_html(skewed: skew.SkewReport) -> None:
    text = skewed._repr_html_()
    assert "<b>" not in text
    root = ElementTree.fromstring(f"<div>{text}</div>")
    assert "'<b>&'" in [cell.text for cell in root.iter("td")]


def test_as_a_picture(skewed: skew.SkewReport, tmp_path: Path) -> None:
    skewed.plot(tmp_path / "skew.svg")
    first = (tmp_path / "skew.svg").read_text()
    root = ElementTree.fromstring(first)
    texts = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("'<b>&' ") for text in texts)
    bars = [e for e in root.iter("{http://www.w3.org/2000/svg}rect") if e.get("fill") == "#8fa3b8"]
    assert len(bars) == 8
    skewed.plot(str(tmp_path / "again.svg"))
    assert (tmp_path / "again.svg").read_text() == first


def test_pictures_of_nothing_and_of_many_tasks(inline: SparkContext, tmp_path: Path) -> None:
    skew.SkewReport(()).plot(tmp_path / "empty.svg")
    ElementTree.fromstring((tmp_path / "empty.svg").read_text())
    wide = skew.report(inline.parallelize([("hot", n) for n in range(500)], 2).partitionBy(1_000))
    wide.plot(tmp_path / "wide.svg")
    root = ElementTree.fromstring((tmp_path / "wide.svg").read_text())
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) < 200
