"""Engine: a context's DuckDB, and queries in it."""

from __future__ import annotations

import functools
import itertools
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.errors import JobCancelledError
from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.convert.native import native, with_arrow
from minispark.sql.fused.cursors import Cursors
from minispark.sql.fused.emit import Emit
from minispark.sql.fused.exactly import NotPlain, exactly, is_exact, tells_of
from minispark.sql.fused.exacts import batch_function, raise_text
from minispark.sql.fused.failures import TYPED, Overflowed, translated
from minispark.sql.fused.hearing import Heard, listener
from minispark.sql.fused.pending import Pending
from minispark.sql.fused.relations import Relations
from minispark.sql.fused.streamed import Streamed
from minispark.sql.library.function import Bound, Settings
from minispark.sql.plan.nodes import Node, Observed

if TYPE_CHECKING:
    import duckdb

EXACTS_MAX = 1000
"""How many exact functions DuckDB knows at once; those not used for longest are forgotten first."""

SETTINGS_OF_EXACT = (
    "spark.sql.binaryOutputStyle",
    "spark.sql.columnNameOfCorruptRecord",
    "spark.sql.jsonGenerator.ignoreNullFields",
    "spark.sql.legacy.codingErrorAction",
    "spark.sql.legacy.javaCharsets",
    "spark.sql.legacy.percentileDiscCalculation",
    "spark.sql.mapKeyDedupPolicy",
    "spark.sql.variant.allowDuplicateKeys",
)
"""What exact functions read when they are made, beside the time zone and the mode: other settings, other functions."""


@value(eq=False)
class Query:
    """SQL ready to run: ``tables`` are the data it reads by name, ``wide`` gives decimals all room there is.

    ``listeners`` are functions that are made for it alone.
    """

    sql: str
    tables: tuple[tuple[str, Any], ...]
    wide: bool
    listeners: tuple[str, ...] = ()


_TRIES = re.compile(r"\btry\(", re.IGNORECASE)


