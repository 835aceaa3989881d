"""What is dealt out or routed is divided where it is large, and tiny partitions share a task: as a user sees it."""

from __future__ import annotations

from typing import Any

import pytest
from dividing_kit import Seen

from minispark import SparkContext
from minispark.observe import listening
from minispark.testing import assert_same_records

PARTITIONS = 150
PAIRS = [(n % 97, n) for n in range(2_000)] + [(None, 1), (float("nan"), 2), (("a", 1), 3)]


@pytest.mark.slow
def test_few_tasks_do_it_and_it_is_told(sc: SparkContext) -> None:
    grouped = sc.parallelize(PAIRS, 4).groupByKey(PARTITIONS)
    with listening(sc, Seen()) as seen:
        assert grouped.count() == 100
    tasks = len(seen.tasks())
    assert tasks <= PARTITIONS / 4
    (decision,) = [each for each in seen.decisions if each.partition is None]
    assert decision.what == f"the {PARTITIONS} partitions of groupByKey are computed by {tasks} tasks"
    assert "MB" in decision.why and decision.what in grouped.toDebugString().decode()
    assert grouped.getNumPartitions() == len(grouped.glom().collect()) == PARTITIONS


@pytest.mark.slow
@pytest.mark.parametrize("how", ["partitionBy", "repartition"])
def test_what_is_dealt_out_is_divided_where_it_is_large(sc: SparkContext, how: str) -> None:
    """Records of one partition, or large ones, in slices: in their order, each once."""
    hot = [("hot", f"value {n}") for n in range(2_000)] + [(n, "x") for n in range(50)]
    if how == "repartition":
        hot = [(n, "x" * (20_000 if n % 70 < 10 else 1)) for n in range(700)]  # ten go to one, the next ten to the next
    source = sc.parallelize(hot, 1 if how == "repartition" else 4)
    dealt = source.partitionBy(5) if how == "partitionBy" else source.repartition(7)
    with listening(sc, Seen()) as seen:
        records = dealt.collect()
    assert records == [record for part in dealt.glom().collect() for record in part]
    assert_same_records(records, hot)
    divided = [each for each in seen.decisions if "is divided among" in each.what]
    assert [each.what.split(" of ")[1].split()[0] for each in divided] == [how], seen.decisions
    counts = dealt.map(lambda kv: (len(kv[1]), 1)).reduceByKey(lambda a, b: a + b, 3)
    assert sum(count for _, count in counts.collect()) == len(hot)


def test_accumulators_count_each_record_once(sc: SparkContext) -> None:
    total = sc.accumulator(0)

    def counted(record: Any) -> Any:
        total.add(1)
        return record

    sc.parallelize(PAIRS, 4).partitionBy(PARTITIONS).map(counted).groupByKey(3).count()
    assert total.value == len(PAIRS)


def test_the_users_error_names_the_record(sc: SparkContext) -> None:
    dealt = sc.parallelize(range(1_000), 4).repartition(PARTITIONS)
    with pytest.raises(ZeroDivisionError) as caught:
        dealt.map(lambda n: 1 // (n - 777)).collect()
    assert "777" in "".join(getattr(caught.value, "__notes__", ()))
