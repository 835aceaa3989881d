"""Writing Parquet as Spark does: names of files, what is noted for Spark's readers, types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.sql import types as t
from minispark.sql.sources.codecs import checked_codec
from minispark.sql.sources.formats.footers import SPARK_KEY
from minispark.sql.sources.options import Options

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

_CODECS = {
    "none": ("", "NONE"),
    "uncompressed": ("", "NONE"),
    "snappy": (".snappy", "SNAPPY"),
    "gzip": (".gz", "GZIP"),
    "lzo": ("", ""),
    "brotli": (".br", "BROTLI"),
    "lz4": (".lz4raw", "LZ4"),
    "lz4_raw": (".lz4raw", "LZ4"),
    "zstd": (".zstd", "ZSTD"),
}
"""Of Spark's names: what files' names say, and Arrow's name. Of the two forms of LZ4, Hadoop's own is never written."""

VERSION = "4.3.0"


@value(eq=False)
class ParquetWriting:
    """``codec`` is Arrow's name of a compression."""

    schema: t.StructType
    codec: str
    suffix: str

    def open(self, path: str) -> _File:
        return _File(self, path)


def parquet_writing(schema: t.StructType, options: Options, settings: Settings) -> ParquetWriting:
    """Raises IllegalArgumentException (CODEC_NOT_AVAILABLE) for a compression that is unknown or not there."""
    asked = options.get("compression", "parquet.compression") or settings.conf("spark.sql.parquet.compression.codec")
    suffix, codec = checked_codec(asked or "snappy", _CODECS)
    return ParquetWriting(schema, codec, f"{suffix}.parquet")


class _File:
    def __init__(self, writing: ParquetWriting, path: str) -> None:
        import pyarrow.parquet as pq

        codec: Any = writing.codec

        self._schema = written_schema(writing.schema)
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression=codec,
            store_schema=False,
            coerce_timestamps="us",
            store_decimal_as_integer=True,
        )
        notes: Any = self._schema.metadata
        self._writer.add_key_value_metadata(notes)

    def write(self, table: pa.Table) -> None:
        """Append physical rows."""
        arrays: list[Any] = []
        for column, field in zip(table.columns, self._schema, strict=True):
            arrays.append(column if column.type == field.type else cast_array(column, field.type))
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def cast_array(column: Any, kind: Any) -> Any:
    """A physical column as Parquet is to hold it: other time zones, decimals of other widths, nothing for nulls."""
    import pyarrow as pa

    if pa.types.is_null(kind):
        return pa.nulls(len(column))
    return column.cast(kind)


def written_schema(schema: t.StructType) -> pa.Schema:
    """The Arrow schema of a file, with Spark's note in its metadata."""
    import pyarrow as pa

    fields = [pa.field(field.name, written_type(field.dataType)) for field in schema.fields]
    return pa.schema(fields, {SPARK_KEY: schema.json().encode(), b"org.apache.spark.version": VERSION.encode()})


def written_type(dtype: t.DataType) -> pa.DataType:
    """The Arrow type whose Parquet form Spark's readers take for the type."""
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_type

    if isinstance(dtype, t.TimestampType):
        return pa.timestamp("us", "UTC")
    if isinstance(dtype, t.NullType):
        return pa.null()
    if isinstance(dtype, t.ArrayType):
        return pa.list_(pa.field("element", written_type(dtype.elementType)))
    if isinstance(dtype, t.MapType):
        return pa.map_(written_type(dtype.keyType), written_type(dtype.valueType))
    if isinstance(dtype, t.StructType):
        return pa.struct([pa.field(field.name, written_type(field.dataType)) for field in dtype.fields])
    if isinstance(dtype, t.VariantType):
        fields = [pa.field(name, pa.binary(), nullable=False) for name in ("value", "metadata")]
        return pa.struct(fields)
    return arrow_type(dtype)
