"""The errors of names: not found, there already, of another kind."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from minispark.errors import AnalysisException, SparkRuntimeException


def quoted(parts: Sequence[str]) -> str:
    """A name as Spark's messages write it.

    >>> quoted(("default", "t"))
    '`default`.`t`'
    """
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


_SEARCHED = ("`system`.`builtin`", "`system`.`session`")


def table_missing(
    parts: Sequence[str], names: Iterable[str] = (), database: str = "default", searched: Sequence[str] = _SEARCHED
) -> AnalysisException:
    """No table or view of that name; ``names`` are those there are, ``searched`` the namespaces looked through."""
    close = difflib.get_close_matches(parts[-1].lower(), [name.lower() for name in names], 3)
    hint = f"; there are {', '.join(close)}" if close else "; spark.catalog.listTables() names those there are"
    return AnalysisException(
        f"there is no table or view {quoted(parts)}{hint}",
        "TABLE_OR_VIEW_NOT_FOUND",
        {
            "relationName": quoted(parts),
            "searchPath": f"[{', '.join((*searched, quoted(('spark_catalog', database))))}]",
        },
    )


def table_exists(parts: Sequence[str]) -> AnalysisException:
    """The name is taken."""
    return AnalysisException(
        f"table or view {quoted(parts)} exists already; choose another name, drop it first, or add IF NOT EXISTS or "
        "OR REPLACE",
        "TABLE_OR_VIEW_ALREADY_EXISTS",
        {"relationName": quoted(parts)},
    )


def view_exists(parts: Sequence[str]) -> AnalysisException:
    """The name of a temporary view is taken."""
    return AnalysisException(
        f"temporary view {quoted(parts)} exists already; use createOrReplaceTempView, or drop it first",
        "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
        {"relationName": quoted(parts)},
    )


def schema_missing(name: str) -> AnalysisException:
    """No database of that name."""
    shown = quoted(("spark_catalog", name))
    return AnalysisException(
        f"there is no database {shown}; spark.catalog.listDatabases() names those there are",
        "SCHEMA_NOT_FOUND",
        {"schemaName": shown},
    )


def schema_exists(name: str) -> AnalysisException:
    """The database's name is taken."""
    return AnalysisException(
        f"database {quoted((name,))} exists already; choose another name or add IF NOT EXISTS",
        "SCHEMA_ALREADY_EXISTS",
        {"schemaName": quoted((name,))},
    )


def schema_full(name: str) -> AnalysisException:
    """The database has tables."""
    return AnalysisException(
        f"database {quoted((name,))} has tables or functions; drop them first or add CASCADE",
        "SCHEMA_NOT_EMPTY",
        {"schemaName": quoted((name,))},
    )


def too_many_parts(parts: Sequence[str]) -> AnalysisException:
    """A name with more in front than a database: there is one catalog, spark_catalog."""
    return AnalysisException(
        f"spark_catalog takes names of a database and a table, and {quoted(parts)} has more parts",
        "REQUIRES_SINGLE_PART_NAMESPACE",
        {"sessionCatalog": "spark_catalog", "identifier": quoted(parts)},
    )


def wrong_kind(parts: Sequence[str], operation: str, wants_view: bool) -> AnalysisException:
    """A table where a view is wanted, or the reverse."""
    wanted, found = ("VIEW", "TABLE") if wants_view else ("TABLE", "VIEW")
    return AnalysisException(
        f"{operation} is for a {wanted}, but {quoted(parts)} is a {found}; use {operation.replace(wanted, found)} if "
        "that is meant",
        f"EXPECT_{wanted}_NOT_{found}.NO_ALTERNATIVE",
        {f"{'view' if not wants_view else 'table'}Name": quoted(parts), "operation": operation},
    )


def wrong_command(parts: Sequence[str], operation: str, required: str, found: str) -> AnalysisException:
    """A command for another kind of object."""
    return AnalysisException(
        f"{operation} is for {required}, but {quoted(parts)} is {found}",
        "WRONG_COMMAND_FOR_OBJECT_TYPE",
        {
            "operation": operation,
            "requiredType": required,
            "objectName": ".".join(parts),
            "foundType": found,
            "alternative": "",
        },
    )


def routine_missing(parts: Sequence[str]) -> AnalysisException:
    """No function of that name."""
    return AnalysisException(
        f"there is no function {quoted(parts)}; spark.catalog.listFunctions() names those there are",
        "ROUTINE_NOT_FOUND",
        {"routineName": quoted(parts)},
    )


def routine_exists(parts: Sequence[str]) -> AnalysisException:
    """The function's name is taken."""
    return AnalysisException(
        f"function {quoted(parts)} exists already; choose another name, or replace it",
        "ROUTINE_ALREADY_EXISTS",
        {"routineName": quoted(parts)},
    )


def location_exists(parts: Sequence[str], location: str) -> SparkRuntimeException:
    """A managed table's directory is not empty."""
    return SparkRuntimeException(
        f"directory {location!r} of the new managed table {quoted(parts)} holds files already; remove them or choose "
        "another name",
        "LOCATION_ALREADY_EXISTS",
        {"location": location, "identifier": quoted(parts)},
    )
