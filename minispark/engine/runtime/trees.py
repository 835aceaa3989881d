"""Skewed partitions of ``reduceByKey`` and its like, combined as trees by stages of their own.

Such a stage is a map stage like any other, planned once the shuffle is whole: it reads slices of the skewed partitions
and writes what they come to as a shuffle of its own, from which the readers take these partitions instead. So a reader
of whatever kind sees the records that it would have seen, and a lost output is made again as every other is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from statistics import median

from minispark.engine.core.errors import BlockError, DescriptorsExhaustedError
from minispark.engine.core.loads import KeyLoad, ShuffleLoads
from minispark.engine.core.values import replace, value
from minispark.engine.observe.events import Adapted
from minispark.engine.plan.exchanges import Combine, Plain
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import Node, ShuffleDep
from minispark.engine.plan.program import ReadStep, ShuffleSink, StageProgram, Step
from minispark.engine.plan.shares import Share, Slice
from minispark.engine.plan.trees import ONE_REDUCER, Held, Parts, levels_of, parts_of
from minispark.engine.plan.walks import stage_parents
from minispark.engine.runtime.dividing import Dividing
from minispark.engine.runtime.jobs import StagePlan
from minispark.engine.runtime.sourcesizes import SourceSizes

GROWTH_MAX = 64
"""So many times its sources a shuffle may be large. Where even that has less than a skewed partition must have, its
readers are planned at once: a job's answer may take less time than to ask first how large its shuffle is."""
BLAME_MIN = 0.5
"""A key with at least this share of a partition is named."""
PARTITIONS_MIN = 3
"""None of two has five times their median."""


@value
class Tree:
    """The stages that combine skewed partitions of a shuffle in parts, the first ones first, and where these are found
    then; both empty if there are none."""

    stages: tuple[StagePlan, ...] = ()
    held: tuple[Held, ...] = ()


NO_TREE = Tree()
Plan = Callable[[StageProgram, int, int], StagePlan]
"""Plans the stage of a program that writes a shuffle, and reads another: the numbers of both."""


