"""Which task computes what of a stage, decided before it is planned: when what it reads is whole. Skewed partitions
are divided among several tasks, tiny ones share one.

Spark's rules (``OptimizeSkewedJoin``, ``CoalesceShufflePartitions``), for RDDs. Nothing of it may show in a result, so
a stage is divided only where it works record by record from what it reads to its end, and what it ends in does not see
which task a record came from.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add
from statistics import median
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import BlockError, DescriptorsExhaustedError
from minispark.engine.core.values import value
from minispark.engine.observe.events import Adapted
from minispark.engine.plan.exchanges import Combine
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import CoGroupNode, NarrowNode, Node, ShuffleDep, ShuffledNode
from minispark.engine.plan.operators import WholePartition
from minispark.engine.plan.program import StageProgram
from minispark.engine.plan.reads import KINDS, SLICED, Read, obstacle, read_of, tells_apart
from minispark.engine.plan.shares import Share, shares_of, skewed, together

if TYPE_CHECKING:
    from minispark.engine.core.loads import ShuffleLoads
    from minispark.engine.runtime.driver import Driver
    from minispark.engine.runtime.store import Store

MANY_A_SLOT = 32
"""So many partitions a worker are worth a job of their own for what they read, a third of a millisecond."""


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
class Whole:
    """A whole shuffle. ``attempts`` wrote its map outputs; ``fixed``: these are known to come out the same, chunk by
    chunk, if they have to be made again, or the difference to be noticed."""

    loads: ShuffleLoads
    attempts: tuple[int, ...]
    fixed: bool


class Dividing:
    """What is divided in one context, with workers in ``slots``. ``wait`` waits for an event while the driver works."""

    def __init__(
        self, threshold: int, slots: int, driver: Driver, store: Store, wait: Callable[[threading.Event], None]
    ) -> None:
        self.threshold = threshold
        self._slots = slots
        self._driver = driver
        self._store = store
        self._wait = wait
        self._notes: list[Adapted] = []

    def notes(self) -> tuple[Adapted, ...]:
        """What was decided since last asked."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def tell(self, decisions: list[Adapted]) -> None:
        """These were made."""
        self._notes += decisions

    def measured(self, shuffle_ids: Iterable[int]) -> bool:
        """Whether all of them are whole."""
        return None not in self.inputs(shuffle_ids).values()

    def shares(self, program: StageProgram, partitions: int) -> tuple[Share, ...]:
        """Of a stage that is about to be planned; none if each task is to compute a partition."""
        read = read_of(program)
        if read is None:
            return ()
        if not all(map(self._driver.loads.knows, read.shuffle_ids)):
            return ()
        inputs = self.inputs(read.shuffle_ids)
        sides = [inputs[number] for number in read.shuffle_ids]
        if any(side is None or len(side.loads.reducer_bytes) != partitions for side in sides):
            return ()
        whole = [side for side in sides if side is not None]
        sizes = tuple(side.loads.reducer_bytes for side in whole)

        def chunks(side: int, partition: int) -> list[list[int]]:
            return self.chunks(whole[side], partition)

        why_not = obstacle(program, read)
        try:
            shares = shares_of(sizes, SLICED[read.kind] if why_not is None else (), self.threshold, chunks)
        except (BlockError, DescriptorsExhaustedError):  # whoever reads it says so, or does without it
            return ()
        decisions = _notes(program, read, sizes, shares, self.threshold, why_not)
        if not tells_apart(program):
            tasks = len(shares)
            shares = together(shares, [sum(parts) for parts in zip(*sizes, strict=True)], self._slots)
            if len(shares) < tasks:
                decisions.append(_merged(program, read, sizes, len(shares)))
        self.tell(decisions)
        return tuple(shares) if len(shares) != partitions else ()

    def inputs(self, shuffle_ids: Iterable[int]) -> dict[int, Whole | None]:
        """These shuffles, None for each that is not whole."""
        wanted = list(dict.fromkeys(shuffle_ids))
        question = Question(lambda: {shuffle_id: self._look(shuffle_id) for shuffle_id in wanted})
        self._driver.request(question)
        self._wait(question)
        answer: dict[int, Whole | None] = question.answer or dict.fromkeys(wanted)
        return answer

    def _look(self, shuffle_id: int) -> Whole | None:
        """In the driver's thread."""
        attempts = self._driver.outputs.whole(shuffle_id)
        loads = self._driver.loads.of(shuffle_id)
        if attempts is None or loads is None:
            return None
        return Whole(loads, attempts, self._driver.loads.fixed(shuffle_id))

    def chunks(self, side: Whole, partition: int) -> list[list[int]]:
        """The bytes of what a partition may be cut into, by map output: chunks, or all that one has for it. Raises
        BlockError and DescriptorsExhaustedError."""
        sizes = []
        for map_id, attempt_id in enumerate(side.attempts):
            reader = self._store.output(side.loads.shuffle_id, map_id, attempt_id)
            try:
                lengths = [reader.length(chunk) for chunk in reader.chunks(partition)]
            finally:
                reader.close()
            sizes.append(lengths if side.fixed else [sum(lengths)])
        return sizes


