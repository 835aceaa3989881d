"""JSON: an object a line, or a document a file with ``multiLine``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.schemas import every_type
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings
    from minispark.sql.sources.formats.format import Writing


@value
class Json:
    """Spark's ``JsonFileFormat``."""

    name: str = "json"
    shown: str = "JSON"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        if not files:
            return None
        from minispark.sql.sources.formats.jsonfast import fast_schema
        from minispark.sql.sources.formats.jsoninfer import json_schema
        from minispark.sql.sources.formats.jsonreading import file_texts

        fast = fast_schema(files, options, settings)
        if fast is not None:
            return fast
        return json_schema((text for file in files for text in file_texts(file, options)), options, settings)

    def infer_texts(self, texts: Sequence[str], options: Options, settings: Settings) -> StructType:
        """The columns of texts."""
        from minispark.sql.sources.formats.jsoninfer import json_schema

        return json_schema(iter(texts), options, settings)

    def readable(self, dtype: DataType) -> bool:
        return not any(isinstance(one, (t.CalendarIntervalType, t.SpatialType)) for one in every_type(dtype))

    def writable(self, dtype: DataType) -> bool:
        return self.readable(dtype)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        from minispark.sql.sources.formats.jsonfast import fast_table
        from minispark.sql.sources.formats.jsonreading import file_texts, json_table

        fast = fast_table(file, fields, reading)
        yield json_table(file_texts(file, reading.options), fields, reading, file.path) if fast is None else fast

    def text_tables(self, texts: Sequence[str], fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """The rows in texts."""
        from minispark.sql.sources.formats.jsonreading import json_table

        yield json_table(texts, fields, reading, "")

    def writer(self, schema: StructType, options: Options, settings: Settings) -> Writing:
        from minispark.sql.sources.formats.jsonwriting import json_writing

        return json_writing(schema, options, settings)


FORMAT = Json()
