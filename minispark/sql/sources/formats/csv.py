"""CSV: DuckDB reads the plain files, exact functions all others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings
    from minispark.sql.sources.formats.format import Writing


@value
class Csv:
    """Spark's ``CSVFileFormat``."""

    name: str = "csv"
    shown: str = "CSV"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        if not files:
            return None
        from minispark.sql.sources.formats.csvinfer import csv_schema, fast_schema
        from minispark.sql.sources.formats.csvreading import CsvInput

        told = CsvInput(options, settings)
        if options.flag("inferSchema") and not told.multi_line:
            fast = fast_schema(files, told)
            if fast is not None:
                return fast
        return csv_schema((told.file_records(file) for file in files), told)

    def infer_texts(self, texts: Sequence[str], options: Options, settings: Settings) -> StructType:
        """The columns of lines."""
        from minispark.sql.sources.formats.csvinfer import csv_schema
        from minispark.sql.sources.formats.csvreading import CsvInput

        told = CsvInput(options, settings, multi_line=False)
        return csv_schema(iter([told.line_records(texts)]), told)

    def readable(self, dtype: DataType) -> bool:
        return _plain(dtype) and not isinstance(dtype, t.CalendarIntervalType)

    def writable(self, dtype: DataType) -> bool:
        return _plain(dtype) and not isinstance(dtype, t.NullType)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        from minispark.sql.sources.formats.csvfast import fast_sql

        return fast_sql(files, fields, reading)

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        from minispark.sql.sources.formats.csvreading import CsvInput, csv_table

        told = CsvInput(reading.options, reading.settings)
        yield csv_table(told.file_records(file), fields, reading, told, file.path)

    def text_tables(self, texts: Sequence[str], fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """The rows in lines."""
        from minispark.sql.sources.formats.csvreading import CsvInput, csv_table

        told = CsvInput(reading.options, reading.settings, multi_line=False)
        records: Any = told.line_records(texts)
        yield csv_table(records, fields, reading, told, "", told.header)

    def writer(self, schema: StructType, options: Options, settings: Settings) -> Writing:
        from minispark.sql.sources.formats.csvwriting import csv_writing

        return csv_writing(schema, options, settings)


def _plain(dtype: DataType) -> bool:
    barred = (t.ArrayType, t.MapType, t.StructType, t.VariantType, t.SpatialType)
    if isinstance(dtype, t.UserDefinedType):
        return _plain(dtype.sqlType())
    return not isinstance(dtype, barred)


FORMAT = Csv()
