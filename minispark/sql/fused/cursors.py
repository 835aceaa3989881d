"""Cursors: the connections of one run of a query: its own, and those of the tables that are computed while it runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from minispark.sql.convert.native import native, with_arrow
from minispark.sql.fused.streamed import Streamed

BATCH_ROWS = 1 << 15
"""Rows that come from a sorted stream at a time."""


class Cursors:
    """Opens cursors that know a query's tables. They are interrupted and closed together."""

    def __init__(self, make: Callable[[], Any], tables: Sequence[tuple[str, Any]], physical: Callable[[Any], Any]):
        self._make = make
        self._tables = tables
        self._physical = physical
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._open: list[Any] = []
        self._interrupted = False
        self.failed: BaseException | None = None
        """What a table that is computed while the query runs failed with."""

    def cursor(self, count: int | None = None) -> Any:
        """A cursor that knows the first ``count`` tables, or all: each may read those before it."""
        if self._tables:
            with_arrow()
        made = self._make()
        with self._lock:
            self._open.append(made)
        for place, (name, node) in enumerate(self._tables[:count]):
            if name not in self._known:
                known = _Table(self, node, place) if isinstance(node, Streamed) else self._physical(node)
                self._known[name] = known
            made.register(name, self._known[name])
        return made

    def interrupt(self) -> None:
        """End what runs, soon."""
        self._interrupted = True
        with self._lock:
            for one in self._open:
                one.interrupt()

    def check(self) -> None:
        """Raises where ``interrupt`` was called."""
        if self._interrupted:
            raise native().InterruptException("INTERRUPT Error: Interrupted!")

    def close(self) -> None:
        """Close them all, that of the query first."""
        with self._lock:
            while self._open:
                self._open.pop(0).close()


class _Table:
    """A Streamed as an Arrow stream: DuckDB asks for its schema when it plans, and for rows with each scan."""

    def __init__(self, cursors: Cursors, streamed: Streamed, place: int) -> None:
        self._cursors = cursors
        self._streamed = streamed
        self._place = place
        self._spare: Any = None
        self._schema: Any = None

    def __arrow_c_schema__(self) -> Any:
        return self._known_schema().__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        import pyarrow as pa

        schema = self._known_schema()
        with self._noted():  # the sort begins here, before the threads of the query around wait for its rows
            cursor, self._spare = self._spare or self._cursors.cursor(self._place), None
            sorted = cursor.sql(self._streamed.sql).to_arrow_reader(BATCH_ROWS)
        reader: Any = pa.RecordBatchReader.from_batches(schema, self._rows(sorted, schema))
        return reader.__arrow_c_stream__(requested_schema)

    def _known_schema(self) -> Any:
        if self._schema is None:
            with self._noted():
                self._spare = self._cursors.cursor(self._place)
                empty = self._spare.sql(f"SELECT * FROM ({self._streamed.sql}) LIMIT 0").to_arrow_table()
                self._schema = self._streamed.schema(empty.schema)
        return self._schema

    def _rows(self, sorted: Any, schema: Any) -> Iterator[Any]:
        with self._noted():
            for batch in self._streamed.batches(sorted, schema):
                self._cursors.check()
                yield batch

    def _noted(self) -> Any:
        return _Noted(self._cursors)


class _Noted:
    """Keeps what is raised: DuckDB passes on no more than a text of it."""

    def __init__(self, cursors: Cursors) -> None:
        self._cursors = cursors

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Exception) and self._cursors.failed is None:
            self._cursors.failed = error
