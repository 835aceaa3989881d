"""What stands for a join without one of its shuffles."""

from __future__ import annotations

from typing import Any

from minispark.engine.plan.broadcasts import join_below, without_shuffle
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Group
from minispark.engine.plan.kept import Kept, Tiers
from minispark.engine.plan.nodes import CoGroupNode, NarrowNode, RangeSlices, ShuffleDep, SourceNode
from minispark.engine.plan.operators import Keys
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.plan.program import ActionSink, BroadcastJoinStep, ChainStep, SourceStep, compile_stage

SITE = CallSite("join", "app.py", 1)


def joined(kept: Kept) -> Any:
    """The keys of a join, in 4 partitions, of a side of 7 and one of 2."""
    sides = tuple(
        ShuffleDep(
            number, SourceNode(number, count, SITE, RangeSlices((range(1),) * count)), Group(), Partitioner(4), SITE
        )
        for number, count in ((1, 7), (2, 2))
    )
    return NarrowNode(4, 4, SITE, CoGroupNode(3, 4, SITE, sides, "join"), Keys(SITE))


def test_its_tasks_are_the_other_sides_partitions() -> None:
    kept = Kept()
    join = join_below(joined(kept), kept)
    assert join is not None
    end = without_shuffle(join, 1, owner=9)
    steps = compile_stage(end, ActionSink(None, "count"), "count", kept).steps
    assert end.partitions == 7
    assert [type(step) for step in steps] == [SourceStep, BroadcastJoinStep, ChainStep]
    assert steps[1] == BroadcastJoinStep(0, 2, 4, 1, "join", 9, SITE)


def test_what_is_kept_of_the_join_later_is_never_computed_by_it() -> None:
    """Its tasks are no partitions of what is kept."""
    kept = Kept()
    join = join_below(joined(kept), kept)
    assert join is not None
    end = without_shuffle(join, 1, owner=9)
    for number in (3, 4):
        kept.keep(number, Tiers(True, False))
    assert [type(step) for step in compile_stage(end, ActionSink(None, "count"), "count", kept).steps] == [
        SourceStep, BroadcastJoinStep, ChainStep,
    ]  # fmt: skip
    assert join_below(joined(kept), kept) is None