class Ending:
    """The way to end one query from another thread, before it begins too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self._wanted = False
        self._ended = threading.Event()

    def now(self) -> None:
        """End it: what runs raises soon, what has not begun does when it would."""
        with self._lock:
            if self._wanted:
                return
            self._wanted = True
        threading.Thread(target=self._insist, name="minispark-interrupt", daemon=True).start()

    def _insist(self) -> None:
        """DuckDB forgets an interrupt that comes just before the query: it is told again until the query has ended."""
        while not self._ended.wait(INTERRUPT_AGAIN_SECONDS):
            with self._lock:
                if self._interrupt is not None:
                    self._interrupt()

    def begin(self, interrupt: Callable[[], None]) -> None:
        """The query runs from now on. Raises JobCancelledError where its end was asked for before."""
        with self._lock:
            if self._wanted:
                raise JobCancelledError("the query was cancelled")
            self._ended.clear()
            self._interrupt = interrupt

    def end(self) -> None:
        """The query runs no more."""
        with self._lock:
            self._interrupt = None
            self._ended.set()


INTERRUPT_AGAIN_SECONDS = 0.01
"""How long a query that is to end is left alone before it is interrupted, and interrupted again."""
INTERRUPT_SECONDS_MAX = 0.9
"""How long Ctrl-C waits for a query to give way; one that does not ends by itself, unseen."""
CLOSE_SECONDS_MAX = 2.0
"""How long a database is asked to close while queries are on their way out."""


def interruptible(compute: Callable[[], Any], ending: Ending) -> Any:
    """What ``compute`` gives; Ctrl-C ends it. DuckDB looks at no signals, so that another thread runs it meanwhile."""
    if threading.current_thread() is not threading.main_thread():
        return compute()
    done = threading.Event()
    found: list[Any] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            found.append(compute())
        except BaseException as error:
            failed.append(error)
        done.set()

    try:
        threading.Thread(target=work, name="minispark-query", daemon=True).start()
        done.wait()
    except KeyboardInterrupt:
        ending.now()
        done.wait(INTERRUPT_SECONDS_MAX)
        raise
    if failed:
        raise failed[0]
    return found[0]


class Engine:
    """One DuckDB database in memory. Its methods may be called from any thread.

    ``directory`` takes what does not fit ``memory`` (bytes).
    """

    def __init__(self, directory: Callable[[], str], memory: int, threads: int) -> None:
        self._directory = functools.cache(directory)
        self._memory = memory
        self._threads = threads
        self._lock = threading.RLock()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._exacts: OrderedDict[Any, str] = OrderedDict()
        self._numbers = itertools.count(1)
        self._raised: dict[int, BaseException] = {}
        self._running: dict[int, Any] = {}

    # --- the connection ----------------------------------------------------------------------------------------------

    def _connection(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._root is None:
                config: dict[str, Any] = {
                    "temp_directory": self._directory(),
                    "memory_limit": f"{self._memory // 1024}KiB",
                    "threads": self._threads,
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                    "python_enable_replacements": False,
                    "max_expression_depth": 100_000,
                }
                root = native().connect(":memory:", config=config)
                root.execute("SET GLOBAL TimeZone = 'UTC'")
                root.execute("SET GLOBAL parquet_metadata_cache = true")  # a file's footer is read again if it changed
                self._root = root
            return self._root

    def limit(self, memory: int) -> None:
        """Have queries take no more than so many bytes from now on; later, where more is in use at the moment."""
        if memory == self._memory:
            return
        try:
            self._connection().cursor().execute(f"SET GLOBAL memory_limit = '{memory // 1024}KiB'")
        except Exception:
            return
        self._memory = memory

    def close(self) -> None:
        """Give everything back; running queries end with an error.

        Never raises: DuckDB refuses while a query is on its way out, and what it keeps then goes with the process.
        """
        with self._lock:
            root, self._root = self._root, None
        deadline = time.monotonic() + CLOSE_SECONDS_MAX
        while root is not None:
            with self._lock:
                for cursor in list(self._running.values()):
                    cursor.interrupt()
            try:
                root.close()
                return
            except Exception:
                if time.monotonic() > deadline:
                    return
                time.sleep(INTERRUPT_AGAIN_SECONDS)

    # --- exact functions ---------------------------------------------------------------------------------------------

    def exact_name(self, path: str, bound: Bound, factory: bool, how: str) -> str:
        """The name under which DuckDB finds an exact function, made known to it if need be."""
        from minispark.sql.convert.physical import duck_type

        said = (bound.types, bound.literals, bound.constant, bound.result, bound.extra)
        told = tuple(map(bound.settings.conf, SETTINGS_OF_EXACT))
        key = (path, *map(repr, said), bound.settings.zone, bound.settings.ansi, told, factory, how)
        root = self._connection()
        with self._lock:
            name = None if "volatile" in how else self._exacts.get(key)  # generators start anew with each query
            if name is not None:
                self._exacts.move_to_end(key)
                return name
            name = f"x{next(self._numbers)}"
            function = batch_function(path, bound, factory, "given" in how, self._keep)
            with_arrow()
            root.create_function(  # type: ignore[call-overload]  # DuckDB's stubs know no such texts
                name, function, None, duck_type(bound.result), type="arrow", null_handling="special",
                side_effects="volatile" in how,
            )  # fmt: skip
            self._exacts[key] = name
            if len(self._exacts) > EXACTS_MAX:
                _, old = self._exacts.popitem(last=False)
                root.remove_function(old)
            return name

    def _keep(self, error: BaseException) -> int:
        number = next(self._numbers)
        self._raised[number] = error
        while len(self._raised) > 100:
            self._raised.pop(next(iter(self._raised)))
        return number

    # --- queries -----------------------------------------------------------------------------------------------------

    def query(self, plan: Node, settings: Settings, wide: bool = False, heard: Heard | None = None) -> Query:
        """The SQL of a plan; metrics of Observed nodes go to ``heard``.

        Raises PySparkNotImplementedError for what cannot run fused.
        """
        tables: dict[int, tuple[str, Any]] = {}
        listeners: list[str] = []

        def table(node: Any) -> str:
            if id(node) not in tables:
                tables[id(node)] = (f"t{len(tables)}", node)
            return tables[id(node)][0]

        relations: Relations
        emit = Emit(settings, self.exact_name, lambda inner: relations.subquery(inner), wide)
        relations = Relations(
            emit, table, None if heard is None else lambda node: self._listener(node, heard, listeners)
        )
        sql = self._tried(relations.query(plan))
        data = tuple(
            (name, node.told(self._tried) if isinstance(node, Streamed) else node) for name, node in tables.values()
        )
        return Query(sql, data, wide, tuple(listeners))

    def _tried(self, sql: str) -> str:
        """SQL whose errors DuckDB's TRY accepts, if it has one."""
        if _TRIES.search(sql) is None:
            return sql
        return sql.replace(f"error('{TYPED}", f"{self._raising()}('{TYPED}")

    def _raising(self) -> str:
        """The name of a function that raises as DuckDB's ``error`` does, and that its TRY accepts."""
        with self._lock:
            if "raising" not in self._exacts:
                self._exacts["raising"] = name = f"x{next(self._numbers)}"
                with_arrow()
                self._connection().create_function(  # type: ignore[call-overload]  # DuckDB's stubs know no such texts
                    name, raise_text, None, "NULL", type="arrow", null_handling="special"
                )
            self._exacts.move_to_end("raising")
            return self._exacts["raising"]

    def _listener(self, node: Observed, heard: Heard, names: list[str]) -> str:
        names.append(f"h{next(self._numbers)}")
        with_arrow()
        with self._lock:
            self._connection().create_function(  # type: ignore[call-overload]  # DuckDB's stubs know no such texts
                names[-1], listener(node, heard), None, "BOOLEAN", type="arrow", null_handling="special",
                side_effects=True,
            )  # fmt: skip
        return names[-1]

    def run(
        self, plan: Node, settings: Settings, take: Callable[[Any], Any], ending: Ending, heard: Heard | None = None
    ) -> Any:
        """What ``take`` makes of the query's result, which is ``Pending``.

        Raises typed errors: of the query's expressions, of memory and disk. Decimals are computed at DuckDB's narrow
        widths first, where a value does not fit them again with all digits.
        """
        try:
            return self._run(self.query(plan, settings, heard=heard), take, ending)
        except Overflowed:
            return self._run(self.query(plan, settings, wide=True, heard=heard), take, ending)
        except NotPlain:
            with exactly():
                return self.run(plan, settings, take, ending, heard)

    def _run(self, query: Query, take: Callable[[Any], Any], ending: Ending) -> Any:
        cursors = Cursors(self._connection().cursor, query.tables, physical_table)
        number = next(self._numbers)
        self._running[number] = cursors
        try:
            cursor = cursors.cursor()
            ending.begin(cursors.interrupt)
            return take(Pending(cursor, query.sql))
        except Exception as raised:
            error = cursors.failed or raised
            if tells_of(error) and not is_exact():
                raise NotPlain from None
            raise translated(error, self._raised, query.wide) from None
        finally:
            ending.end()
            self._running.pop(number, None)
            cursors.close()
            for name in query.listeners:
                self._connection().remove_function(name)


def physical_table(node: Any) -> Any:
    """A Local's or Kept's data with columns named by attribute id, each once."""
    with_arrow()
    table = node.table() if callable(getattr(node, "table", None)) else node.store.table()
    names = [f"c{one.id}" for one in node.output]
    if not names:
        import pyarrow as pa

        return pa.table({"nothing": pa.nulls(table.num_rows, pa.int32())})
    if len(set(names)) < len(names):
        places = [names.index(name) for name in dict.fromkeys(names)]
        return table.select(places).rename_columns([names[place] for place in places])
    return table.rename_columns(names)


def schema_of(plan: Node) -> t.StructType:
    """The schema of a plan's rows."""
    return t.StructType(
        [t.StructField(one.name, one.dtype, one.nullable, dict(one.metadata) or None) for one in plan.output]
    )