def _notes(
    program: StageProgram,
    read: Read,
    sizes: tuple[Sequence[int], ...],
    shares: list[Share],
    threshold: int,
    why_not: str | None,
) -> list[Adapted]:
    """What to tell of each skewed partition; what is combined by key is told of by ``trees``."""
    if read.kind == KINDS[Combine]:
        return []
    totals = [sum(size) for size in zip(*sizes, strict=True)]
    notes = []
    for partition in skewed(totals, threshold):
        parts = sum(share.partition == partition for share in shares)
        why = f"it reads {totals[partition] / 1e6:.2f} MB, the median partition {median(totals) / 1e6:.2f} MB"
        if parts > 1:
            what = f"partition {partition} of {read.kind} is divided among {parts} tasks"
        else:
            what = f"partition {partition} of {read.kind} is not divided"
            why += f"; {why_not or 'the side that could be sliced is the smaller one, or one chunk'}"
        notes.append(Adapted(program.name, read.shuffle_ids, partition, what, why))
    return notes


def _merged(program: StageProgram, read: Read, sizes: tuple[Sequence[int], ...], tasks: int) -> Adapted:
    what = f"the {len(sizes[0])} partitions of {read.kind} are computed by {tasks} tasks"
    why = f"all of them together read {sum(map(sum, sizes)) / 1e6:.2f} MB"
    return Adapted(program.name, read.shuffle_ids, None, what, why)


def inputs_to_wait_for(
    node: Node, kept: Kept, slots: int, may_be_skewed: Callable[[ShuffleDep], bool]
) -> tuple[ShuffleDep, ...]:
    """The shuffles that ``node`` is computed from in the same stage, if that is planned better once they are whole, as
    can be told without compiling it: it may be divided, or has so many partitions that tiny ones are felt; or it cannot
    be divided and may be skewed, which is to be told."""
    whole = False
    while isinstance(node, NarrowNode) and kept.fused(node):
        whole = whole or isinstance(node.operator, WholePartition)
        node = node.parent
    if not kept.fused(node):
        return ()
    if isinstance(node, CoGroupNode):
        kind, sides = node.emit, tuple(side for side in node.sides if isinstance(side, ShuffleDep))
        if len(sides) < len(node.sides):
            return ()
    elif isinstance(node, ShuffledNode) and type(node.dep.exchange) in KINDS:
        kind, sides = KINDS[type(node.dep.exchange)], (node.dep,)
    else:
        return ()
    if (SLICED[kind] and not whole) or node.partitions >= MANY_A_SLOT * slots or any(map(may_be_skewed, sides)):
        return sides
    return ()


def by_partition(values: list[Any], shares: tuple[Share, ...]) -> list[Any]:
    """What the tasks' values come to for each partition: the records of its shares one after another, or their sum. A
    task of several partitions has a list of values.

    >>> by_partition([2, 3, 4, [5, 6]], (Share(0), Share(1, (None,)), Share(1, (None,)), Share(2, more=1)))
    [2, 7, 5, 6]
    """
    of: dict[int, list[Any]] = {}
    for share, part in zip(shares, values, strict=True):
        for partition, each in zip(share.partitions, part if share.more else (part,), strict=True):
            of.setdefault(partition, []).append(each)
    return [parts[0] if len(parts) == 1 else reduce(add, parts) for _, parts in sorted(of.items())]
