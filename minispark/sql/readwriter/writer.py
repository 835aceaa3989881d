"""DataFrameWriter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import AnalysisException, PySparkNotImplementedError, PySparkTypeError, PySparkValueError
from minispark.sql.readwriter.options import OptionUtils
from minispark.sql.sources.catalog.model import Buckets

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.readwriter.saving import Wanted

Flag = bool | str | None
_MODES = {
    "append": "append",
    "overwrite": "overwrite",
    "ignore": "ignore",
    "error": "error",
    "errorifexists": "error",
    "default": "error",
}


class DataFrameWriter(OptionUtils):
    """Writes files and tables (``pyspark.sql.DataFrameWriter``, ``df.write``). Methods that set something return the
    writer.

    Files are written beside their target and appear at once: a write that fails leaves what there was.

    >>> import tempfile
    >>> from minispark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> folder = tempfile.mkdtemp()
    >>> spark.createDataFrame([(1, "x")], ["a", "b"]).write.mode("overwrite").csv(folder)
    >>> spark.read.csv(folder).collect()
    [Row(_c0='1', _c1='x')]
    """

    def __init__(self, df: DataFrame) -> None:
        self._df = df
        self._spark = df.sparkSession
        self._options = {}
        self._mode: str | None = None
        self._format: str | None = None
        self._partitions: tuple[str, ...] | None = None
        self._buckets: tuple[int, tuple[str, ...]] | None = None
        self._order: tuple[str, ...] | None = None
        self._cluster: tuple[str, ...] | None = None

    def mode(self, saveMode: str | None) -> DataFrameWriter:
        """What happens where there is data already: append, overwrite, ignore, or error (the usual).

        Raises AnalysisException (INVALID_SAVE_MODE) for another word.
        """
        if saveMode is None:
            return self
        found = _MODES.get(saveMode.lower())
        if found is None:
            raise AnalysisException(
                f"there is no save mode {saveMode!r}; use append, overwrite, ignore, error, errorifexists or default",
                "INVALID_SAVE_MODE",
                {"mode": f'"{saveMode}"'},
            )
        self._mode = found
        return self

    def format(self, source: str) -> DataFrameWriter:
        """What the files are: parquet (the usual), csv, json, text, orc, xml or arrow."""
        self._format = source
        return self

    def partitionBy(self, *cols: Any) -> DataFrameWriter:
        """Lay files out in directories by the values of columns, as Hive does."""
        self._partitions = _flat(cols)
        return self

    def bucketBy(self, numBuckets: int, col: Any, *cols: Any) -> DataFrameWriter:
        """Lay rows out in buckets by the hash of columns; for saveAsTable only.

        Raises PySparkTypeError (NOT_EXPECTED_TYPE), PySparkValueError (CANNOT_SET_TOGETHER).
        """
        if not isinstance(numBuckets, int):
            raise _not_expected("numBuckets", "int", numBuckets)
        first, rest = _names(col, cols)
        self._buckets = (numBuckets, (first, *rest))
        return self

    def sortBy(self, col: Any, *cols: Any) -> DataFrameWriter:
        """Sort the rows of each bucket. Raises what bucketBy does."""
        first, rest = _names(col, cols)
        self._order = (first, *rest)
        return self

    def clusterBy(self, *cols: Any) -> DataFrameWriter:
        """Cluster a table by columns; noted in the catalog."""
        names = _flat(cols)
        assert len(names) > 0, "clusterBy needs one or more clustering columns."
        self._cluster = names
        return self

    def save(
        self,
        path: str | None = None,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        **options: Any,
    ) -> None:
        """Write files below ``path`` (or the option path).

        Raises AnalysisException: PATH_ALREADY_EXISTS; what the format raises of columns it cannot hold.
        """
        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        self._save(path)

    def insertInto(self, tableName: str, overwrite: bool | None = None) -> None:
        """Add rows to a table, column by column by their position; ``overwrite`` puts them in place of what is there.

        Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND, INSERT_COLUMN_ARITY_MISMATCH...).
        """
        from minispark.sql.parsing.tablenames import table_name
        from minispark.sql.readwriter.tables import insert_into

        if overwrite is not None:
            self.mode("overwrite" if overwrite else "append")
        self._refuse_buckets("insertInto")
        if self._partitions:
            raise AnalysisException(
                "insertInto() takes the partition columns from the table; leave partitionBy out",
                "PARTITION_BY_NOT_ALLOWED_WITH_INSERT_INTO",
                {"tableName": tableName},
            )
        dynamic = self._told().options.get("partitionOverwriteMode")
        insert_into(self._spark, self._df._plan, table_name(tableName), self._mode == "overwrite", None, dynamic)

    def saveAsTable(
        self,
        name: str,
        format: str | None = None,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        **options: Any,
    ) -> None:
        """Write a table of the catalog: a managed one, or an external one with the option path.

        Raises AnalysisException (TABLE_OR_VIEW_ALREADY_EXISTS, LOCATION_ALREADY_EXISTS...).
        """
        from minispark.sql.parsing.tablenames import table_name
        from minispark.sql.readwriter.tables import save_as_table

        self.mode(mode).options(**options)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        save_as_table(self._spark, self._df._plan, table_name(name), self._told(), self._mode or "error")

    def json(
        self,
        path: str,
        mode: str | None = None,
        compression: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        lineSep: str | None = None,
        encoding: str | None = None,
        ignoreNullFields: Flag = None,
    ) -> None:
        """Write JSON, an object a line."""
        self._write("json", dict(locals()))

    def parquet(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        compression: str | None = None,
    ) -> None:
        """Write Parquet."""
        self._write("parquet", dict(locals()))

    def text(self, path: str, compression: str | None = None, lineSep: str | None = None) -> None:
        """Write the single column of texts, a line each."""
        self._write("text", dict(locals()))

    def csv(
        self,
        path: str,
        mode: str | None = None,
        compression: str | None = None,
        sep: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        header: Flag = None,
        nullValue: str | None = None,
        escapeQuotes: Flag = None,
        quoteAll: Flag = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        ignoreLeadingWhiteSpace: Flag = None,
        ignoreTrailingWhiteSpace: Flag = None,
        charToEscapeQuoteEscaping: str | None = None,
        encoding: str | None = None,
        emptyValue: str | None = None,
        lineSep: str | None = None,
    ) -> None:
        """Write CSV."""
        self._write("csv", dict(locals()))

    def xml(
        self,
        path: str,
        rowTag: str | None = None,
        mode: str | None = None,
        attributePrefix: str | None = None,
        valueTag: str | None = None,
        rootTag: str | None = None,
        declaration: Flag = None,
        arrayElementName: str | None = None,
        nullValue: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        compression: str | None = None,
        encoding: str | None = None,
        validateName: Flag = None,
    ) -> None:
        """Write XML, an element ``rowTag`` a row."""
        self._write("xml", dict(locals()))

    def orc(
        self,
        path: str,
        mode: str | None = None,
        partitionBy: str | list[str] | None = None,
        compression: str | None = None,
    ) -> None:
        """Write ORC."""
        self._write("orc", dict(locals()))

    def jdbc(self, url: str, table: str, mode: str | None = None, properties: dict[str, str] | None = None) -> NoReturn:
        """Not offered: there is no JVM for JDBC drivers."""
        raise PySparkNotImplementedError(
            f"jdbc({url!r}) needs a JVM; write {table} with a Python driver from df.toLocalIterator(), or with "
            "df.toPandas().to_sql",
            "NOT_IMPLEMENTED",
            {"feature": "jdbc"},
        )

    # --- saving ------------------------------------------------------------------------------------------------------

    def _write(self, name: str, given: dict[str, Any]) -> None:
        given.pop("self")
        path = given.pop("path")
        self.mode(given.pop("mode", None))
        partitions = given.pop("partitionBy", None)
        if partitions is not None:
            self.partitionBy(partitions)
        self._set_opts(**given)
        self._format = name
        self._save(path)

    def _told(self) -> Wanted:
        from minispark.sql.readwriter.saving import Wanted
        from minispark.sql.sources.options import Options

        if self._order is not None and self._buckets is None:
            raise AnalysisException(
                "sortBy sorts the rows of buckets; call bucketBy too", "SORT_BY_WITHOUT_BUCKETING", {}
            )
        if self._cluster is not None and (self._buckets is not None or self._partitions is not None):
            other = "BUCKETING" if self._buckets else "PARTITIONED_BY"
            raise AnalysisException(
                "clusterBy goes with neither partitionBy nor bucketBy; leave one out",
                f"SPECIFY_CLUSTER_BY_WITH_{other}_IS_NOT_ALLOWED",
                {},
            )
        buckets = None if self._buckets is None else Buckets(*self._buckets, self._order or ())
        return Wanted(
            self._format, Options.of(self._options.values()), self._partitions or (), buckets, self._cluster or ()
        )

    def _save(self, path: str | None) -> None:
        from minispark.sql.readwriter.saving import save

        wanted = self._told()
        self._refuse_buckets("save")
        save(self._spark, self._df._plan, path, wanted, self._mode or "error")

    def _refuse_buckets(self, operation: str) -> None:
        if self._order is not None and self._buckets is None:
            self._told()
        if self._buckets is not None:
            what, condition = ("bucketBy", "1312") if self._order is None else ("bucketBy and sortBy", "1313")
            raise AnalysisException(
                f"{operation}() does not know {what}; only saveAsTable does",
                f"_LEGACY_ERROR_TEMP_{condition}",
                {"operation": operation},
            )


def _flat(cols: tuple[Any, ...]) -> tuple[str, ...]:
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        cols = tuple(cols[0])
    for name in cols:
        if not isinstance(name, str):
            raise _not_expected("cols", "str", name)
    return cols


def _names(col: Any, cols: tuple[Any, ...]) -> tuple[str, tuple[str, ...]]:
    if isinstance(col, (list, tuple)):
        if cols:
            raise PySparkValueError(
                f"give the columns as one {type(col).__name__} or one by one, not both",
                "CANNOT_SET_TOGETHER",
                {"arg_list": f"`col` of type {type(col).__name__} and `cols`"},
            )
        col, cols = col[0], tuple(col[1:])
    for name in cols:
        if not isinstance(name, str):
            raise _not_expected("cols", "list[str]", name)
    if not isinstance(col, str):
        raise _not_expected("col", "list[str]", col)
    return col, cols


def _not_expected(name: str, expected: str, given: Any) -> PySparkTypeError:
    return PySparkTypeError(
        f"{name} is {expected}, not {given!r:.200}",
        "NOT_EXPECTED_TYPE",
        {"arg_name": name, "expected_type": expected, "arg_type": type(given).__name__},
    )
