"""DataFrameReader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from minispark.errors import AnalysisException, PySparkNotImplementedError, PySparkTypeError
from minispark.sql.readwriter.options import OptionUtils
from minispark.sql.types import StructType

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.session import SparkSession
    from minispark.sql.sources.options import Options

Flag = bool | str | None


class DataFrameReader(OptionUtils):
    """Reads files and tables (``pyspark.sql.DataFrameReader``, ``spark.read``). Methods that set something return the
    reader.

    >>> import tempfile
    >>> from minispark.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> folder = tempfile.mkdtemp()
    >>> spark.range(3).write.mode("overwrite").parquet(folder)
    >>> spark.read.parquet(folder).count()
    3
    """

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self._options = {}
        self._format: str | None = None
        self._schema: StructType | None = None

    def format(self, source: str) -> DataFrameReader:
        """What the files are: parquet (the usual), csv, json, text, orc, xml, arrow or binaryFile."""
        self._format = source
        return self

    def schema(self, schema: StructType | str) -> DataFrameReader:
        """The columns, as a type or DDL text, in place of what the files tell.

        Raises PySparkTypeError (NOT_EXPECTED_TYPE) for anything else, ParseException for malformed text.
        """
        found: Any = StructType.fromDDL(schema) if isinstance(schema, str) else schema
        if not isinstance(found, StructType):
            raise PySparkTypeError(
                f"a schema is a StructType or DDL text like 'a INT, b STRING', not {schema!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"arg_name": "schema", "expected_type": "str or struct type", "arg_type": type(schema).__name__},
            )
        self._schema = found
        return self

    def load(
        self,
        path: str | list[str] | None = None,
        format: str | None = None,
        schema: StructType | str | None = None,
        **options: Any,
    ) -> DataFrame:
        """The files at a path, or at several, as a DataFrame. Options may have the path (``path``) instead.

        Raises AnalysisException: PATH_NOT_FOUND, UNABLE_TO_INFER_SCHEMA; what the format raises of files it cannot
        read.
        """
        self._begin(schema, format)
        self._set_opts(**options)
        paths = [path] if isinstance(path, str) else [str(one) for one in path] if path is not None else []
        return self._load(paths)

    def parquet(self, *paths: str, **options: Any) -> DataFrame:
        """Parquet files. Options: mergeSchema, pathGlobFilter, recursiveFileLookup, modifiedBefore ..."""
        self._set_opts(**options)
        return self._load(paths, "parquet")

    def text(
        self,
        paths: str | list[str],
        wholetext: bool = False,
        lineSep: str | None = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
    ) -> DataFrame:
        """The lines of text files in the column ``value``; with ``wholetext`` a row for each file."""
        self._set_opts(
            wholetext=wholetext,
            lineSep=lineSep,
            pathGlobFilter=pathGlobFilter,
            recursiveFileLookup=recursiveFileLookup,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
        )
        return self._load([paths] if isinstance(paths, str) else paths, "text")

    def orc(
        self,
        path: str | list[str],
        mergeSchema: bool | None = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
    ) -> DataFrame:
        """ORC files."""
        self._set_opts(
            mergeSchema=mergeSchema,
            pathGlobFilter=pathGlobFilter,
            modifiedBefore=modifiedBefore,
            modifiedAfter=modifiedAfter,
            recursiveFileLookup=recursiveFileLookup,
        )
        return self._load([path] if isinstance(path, str) else path, "orc")

    def json(
        self,
        path: str | list[str] | RDD[str] | DataFrame,
        schema: StructType | str | None = None,
        primitivesAsString: Flag = None,
        prefersDecimal: Flag = None,
        allowComments: Flag = None,
        allowUnquotedFieldNames: Flag = None,
        allowSingleQuotes: Flag = None,
        allowNumericLeadingZero: Flag = None,
        allowBackslashEscapingAnyCharacter: Flag = None,
        mode: str | None = None,
        columnNameOfCorruptRecord: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        multiLine: Flag = None,
        allowUnquotedControlChars: Flag = None,
        lineSep: str | None = None,
        samplingRatio: float | str | None = None,
        dropFieldIfAllNull: Flag = None,
        encoding: str | None = None,
        locale: str | None = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
        allowNonNumericNumbers: Flag = None,
        useUnsafeRow: Flag = None,
    ) -> DataFrame:
        """JSON objects, one a line (or a file each, with ``multiLine``), from files, an RDD of texts or a column of
        texts.

        Raises PySparkTypeError (NOT_EXPECTED_TYPE) for another ``path``.
        """
        given = dict(locals())
        return self._texts(given.pop("path"), "json", given.pop("schema"), given)

    def csv(
        self,
        path: str | list[str] | RDD[str] | DataFrame,
        schema: StructType | str | None = None,
        sep: str | None = None,
        encoding: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        comment: str | None = None,
        header: Flag = None,
        inferSchema: Flag = None,
        ignoreLeadingWhiteSpace: Flag = None,
        ignoreTrailingWhiteSpace: Flag = None,
        nullValue: str | None = None,
        nanValue: str | None = None,
        positiveInf: str | None = None,
        negativeInf: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        maxColumns: int | str | None = None,
        maxCharsPerColumn: int | str | None = None,
        maxMalformedLogPerPartition: int | str | None = None,
        mode: str | None = None,
        columnNameOfCorruptRecord: str | None = None,
        multiLine: Flag = None,
        charToEscapeQuoteEscaping: str | None = None,
        samplingRatio: float | str | None = None,
        enforceSchema: Flag = None,
        emptyValue: str | None = None,
        locale: str | None = None,
        lineSep: str | None = None,
        pathGlobFilter: Flag = None,
        recursiveFileLookup: Flag = None,
        modifiedBefore: Flag = None,
        modifiedAfter: Flag = None,
        unescapedQuoteHandling: str | None = None,
    ) -> DataFrame:
        """CSV, from files, an RDD of texts or a column of texts.

        Raises PySparkTypeError (NOT_EXPECTED_TYPE) for another ``path``.
        """
        given = dict(locals())
        return self._texts(given.pop("path"), "csv", given.pop("schema"), given)

    def xml(
        self,
        path: str | list[str] | RDD[str] | DataFrame,
        rowTag: str | None = None,
        schema: StructType | str | None = None,
        excludeAttribute: Flag = None,
        attributePrefix: str | None = None,
        valueTag: str | None = None,
        ignoreSurroundingSpaces: Flag = None,
        rowValidationXSDPath: str | None = None,
        ignoreNamespace: Flag = None,
        wildcardColName: str | None = None,
        encoding: str | None = None,
        inferSchema: Flag = None,
        nullValue: str | None = None,
        dateFormat: str | None = None,
        timestampFormat: str | None = None,
        mode: str | None = None,
        columnNameOfCorruptRecord: str | None = None,
        multiLine: Flag = None,
        samplingRatio: float | str | None = None,
        locale: str | None = None,
    ) -> DataFrame:
        """The elements ``rowTag`` of XML, from files, an RDD of texts or a column of texts.

        Raises PySparkTypeError (NOT_EXPECTED_TYPE) for another ``path``.
        """
        given = dict(locals())
        return self._texts(given.pop("path"), "xml", given.pop("schema"), given)

    def table(self, tableName: str) -> DataFrame:
        """A table or view. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
        return self._spark._table_frame(tableName)

    def changes(self, tableName: str) -> NoReturn:
        """Not offered: no table here keeps its changes."""
        raise AnalysisException(
            f"table {tableName} keeps no changes; tables of files never do",
            "UNSUPPORTED_FEATURE.CHANGE_DATA_CAPTURE",
            {"tableName": tableName},
        )

    def jdbc(
        self,
        url: str,
        table: str,
        column: str | None = None,
        lowerBound: int | str | None = None,
        upperBound: int | str | None = None,
        numPartitions: int | None = None,
        predicates: list[str] | None = None,
        properties: dict[str, str] | None = None,
    ) -> NoReturn:
        """Not offered: there is no JVM for JDBC drivers."""
        raise PySparkNotImplementedError(
            f"jdbc({url!r}) needs a JVM; read {table} with a Python driver, pandas.read_sql or DuckDB's extensions "
            "and give "
            "the rows to spark.createDataFrame",
            "NOT_IMPLEMENTED",
            {"feature": "jdbc"},
        )

    # --- loading -----------------------------------------------------------------------------------------------------

    def _begin(self, schema: StructType | str | None, format: str | None = None) -> None:
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)

    def _told(self) -> Options:
        from minispark.sql.sources.options import Options

        return Options.of(self._options.values())

    def _load(self, paths: Sequence[str], format: str | None = None) -> DataFrame:
        from minispark.sql.sources.load import load_files
        from minispark.sql.sources.scans import scan

        settings = self._spark._runner.settings()
        name = format or self._format or settings.conf("spark.sql.sources.default") or "parquet"
        options = self._told()
        told = options.get("path")
        if told is not None and paths:
            raise AnalysisException(
                "option path is set, and paths are given too; give the paths in one of the two ways",
                "_LEGACY_ERROR_TEMP_1306",
            )
        source = load_files(
            name, paths or ([] if told is None else [told]), options.without("path"), settings, self._schema
        )
        return self._spark._frame(scan(source))

    def _texts(self, path: Any, name: str, schema: StructType | str | None, given: dict[str, Any]) -> DataFrame:
        from minispark.rdd.rdd import RDD
        from minispark.sql.dataframe.base import Base

        given.pop("self")
        self._begin(schema)
        self._set_opts(**given)
        if isinstance(path, str):
            return self._load([path], name)
        if isinstance(path, list):
            return self._load(path, name)
        if isinstance(path, (RDD, Base)):
            from minispark.sql.readwriter.texts import frame_of_texts

            return frame_of_texts(self._spark, name, path, self._told(), self._schema)
        raise PySparkTypeError(
            f"path is a str, a list of them, an RDD or a DataFrame of texts, not {path!r:.200}",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "path", "expected_type": "str, list, RDD, or DataFrame", "arg_type": type(path).__name__},
        )
