"""Estimates: exact where everything was computed in time, bounded where not."""

from __future__ import annotations

import math
import pickle
import threading
from typing import Any

import pytest

from minispark import BoundedFloat, SparkContext
from minispark.rdd.confidence import student_quantile
from minispark.rdd.hyperloglog import Sketch, hash64

IN_TIME = 600_000


def bounds(estimate: BoundedFloat) -> tuple[float, float, float, float]:
    return float(estimate), estimate.confidence, estimate.low, estimate.high


def test_in_time_the_answer_is_exact(sc: SparkContext) -> None:
    rdd = sc.parallelize(range(100), 4)
    assert rdd.countApprox(IN_TIME) == 100
    assert type(rdd.countApprox(IN_TIME)) is int
    assert bounds(rdd.sumApprox(IN_TIME, 0.5)) == (4950.0, 1.0, 4950.0, 4950.0)
    assert bounds(rdd.meanApprox(IN_TIME)) == (49.5, 1.0, 49.5, 49.5)


def test_estimates_of_nothing(sc: SparkContext) -> None:
    for empty in (sc.emptyRDD(), sc.parallelize([], 3)):
        assert empty.countApprox(IN_TIME) == 0
        assert bounds(empty.sumApprox(IN_TIME)) == bounds(empty.meanApprox(IN_TIME)) == (0.0, 1.0, 0.0, 0.0)
        assert empty.countApproxDistinct() == 0


def known_only(monkeypatch: pytest.MonkeyPatch, sc: SparkContext, partitions: set[int]) -> None:
    """As if these partitions alone were computed in time."""

    def run(node: Any, sink: Any, site: Any, seconds: float) -> dict[int, Any]:
        wanted = sorted(partitions)
        return dict(zip(wanted, sc._run(node, sink, wanted, site), strict=True))

    monkeypatch.setattr(sc, "_run_until", run)


def test_estimates_from_some_partitions(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    rdd = sc.parallelize(range(1000), 10)
    known_only(monkeypatch, sc, {1, 4, 5, 9})
    total = rdd.sumApprox(1, 0.9)
    assert total == pytest.approx(10 * (14950 + 44950 + 54950 + 94950) / 4)
    assert total.confidence == 0.9
    assert total.low < 499500 < total.high
    assert total - total.low == pytest.approx(total.high - total)
    wider = rdd.sumApprox(1, 0.99)
    assert wider.low < total.low and total.high < wider.high
    mean = rdd.meanApprox(1)
    assert mean == pytest.approx((149.5 + 449.5 + 549.5 + 949.5) / 4)
    assert mean.low < mean < mean.high < 2 * mean
    assert rdd.countApprox(1) == 1000
    assert rdd.sumApprox(1, 1.0).high == math.inf


def test_one_partition_tells_nothing_of_the_others(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    rdd = sc.parallelize(range(10), 10)
    known_only(monkeypatch, sc, {3})
    assert bounds(rdd.sumApprox(1)) == (30.0, 0.95, -math.inf, math.inf)
    assert bounds(rdd.meanApprox(1)) == (3.0, 0.95, -math.inf, math.inf)
    known_only(monkeypatch, sc, set())
    assert rdd.countApprox(1) == 0
    assert bounds(rdd.sumApprox(1)) == bounds(rdd.meanApprox(1)) == (0.0, 0.0, -math.inf, math.inf)


@pytest.mark.timeout(30)
def test_a_task_that_never_ends_is_cancelled_in_time(sc: SparkContext) -> None:
    if sc.master == "inline":
        pytest.skip("inline, a task that never ends holds the caller")

    def stuck(index: int, records: Any) -> Any:
        if index % 2:
            threading.Event().wait()
        return records

    rdd = sc.parallelize(range(4), 4).mapPartitionsWithIndex(stuck)
    estimate = rdd.sumApprox(300)
    assert estimate.confidence in (0.0, 0.95)
    assert sc.parallelize([1, 2], 2).sum() == 3


def test_errors_in_time_are_raised(sc: SparkContext) -> None:
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([0], 1).map(lambda x: 1 / x).sumApprox(IN_TIME)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, math.nan])
def test_confidence_is_a_probability(sc: SparkContext, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"confidence must be from 0\.0 to 1\.0"):
        sc.parallelize([1]).countApprox(1000, confidence)


def test_time_does_not_run_backwards(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="timeout is in milliseconds, at least 0, not -1"):
        sc.parallelize([1]).meanApprox(-1)


def test_a_bounded_float_travels() -> None:
    estimate = BoundedFloat(100.0, 0.95, 95.0, 105.0)
    assert bounds(pickle.loads(pickle.dumps(estimate))) == bounds(estimate) == (100.0, 0.95, 95.0, 105.0)


@pytest.mark.parametrize(
    ("confidence", "freedom", "expected"),
    [(0.95, 1, 12.706), (0.95, 2, 4.303), (0.99, 5, 4.032), (0.9, 8, 1.860), (0.95, 100, 1.984), (0.95, 10**6, 1.960)],
)
def test_quantiles_are_those_of_the_tables(confidence: float, freedom: int, expected: float) -> None:
    assert student_quantile(confidence, freedom) == pytest.approx(expected, abs=0.0006)


# --- different records ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("error", [0.3, 0.05, 0.01])
@pytest.mark.parametrize("count", [50, 3000, 20000])
def test_the_error_asked_for_is_kept(error: float, count: int, sc: SparkContext) -> None:
    for make in (int, str, lambda i: (i, f"{i}")):
        found = sc.parallelize(range(count), 3).map(make).countApproxDistinct(error)
        assert abs(found - count) <= 4 * error * count


def test_errors_too_small_for_a_sketch_are_met_exactly(sc: SparkContext) -> None:
    assert sc.parallelize([i % 700 for i in range(5000)], 3).countApproxDistinct(0.001) == 700
    for wrong in (0.0000169, 0.0, -1.0, math.nan):
        with pytest.raises(ValueError, match=r"relativeSD should be greater than 0\.000017"):
            sc.parallelize([1]).countApproxDistinct(wrong)


def test_equal_records_are_one(sc: SparkContext) -> None:
    records = [
        1,
        1.0,
        True,
        None,
        None,
        "a",
        b"a",
        math.nan,
        float("nan"),
        (1, "a"),
        (1.0, "a"),
        -0.0,
        0,
        -1,
        -2,
        (None,),
        (0,),
    ]
    assert sc.parallelize(records, 4).countApproxDistinct() == 11
    assert hash64(1) == hash64(1.0) == hash64(True)
    assert hash64("a") != hash64(b"a")
    with pytest.raises(TypeError, match="unhashable"):
        sc.parallelize([[1]]).countApproxDistinct()


def test_sketches_merge_as_if_one_had_met_all() -> None:
    few, many = range(5), range(5000)
    for left, right in ((few, range(3, 9)), (few, many), (many, few), (many, range(3000, 9000))):
        one, other, both = Sketch(9), Sketch(9), Sketch(9)
        one.add_all(left)
        other.add_all(right)
        both.add_all([*left, *right])
        assert one.merge(other).estimate() == both.estimate()
