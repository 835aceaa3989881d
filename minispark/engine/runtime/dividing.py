"""Skewed partitions of joins, divided among several tasks before their stage is planned: when its inputs are whole.

Spark's rule (``OptimizeSkewedJoin``), for RDDs. Nothing of it may show in a result, so a stage is divided only where it
works record by record from the join to its end, and what it ends in does not see which task a record came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import reduce
from operator import add
from statistics import median
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import BlockError, DescriptorsExhaustedError
from minispark.engine.core.values import value
from minispark.engine.observe.events import Adapted
from minispark.engine.plan.exchanges import Combine, Distinct, Group, Plain
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import CoGroupNode, NarrowNode, Node, ShuffleDep
from minispark.engine.plan.operators import Quarantine, WholePartition
from minispark.engine.plan.program import ActionSink, ChainStep, CoGroupStep, KeepStep, ShuffleSink, StageProgram
from minispark.engine.plan.shares import Share, shares_of, skewed
from minispark.engine.plan.walks import all_deps, stage_nodes

if TYPE_CHECKING:
    from minispark.engine.core.loads import ShuffleLoads
    from minispark.engine.runtime.driver import Driver
    from minispark.engine.runtime.store import Store

SLICED = {"join": (0, 1), "leftOuterJoin": (0,), "rightOuterJoin": (1,), "fullOuterJoin": ()}
"""By kind of join, the sides whose records may be seen by different tasks: an outer side's partner must be seen whole,
or a record would be without partners in one task and have some in another."""

MERGED_ACTIONS = ("collect", "count")
_SHUFFLES = (Combine, Distinct, Group, Plain)
_WIDE_JOIN_SIDES = 2


class Question(threading.Event):
    """Asked of the driver's thread: set once ``answer`` is there."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__()
        self._ask = ask
        self.answer: Any = None

    def set(self) -> None:
        self.answer = self._ask()
        super().set()


@value
class _Input:
    """A whole shuffle. ``attempts`` wrote its map outputs; ``fixed``: these are known to come out the same, chunk by
    chunk, if they have to be made again, or the difference to be noticed."""

    loads: ShuffleLoads
    attempts: tuple[int, ...]
    fixed: bool


class Dividing:
    """What is divided in one context. ``wait`` waits for an event while the driver works."""

    def __init__(self, threshold: int, driver: Driver, store: Store, wait: Callable[[threading.Event], None]) -> None:
        self._threshold = threshold
        self._driver = driver
        self._store = store
        self._wait = wait
        self._notes: list[Adapted] = []
        self._decided: dict[tuple[int, ...], list[Adapted]] = {}

    def decided(self, node: Node, kept: Kept) -> list[Adapted]:
        """What was decided last of each join in the lineage of ``node``."""
        found: dict[tuple[int, ...], list[Adapted]] = {}
        for above in (node, *[dep.parent for dep in all_deps(node, kept) if isinstance(dep, ShuffleDep)]):
            for member in stage_nodes(above, kept):
                if isinstance(member, CoGroupNode):
                    sides = tuple(side.shuffle_id for side in member.sides if isinstance(side, ShuffleDep))
                    found[sides] = self._decided.get(sides, [])
        return [each for decisions in found.values() for each in decisions]

    def forget(self, shuffle_id: int) -> None:
        """The shuffle is gone."""
        for sides in [sides for sides in self._decided if shuffle_id in sides]:
            del self._decided[sides]

    def notes(self) -> tuple[Adapted, ...]:
        """What was decided since last asked."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def measured(self, shuffle_ids: Iterable[int]) -> bool:
        """Whether all of them are whole."""
        return None not in self._inputs(shuffle_ids).values()

    def shares(self, program: StageProgram, partitions: int) -> tuple[Share, ...]:
        """Of a stage that is about to be planned; none if each task is to compute a partition."""
        join = join_of(program)
        if join is None:
            return ()
        inputs = self._inputs(number for _, number in join.sides)
        sides = [inputs[number] for _, number in join.sides]
        if any(side is None or len(side.loads.reducer_bytes) != partitions for side in sides):
            return ()
        whole = [side for side in sides if side is not None]
        sizes = tuple(side.loads.reducer_bytes for side in whole)

        def chunks(side: int, partition: int) -> list[list[int]]:
            return self._chunks(whole[side], partition)

        why_not = obstacle(program)
        try:
            shares = shares_of(sizes, SLICED[join.emit] if why_not is None else (), self._threshold, chunks)
        except (BlockError, DescriptorsExhaustedError):  # whoever reads it says so, or does without it
            return ()
        self._note(
            program, join, sizes, shares, why_not or "the side that could be sliced is the smaller one, or one chunk"
        )
        return tuple(shares) if len(shares) > partitions else ()

    def _inputs(self, shuffle_ids: Iterable[int]) -> dict[int, _Input | None]:
        wanted = list(dict.fromkeys(shuffle_ids))
        question = Question(lambda: {shuffle_id: self._look(shuffle_id) for shuffle_id in wanted})
        self._driver.request(question)
        self._wait(question)
        answer: dict[int, _Input | None] = question.answer or dict.fromkeys(wanted)
        return answer

    def _look(self, shuffle_id: int) -> _Input | None:
        """In the driver's thread."""
        attempts = self._driver.outputs.whole(shuffle_id)
        loads = self._driver.loads.of(shuffle_id)
        if attempts is None or loads is None:
            return None
        return _Input(loads, attempts, self._driver.loads.fixed(shuffle_id))

    def _chunks(self, side: _Input, partition: int) -> list[list[int]]:
        sizes = []
        for map_id, attempt_id in enumerate(side.attempts):
            reader = self._store.output(side.loads.shuffle_id, map_id, attempt_id)
            try:
                lengths = [reader.length(chunk) for chunk in reader.chunks(partition)]
            finally:
                reader.close()
            sizes.append(lengths if side.fixed else [sum(lengths)])
        return sizes

    def _note(
        self,
        program: StageProgram,
        step: CoGroupStep,
        sizes: tuple[tuple[int, ...], ...],
        shares: list[Share],
        why_not: str,
    ) -> None:
        totals = [sum(size) for size in zip(*sizes, strict=True)]
        middle = median(totals)
        sides = tuple(number for _, number in step.sides)
        decisions = self._decided[sides] = []
        for partition in skewed(totals, self._threshold):
            parts = sum(share.partition == partition for share in shares)
            why = f"it reads {totals[partition] / 1e6:.2f} MB, the median partition {middle / 1e6:.2f} MB"
            if parts > 1:
                what = f"partition {partition} of {step.emit} is divided among {parts} tasks"
            else:
                what = f"partition {partition} of {step.emit} is not divided"
                why += f"; {why_not}"
            decisions.append(Adapted(program.name, sides, partition, what, why))
        self._notes += decisions


