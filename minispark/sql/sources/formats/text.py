"""Text: a row a line, or a file (``wholetext``), in the column ``value``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from minispark.engine.core.values import value
from minispark.errors import AnalysisException
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import lines_of, separator_of, text_of
from minispark.sql.types import DataType, StringType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings
    from minispark.sql.sources.formats.format import Writing


@value
class Text:
    """Spark's ``TextFileFormat``."""

    name: str = "text"
    shown: str = "Text"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        return StructType([StructField("value", StringType())])

    def readable(self, dtype: DataType) -> bool:
        return isinstance(dtype, StringType)

    def writable(self, dtype: DataType) -> bool:
        return isinstance(dtype, StringType)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """Raises AnalysisException for a schema of more than one column."""
        import pyarrow as pa

        check_single(reading.schema)
        separator = separator_of(reading.options)
        text = text_of(file)
        rows = [text] if reading.options.flag("wholetext") else lines_of(text, separator)
        column = pa.chunked_array([pa.array(rows, pa.string())])
        names = [field.name for field in fields]
        yield pa.table([column] * len(names), names=names) if names else pa.table([column], names=["_"])

    def writer(self, schema: StructType, options: Options, settings: Settings) -> Writing:
        from minispark.sql.sources.formats.textwriting import text_writing

        check_single(schema)
        return text_writing(options)


def check_single(schema: StructType) -> None:
    """Text has one column. Raises AnalysisException for more."""
    if len(schema.fields) != 1:
        raise AnalysisException(
            f"text has a single column, and there are {len(schema.fields)}; put them together, or use csv",
            "_LEGACY_ERROR_TEMP_1290",
            {"schemaSize": str(len(schema.fields))},
        )


FORMAT = Text()
