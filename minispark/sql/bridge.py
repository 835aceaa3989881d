"""Between DataFrames and RDDs: ``df.rdd``, Python functions of columns in workers, ``rdd.toDF()``."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import CallSite, call_site
from minispark.engine.plan.nodes import SourceNode
from minispark.rdd.rdd import RDD
from minispark.rdd.slices import slice_borders
from minispark.sql.fused.engine import schema_of
from minispark.sql.plan.expressions import PythonCall
from minispark.sql.plan.nodes import EvalPython, Hinted, Local, Node
from minispark.sql.row import Row

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession


def rows_rdd(session: SparkSession, plan: Node) -> RDD[Row]:
    """The plan's rows as an RDD of Rows, in as many partitions as the plan asks for, or the context's parallelism.

    The query runs when the RDD is first used for more than its number of partitions. Its result waits in Arrow columns,
    and is made rows and stored a partition at a time.
    """
    return _FrameRDD(session, plan)


class _FrameRDD(RDD[Row]):
    """An RDD whose source is made when it is first asked for."""

    def __init__(self, session: SparkSession, plan: Node) -> None:
        self.ctx = session.sparkContext
        self._name = None
        self._frame = (session, plan)
        self._site = call_site()
        self._made: Any = None

    @property
    def _node(self) -> Any:
        if self._made is None:
            self._made = _source(*self._frame, self._site)
        return self._made

    @_node.setter
    def _node(self, node: Any) -> None:
        self._made = node

    def _make(self, node: Any) -> Any:
        return RDD(self.ctx, node)

    def getNumPartitions(self) -> int:
        """How many partitions there are, without running the query."""
        return partitions_of(*self._frame) if self._made is None else super().getNumPartitions()


def _source(session: SparkSession, plan: Node, site: CallSite) -> SourceNode:
    from minispark.sql.convert.rowsout import rows_of

    context = session.sparkContext
    partitions = partitions_of(session, plan)
    table, schema = session._run_table(plan, "rdd"), schema_of(plan)
    borders = slice_borders(table.num_rows, partitions)
    slices = (rows_of(table.slice(low, high - low), schema) for low, high in itertools.pairwise(borders))
    data = context._session.store_slices(slices)
    return SourceNode(context._next_id(), partitions, site, data)


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
