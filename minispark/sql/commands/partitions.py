"""Partitions of tables: directories of the names that their values give."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.parsing.commands import Partition
from minispark.sql.sources.catalog import Table
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.sources.hive import directory_name, unescaped
from minispark.sql.types import DataType


def partition_values(session: Any, table: Table, partition: Partition) -> dict[str, str | None]:
    """The texts of a PARTITION clause by column, dynamic ones left out. Raises AnalysisException for other columns."""
    check_partitioned(table, "PARTITION")
    known = {name.lower(): name for name in table.partitions}
    found: dict[str, str | None] = {}
    for name, item in partition:
        if name.lower() not in known:
            listed = ", ".join(f"`{one}`" for one in table.partitions)
            raise AnalysisException(
                f"`{name}` is no partition column of {'.'.join(table.path)}; these are {listed}",
                "PARTITIONS_NOT_FOUND",
                {"partitionList": f"`{name}`", "tableName": quoted(table.path)},
            )  # fmt: skip
        if item is not None:
            actual = known[name.lower()]
            found[actual] = value_text(session, item, table.schema[actual].dataType)
    return found


def value_text(session: Any, item: Any, dtype: DataType) -> str | None:
    """The text that a constant of a column's type has in a directory's name."""
    from minispark.sql.commands.statements import planner_of
    from minispark.sql.parsing.organizing import constant_value
    from minispark.sql.plan.expressions import Cast
    from minispark.sql.types import StringType

    planner = planner_of(session)
    resolved = planner.resolve(Cast(Cast(item, dtype), StringType()))
    found = constant_value(planner, resolved)
    return None if found is None else str(found)


def check_partitioned(table: Table, operation: str) -> None:
    """Raises AnalysisException for a table without partitions."""
    if not table.partitions:
        raise AnalysisException(
            f"{'.'.join(table.path)} is not partitioned", "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY",
            {"name": quoted(table.path)},
        )  # fmt: skip


def partition_folders(table: Table, wanted: dict[str, str | None] | None = None) -> Iterator[tuple[str, str]]:
    """The directory and the name (``a=1/b=x``) of each partition there is, those of some values only, by name."""
    places = dict(table.elsewhere)
    found = [one for one in _below(table.location, list(table.partitions), wanted or {}, "") if one[1] not in places]
    found += [(place, name) for name, place in table.elsewhere if _has_values(name, table, wanted or {})]
    yield from sorted((one for one in found if one[1] not in table.pending), key=lambda one: one[1])


def _has_values(name: str, table: Table, wanted: dict[str, str | None]) -> bool:
    """Whether a partition's name has the values of some columns."""
    parts = dict(zip(table.partitions, name.split("/"), strict=True))
    return all(
        parts[column].partition("=")[2] == directory_name(column, text).partition("=")[2]
        for column, text in wanted.items()
    )


def _below(folder: str, columns: list[str], wanted: dict[str, str | None], name: str) -> Iterator[tuple[str, str]]:
    if not columns:
        yield folder, name
        return
    column = columns[0]
    only = None if column not in wanted else directory_name(column, wanted[column])
    if not os.path.isdir(folder):
        return
    for entry in sorted(os.listdir(folder)):
        path = os.path.join(folder, entry)
        if not os.path.isdir(path) or unescaped(entry.partition("=")[0]).lower() != column.lower():
            continue
        if only is None or entry.partition("=")[2] == only.partition("=")[2]:
            yield from _below(path, columns[1:], wanted, f"{name}/{entry}" if name else entry)


def folder_of(table: Table, values: dict[str, str | None]) -> str:
    """The directory of one partition: the place of its own that it has, else that below the table's.

    Raises AnalysisException where a column's value is missing.
    """
    missing = [name for name in table.partitions if name not in values]
    if missing:
        raise AnalysisException(
            f"the partition needs values of all of {', '.join(table.partitions)}; {', '.join(missing)} is missing",
            "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY"
            if not table.partitions
            else "_LEGACY_ERROR_TEMP_1232",
            {
                "specKeys": ", ".join(values),
                "partitionColumnNames": ", ".join(table.partitions),
                "tableName": quoted(table.path),
            },
        )
    name = name_of(table, values)
    return dict(table.elsewhere).get(name) or os.path.join(table.location, name)


def name_of(table: Table, values: dict[str, str | None]) -> str:
    """The name of a partition, ``a=1/b=x``, of values of all columns."""
    return "/".join(directory_name(name, values[name]) for name in table.partitions)


def remove_files(folder: str) -> None:
    """Everything in a directory, which stays."""
    if not os.path.isdir(folder):
        return
    for entry in os.listdir(folder):
        path = os.path.join(folder, entry)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)
