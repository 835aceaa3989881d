"""XML: the elements named by the option rowTag, each a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, IllegalArgumentException
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
class Xml:
    """Spark's ``XmlFileFormat``."""

    name: str = "xml"
    shown: str = "XML"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        tag = row_tag(options)
        if not files:
            return None
        from minispark.sql.sources.formats.xmlreading import file_rows, xml_schema

        return xml_schema((row for file in files for row in file_rows(file, tag, options)), options, settings)

    def infer_texts(self, texts: Sequence[str], options: Options, settings: Settings) -> StructType:
        """The columns of texts."""
        from minispark.sql.sources.formats.xmlreading import text_rows, xml_schema

        return xml_schema(iter(text_rows(texts, row_tag(options))), options, settings)

    def readable(self, dtype: DataType) -> bool:
        barred = (t.CalendarIntervalType, t.SpatialType, t.VariantType)
        return not any(isinstance(one, barred) for one in every_type(dtype))

    def writable(self, dtype: DataType) -> bool:
        return not any(isinstance(one, (t.CalendarIntervalType, t.SpatialType)) for one in every_type(dtype))

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        from minispark.sql.sources.formats.xmlreading import file_rows, xml_table

        tag = row_tag(reading.options)
        yield xml_table(list(file_rows(file, tag, reading.options)), fields, reading, file.path)

    def text_tables(self, texts: Sequence[str], fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """The rows in texts."""
        from minispark.sql.sources.formats.xmlreading import text_rows, xml_table

        yield xml_table(text_rows(texts, row_tag(reading.options)), fields, reading, "")

    def writer(self, schema: StructType, options: Options, settings: Settings) -> Writing:
        from minispark.sql.sources.formats.xmlwriting import xml_writing

        return xml_writing(schema, row_tag(options), options, settings)


def row_tag(options: Options) -> str:
    """The option rowTag. Raises AnalysisException (XML_ROW_TAG_MISSING) without it."""
    tag = options.get("rowTag")
    if tag is None:
        raise AnalysisException(
            "XML needs the option rowTag: the name of the elements that are rows",
            "XML_ROW_TAG_MISSING",
            {"rowTag": "`rowTag`"},
        )
    if not tag.strip():
        raise IllegalArgumentException("the option rowTag must not be empty")
    return tag


FORMAT = Xml()
