"""Running plans: a session's way from a plan to rows, as jobs of its context."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.engine.plan.callsite import call_site
from minispark.errors import PySparkException, PySparkNotImplementedError
from minispark.sql.convert.localzone import local_zone
from minispark.sql.fused.engine import Ending, Engine, interruptible, schema_of
from minispark.sql.keeping.memory import used_by
from minispark.sql.keeping.store import NotKept, Store
from minispark.sql.library.function import Settings
from minispark.sql.optimizer.windoworder import ordered_by_windows
from minispark.sql.plan.nodes import EvalPython, Kept, Node, Observed, fold_plan, transform_plan
from minispark.sql.plan.subplans import nodes_at_all_depths, transform_subplans, uses_from_around
from minispark.sql.plan.written import locate

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext
    from minispark.sql.row import Row
    from minispark.sql.session import SparkSession

_engines: weakref.WeakKeyDictionary[SparkContext, Engine] = weakref.WeakKeyDictionary()
_lock = threading.Lock()
T = TypeVar("T")
BATCH_ROWS = 1 << 15
"""Rows that are handed on at a time where a result is taken while the query runs."""


def engine_of(context: SparkContext) -> Engine:
    """The context's DuckDB; sessions on one context share it."""
    with _lock:
        engine = _engines.get(context)
        if engine is None:
            session = context._session
            config = session.config
            engine = Engine(lambda: session.make_directory("sql"), config.sql_memory_bytes, config.master.parallelism)
            _engines[context] = engine
            weakref.finalize(context, engine.close).atexit = False
        return engine


def forget_engine(context: SparkContext) -> None:
    """Close the DuckDB of a context that stops."""
    with _lock:
        engine = _engines.pop(context, None)
    if engine is not None:
        engine.close()


