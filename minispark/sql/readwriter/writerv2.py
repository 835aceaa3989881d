"""DataFrameWriterV2: writing a table by saying what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import AnalysisException, UnsupportedOperationException
from minispark.sql.parsing.tablenames import table_name
from minispark.sql.plan.expressions import Apply, Literal, Name
from minispark.sql.readwriter.options import OptionUtils, option_text
from minispark.sql.sources.catalog import errors
from minispark.sql.sources.catalog.model import Buckets

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame


class DataFrameWriterV2(OptionUtils):
    """Writes a table (``pyspark.sql.DataFrameWriterV2``, ``df.writeTo(table)``). Methods that set something return the
    writer.

    Tables here are tables of files: as Spark does for those, ``create`` makes one, and what would change one raises an
    error that names the way that there is.
    """

    def __init__(self, df: DataFrame, table: str) -> None:
        self._df = df
        self._spark = df.sparkSession
        self._parts = table_name(table)
        self._options = {}
        self._provider: str | None = None
        self._properties: dict[str, str] = {}
        self._partitions: tuple[str, ...] = ()
        self._buckets: Buckets | None = None
        self._cluster: tuple[str, ...] = ()

    def using(self, provider: str) -> DataFrameWriterV2:
        """What the table's files are."""
        self._provider = provider
        return self

    def tableProperty(self, property: str, value: str) -> DataFrameWriterV2:
        """Note something in the catalog."""
        self._properties[property] = option_text(value) or ""
        return self

    def partitionedBy(self, col: Any, *cols: Any) -> DataFrameWriterV2:
        """Lay files out by columns, or ``bucket(n, column)``.

        Raises UnsupportedOperationException (UNSUPPORTED_PARTITION_TRANSFORM) for other functions of columns.
        """
        from minispark.sql.dataframe.base import expression_of

        names = []
        for one in (col, *cols):
            expression = expression_of(one)
            if isinstance(expression, Name):
                names.append(".".join(expression.parts))
            elif isinstance(expression, Apply) and expression.name.lower() == "bucket":
                self._buckets = _buckets(expression)
            else:
                name = expression.name if isinstance(expression, Apply) else str(one)
                raise UnsupportedOperationException(
                    f"{name} cannot partition a table of files; use a column of that value, or bucket(n, column)",
                    "UNSUPPORTED_PARTITION_TRANSFORM",
                    {"transform": name},
                )
        self._partitions = tuple(names)
        return self

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Cluster the table by columns; noted in the catalog."""
        self._cluster = (col, *cols)
        return self

    def create(self) -> None:
        """Make the table. Raises AnalysisException (TABLE_OR_VIEW_ALREADY_EXISTS)."""
        from minispark.sql.readwriter.saving import Wanted
        from minispark.sql.readwriter.tables import save_as_table
        from minispark.sql.sources.options import Options

        options = Options.of(self._options.values())
        wanted = Wanted(self._provider, options, self._partitions, self._buckets, self._cluster)
        properties = tuple(self._properties.items())
        save_as_table(self._spark, self._df._plan, self._parts, wanted, "error", properties)

    def replace(self) -> NoReturn:
        """Raises AnalysisException (UNSUPPORTED_FEATURE.TABLE_OPERATION), as Spark does for tables of files."""
        raise self._no_replacing()

    def createOrReplace(self) -> NoReturn:
        """Raises AnalysisException (UNSUPPORTED_FEATURE.TABLE_OPERATION), as Spark does for tables of files."""
        raise self._no_replacing()

    def append(self) -> NoReturn:
        """Raises AnalysisException, as Spark does for tables of files (or TABLE_OR_VIEW_NOT_FOUND)."""
        raise self._no_writing("df.write.insertInto(table)")

    def overwrite(self, condition: Any) -> NoReturn:
        """Raises AnalysisException, as Spark does for tables of files (or TABLE_OR_VIEW_NOT_FOUND)."""
        raise self._no_writing("df.write.insertInto(table, overwrite=True)")

    def overwritePartitions(self) -> NoReturn:
        """Raises AnalysisException, as Spark does for tables of files (or TABLE_OR_VIEW_NOT_FOUND)."""
        raise self._no_writing("df.write.option('partitionOverwriteMode', 'dynamic').insertInto(table, overwrite=True)")

    def _no_replacing(self) -> AnalysisException:
        where = self._spark._catalog.whole(self._parts)
        assert where is not None  # checked
        shown = errors.quoted(("spark_catalog", *where))
        return AnalysisException(
            f"{shown} would be a table of files, which writeTo does not replace; use "
            "df.write.mode('overwrite').saveAsTable",
            "UNSUPPORTED_FEATURE.TABLE_OPERATION",
            {"tableName": shown, "operation": "REPLACE TABLE AS SELECT"},
        )

    def _no_writing(self, way: str) -> AnalysisException:
        found = self._spark._catalog.table(self._parts)
        return AnalysisException(
            f"{errors.quoted(found.path)} is a table of files, into which writeTo does not write; use {way}",
            "_LEGACY_ERROR_TEMP_1012",
            {"identifier": errors.quoted(found.path)},
        )


def _buckets(expression: Apply) -> Buckets:
    count, *columns = expression.args
    number = count.item if isinstance(count, Literal) else 0
    return Buckets(int(number), tuple(".".join(one.parts) for one in columns if isinstance(one, Name)))
