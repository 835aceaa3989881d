"""Arrow's own files (Feather, IPC): the columns as in memory. A format of minispark's, not of Spark's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import Py4JJavaError
from minispark.sql import types as t
from minispark.sql.sources.arrowcolumns import filled_table
from minispark.sql.sources.codecs import checked_codec
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.mergeschemas import merged
from minispark.sql.sources.formats.parquetwriting import cast_array, written_schema
from minispark.sql.sources.localcopies import local_path
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.schemas import every_type
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

_CODECS = {"none": ("", "none"), "uncompressed": ("", "none"), "lz4": ("", "lz4"), "zstd": ("", "zstd")}
_SUFFIXES = {"none": "", "lz4": ".lz4", "zstd": ".zstd"}


@value
class Arrow:
    """Files and streams of Arrow's IPC format."""

    name: str = "arrow"
    shown: str = "Arrow"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        from minispark.sql.convert.arrowtypes import from_arrow_schema

        found: StructType | None = None
        for file in files:
            schema = from_arrow_schema(_open(file).schema)
            found = schema if found is None else merged(found, schema, settings.case_sensitive)
            if not options.flag("mergeSchema"):
                break
        return found

    def readable(self, dtype: DataType) -> bool:
        barred = (t.CalendarIntervalType, t.SpatialType)
        return not any(isinstance(one, barred) for one in every_type(dtype))

    def writable(self, dtype: DataType) -> bool:
        return self.readable(dtype)

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        table = _open(file).read_all()
        yield filled_table(table, fields, table.num_rows)

    def writer(self, schema: StructType, options: Options, settings: Settings) -> ArrowWriting:
        _, codec = checked_codec(options.text("compression", "none"), _CODECS)
        return ArrowWriting(schema, codec, f"{_SUFFIXES[codec]}.arrow")


@value(eq=False)
class ArrowWriting:
    """``codec`` is Arrow's name of a compression."""

    schema: StructType
    codec: str
    suffix: str

    def open(self, path: str) -> _File:
        return _File(self, path)


class _File:
    def __init__(self, writing: ArrowWriting, path: str) -> None:
        from pyarrow import ipc

        self._schema = written_schema(writing.schema)
        codec: Any = None if writing.codec == "none" else writing.codec
        self._writer = ipc.new_file(path, self._schema, options=ipc.IpcWriteOptions(compression=codec))

    def write(self, table: pa.Table) -> None:
        import pyarrow as pa

        pairs = zip(table.columns, self._schema, strict=True)
        arrays: list[Any] = [
            column if column.type == field.type else cast_array(column, field.type) for column, field in pairs
        ]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def _open(file: PartFile) -> Any:
    import pyarrow as pa
    from pyarrow import ipc

    path = local_path(file).path
    try:
        try:
            return ipc.open_file(pa.memory_map(path))
        except pa.ArrowInvalid:
            return ipc.open_stream(pa.memory_map(path))
    except (pa.ArrowException, OSError) as error:
        raise Py4JJavaError(
            f"{file.path} cannot be read as Arrow: {error}",
            "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER",
            {"path": file.path},
        ) from None


FORMAT = Arrow()