class Runner:
    """Runs a session's plans."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._settings: tuple[tuple[int, str], Settings] | None = None

    def settings(self) -> Settings:
        """What the session's settings mean for expressions."""
        conf = self._session.conf
        state = conf.version, local_zone()
        if self._settings is None or self._settings[0] != state:
            made = Settings(
                self._session._zone,
                conf.flag("spark.sql.ansi.enabled"),
                conf.flag("spark.sql.caseSensitive"),
                conf.meant,
            )
            self._settings = state, made
        return self._settings[1]

    def prepared(self, plan: Node, without: Collection[Store] = ()) -> Node:
        """The plan as it runs: kept results in place of what made them, Python functions computed, rules applied."""
        way = str(self._session.conf.get("spark.minispark.sql.execution", "auto")).lower()
        if way not in ("auto", "fused"):
            raise PySparkNotImplementedError(
                f"spark.minispark.sql.execution={way}: queries run fused; set it to auto or fused"
                if way == "staged"
                else f"spark.minispark.sql.execution is auto, fused or staged, not {way}"
            )
        return self._computed(self.planned(plan, without))

    def planned(self, plan: Node, without: Collection[Store] = ()) -> Node:
        """The plan after kept results are put in and rules applied, before anything runs."""
        from minispark.sql.optimizer import optimized

        return optimized(self._session._kept.substituted(plan, without), self.settings())

    def sql_of(self, plan: Node) -> str:
        """The query that DuckDB is given for a plan."""
        return engine_of(self._session.sparkContext).query(plan, self.settings()).sql

    def _computed(self, plan: Node) -> Node:
        """The plan with the results of Python functions in place of their nodes, in subqueries too."""
        if any(isinstance(node, EvalPython) for node in _nodes(plan)):
            plan = transform_plan(plan, self._python)
        return transform_subplans(plan, self._computed)

    def _python(self, node: Node) -> Node:
        from minispark.sql.bridge import evaluated

        if not isinstance(node, EvalPython):
            return node
        for column in uses_from_around(node):
            raise PySparkNotImplementedError(
                f"a Python function inside a subquery cannot use rows of the query around it ({column.name} here); "
                "join instead, or compute the function's column outside"
            )
        return evaluated(self._session, node)

    def run(self, plan: Node, action: str, take: Callable[[Any], Any]) -> Any:
        """What ``take`` makes of the result of a plan. Kept rows that cannot be kept are computed in the query."""
        self._session.sparkContext._check_running()
        wanted, without = plan if action == "save" else ordered_by_windows(plan), list[Store]()
        while True:
            try:
                prepared = self.prepared(wanted, without)
                nodes = nodes_at_all_depths(prepared)
                stores = {id(node.store): node.store for node in nodes if isinstance(node, Kept)}
                return _reading(list(stores.values()), partial(self._run, prepared, take))
            except PySparkException as error:
                locate(error, plan)
                raise
            except NotKept as refused:
                if refused.store in without:
                    raise
                without.append(refused.store)

    def _run(self, prepared: Node, take: Callable[[Any], Any]) -> Any:
        context = self._session.sparkContext
        engine, settings, ending = engine_of(context), self.settings(), Ending()
        engine.limit(context._session.config.sql_memory_bytes - used_by(context))
        observed = [node for node in _nodes(prepared) if isinstance(node, Observed) and node.observation is not None]
        heard: dict[int, list[Any]] | None = {} if observed else None
        result = context._session.queries.run(
            str(call_site()),
            context._properties(),
            lambda: interruptible(lambda: engine.run(prepared, settings, take, ending, heard), ending),
            ending.now,
        )
        for node in observed:
            self._tell(node, (heard or {}).get(id(node)))
        return result

    def _tell(self, node: Observed, columns: list[Any] | None) -> None:
        """Tell an observation its metrics, computed anew where the action needed too few of the rows to know them."""
        from minispark.sql.analysis.relations import select

        if node.observation.told:
            return
        plan = select(self._session._analyzer, node.child, node.items)
        if columns is None:
            node.observation.tell(self.rows(plan, "observe")[0])
            return
        import pyarrow as pa

        from minispark.sql.convert.physical import arrow_schema
        from minispark.sql.convert.rowsout import rows_of

        kinds = arrow_schema(schema_of(plan))
        arrays = [column.cast(kind.type) for column, kind in zip(columns, kinds, strict=True)]
        node.observation.tell(rows_of(pa.Table.from_arrays(arrays, schema=kinds), schema_of(plan))[0])

    def rows(self, plan: Node, action: str) -> list[Row]:
        """The rows."""
        from minispark.sql.convert.rowsout import plain, rows_of, rows_of_tuples

        schema = schema_of(plan)
        if all(plain(field.dataType) for field in schema.fields):
            tuples = self.run(plan, action, lambda cursor: cursor.fetchall())
            if not schema.fields:
                tuples = [() for _ in tuples]
            return rows_of_tuples(tuples, schema)
        return rows_of(self.table(plan, action), schema)

    def table(self, plan: Node, action: str) -> Any:
        """The rows as a pyarrow.Table of physical columns, named as the schema says."""
        from minispark.sql.convert.physical import arrow_schema

        schema = schema_of(plan)
        table = self.run(plan, action, lambda cursor: cursor.to_arrow_table())
        return _as(arrow_schema(schema), table) if schema.fields else table.select([])

    def batches(self, plan: Node, action: str, take: Callable[[Any, Iterable[Any]], T]) -> T:
        """What ``take`` makes of the schema of the rows as ``table`` has them, and of their batches as the query runs.

        It may be called again, where the query turns out to need another way of computing. Rows without columns have
        one here.
        """
        from minispark.sql.convert.physical import arrow_schema

        schema = schema_of(plan)

        def taken(cursor: Any) -> T:
            reader = cursor.to_arrow_reader(BATCH_ROWS)
            wanted = arrow_schema(schema) if schema.fields else reader.schema
            return take(wanted, (_as(wanted, batch) for batch in reader))

        found: T = self.run(plan, action, taken)
        return found


def _reading(stores: list[Store], run: Callable[[], T]) -> T:
    """What ``run`` gives while the stores' rows are lent."""
    if not stores:
        return run()
    with stores[0].lent():
        return _reading(stores[1:], run)


def _as(wanted: Any, data: Any) -> Any:
    """A table or batch in the types of a schema, and with its names."""
    columns = [
        column if column.type == field.type else column.cast(field.type)
        for column, field in zip(data.columns, wanted, strict=True)
    ]
    return type(data).from_arrays(columns, schema=wanted)


def _nodes(plan: Node) -> list[Node]:
    found: list[Node] = []
    fold_plan(plan, lambda node, below: found.append(node))
    return found
