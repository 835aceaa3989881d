"""Between DataFrames and RDDs: ``df.rdd``, Python functions of columns in workers, ``rdd.toDF()``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import EnvironmentFault
from minispark.engine.core.values import value
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.nodes import NarrowNode, QueryRows, SourceData, SourceNode
from minispark.engine.plan.operators import Map
from minispark.engine.runtime.store import Slices
from minispark.rdd.rdd import RDD
from minispark.rdd.slices import slice_borders
from minispark.sql.fused.engine import schema_of
from minispark.sql.keeping.store import NotKept
from minispark.sql.plan.expressions import PythonCall
from minispark.sql.plan.nodes import EvalPython, Hinted, Local, Node, Numbers
from minispark.sql.row import Row, named_row

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession
    from minispark.sql.types import StructType


def rows_rdd(session: SparkSession, plan: Node) -> RDD[Row]:
    """The plan's rows as an RDD of Rows, in as many partitions as the plan asks for, or the context's parallelism.

    The query runs when the first job over the RDD begins. Its result waits in Arrow columns, in memory or in a file as
    kept rows do, and is made rows and stored some thousands at a time.
    """
    context = session.sparkContext
    partitions, site = partitions_of(session, plan), call_site()
    source = SourceNode(context._next_id(), partitions, site, QueryRows(_Query(session, plan)))
    context._session.awaiting.expect(source)
    rows = Map(_AsRow(schema_of(plan).names), site)
    return RDD(context, NarrowNode(context._next_id(), partitions, site, source, rows))


@value
class _AsRow:
    """Makes Rows of tuples, which travel in a fifth of the time."""

    names: list[str]

    def __call__(self, values: tuple[Any, ...]) -> Row:
        return named_row(self.names, values)


@value
class _Query:
    """Runs a plan, and stores its rows for tasks."""

    session: SparkSession
    plan: Node

    def __call__(self) -> SourceData:
        from minispark.rdd.storagelevel import StorageLevel

        session, plan = self.session, self.plan
        partitions, schema = partitions_of(session, plan), schema_of(plan)
        store = session._kept.stored(plan, "rdd", StorageLevel.MEMORY_AND_DISK)

        def slices(rows: int) -> Iterator[Iterator[list[tuple[Any, ...]]]]:
            try:
                with store.lent(again=False):
                    for low, high in itertools.pairwise(_borders(plan, store.table().num_rows, partitions)):
                        yield _lists(store.table().slice(low, high - low), schema, rows)
            except NotKept:  # by the driver's thread, which restores what tasks miss and cannot run a query
                raise EnvironmentFault("the rows of a query that became an RDD were lost, twice") from None

        with store.lent():
            size = store.table().nbytes
            parts = Slices(lambda: slices(ROWS)) if size > SMALL_BYTES else [sum(part, []) for part in slices(ROWS)]
            return session.sparkContext._session.store_slices(parts)


def _borders(plan: Node, rows: int, partitions: int) -> Sequence[int]:
    """Where partitions begin and end: evenly for ``spark.range``, for others as ``sc.parallelize`` has it."""
    while len(plan.children) == 1:
        plan = plan.children[0]
    if isinstance(plan, Numbers):
        return [place * rows // partitions for place in range(partitions + 1)]
    return slice_borders(rows, partitions)


ROWS = 10_000
"""How many rows are Python objects at a time."""
SMALL_BYTES = 100_000
"""Up to this size columns are made rows all at once."""


def _lists(table: Any, schema: StructType, rows: int) -> Iterator[list[tuple[Any, ...]]]:
    from minispark.sql.convert.rowsout import tuples_of

    for start in range(0, table.num_rows, rows):
        yield list(tuples_of(table.slice(start, rows), schema))


def partitions_of(session: SparkSession, plan: Node) -> int:
    """How many partitions the plan's rows have when they leave it."""
    node = plan
    while True:
        if isinstance(node, Hinted) and node.name in ("coalesce", "repartition", "repartitionByRange"):
            count = node.parameters[0]
            if count is not None:
                return int(count)
        partitions = getattr(node, "partitions", None)
        if partitions is not None:
            return int(partitions)
        if len(node.children) != 1:
            return int(session.sparkContext.defaultParallelism)
        node = node.children[0]


# --- Python functions ------------------------------------------------------------------------------------------------


@value
class _Place:
    """An argument: the value at a place of the row."""

    place: int

    def of(self, row: tuple[Any, ...]) -> Any:
        return row[self.place]


@value
class _Result:
    """A function of such arguments; keyword arguments come last."""

    function: Callable[..., Any]
    convert: Callable[[Any], Any]
    args: tuple[Any, ...]
    keywords: tuple[str, ...]

    def of(self, row: tuple[Any, ...]) -> Any:
        values = [arg.of(row) for arg in self.args]
        first = len(values) - len(self.keywords)
        return self.convert(self.function(*values[:first], **dict(zip(self.keywords, values[first:], strict=True))))


@value
class _Results:
    """What a worker computes for each row."""

    calls: tuple[_Result, ...]

    def __call__(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            yield tuple([call.of(row) for call in self.calls])


def evaluated(session: SparkSession, node: EvalPython) -> Node:
    """The node's rows with the functions' results, as data in the driver; the functions run in the workers."""
    from minispark.sql.convert.rowsin import table_of_rows
    from minispark.sql.types import StructField, StructType

    table = session._run_table(node.child, "python")
    places = {one.id: place for place, one in enumerate(node.child.output)}
    calls = tuple(_result(call, places) for call in node.calls)
    from minispark.sql.convert.rowsout import rows_of

    rows = rows_of(table, schema_of(node.child))
    rdd = session.sparkContext.parallelize(rows, partitions_of(session, node.child))
    results = rdd.mapPartitions(_Results(calls)).collect()
    made = node.output[len(node.child.output) :]
    fields = [StructField(f"r{place}", one.dtype, True) for place, one in enumerate(made)]
    computed = table_of_rows(results, StructType(fields))
    import pyarrow as pa

    names = [f"c{place}" for place in range(len(node.output))]
    whole = pa.Table.from_arrays([*table.columns, *computed.columns], names=names)
    return Local(lambda: whole, node.output, "BatchEvalPython", whole.num_rows)


def _result(call: Any, places: dict[int, int]) -> _Result:
    args = tuple(_result(arg, places) if isinstance(arg, PythonCall) else _Place(places[arg.id]) for arg in call.args)
    return _Result(call.function, converter(call.dtype), args, call.keywords)


def converter(dtype: Any) -> Callable[[Any], Any]:
    """What makes a column's value of what a function returned: None where that is of another type."""
    from minispark.sql.convert.returned import Returned

    return Returned(dtype)