def obstacle(program: StageProgram) -> str | None:
    """Why the tasks of a stage that begins with a join cannot have shares of its partitions; None if they can."""
    join = join_of(program)
    if join is not None and not SLICED[join.emit]:
        return "both sides of a full outer join must be seen whole, to know which records have no partner"
    sink = program.sink
    if isinstance(sink, ActionSink):
        if sink.function is not None or sink.kind not in MERGED_ACTIONS:
            return "the action has a value for each partition"
    elif not isinstance(sink, ShuffleSink) or not isinstance(sink.exchange, _SHUFFLES):
        return "what is written tells partitions apart"
    for step in program.steps:
        if isinstance(step, ChainStep) and any(
            isinstance(operator, (Quarantine, WholePartition)) for operator in step.operators
        ):
            return "an operator after the join works on whole partitions"
    return None


def join_of(program: StageProgram) -> CoGroupStep | None:
    """The join of two shuffles that the program begins with, if it consists of that and of operators after it."""
    first = program.steps[0]
    if not isinstance(first, CoGroupStep) or first.emit not in SLICED or not all(wide for wide, _ in first.sides):
        return None
    return first if all(isinstance(step, (ChainStep, KeepStep)) for step in program.steps[1:]) else None


def join_inputs(node: Node, kept: Kept) -> tuple[ShuffleDep, ...]:
    """The shuffles of the join that ``node`` is computed from, in the same stage and record by record as far as can be
    told without compiling it; none if there is no such join."""
    while isinstance(node, NarrowNode) and kept.fused(node) and not isinstance(node.operator, WholePartition):
        node = node.parent
    if not isinstance(node, CoGroupNode) or not kept.fused(node) or not SLICED.get(node.emit):
        return ()
    sides = tuple(side for side in node.sides if isinstance(side, ShuffleDep))
    return sides if len(sides) == _WIDE_JOIN_SIDES else ()


def by_partition(values: list[Any], shares: tuple[Share, ...]) -> list[Any]:
    """What the tasks' values come to for each partition: the records of its shares one after another, or their sum.

    >>> by_partition([2, 3, 4], (Share(0), Share(1, (None,)), Share(1, (None,))))
    [2, 7]
    """
    of: dict[int, list[Any]] = {}
    for share, part in zip(shares, values, strict=True):
        of.setdefault(share.partition, []).append(part)
    return [parts[0] if len(parts) == 1 else reduce(add, parts) for _, parts in sorted(of.items())]
