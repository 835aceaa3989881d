"""Parquet: DuckDB reads, Arrow writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, Py4JJavaError
from minispark.sql import types as t
from minispark.sql.convert.physical import duck_type
from minispark.sql.sources.formats.footers import Footer, footers, unchanged
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.mergeschemas import merged
from minispark.sql.sources.formats.parquetschema import ParquetColumns, reads_as
from minispark.sql.sources.localcopies import local_path
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.schemas import every_type, sql_type
from minispark.sql.sources.texts import sql_text
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings
    from minispark.sql.sources.formats.parquetwriting import ParquetWriting


@value
class Parquet:
    """Spark's ``ParquetFileFormat``. Dates and times of the old calendars are taken as they are."""

    name: str = "parquet"
    shown: str = "Parquet"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        """The columns of the first file by path, or of all, merged, with the option mergeSchema."""
        skip = _skips(options, settings)
        merge = options.flag("mergeSchema", _flag(settings, "spark.sql.parquet.mergeSchema"))
        columns = _columns(settings)
        found: StructType | None = None
        for file in files:
            footer = footers([_local(file)], skip)[0]
            if footer is None:
                continue
            schema = columns.schema(footer)
            found = schema if found is None else merged(found, schema, settings.case_sensitive)
            if not merge:
                break
        return found

    def readable(self, dtype: DataType) -> bool:
        """All but calendar intervals."""
        return not any(isinstance(one, (t.CalendarIntervalType, t.SpatialType)) for one in every_type(dtype))

    def writable(self, dtype: DataType) -> bool:
        """All but calendar intervals."""
        return self.readable(dtype)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        """``read_parquet`` with the columns' types: a file that lacks one gives nulls, whatever the order in it.

        Raises Py4JJavaError (FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH) where a file has another type for a
        column.
        """
        local = [_local(file) for file in files]
        if reading.given or len(files) > 1 or not all(file is one for file, one in zip(files, local, strict=True)):
            read = _footers(local, _skips(reading.options, reading.settings))
            local = [file for file, footer in zip(local, read, strict=True) if footer is not None]
            columns = _columns(reading.settings)
            for file, footer in zip(files, read, strict=True):
                if footer is not None:
                    _check(file, columns, footer, fields)
        asked = list(fields) or reading.schema.fields[:1]
        if any(field.name.lower() == "filename" for field in asked):
            return None  # DuckDB has its own column of that name
        if not local:
            return None
        paths = ", ".join(sql_text(file.path) for file in local)
        if len(local) == 1 and not reading.given and _as_it_is(local[0], asked):
            return f"read_parquet([{paths}], hive_partitioning = false)"
        types = ", ".join(
            f"{sql_text(field.name)}: {{'name': {sql_text(field.name)}, 'type': {sql_text(_duck(field.dataType))}, "
            "'default_value': NULL}"
            for field in asked
        )
        return f"read_parquet([{paths}], hive_partitioning = false, schema = MAP {{{types}}})"

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """For what DuckDB's SQL cannot name: by DuckDB all the same, a file at a time."""
        from minispark.sql.sources.formats.parquettables import parquet_tables

        if len({field.name.lower() for field in fields}) < len(fields):
            raise AnalysisException(
                f"{file.path} has columns whose names differ in their case only, and both are asked for; select one "
                "of the two",
                "COLUMN_ALREADY_EXISTS",
                {"columnName": ", ".join(f"`{field.name}`" for field in fields)},
            )
        return parquet_tables(_local(file), fields, _skips(reading.options, reading.settings))

    def writer(self, schema: StructType, options: Options, settings: Settings) -> ParquetWriting:
        from minispark.sql.sources.formats.parquetwriting import parquet_writing

        return parquet_writing(schema, options, settings)


FORMAT = Parquet()


def _duck(dtype: DataType) -> str:
    return duck_type(dtype)


def _as_it_is(file: PartFile, fields: Sequence[StructField]) -> bool:
    """Whether a file gives these columns under their names, of their types: then DuckDB uses its statistics."""
    if not unchanged(file):
        return False
    footer = footers([file], True)[0]
    if footer is None:
        return False
    types = {one["name"]: one["duckdb_type"] for one in footer.elements[1:] if not one["num_children"]}
    plain = len(types) == len(footer.elements) - 1
    return plain and all(types.get(field.name) == duck_type(field.dataType).replace(", ", ",") for field in fields)


def _check(file: PartFile, columns: ParquetColumns, footer: Footer, fields: Sequence[StructField]) -> None:
    try:
        schema = columns.schema(footer)
    except AnalysisException:
        return  # a column that Spark does not have: it is an error only if it is asked for, and DuckDB will say so
    known = {field.name.lower(): field.dataType for field in schema.fields}
    for field in fields:
        has = known.get(field.name.lower())
        if has is not None and not reads_as(has, field.dataType):
            raise Py4JJavaError(
                f"column `{field.name}` of {file.path} is {sql_type(has)}, and was to be read as "
                f"{sql_type(field.dataType)}; "
                "give a schema of the files' types and cast the column after reading",
                "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
                {
                    "path": file.path,
                    "column": f"[{field.name}]",
                    "expectedType": field.dataType.simpleString(),
                    "actualType": has.simpleString(),
                },
            )


def _footers(files: Sequence[PartFile], skip: bool) -> list[Footer | None]:
    """Those of files that a query reads: there, a damaged one has another condition than where columns are inferred."""
    try:
        return footers(files, skip)
    except Py4JJavaError as error:
        raise Py4JJavaError(str(error.args[0]), "FAILED_READ_FILE.NO_HINT", error.getMessageParameters()) from None


def _local(file: PartFile) -> PartFile:
    return file if "://" not in file.path else local_path(file)


def _columns(settings: Settings) -> ParquetColumns:
    return ParquetColumns(
        _flag(settings, "spark.sql.legacy.parquet.nanosAsLong"),
        _flag(settings, "spark.sql.parquet.binaryAsString"),
        _flag(settings, "spark.sql.parquet.inferTimestampNTZ.enabled", True),
    )


def _flag(settings: Any, name: str, default: bool = False) -> bool:
    found = settings.conf(name)
    return default if found is None else str(found).lower() == "true"


def _skips(options: Options, settings: Any) -> bool:
    return options.flag("ignoreCorruptFiles", _flag(settings, "spark.sql.files.ignoreCorruptFiles"))
