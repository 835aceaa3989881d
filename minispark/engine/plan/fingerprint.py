"""What a map stage computes, as a digest of its structure: equal digests mean equal outputs, up to what its functions
ask of the outside world.

Everything that decides about records counts: sources, operators with their functions, exchanges, partitioners, numbers
of partitions, and the digests of the shuffles that are read. Names, lines and ids do not, nor does what is kept on the
way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from minispark.engine.core.errors import UncanonicalError
from minispark.engine.core.values import field_names, value
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import (
    BoundsDep,
    CartesianNode,
    CheckpointParts,
    CoalescedNode,
    CoGroupNode,
    LocalBlocks,
    NarrowNode,
    Node,
    ShuffleDep,
    ShuffledNode,
    SourceData,
    SourceNode,
    UnionNode,
    ZipNode,
)
from minispark.engine.plan.operators import Quarantine
from minispark.engine.plan.partitioners import Partitioner


class Forms(Protocol):
    """Digests of one stage's parts. Both raise UncanonicalError. ``accumulators`` are those met so far, by id."""

    @property
    def accumulators(self) -> tuple[int, ...]: ...

    def of(self, *parts: Any) -> bytes: ...

    def source(self, data: SourceData) -> bytes: ...


@value
class Fingerprint:
    """Of a map stage. ``digest`` is None where the stage, or one before it, has none; then ``why`` and ``site`` tell
    about this one, and are empty where the fault lies before it."""

    digest: bytes | None
    accumulators: tuple[int, ...] = ()
    why: str = ""
    site: CallSite | None = None


