"""FileSource: files of one format as a table, which ``Scan`` nodes hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.engine.formats.filesystems import as_uri, normal_path
from minispark.sql.convert.physical import duck_type
from minispark.sql.plan.expressions import Expression
from minispark.sql.sources.formats.format import Format, Reading
from minispark.sql.sources.lenience import missing, told
from minispark.sql.sources.metadata import METADATA, metadata_sql, metadata_type
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.pruning import kept_files
from minispark.sql.sources.texts import sql_name, sql_text, sql_value
from minispark.sql.types import StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

_BRANCHES_MAX = 16
"""So many sets of partition values are constants of a branch of a union each; more are joined by file name."""

FILE_NAME = "_input_file_name"
"""The column that ``input_file_name()`` stands for."""


@value(eq=False)
class FileSource:
    """The rows of some files. ``partitions`` are the columns that directories' names tell; ``schema`` has all columns.

    ``paths`` are those the user gave. Beside those of ``schema``, columns ``_metadata`` and ``_input_file_name`` can be
    asked for.
    """

    format: Format
    paths: tuple[str, ...]
    files: tuple[PartFile, ...]
    reading: Reading
    partitions: tuple[StructField, ...]
    schema: StructType
    table: tuple[str, ...] = ()
    """The name of the catalog's table that it is, if any."""

    @property
    def bytes(self) -> int:
        """The size of the files."""
        return sum(file.size for file in self.files)

    @property
    def hidden(self) -> dict[str, StructField]:
        """Columns that only a query that names them gets."""
        return {METADATA: StructField(METADATA, metadata_type(self.format.name), False)}

    def input_files(self) -> list[str]:
        """``DataFrame.inputFiles``."""
        return [file_uri(file.path) for file in self.files]

    def describe(self) -> tuple[str, str, str]:
        """For explain: the format, the table's name or nothing, and where the files are."""
        shown = ", ".join(as_uri(normal_path(path)) for path in self.paths[:1])
        where = f"InMemoryFileIndex({len(self.paths)} paths)[{shown}]"
        return self.format.name, ".".join(self.table), where

    def sql(
        self,
        columns: Sequence[str],
        filters: Sequence[Expression] = (),
        register: Callable[[Any], str] | None = None,
    ) -> str:
        """A DuckDB relation of these columns, in physical types, under their names.

        ``filters`` leave out files whose partition values make one of them false; they are not applied otherwise.
        ``register`` gives a pyarrow.Table or RecordBatchReader a name in the query's connection, for files that DuckDB
        cannot read itself.
        """
        files = self.present(kept_files(self.files, self.partitions, filters))
        if not files:
            return self._none(columns)
        partition_names = {field.name for field in self.partitions}
        known = {field.name: field for field in self.schema.fields}
        fields = [known[name] for name in columns if name in known and name not in partition_names]
        whole = self.format.sql(files, fields, self.reading)
        if whole is None:
            return self._registered(columns, files, fields, register)
        asked = [field for field in self.partitions if field.name in columns]
        if METADATA in columns or FILE_NAME in columns:
            return self._joined(columns, files, asked, whole)
        groups: dict[tuple[Any, ...], list[PartFile]] = {}
        for file in files:
            key = tuple(item for item, field in zip(file.values, self.partitions, strict=False) if field in asked)
            groups.setdefault(key, []).append(file)
        if len(groups) > _BRANCHES_MAX:
            return self._joined(columns, files, asked, whole)
        if len(groups) == 1 and not asked and fields:
            return whole
        branches = []
        for values, part in groups.items():
            constants = {field.name: sql_value(item, field.dataType) for field, item in zip(asked, values, strict=True)}
            items = ", ".join(f"{constants.get(name, sql_name(name))} AS {sql_name(name)}" for name in columns) or "1"
            relation = whole if len(groups) == 1 else self.format.sql(part, fields, self.reading)
            branches.append(f"SELECT {items} FROM {relation}")
        return "(" + " UNION ALL ".join(branches) + ")"

    def present(self, files: Sequence[PartFile]) -> Sequence[PartFile]:
        """The files that are still there.

        Raises Py4JJavaError (FAILED_READ_FILE.FILE_NOT_EXIST), as PySpark does, for one that is gone, unless
        ignoreMissingFiles says to leave it out.
        """
        gone = [file for file in files if "://" not in file.path and not os.path.exists(file.path)]
        if not gone:
            return files
        if not told(self.reading, "ignoreMissingFiles"):
            raise missing(gone[0].path)
        return [file for file in files if file not in gone]

    def _joined(
        self, columns: Sequence[str], files: Sequence[PartFile], asked: Sequence[StructField], relation: str
    ) -> str:
        """What is told of each file comes by a join with a table of the files."""
        rows = []
        for file in files:
            values = dict(zip((field.name for field in self.partitions), file.values, strict=False))
            told = [sql_text(file.path), *(sql_value(values[field.name], field.dataType) for field in asked)]
            if METADATA in columns:
                told.append(metadata_sql(file))
            rows.append(f"({', '.join(told)})")
        names = ["_path", *(f"_p{place}" for place in range(len(asked))), *(["_meta"] if METADATA in columns else [])]
        told_of = {field.name: f"f._p{place}" for place, field in enumerate(asked)}
        told_of[FILE_NAME] = "'file://' || f._path" if files and "://" not in files[0].path else "f._path"
        if METADATA in columns:
            row_index = "r.file_row_number" if self.format.name == "parquet" else None
            told_of[METADATA] = "f._meta" if row_index is None else f"struct_insert(f._meta, row_index := {row_index})"
        items = ", ".join(f"{told_of.get(name, f'r.{sql_name(name)}')} AS {sql_name(name)}" for name in columns)
        return (
            f"(SELECT {items} FROM {relation} AS r JOIN (VALUES {', '.join(rows)}) AS f({', '.join(names)}) "
            "ON r.filename = f._path)"
        )

    def _none(self, columns: Sequence[str]) -> str:
        known = {**{field.name: field for field in self.schema.fields}, **self.hidden}
        items = ", ".join(
            f"CAST(NULL AS {'VARCHAR' if name == FILE_NAME else duck_type(known[name].dataType)}) AS {sql_name(name)}"
            for name in columns
        )
        return f"(SELECT {items or '1'} WHERE false)"

    def _registered(
        self,
        columns: Sequence[str],
        files: Sequence[PartFile],
        fields: Sequence[StructField],
        register: Callable[[Any], str] | None,
    ) -> str:
        from minispark.sql.sources.filetables import reader_of

        assert register is not None, "files of this format are read into Arrow tables, which need a place in the query"
        return register(reader_of(self, columns, files, fields))

    def table_of(self, columns: Sequence[str]) -> pa.Table:
        """The rows of these columns, read without DuckDB's SQL."""
        from minispark.sql.sources.filetables import reader_of

        names = {field.name for field in self.partitions}
        known = {field.name: field for field in self.schema.fields}
        fields = [known[name] for name in columns if name in known and name not in names]
        return reader_of(self, columns, self.present(self.files), fields)

    def tables(self, columns: Sequence[str], files: Sequence[PartFile] | None = None) -> Iterator[pa.Table]:
        """The rows of the files, read without DuckDB."""
        from minispark.sql.sources.filetables import tables_of

        names = {field.name for field in self.partitions}
        known = {field.name: field for field in self.schema.fields}
        fields = [known[name] for name in columns if name in known and name not in names]
        return tables_of(self, columns, self.files if files is None else files, fields)


def file_uri(path: str) -> str:
    """A file as ``input_file_name()`` writes it.

    >>> file_uri("/data/x")
    'file:///data/x'
    """
    return path if "://" in path else "file://" + path
