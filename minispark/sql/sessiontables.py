"""The part of SparkSession that reads files and knows tables by name."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext
    from minispark.sql.catalog import Catalog as UserCatalog
    from minispark.sql.conf import RuntimeConfig
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.plan.nodes import Node
    from minispark.sql.readwriter.reader import DataFrameReader
    from minispark.sql.session import SparkSession
    from minispark.sql.sources.catalog import Catalog
    from minispark.sql.tvf import TableValuedFunction
    from minispark.sql.udf import UDFRegistration

_lock = threading.Lock()
_global_views: weakref.WeakKeyDictionary[SparkContext, dict[str, Any]] = weakref.WeakKeyDictionary()


class SessionTables:
    """What a session needs for files and tables."""

    _context: SparkContext
    _names: Catalog

    @property
    def _itself(self) -> SparkSession:
        return self  # type: ignore[return-value]  # every instance is a SparkSession: this class is its base alone

    @property
    def catalog(self) -> UserCatalog:
        """Databases, tables, views, functions, and what is cached."""
        from minispark.sql.catalog import Catalog as UserCatalog

        return UserCatalog(self._itself)

    @property
    def udf(self) -> UDFRegistration:
        """Names Python functions for SQL."""
        from minispark.sql.udf import UDFRegistration

        return UDFRegistration(self._itself)

    @property
    def tvf(self) -> TableValuedFunction:
        """Functions that give tables."""
        from minispark.sql.tvf import TableValuedFunction

        return TableValuedFunction(self._itself)

    @property
    def read(self) -> DataFrameReader:
        """Reads files and tables."""
        from minispark.sql.readwriter.reader import DataFrameReader

        return DataFrameReader(self._itself)

    def table(self, tableName: str) -> DataFrame:
        """A table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        return self._table_frame(tableName)

    @property
    def _catalog(self) -> Catalog:
        """What names mean in this session; global temporary views are the context's."""
        with _lock:
            found = self.__dict__.get("_names")
            if found is None:
                from minispark.sql.sources.catalog import Catalog

                shared = _global_views.setdefault(self._context, {})
                self._names = found = Catalog(warehouse_of(self._itself.conf), shared)
            return found

    def _table_frame(self, name: str) -> DataFrame:
        from minispark.sql.parsing.tablenames import table_name

        return self._itself._frame(self._named_plan(table_name(name)))

    def _named_plan(self, parts: tuple[str, ...]) -> Node:
        """The plan of a table or view. A lasting view's query is read anew each time."""
        from minispark.sql.sources.catalog.model import TempView
        from minispark.sql.sources.scans import found_plan, named

        found = self._catalog.lookup(parts)
        kept: Node | None = self._itself._kept.tables.get(found.path)
        if kept is not None:
            return kept
        if isinstance(found, TempView) or not found.is_view:
            return found_plan(found, self._itself._runner.settings())
        inner = self._view_plan(found)
        return named(inner, found.path)

    def _view_plan(self, view: Any) -> Node:
        from minispark.sql.commands.names import view_plan

        return view_plan(self, view)


def warehouse_of(conf: RuntimeConfig) -> str:
    """The directory of managed tables."""
    from minispark.engine.formats.filesystems import normal_path

    return normal_path(conf.get("spark.sql.warehouse.dir", None) or "spark-warehouse")
