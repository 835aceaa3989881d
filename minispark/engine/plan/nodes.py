"""Lineage: immutable nodes, each one RDD's recipe. A node knows its parents, never its children.

Narrow nodes compute a partition from partitions of their parents. Wide nodes read a *shuffle*: what
:class:`ShuffleDep` describes, the only boundary between stages. Nodes compare by identity.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Exchange
from minispark.engine.plan.operators import Operator
from minispark.engine.plan.partitioners import Partitioner

# --- sources -------------------------------------------------------------------------------------------------------


@value
class RangeSlices:
    """``range(first, ...)``: partition i holds ``slices[i]``, itself a range."""

    slices: tuple[range, ...]


@value
class InlineSlices:
    """Small parallelized data: the encoded chunks of each partition travel with the program."""

    slices: tuple[tuple[bytes, ...], ...]


@value(weakref_slot=True)
class StoredSlices:
    """Parallelized data as a block file; slot i holds partition i. ``data_id`` names the driver's copy. Both go when
    nobody holds this object any more."""

    data_id: int
    path: str


@value
class TextSplit:
    """Bytes ``start`` to ``end`` of a file; ``size`` and ``modified_ns`` tell whether it changed since planning."""

    path: str
    start: int
    end: int
    size: int
    modified_ns: int


@value
class TextSplits:
    splits: tuple[TextSplit, ...]
    use_unicode: bool = True


@value
class FileGroups:
    """Partition i holds the records of ``groups[i]``, one split after another, as ``form`` has them.

    Forms: ``texts`` and ``binaries`` (a pair of name and content for each file; texts decoded if ``option``),
    ``fixed`` (records of ``option`` bytes), ``sequence`` (pairs of a Hadoop sequence file), ``pickles``
    (pickled records in one), ``offsets`` (pairs of a line's offset and the line), ``tabbed`` (pairs of what stands
    before and after a line's first tab).
    """

    groups: tuple[tuple[TextSplit, ...], ...]
    form: str
    option: Any = None


@value
class UnusableInput:
    """What was found wrong with the inputs when the RDD was described: raised where an action reads them."""

    error: OSError


@value
class CheckpointParts:
    """A complete checkpoint: part i in ``directory`` has ``records[i]`` records."""

    directory: str
    records: tuple[int, ...]


@value
class LocalBlocks:
    """Stands behind the blocks of a local checkpoint: they are all there is."""

    node_id: int


class QueryRows:
    """What a query gives, which runs when the first job that reads it begins: ``make()`` returns what is read from then
    on, and raises what the query raises."""

    __slots__ = ("lock", "make")

    def __init__(self, make: Callable[[], SourceData]) -> None:
        self.make = make
        self.lock = threading.RLock()


SourceData = (
    RangeSlices
    | InlineSlices
    | StoredSlices
    | TextSplits
    | FileGroups
    | UnusableInput
    | CheckpointParts
    | LocalBlocks
    | QueryRows
)

# --- wide dependencies ---------------------------------------------------------------------------------------------


@value(eq=False, weakref_slot=True)
class ShuffleDep:
    """A wide dependency: ``parent``'s records, prepared by ``exchange``, routed by ``partitioner``."""

    shuffle_id: int
    parent: Node
    exchange: Exchange
    partitioner: Partitioner
    site: CallSite


@value(eq=False, weakref_slot=True)
class BoundsDep:
    """The range bounds of a sort: one small task that reads the samples in the map outputs of ``sorted``."""

    shuffle_id: int
    sorted: ShuffleDep
    site: CallSite


# --- nodes --------------------------------------------------------------------------------------------------------


@value(eq=False, weakref_slot=True)
class SourceNode:
    id: int
    partitions: int
    site: CallSite
    data: SourceData
    partitioner: Partitioner | None = None


@value(eq=False, weakref_slot=True)
class NarrowNode:
    id: int
    partitions: int
    site: CallSite
    parent: Node
    operator: Operator
    partitioner: Partitioner | None = None


@value(eq=False, weakref_slot=True)
class UnionNode:
    """Parents' partitions one after another; with a common ``partitioner``, partition i of each parent together."""

    id: int
    partitions: int
    site: CallSite
    parents: tuple[Node, ...]
    partitioner: Partitioner | None = None


@value(eq=False, weakref_slot=True)
class ShuffledNode:
    """The reduce side of one shuffle."""

    id: int
    partitions: int
    site: CallSite
    dep: ShuffleDep
    bounds: BoundsDep | None = None
    partitioner: Partitioner | None = None


@value(eq=False, weakref_slot=True)
class CoGroupNode:
    """Sides grouped by key together. A side is a shuffle, or a node already partitioned alike (no shuffle).

    ``emit`` turns the values per side into records: ``cogroup`` (a tuple of iterables), or a join.
    """

    id: int
    partitions: int
    site: CallSite
    sides: tuple[ShuffleDep | Node, ...]
    emit: str
    partitioner: Partitioner | None = None


@value(eq=False, weakref_slot=True)
class BroadcastJoinNode:
    """Stands for a join of two shuffles, one of them ``small``, in the plan of a stage: each partition of ``parent``,
    the other side before its shuffle, with all of the small one, which is side ``small_side``. Accumulator updates made
    below count under ``owner``, as those of the map stage that is left out would."""

    id: int
    partitions: int
    site: CallSite
    parent: Node
    small: ShuffleDep
    small_side: int
    emit: str
    owner: int
    partitioner: None = None


@value(eq=False, weakref_slot=True)
class CoalescedNode:
    """Fewer partitions without a shuffle: each is a run of neighbours of the parent, all runs equally long."""

    id: int
    partitions: int
    site: CallSite
    parent: Node
    partitioner: None = None


@value(eq=False, weakref_slot=True)
class CartesianNode:
    """Every pair of a record of ``left`` and one of ``right``: partition ``l * right.partitions + r``."""

    id: int
    partitions: int
    site: CallSite
    left: Node
    right: Node
    partitioner: None = None


@value(eq=False, weakref_slot=True)
class ZipNode:
    """The first record of ``left`` with the first of ``right``, and so on, partition by partition."""

    id: int
    partitions: int
    site: CallSite
    left: Node
    right: Node
    partitioner: None = None


Node = (
    SourceNode
    | NarrowNode
    | UnionNode
    | ShuffledNode
    | CoGroupNode
    | BroadcastJoinNode
    | CoalescedNode
    | CartesianNode
    | ZipNode
)


def parent_nodes(node: Node) -> Iterator[Node]:
    """The nodes read within the same stage."""
    if isinstance(node, (NarrowNode, CoalescedNode, BroadcastJoinNode)):
        yield node.parent
    elif isinstance(node, (CartesianNode, ZipNode)):
        yield node.left
        yield node.right
    elif isinstance(node, UnionNode):
        yield from node.parents
    elif isinstance(node, CoGroupNode):
        yield from (side for side in node.sides if not isinstance(side, ShuffleDep))


def shuffle_deps(node: Node) -> Iterator[ShuffleDep | BoundsDep]:
    """The shuffles that this node itself reads."""
    if isinstance(node, ShuffledNode):
        yield node.dep
        if node.bounds is not None:
            yield node.bounds
    elif isinstance(node, CoGroupNode):
        yield from (side for side in node.sides if isinstance(side, ShuffleDep))
    elif isinstance(node, BroadcastJoinNode):
        yield node.small
