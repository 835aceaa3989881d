"""ANALYZE TABLE: numbers of rows, bytes and values, kept with the table for DESCRIBE to show."""

from __future__ import annotations

import os
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.commands.names import relation_of
from minispark.sql.commands.partitions import partition_folders, partition_values
from minispark.sql.parsing import commands as c
from minispark.sql.plan.expressions import Name
from minispark.sql.sources.catalog import Table, TempView

_SIZES: dict[type, int] = {
    t.BooleanType: 1, t.ByteType: 1, t.ShortType: 2, t.IntegerType: 4, t.LongType: 8, t.FloatType: 4, t.DoubleType: 8,
    t.DateType: 4, t.TimestampType: 8, t.TimestampNTZType: 8,
}  # fmt: skip
"""The bytes that Spark counts for a value of a type of fixed size."""


def _analyze(session: Any, command: c.Analyze) -> None:
    if command.tables:
        for table in session._catalog.tables(command.parts[-1] if command.parts else None):
            if not isinstance(table, TempView) and not table.is_view:
                _keep(session, table, _whole(session, table, command.scan))
        return
    found = session._catalog.lookup(command.parts, command=True)
    if isinstance(found, TempView):
        shown = ".".join(command.parts)
        raise AnalysisException(
            f"ANALYZE TABLE needs a table, and {shown} is a temporary view", "EXPECT_PERMANENT_VIEW_NOT_TEMP",
            {"viewName": f"`{shown}`", "operation": "ANALYZE TABLE"},
        )  # fmt: skip
    if found.is_view:
        raise AnalysisException(
            f"ANALYZE TABLE needs a table, and {'.'.join(command.parts)} is a view",
            "UNSUPPORTED_FEATURE.ANALYZE_VIEW",
            {},
        )
    if command.partition:
        _keep(session, found, _partitions(session, found, command))
        return
    numbers = _whole(session, found, command.scan)
    if command.columns is not None:
        numbers.update(_columns(session, found, command.columns))
    _keep(session, found, numbers)


def _keep(session: Any, table: Table, numbers: dict[str, str]) -> None:
    known = {**dict(table.statistics), **numbers}
    session._catalog.alter_table(replace(table, statistics=tuple(known.items())))


def _whole(session: Any, table: Table, scan: bool) -> dict[str, str]:
    numbers = {"sizeInBytes": str(_bytes(table.location))}
    if scan:
        numbers["rowCount"] = str(session._frame(relation_of(session, table.path)).count())
    return numbers


def _bytes(folder: str) -> int:
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
        if not name.startswith((".", "_"))
    )


def _partitions(session: Any, table: Table, command: c.Analyze) -> dict[str, str]:
    """The numbers of each partition that the clause means, as DESCRIBE writes them."""
    from minispark.sql.column import Column
    from minispark.sql.commands.tabledetails import no_partition
    from minispark.sql.sources.hive import unescaped

    wanted = partition_values(session, table, command.partition)
    found = list(partition_folders(table, wanted))
    if not found and len(wanted) == len(table.partitions):
        raise no_partition(table, wanted)
    numbers = {}
    for folder, name in found:
        text = f"{_bytes(folder)} bytes"
        if command.scan:
            rows = session._frame(relation_of(session, table.path))
            for column, part in zip(table.partitions, name.split("/"), strict=True):
                value = unescaped(part.partition("=")[2])
                rows = rows.where(Column(Name((column,))).cast("string") == value)
            text += f", {rows.count()} rows"
        numbers[f"partition {name}"] = text
    return numbers


def _columns(session: Any, table: Table, names: c.Parts) -> dict[str, str]:
    """Of each column: its least and greatest value, nulls, different values, lengths."""
    known = {field.name.lower(): field for field in table.schema.fields}
    fields = []
    for name in names:
        field = known.get(name.lower())
        if field is None:
            raise AnalysisException(
                f"there is no column `{name}` to analyze", "COLUMN_NOT_FOUND",
                {"colName": f"`{name}`", "caseSensitiveConfig": '"spark.sql.caseSensitive"'},
            )  # fmt: skip
        if not _countable(field.dataType):
            raise AnalysisException(
                f"ANALYZE TABLE ... FOR COLUMNS does not count {field.dataType.simpleString()}: `{field.name}`",
                "UNSUPPORTED_FEATURE.ANALYZE_UNSUPPORTED_COLUMN_TYPE",
                {
                    "columnType": f'"{field.dataType.simpleString().upper()}"', "columnName": f"`{field.name}`",
                    "tableName": ".".join(f"`{part}`" for part in table.path),
                },
            )  # fmt: skip
        fields.append(field)
    fields = fields or [field for field in table.schema.fields if _countable(field.dataType)]
    if not fields:
        return {}
    items: list[str] = []
    for field in fields:
        items += _aggregates(field)
    found = session._frame(relation_of(session, table.path)).selectExpr(*items).collect()[0]
    numbers: dict[str, str] = {}
    for place, field in enumerate(fields):
        for name, value in zip(_NAMES, found[place * len(_NAMES) : (place + 1) * len(_NAMES)], strict=True):
            if value is not None:
                numbers[f"{field.name}.{name}"] = str(value)
    return numbers


_NAMES = ("min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len")


def _countable(dtype: t.DataType) -> bool:
    texts = (t.StringType, t.CharType, t.VarcharType, t.BinaryType, t.DecimalType)
    return type(dtype) in _SIZES or isinstance(dtype, texts)


def _aggregates(field: t.StructField) -> list[str]:
    name = "`" + field.name.replace("`", "``") + "`"
    size: int | None = _SIZES.get(type(field.dataType))
    if isinstance(field.dataType, t.DecimalType):
        size = 8 if field.dataType.precision <= 18 else 16
    counts = [f"count(*) - count({name})", f"count(distinct {name})"]
    if size is not None:
        return [f"string(min({name}))", f"string(max({name}))", *counts, f"{size}L", f"{size}L"]
    length = f"octet_length({name})"
    return ["null", "null", *counts, f"coalesce(ceil(avg({length})), 0)", f"coalesce(max({length}), 0)"]


COMMANDS = {c.Analyze: _analyze}
