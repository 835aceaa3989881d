"""How a stage's nodes become steps."""

from __future__ import annotations

from minispark import SparkContext
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.program import ActionSink, StageProgram, UnionStep, compile_stage
from minispark.rdd.rdd import RDD


def compiled(rdd: RDD[int]) -> StageProgram:
    return compile_stage(rdd._node, ActionSink(None, "collect"), "collect", Kept())


def test_a_union_of_unions_is_one_step() -> None:
    """Else finding a partition of the first takes as many steps as there are unions."""
    with SparkContext("inline", "unions") as sc:
        rdd = sc.parallelize([0], 1)
        for i in range(1, 50):
            rdd = rdd.union(sc.parallelize([i], 1)) if i % 2 else sc.parallelize([i], 1).union(rdd)
        (union,) = [step for step in compiled(rdd).steps if isinstance(step, UnionStep)]
    assert union.firsts == tuple(range(50))
    assert len(union.inputs) == 50


def test_unions_with_themselves_have_as_many_inputs_as_partitions() -> None:
    """None for those without partitions: of these, 60 doublings would be 2 ** 60."""
    with SparkContext("inline", "unions") as sc:
        full, empty = sc.parallelize([1], 1), sc.emptyRDD()
        for _ in range(8):
            full = full.union(full)
        for _ in range(60):
            empty = empty.union(empty)
        *_, union = compiled(full.union(empty)).steps
        assert isinstance(union, UnionStep)
        assert union.inputs == (0,) * 256
        assert union.firsts == tuple(range(256))
        assert empty.collect() == []
        assert full.union(empty).count() == 256
