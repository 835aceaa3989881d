"""binaryFile: a row a file, with its path, time, length and content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from minispark.engine.core.values import value
from minispark.engine.formats.filesystems import as_uri
from minispark.errors import SparkRuntimeException, UnsupportedOperationException
from minispark.sql.convert.physical import arrow_type
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.localcopies import local_path
from minispark.sql.sources.metadata import modified
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import BinaryType, DataType, LongType, StringType, StructField, StructType, TimestampType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

SCHEMA = StructType(
    [
        StructField("path", StringType()),
        StructField("modificationTime", TimestampType()),
        StructField("length", LongType()),
        StructField("content", BinaryType()),
    ]
)


@value
class Binary:
    """Spark's ``BinaryFileFormat``. Content is read only where it is asked for."""

    name: str = "binaryFile"
    shown: str = "binaryFile"

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        return SCHEMA

    def readable(self, dtype: DataType) -> bool:
        return True

    def writable(self, dtype: DataType) -> bool:
        return True

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        return None

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        import pyarrow as pa

        arrays: list[Any] = []
        for field in fields:
            item = self._item(file, field.name.lower(), reading)
            arrays.append(pa.array([item], arrow_type(field.dataType)))
        names = [field.name for field in fields]
        yield pa.table(arrays, names=names) if names else pa.table({"_": [0]})

    def _item(self, file: PartFile, name: str, reading: Reading) -> Any:
        if name == "path":
            return as_uri(file.path)
        if name == "modificationtime":
            return modified(file)
        if name == "length":
            return file.size
        if name != "content":
            return None
        most = int(reading.settings.conf("spark.sql.sources.binaryFile.maxLength") or (1 << 31) - 1)
        if file.size > most:
            raise SparkRuntimeException(
                f"{file.path} has {file.size} bytes; spark.sql.sources.binaryFile.maxLength allows {most}",
                "UNRECOGNIZED_FILE_SIZE",
            )
        with open(local_path(file).path, "rb") as source:
            return source.read()

    def writer(self, schema: StructType, options: Options, settings: Settings) -> NoReturn:
        raise UnsupportedOperationException(
            "binaryFile can only be read; write the bytes with open(...) from df.toLocalIterator()",
            "UNSUPPORTED_FEATURE.WRITE_FOR_BINARY_SOURCE",
        )


FORMAT = Binary()
