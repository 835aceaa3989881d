"""Actions: what runs the plan, and what shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from minispark.sql.analysis import relations
from minispark.sql.dataframe.base import Base, count_of, wrong_type
from minispark.sql.plan.expressions import Apply

if TYPE_CHECKING:
    from minispark.sql.row import Row

T = TypeVar("T")
_BATCH = 10_000
"""How many rows are made of Arrow's columns at once where they are asked for one by one."""


class Actions(Base):
    """The part of DataFrame that gives rows."""

    def collect(self) -> list[Row]:
        """All rows."""
        return self._rows(self._plan)

    def count(self) -> int:
        """How many rows there are."""
        from minispark.sql.analysis.aggregates import aggregate

        plan = aggregate(self._analyzer, self._plan, (), [Apply("count")])
        return int(self._rows(plan, "count")[0][0])

    def take(self, num: int) -> list[Row]:
        """The first ``num`` rows. Raises PySparkTypeError for no int, AnalysisException for a negative one."""
        return self._rows(relations.limit(self._plan, count_of(num, "limit")), "take")

    def head(self, n: int | None = None) -> Any:
        """The first row, or None; with ``n`` a list of the first ``n`` rows."""
        return self.first() if n is None else self.take(n)

    def first(self) -> Row | None:
        """The first row, None without any."""
        rows = self.take(1)
        return rows[0] if rows else None

    def tail(self, num: int) -> list[Row]:
        """The last ``num`` rows."""
        if not isinstance(num, int) or isinstance(num, bool):
            raise wrong_type("num", "int", num)
        rows = self.collect() if num > 0 else []
        return rows[-num:] if rows else rows

    def isEmpty(self) -> bool:
        """Whether there is no row."""
        return not self.take(1)

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """The rows one by one; the query runs when the first is asked for, and few are Python objects at a time."""
        from minispark.sql.convert.rowsout import rows_of

        def rows() -> Iterator[Row]:
            schema, table = self.schema, self._table(self._plan, "toLocalIterator")
            if not schema.fields:
                yield from rows_of(table, schema)
            for batch in table.to_batches(_BATCH) if schema.fields else ():
                yield from rows_of(batch, schema)

        return rows()

    def foreach(self, f: Callable[[Row], Any]) -> None:
        """Call ``f`` on every row, in the workers."""
        self.rdd.foreach(f)

    def foreachPartition(self, f: Callable[[Iterator[Row]], Any]) -> None:
        """Call ``f`` on an iterator of each partition's rows, in the workers."""
        self.rdd.foreachPartition(f)

    @property
    def rdd(self) -> Any:
        """The rows as an RDD."""
        from minispark.sql.bridge import rows_rdd

        return rows_rdd(self._session, self._plan)

    # --- other forms -------------------------------------------------------------------------------------------------

    def toArrow(self) -> Any:
        """All rows as a pyarrow.Table; timestamps know that they are of UTC."""
        from minispark.sql.convert.tablesout import to_user_arrow

        large = str(self._session.conf.get("spark.sql.execution.arrow.useLargeVarTypes", "false")).lower() == "true"
        return to_user_arrow(self._table(self._plan, "toArrow"), self.schema, "UTC", large)

    def toPandas(self) -> Any:
        """All rows as a pandas.DataFrame, with the dtypes that PySpark gives.

        Raises PySparkImportError (PACKAGE_NOT_INSTALLED) without pandas, before anything runs.
        """
        from minispark.sql.convert.tablesout import need_pandas, to_pandas

        need_pandas()
        return to_pandas(self._table(self._plan, "toPandas"), self.schema, self._session.conf, self._session._zone)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows for whoever takes Arrow streams: Polars, pandas, DuckDB, pyarrow."""
        return self.toArrow().__arrow_c_stream__(requested_schema)

    def as_dataclass(self, cls: type[T]) -> Iterator[T]:
        """The rows as instances of a dataclass, whose fields are columns by name. (PySpark has no such method.)

        The types are checked at once: PySparkTypeError for a field that no column fits.
        """
        from minispark.sql.dataframe.typed import instances_of

        return instances_of(cls, self.schema)(self.toLocalIterator())

    # --- text --------------------------------------------------------------------------------------------------------

    def show(self, n: int = 20, truncate: Any = True, vertical: bool = False) -> None:
        """Print the first ``n`` rows as a table.

        Cells are cut to 20 characters, or to ``truncate`` of them, or not at all.

        Raises PySparkTypeError for arguments of other types.
        """
        print(self._show_text(n, truncate, vertical))

    def _show_text(self, n: int, truncate: Any, vertical: bool) -> str:
        from minispark.sql.convert.show import show_text

        if not isinstance(n, int) or isinstance(n, bool):
            raise wrong_type("n", "int", n)
        if not isinstance(vertical, bool):
            raise wrong_type("vertical", "bool", vertical)
        if isinstance(truncate, bool):
            width = 20 if truncate else 0
        else:
            try:
                width = int(truncate)
            except (TypeError, ValueError):
                raise wrong_type("truncate", "bool", truncate) from None
        columns, rows = self._physical(max(n, 0) + 1, "show")
        style = str(self._session.conf.get("spark.sql.binaryOutputStyle", None) or "HEX_DISCRETE")
        return show_text(columns, self.schema, n, width, vertical, self._session._zone, style, rows=rows)

    def _physical(self, rows: int, action: str) -> tuple[list[Any], int]:
        """The physical values of each column in the first rows, and how many rows these are."""
        from minispark.sql.convert.rowsout import columns_of_tuples, physical_values, plain

        plan, schema = relations.limit(self._plan, rows), self.schema
        if schema.fields and all(plain(field.dataType) for field in schema.fields):
            tuples = self._session._runner.run(plan, action, lambda cursor: cursor.fetchall())
            columns = columns_of_tuples(tuples, schema)
            if columns is not None:
                return list(columns), len(tuples)
        table = self._table(plan, action)
        places = zip(table.columns, schema.fields, strict=False)
        return [physical_values(column, field.dataType) for column, field in places], table.num_rows

    def printSchema(self, level: int | None = None) -> None:
        """Print the columns as a tree, nested ones down to ``level``."""
        from minispark.sql.types.tree import tree

        print(tree(self.schema, level or 0, collations=True))

    def _repr_html_(self) -> str | None:
        """The first rows as HTML where ``spark.sql.repl.eagerEval.enabled`` is true, else None."""
        if str(self._session.conf.get("spark.sql.repl.eagerEval.enabled", "false")).lower() != "true":
            return None
        from minispark.sql.convert.show import html

        rows, width = self._eager_sizes()
        columns, _ = self._physical(rows + 1, "show")
        return html(columns, self.schema, rows, width, self._session._zone)

    def _eager_sizes(self) -> tuple[int, int]:
        conf = self._session.conf
        return (
            int(conf.get("spark.sql.repl.eagerEval.maxNumRows", None) or 20),
            int(conf.get("spark.sql.repl.eagerEval.truncate", None) or 20),
        )

    def _eager_text(self) -> str:
        rows, width = self._eager_sizes()
        return self._show_text(rows, width, False)

    def explain(self, extended: Any = None, mode: str | None = None) -> None:
        """Print the plan: physical, or with ``extended`` (or ``mode="extended"``) all stages of it.

        ``mode="formatted"`` prints it in two parts.

        Raises PySparkValueError for both arguments, PySparkTypeError for others.
        """
        from minispark.sql.explain import explained

        print(explained(self._session, self._plan, extended, mode))