class Fingerprints:
    """Of the shuffles of one context; ``forms`` makes the forms of one stage. A fingerprint is taken when its stage is
    planned, from the same objects as are sent to workers, and stays with the shuffle. ``kept`` are the persisted nodes
    of the stage looked at last, with their digests."""

    def __init__(self, kept: Kept, forms: Callable[[], Forms]) -> None:
        self._kept = kept
        self._forms = forms
        self._of: dict[int, Fingerprint] = {}
        self._pins: dict[int, bytes] = {}
        self.kept: tuple[tuple[int, bytes], ...] = ()

    def of(self, dep: ShuffleDep | BoundsDep) -> Fingerprint:
        """The fingerprint of a shuffle whose parents have theirs. Planned again with other functions (their globals may
        have changed), its outputs are of two kinds, and it has none any more."""
        taken = self._take(dep)
        before = self._of.get(dep.shuffle_id)
        if before is not None and before.digest != taken.digest:
            why = "" if before.digest is None else "what its functions use has changed since it was planned"
            taken = Fingerprint(None, (), why, dep.site)
        self._of[dep.shuffle_id] = taken
        return taken

    def knows(self, shuffle_id: int) -> bool:
        """Whether the shuffle was planned before."""
        return shuffle_id in self._of

    def forget(self, shuffle_id: int) -> None:
        self._of.pop(shuffle_id, None)

    def look(self, node: Node) -> None:
        """Note what the kept nodes of a result stage are computed from: later stages may read their blocks."""
        self.kept = ()
        if self._kept.tiers or self._kept.checkpoints:
            try:
                self._stage(node, self._forms())
            except (UncanonicalError, _NotHere):
                pass

    def _take(self, dep: ShuffleDep | BoundsDep) -> Fingerprint:
        forms = self._forms()
        self.kept = ()
        try:
            if isinstance(dep, BoundsDep):
                partitions = dep.sorted.partitioner.partitions
                return Fingerprint(forms.of("bounds", partitions, self._parent(dep.sorted)))
            return Fingerprint(self._shuffle(dep, forms), forms.accumulators)
        except _NotHere as error:
            return Fingerprint(None, (), error.why, error.site)

    def _shuffle(self, dep: ShuffleDep, forms: Forms) -> bytes:
        below = self._stage(dep.parent, forms)
        with _Within(dep.site):
            parts = ("shuffle", dep.parent.partitions, _parts(dep.exchange), _parts(dep.partitioner))
            return forms.of(*parts, below)

    def _parent(self, dep: ShuffleDep | BoundsDep) -> bytes:
        found = self._of.get(dep.shuffle_id)
        if found is None or found.digest is None:
            raise _NotHere("", None)
        return found.digest

    def _stage(self, root: Node, forms: Forms) -> bytes:
        """The digest of what the stage that ends in ``root`` computes."""
        kept = self._kept
        for number in list(self._pins):
            if not (number in kept.tiers or number in kept.checkpoints or number in kept.cut):
                del self._pins[number]
        digests: dict[int, bytes] = {}
        keeps: CallSite | None = None
        stack: list[tuple[Node, bool]] = [(root, False)]
        while stack:
            node, expanded = stack.pop()
            if node.id in digests:
                continue
            if not expanded:
                stack.append((node, True))
                stack.extend((parent, False) for parent in kept.parents(node))
                continue
            with _Within(_site(node)):
                digests[node.id] = self._node(node, digests, forms)
            if kept.of(node):
                self._pin(node, digests[node.id])
            if kept.of(node):
                keeps = node.site
            if keeps is not None and forms.accumulators:
                raise _NotHere("an accumulator is used in a stage that keeps records, which may count elsewhere", keeps)
            if node.id in kept.tiers:
                self.kept += ((node.id, digests[node.id]),)
        return digests[root.id]

    def _pin(self, node: Node, digest: bytes) -> None:
        """Blocks may be there that were computed from what the node was when it was first looked at."""
        if self._pins.setdefault(node.id, digest) != digest:
            self._pins[node.id] = b""
            raise _NotHere("what its functions use has changed since its records were kept", node.site)

    def _node(self, node: Node, digests: dict[int, bytes], forms: Forms) -> bytes:
        cut = self._kept.cut.get(node.id) or (node.data if isinstance(node, SourceNode) else None)
        if isinstance(cut, (LocalBlocks, CheckpointParts)):
            return self._pins.get(node.id) or self._records(cut, forms)
        if isinstance(node, SourceNode):
            return forms.of("source", node.partitions, forms.source(cut or node.data))
        if isinstance(node, NarrowNode):
            if getattr(node.operator, "barrier", False):
                raise UncanonicalError("a barrier stage", "its tasks run all at once or not at all")
            if isinstance(node.operator, Quarantine):
                raise UncanonicalError("a quarantine", "its dead letters are written in every run")
            return forms.of("narrow", _parts(node.operator), digests[node.parent.id])
        if isinstance(node, UnionNode):
            together = node.partitioner is not None
            return forms.of("union", together, node.partitions, *(digests[p.id] for p in node.parents))
        if isinstance(node, ShuffledNode):
            bounds = None if node.bounds is None else self._parent(node.bounds)
            return forms.of("read", node.partitions, _parts(node.dep.exchange), self._parent(node.dep), bounds)
        if isinstance(node, CoalescedNode):
            return forms.of("coalesce", node.partitions, node.parent.partitions, digests[node.parent.id])
        if isinstance(node, CoGroupNode):
            sides = (
                ("wide", self._parent(side)) if isinstance(side, ShuffleDep) else ("narrow", digests[side.id])
                for side in node.sides
            )
            return forms.of("cogroup", node.emit, node.partitions, *sides)
        assert isinstance(node, (CartesianNode, ZipNode))
        kind = "zip" if isinstance(node, ZipNode) else "cartesian"
        return forms.of(kind, node.right.partitions, digests[node.left.id], digests[node.right.id])

    def _records(self, data: LocalBlocks | CheckpointParts, forms: Forms) -> bytes:
        """Records that were kept from what is not known any more."""
        if isinstance(data, LocalBlocks):
            raise UncanonicalError("a local checkpoint", "what its blocks were computed from is not known")
        return forms.source(data)


class _NotHere(Exception):
    """A stage has no fingerprint; ``why`` is empty where the fault lies in a stage before it."""

    def __init__(self, why: str, site: CallSite | None) -> None:
        self.why = why
        self.site = site


class _Within:
    """What has no canonical form in here was found at ``site``."""

    def __init__(self, site: CallSite) -> None:
        self._site = site

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, UncanonicalError):
            raise _NotHere(str(error), self._site) from None


def _site(node: Node) -> CallSite:
    return node.operator.site if isinstance(node, NarrowNode) else node.site


def _parts(item: Any) -> Any:
    """An operator, exchange or partitioner by its name and fields, without where it was called."""
    if isinstance(item, Partitioner):
        return ("partitioner", item.partitions, item.function)
    if not type(item).__module__.startswith(__package__):
        return item
    fields = (getattr(item, name) for name in field_names(item) if not isinstance(getattr(item, name), CallSite))
    return (type(item).__name__, *map(_parts, fields))