class Trees:
    """Of one context. ``plan`` plans a stage."""

    def __init__(self, dividing: Dividing, next_shuffle_id: Callable[[], int], plan: Plan) -> None:
        self._dividing = dividing
        self._next_shuffle_id = next_shuffle_id
        self._plan = plan
        self._sizes = SourceSizes()
        self._candidates: set[int] = set()
        self._trees: dict[int, Tree] = {}
        self._stages: dict[int, tuple[StagePlan, ...]] = {}

    def inputs(self, node: Node, kept: Kept) -> tuple[ShuffleDep, ...]:
        """What is combined in the stage that ends in ``node``, as far as it may be skewed and nothing was decided."""
        found = tuple(
            dep
            for dep in stage_parents(node, kept)
            if isinstance(dep, ShuffleDep)
            and isinstance(dep.exchange, Combine)
            and dep.shuffle_id not in self._trees
            and dep.partitioner.partitions >= PARTITIONS_MIN
            and self.may_be_skewed(dep, kept)
        )
        self._candidates.update(dep.shuffle_id for dep in found)
        return found

    def may_be_skewed(self, dep: ShuffleDep, kept: Kept) -> bool:
        """Whether its sources, as far as they are known, may come to what makes a partition skewed."""
        return self._sizes.of(dep, kept) * GROWTH_MAX > self._dividing.threshold

    def applied(self, program: StageProgram) -> tuple[StageProgram, tuple[int, ...]]:
        """The program of a stage that is about to be planned, reading skewed partitions from where they were combined
        in parts; and the shuffles that it reads for that."""
        found: dict[int, None] = {}
        steps: list[Step] = []
        for step in program.steps:
            if isinstance(step, ReadStep) and isinstance(step.exchange, Combine):
                held = self._tree(step, program.name).held
                found.update((each.shuffle_id, None) for each in held)
                steps.append(replace(step, held=held) if held else step)
            else:
                steps.append(step)
        return (replace(program, steps=tuple(steps)) if found else program), tuple(found)

    def stages(self, shuffle_id: int) -> tuple[StagePlan, ...]:
        """The stages, the first ones first, that write this shuffle and those which it is made from, if it holds
        combined parts."""
        return self._stages.get(shuffle_id, ())

    def forget(self, shuffle_id: int) -> tuple[int, ...]:
        """The shuffle is gone; so are those returned."""
        self._sizes.forget(shuffle_id)
        self._candidates.discard(shuffle_id)
        tree = self._trees.pop(shuffle_id, NO_TREE)
        gone = tuple(plan.spec.shuffle_id for plan in tree.stages if plan.spec.shuffle_id is not None)
        for each in gone:
            self._stages.pop(each, None)
        return gone

    def _tree(self, step: ReadStep, stage: str) -> Tree:
        """As it was decided, or is now."""
        tree = self._trees.get(step.shuffle_id)
        if tree is None:
            tree = self._decide(step, stage) if step.shuffle_id in self._candidates else None
        return tree or NO_TREE

    def _decide(self, step: ReadStep, stage: str) -> Tree | None:
        """None if the shuffle is not whole."""
        whole = self._dividing.inputs((step.shuffle_id,))[step.shuffle_id]
        if whole is None or len(whole.loads.reducer_bytes) != step.partitions:
            return None
        loads, threshold = whole.loads, self._dividing.threshold
        hot = {key.reducer: key for key in reversed(loads.keys) if _stands_out(key, loads)}
        combiners = {partition: key.records for partition, key in hot.items()}
        try:
            parts = parts_of(loads.reducer_bytes, threshold, partial(self._dividing.chunks, whole), combiners)
        except (BlockError, DescriptorsExhaustedError):  # whoever reads it says so, or does without it
            return None
        levels, found = levels_of({partition: each.runs for partition, each in parts.items()})
        tree = self._trees[step.shuffle_id] = self._planned(step, levels, found)
        told = []
        for partition, each in parts.items():
            level, _ = found.get(partition, (0, None))
            what, why = _described(step, loads, partition, each, level + 1, hot.get(partition))
            told.append(Adapted(stage, (step.shuffle_id,), partition, what, why))
        self._dividing.tell(told)
        return tree

    def _planned(self, step: ReadStep, levels: list[tuple[Share, ...]], found: dict[int, tuple[int, Slice]]) -> Tree:
        """The stages of these levels, each reading what the one before has written."""
        stages: list[StagePlan] = []
        written = [step.shuffle_id]
        for shares in levels:
            read = replace(step, shuffle_id=written[-1], partitions=1 if stages else step.partitions)
            sink = ShuffleSink(self._next_shuffle_id(), Plain(), ONE_REDUCER)
            program = StageProgram((read,), sink, f"parts of {step.site}", step.site, shares)
            stages.append(self._plan(program, sink.shuffle_id, written[-1]))
            written.append(sink.shuffle_id)
            self._stages[sink.shuffle_id] = tuple(stages)
        held = tuple(Held(partition, written[level + 1], tasks) for partition, (level, tasks) in found.items())
        return Tree(tuple(stages), held)


def _stands_out(key: KeyLoad, loads: ShuffleLoads) -> bool:
    return key.reducer >= 0 and key.bytes >= BLAME_MIN * loads.reducer_bytes[key.reducer]


def _described(
    step: ReadStep, loads: ShuffleLoads, partition: int, parts: Parts, levels: int, hot: KeyLoad | None
) -> tuple[str, str]:
    """What was decided of a skewed partition, and why."""
    size, middle = loads.reducer_bytes[partition], median(loads.reducer_bytes)
    what = f"partition {partition} of {step.site.operation if step.site is not None else 'combineByKey'} is "
    why = f"it reads {size / 1e6:.2f} MB, the median partition {middle / 1e6:.2f} MB"
    if hot is not None:
        why += f", {min(hot.bytes / max(size, 1), 1):.0%} of it for {hot.name}"
    if not parts.runs:
        return f"{what}not combined in parts", f"{why}; {parts.why_not}"
    return f"{what}combined in {len(parts.runs)} parts first" + (f", on {levels} levels" if levels > 1 else ""), why
