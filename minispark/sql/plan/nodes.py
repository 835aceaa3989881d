"""Relational nodes of a resolved plan. Catalyst's ``LogicalPlan`` is the model.

Every node knows its ``output``: the attributes it gives, in order, made once when the node is. ``children`` and
``with_children`` serve the walks. Expressions inside are resolved: attributes in them come from the children's outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from minispark.engine.core.values import replace, value
from minispark.sql.plan.expressions import Attribute, Expression, SortOrder, named


class Node:
    """A node of a plan."""

    __slots__ = ("__weakref__",)

    below: ClassVar[tuple[str, ...]] = ()
    """The fields that hold nodes: one or a tuple of them."""

    @property
    def output(self) -> tuple[Attribute, ...]:
        """The columns it gives, in order."""
        raise NotImplementedError

    @property
    def children(self) -> tuple[Node, ...]:
        """The nodes right below, in order."""
        found: list[Node] = []
        for name in self.below:
            part = getattr(self, name)
            found += part if isinstance(part, tuple) else (part,)
        return tuple(found)

    def with_children(self, children: tuple[Node, ...]) -> Any:
        """The same node over other children, which give the same attributes."""
        rest = iter(children)
        changes: dict[str, Any] = {}
        for name in self.below:
            part = getattr(self, name)
            changes[name] = tuple(next(rest) for _ in part) if isinstance(part, tuple) else next(rest)
        return replace(self, **changes) if changes else self

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of the node itself."""
        return ()


class Passing(Node):
    """A node of one child that gives the child's columns. They are noted when it is made, so that chains stay cheap."""

    __slots__ = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "output", self.child.output)  # type: ignore[attr-defined]


# --- leaves ----------------------------------------------------------------------------------------------------------


@value(eq=False)
class OneRow(Node):
    """One row without columns: ``SELECT 1``."""

    @property
    def output(self) -> tuple[Attribute, ...]:
        return ()


@value(eq=False)
class Numbers(Node):
    """``SparkSession.range``: integers from ``start`` to ``end`` (exclusive) in steps."""

    start: int
    end: int
    step: int
    partitions: int | None
    output: tuple[Attribute, ...]


@value(eq=False)
class Local(Node):
    """Data in the driver's memory: ``table()`` gives a pyarrow.Table in physical types, columns as ``output``.

    ``kind`` names it in explain (``LocalTableScan``, ``Scan ExistingRDD``); ``rows`` is their number where known. Small
    plain data has its physical values in ``columns`` too, so that it needs no Arrow.
    """

    table: Callable[[], Any]
    output: tuple[Attribute, ...]
    kind: str = "LocalTableScan"
    rows: int | None = None
    columns: tuple[Sequence[Any], ...] | None = None


@value(eq=False)
class Scan(Node):
    """Rows of a source: files, or a catalog's table. ``source`` answers ``sql(columns) -> str`` and ``describe()``.

    ``columns`` names the source's column for each attribute of ``output``; a rule takes away those nobody uses.
    ``filters`` are conditions that the source may use to read less; they are applied above all the same.
    """

    source: Any
    columns: tuple[str, ...]
    output: tuple[Attribute, ...]
    filters: tuple[Expression, ...] = ()


@value(eq=False)
class Kept(Node):
    """Rows that the user cached or checkpointed: ``store.table()`` gives the pyarrow.Table, made when first asked."""

    store: Any
    output: tuple[Attribute, ...]


# --- one child -------------------------------------------------------------------------------------------------------


