"""What every format can do: tell the columns of files, read them, and write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from minispark.engine.core.values import value
from minispark.sql.sources.options import Options
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings
    from minispark.sql.sources.partitions import PartFile


@value
class Reading:
    """What is read and how. ``schema`` are all columns in the files, partitions excluded; ``given``: by the user."""

    schema: StructType
    options: Options
    settings: Settings
    given: bool = False


class Format(Protocol):
    """A format. ``name`` is its short name, ``shown`` how messages and plans call it."""

    name: str
    shown: str

    def infer(self, files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
        """The columns of the files; None where that cannot be told (there are no files)."""
        ...

    def readable(self, dtype: DataType) -> bool:
        """Whether columns may have the type."""
        ...

    def writable(self, dtype: DataType) -> bool:
        """Whether columns may have the type."""
        ...

    def sql(self, files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
        """A DuckDB relation of these columns in physical types, with the file's path in ``filename``.

        None where DuckDB cannot read the files exactly as Spark does: then ``tables`` is asked.
        """
        ...

    def tables(self, file: PartFile, fields: Sequence[StructField], reading: Reading) -> Iterator[pa.Table]:
        """The rows of a file in order, as tables of these columns in physical types."""
        ...

    def writer(self, schema: StructType, options: Options, settings: Settings) -> Writing:
        """How to write. Raises for options that do not go."""
        ...


class Writing(Protocol):
    """How files of one output are written."""

    @property
    def suffix(self) -> str:
        """What ends their names, with its dot."""
        ...

    def open(self, path: str) -> Any:
        """A writer of a new file: has ``write(table)``, given physical Arrow tables, and ``close()``."""
        ...
