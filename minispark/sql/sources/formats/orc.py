"""ORC, read and written by Arrow. Timestamps in it are what clocks show in this machine's zone, as with Spark's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import Py4JJavaError
from minispark.sql import types as t
from minispark.sql.sources.arrowcolumns import filled_table, shifted
from minispark.sql.sources.codecs import checked_codec
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.mergeschemas import merged
from minispark.sql.sources.localcopies import local_path
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.schemas import every_type
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

_CODECS = {
    "none": ("", "uncompressed"),
    "uncompressed": ("", "uncompressed"),
    "snappy": (".snappy", "snappy"),
    "zlib": (".zlib", "zlib"),
    "lzo": ("", ""),
    "lz4": (".lz4", "lz4"),
    "zstd": (".zstd", "zstd"),
    "brotli": ("", ""),
}
_BARRED = (t.CalendarIntervalType, t.VariantType, t.SpatialType, t.TimeType)


@value
class Orc:
    """Spark's ``OrcFileFormat``."""

    name: str = "orc"
    shown: str = "ORC"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        """The columns of the first file by path, or of all, merged, with the option mergeSchema."""
        merge = options.flag("mergeSchema", (settings.conf("spark.sql.orc.mergeSchema") or "").lower() == "true")
        found: StructType | None = None
        for file in files:
            schema = _schema(_open(file).schema)
            found = schema if found is None else merged(found, schema, settings.case_sensitive)
            if not merge:
                break
        return found

    def readable(self, dtype: DataType) -> bool:
        return not any(isinstance(one, _BARRED) for one in every_type(dtype))

    def writable(self, dtype: DataType) -> bool:
        return self.readable(dtype)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """Columns by name; null where the file lacks one."""
        import pyarrow as pa

        source = _open(file)
        known = {name.lower(): name for name in source.schema.names}
        asked = [known[field.name.lower()] for field in fields if field.name.lower() in known]
        try:
            table = source.read(columns=asked)
        except pa.ArrowException as error:
            raise Py4JJavaError(
                f"{file.path} cannot be read as ORC: {error}", "FAILED_READ_FILE.NO_HINT", {"path": file.path}
            ) from None
        yield shifted(filled_table(table, fields, source.nrows), fields, _zone(), to_utc=True)

    def writer(self, schema: StructType, options: Options, settings: Settings) -> OrcWriting:
        asked = options.get("compression", "orc.compress") or settings.conf("spark.sql.orc.compression.codec")
        suffix, codec = checked_codec(asked or "zstd", _CODECS)
        return OrcWriting(schema, codec, f"{suffix}.orc", _zone())


@value(eq=False)
class OrcWriting:
    """``codec`` is Arrow's name of a compression."""

    schema: StructType
    codec: str
    suffix: str
    zone: str

    def open(self, path: str) -> _File:
        return _File(self, path)


class _File:
    def __init__(self, writing: OrcWriting, path: str) -> None:
        from pyarrow import orc

        codec: Any = writing.codec
        self._writing = writing
        self._writer = orc.ORCWriter(path, compression=codec)

    def write(self, table: pa.Table) -> None:
        import pyarrow as pa

        fields = self._writing.schema.fields
        local = shifted(table, fields, self._writing.zone, to_utc=False)
        arrays: list[Any] = [
            column if not isinstance(field.dataType, t.NullType) else pa.nulls(len(column), pa.int32())
            for column, field in zip(local.columns, fields, strict=True)
        ]
        self._writer.write(pa.table(arrays, names=[field.name for field in fields]))

    def close(self) -> None:
        self._writer.close()


def _zone() -> str:
    from minispark.sql.convert.localzone import local_is_utc, local_zone

    return "UTC" if local_is_utc() else local_zone()


def _open(file: PartFile) -> Any:
    import pyarrow as pa
    from pyarrow import orc

    try:
        return orc.ORCFile(local_path(file).path)
    except (pa.ArrowException, OSError) as error:
        raise Py4JJavaError(
            f"{file.path} cannot be read as ORC: {error}",
            "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
            {"path": file.path},
        ) from None


def _schema(schema: Any) -> StructType:
    from minispark.sql.convert.arrowtypes import from_arrow_type

    return StructType([StructField(field.name, _local(from_arrow_type(field.type)), True) for field in schema])


def _local(dtype: DataType) -> DataType:
    """ORC's plain timestamps are Spark's, not those without time zone."""
    if isinstance(dtype, t.TimestampNTZType):
        return t.TimestampType()
    if isinstance(dtype, t.ArrayType):
        return t.ArrayType(_local(dtype.elementType), True)
    if isinstance(dtype, t.MapType):
        return t.MapType(_local(dtype.keyType), _local(dtype.valueType), True)
    if isinstance(dtype, t.StructType):
        return t.StructType([t.StructField(field.name, _local(field.dataType), True) for field in dtype.fields])
    return dtype


FORMAT = Orc()
