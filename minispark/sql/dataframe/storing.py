"""Writing rows to files and tables, and naming a plan as a view."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.dataframe.base import Base
from minispark.sql.plan.names import parse_name

if TYPE_CHECKING:
    from minispark.sql.readwriter import DataFrameWriter, DataFrameWriterV2, MergeIntoWriter


class Storing(Base):
    """The part of DataFrame that stores rows, or the plan under a name."""

    @property
    def write(self) -> DataFrameWriter:
        """Writes files and tables."""
        from minispark.sql.readwriter import DataFrameWriter

        return DataFrameWriter(self._itself)

    def writeTo(self, table: str) -> DataFrameWriterV2:
        """Writes a table, saying first what is to be done with it."""
        from minispark.sql.readwriter import DataFrameWriterV2

        return DataFrameWriterV2(self._itself, table)

    def mergeInto(self, table: str, condition: Any) -> MergeIntoWriter:
        """Merges rows into a table; see MergeIntoWriter."""
        from minispark.sql.readwriter import MergeIntoWriter

        return MergeIntoWriter(self._itself, table, condition)

    def createTempView(self, name: str) -> None:
        """Name the plan for this session. Raises AnalysisException if the name is taken."""
        self._view(name, replace=False, is_global=False)

    def createOrReplaceTempView(self, name: str) -> None:
        """Name the plan for this session.

        >>> from minispark.sql import SparkSession
        >>> spark = SparkSession.builder.getOrCreate()
        >>> spark.range(3).createOrReplaceTempView("numbers")
        >>> spark.table("numbers").count()
        3
        """
        self._view(name, replace=True, is_global=False)

    def createGlobalTempView(self, name: str) -> None:
        """Name the plan ``global_temp.name`` for all sessions of the context.

        Raises AnalysisException if the name is taken.
        """
        self._view(name, replace=False, is_global=True)

    def createOrReplaceGlobalTempView(self, name: str) -> None:
        """Name the plan ``global_temp.name`` for all sessions of the context."""
        self._view(name, replace=True, is_global=True)

    def registerTempTable(self, name: str) -> None:
        """Deprecated: as createOrReplaceTempView."""
        warnings.warn("registerTempTable is deprecated; use createOrReplaceTempView", FutureWarning, stacklevel=2)
        self.createOrReplaceTempView(name)

    def inputFiles(self) -> list[str]:
        """The URIs of the files that the plan reads."""
        from minispark.sql.plan.nodes import Scan, walk_plan

        scans = (node for node in walk_plan(self._plan) if isinstance(node, Scan))
        return list(dict.fromkeys(file for node in scans for file in node.source.input_files()))

    def _view(self, name: str, replace: bool, is_global: bool) -> None:
        from minispark.sql.sources.catalog import TempView

        try:
            parts = parse_name(name)
        except AnalysisException:
            parts = ()
        if len(parts) != 1:
            raise AnalysisException(
                f"a temporary view has a name without dots, not {name!r}; put backticks around it if it has some",
                "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
                {"actualName": name},
            )
        if "`" not in name and not re.fullmatch(r"\s*\w+\s*", name):
            raise AnalysisException(
                f"{name!r} is no name of a view: put backticks around one with other signs than letters, digits and _",
                "_LEGACY_ERROR_TEMP_1321",
                {"viewName": name},
            )
        self._session._catalog.create_view(TempView(parts[0], self._plan, is_global), replace)
