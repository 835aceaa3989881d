"""Relational nodes of a resolved plan. Catalyst's ``LogicalPlan`` is the model.

Every node knows its ``output``: the attributes it gives, in order, made once when the node is. ``children`` and
``with_children`` serve the walks. Expressions inside are resolved: attributes in them come from the children's outputs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import value
from minispark.sql.plan.expressions import Attribute, Expression, SortOrder, named
from minispark.sql.plan.node import Node as Node
from minispark.sql.plan.node import Passing as Passing
from minispark.sql.plan.node import fold_plan as fold_plan
from minispark.sql.plan.node import over_children as over_children
from minispark.sql.plan.node import plan_holds as plan_holds
from minispark.sql.plan.node import swapped as swapped
from minispark.sql.plan.node import transform_plan as transform_plan
from minispark.sql.plan.node import walk_plan as walk_plan
from minispark.sql.plan.node import with_expressions as with_expressions

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


@value(eq=False, aside=("values",))
class Local(Node):
    """Data in the driver's memory: ``table()`` gives a pyarrow.Table in physical types, columns as ``output``.

    ``kind`` names it in explain (``LocalTableScan``, ``Scan ExistingRDD``); ``rows`` is their number where known. Small
    plain data has its physical values in ``columns`` too, so that it needs no Arrow; once they were written into a
    query, ``values`` has their text.
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
class Once(Passing):
    """Rows that several nodes of one plan read, which are computed once and kept meanwhile: few, and dear."""

    below = ("child",)
    child: Node
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