@value(eq=False)
class Project(Node):
    """A list of columns: attributes and aliases, aggregates excluded; window functions included."""

    below = ("child",)
    child: Node
    items: tuple[Expression, ...]
    output: tuple[Attribute, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.items


@value(eq=False)
class Filter(Passing):
    """The rows where a condition is true."""

    below = ("child",)
    child: Node
    condition: Expression
    output: tuple[Attribute, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.condition,)


@value(eq=False)
class Aggregate(Node):
    """Groups. ``items`` are named expressions of aggregate calls and of ``keys``, which are attributes of the child.

    ``sets`` are grouping sets as positions in ``keys``, None for plain grouping.
    """

    below = ("child",)
    child: Node
    keys: tuple[Attribute, ...]
    items: tuple[Expression, ...]
    output: tuple[Attribute, ...]
    sets: tuple[tuple[int, ...], ...] | None = None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.items


@value(eq=False)
class Sort(Passing):
    """An order. ``everywhere`` is false for ``sortWithinPartitions``."""

    below = ("child",)
    child: Node
    orders: tuple[SortOrder, ...]
    everywhere: bool = True
    output: tuple[Attribute, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.orders


@value(eq=False)
class Limit(Passing):
    """At most ``count`` rows after the first ``offset``; None is no limit."""

    below = ("child",)
    child: Node
    count: int | None
    offset: int = 0
    output: tuple[Attribute, ...] = ()


@value(eq=False)
class Distinct(Passing):
    """Each row once; with ``keys`` one row (the first) of each combination of them (``dropDuplicates``)."""

    below = ("child",)
    child: Node
    keys: tuple[Attribute, ...] | None = None
    output: tuple[Attribute, ...] = ()


@value(eq=False)
class Generate(Node):
    """Each row as often as a generator gives rows for it. ``generator`` is a Call of a generator function.

    ``made`` are the generator's columns; with ``outer`` a row for which it gives none stays, with nulls.
    ``output`` is that of the child, as far as kept, and ``made``.
    """

    below = ("child",)
    child: Node
    generator: Expression
    outer: bool
    made: tuple[Attribute, ...]
    output: tuple[Attribute, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (self.generator,)


@value(eq=False)
class Unpivot(Node):
    """A row per value column: ``output`` is the ids, the name columns and the value columns."""

    below = ("child",)
    child: Node
    ids: tuple[Expression, ...]
    values: tuple[tuple[Expression, ...], ...]
    labels: tuple[str, ...]
    keep_nulls: bool
    output: tuple[Attribute, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*self.ids, *(one for group in self.values for one in group))


@value(eq=False)
class Sample(Passing):
    """A random part: rows whose random number lies in [low, high); with replacement Poisson of ``high`` a row."""

    below = ("child",)
    child: Node
    low: float
    high: float
    replacement: bool
    seed: int
    output: tuple[Attribute, ...] = ()


@value(eq=False)
class Named(Node):
    """The child under a table's name (``df.alias``, a subquery's alias): only qualifiers of ``output`` differ."""

    below = ("child",)
    child: Node
    name: tuple[str, ...]
    output: tuple[Attribute, ...]


@value(eq=False)
class Hinted(Passing):
    """A hint: kept for explain, without effect on a fused query (``hint``, ``repartition``, ``coalesce``)."""

    below = ("child",)
    child: Node
    name: str
    parameters: tuple[Any, ...] = ()
    output: tuple[Attribute, ...] = ()


@value(eq=False)
class Shared(Passing):
    """A plan that several places of a query read, subqueries too: ``key`` tells it apart. It is computed once."""

    below = ("child",)
    child: Node
    key: object
    output: tuple[Attribute, ...] = ()


@value(eq=False)
class Observed(Passing):
    """Metrics of the rows that pass (``df.observe``): aggregates of the child's columns, told to ``observation``."""

    below = ("child",)
    child: Node
    name: str
    items: tuple[Expression, ...]
    observation: Any
    output: tuple[Attribute, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.items


@value(eq=False)
class EvalPython(Node):
    """The child's rows with the results of Python functions as further columns, computed by workers."""

    below = ("child",)
    child: Node
    calls: tuple[Expression, ...]
    output: tuple[Attribute, ...]

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return self.calls


# --- several children ------------------------------------------------------------------------------------------------


@value(eq=False)
class Join(Node):
    """Two plans by a condition. ``kind``: inner, cross, left, right, full, semi, anti; their attributes are distinct.

    ``lateral`` lets the right side use columns of the left (``Outer`` in its expressions); ``hint`` is the user's.
    ``output`` is that of the left for semi and anti, else both, nullable where the other side may be missing.
    """

    below = ("left", "right")
    left: Node
    right: Node
    kind: str
    condition: Expression | None
    output: tuple[Attribute, ...]
    lateral: bool = False

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return () if self.condition is None else (self.condition,)


@value(eq=False)
class Merged(Node):
    """A set operation of plans with equal types: union, intersect, except; ``all`` keeps duplicates."""

    below = ("parts",)
    parts: tuple[Node, ...]
    kind: str
    all: bool
    output: tuple[Attribute, ...]


# --- making them -----------------------------------------------------------------------------------------------------


def project(child: Node, items: tuple[Expression, ...]) -> Project:
    """A Project; its output follows from its items."""
    return Project(child, items, tuple(map(named, items)))


def walk_plan(plan: Node) -> Iterator[Node]:
    """The node and all below it, each before its children."""
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def fold_plan(
    plan: Node, combine: Callable[[Node, list[Any]], Any], leaf: Callable[[Node], bool] = lambda node: False
) -> Any:
    """Bottom up: ``combine(node, results of its children)`` of the whole plan; a node met twice is combined once.

    What is below a ``leaf`` is not gone into, and no results of it are given.
    """
    known: dict[int, Any] = {}
    waiting: list[tuple[Node, bool]] = [(plan, False)]
    while waiting:
        one, ready = waiting.pop()
        if id(one) in known:
            continue
        if ready:
            below = () if leaf(one) else one.children
            known[id(one)] = combine(one, [known[id(child)] for child in below])
        else:
            waiting.append((one, True))
            if not leaf(one):
                waiting += [(child, False) for child in one.children]
    return known[id(plan)]


def transform_plan(plan: Node, change: Callable[[Node], Node]) -> Node:
    """Bottom up: every node over its changed children, then changed itself."""

    def over(node: Node, children: list[Any]) -> Node:
        if any(new is not old for new, old in zip(children, node.children, strict=True)):
            node = node.with_children(tuple(children))
        return change(node)

    return fold_plan(plan, over)  # type: ignore[no-any-return]


def with_expressions(node: Any, change: Callable[[Expression], Expression]) -> Any:
    """The node with each of its own expressions changed; what it gives and groups by stays."""

    def over(part: Any) -> Any:
        if isinstance(part, tuple):
            made = tuple(map(over, part))
            return part if all(new is old for new, old in zip(made, part, strict=True)) else made
        return change(part) if isinstance(part, Expression) else part

    changes: dict[str, Any] = {}
    for name in node.__match_args__:
        if name not in ("output", "keys", "made", *node.below):
            part = getattr(node, name)
            made = over(part)
            if made is not part:
                changes[name] = made
    return replace(node, **changes) if changes else node
