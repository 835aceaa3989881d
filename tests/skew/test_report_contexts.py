"""``skew.report`` of whole contexts, and the line on the console."""

from __future__ import annotations

from operator import add

from minispark import SparkContext, skew


def test_all_that_a_context_has_run() -> None:
    with SparkContext("inline", "all") as sc:
        pairs = sc.parallelize([(n % 7, n) for n in range(100)], 2)
        assert skew.report(sc).stages == ()
        counts = pairs.reduceByKey(add, 3)
        counts.count()
        counts.count()
        counts.sortByKey(numPartitions=2).count()
        kinds = [stage.kind for stage in skew.report(sc).stages]
    assert kinds == ["combine", "sort"]
    assert [stage.kind for stage in skew.report(sc).stages] == kinds
