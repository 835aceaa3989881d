"""DESCRIBE and EXPLAIN."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.commands.describingjson import json_of
from minispark.sql.commands.results import frame
from minispark.sql.commands.tabledetails import (
    details,
    one_partition,
    partition_details,
    redacted,
    schema_of,
    storage_details,
    uri,
)
from minispark.sql.parsing import commands as c
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.types import StructField, StructType

_COLUMNS = "col_name string not null, data_type string not null, comment string"
_INFO = "info_name string not null, info_value string not null"
Rows = list[tuple[str, str, str | None]]


def _describe(session: Any, command: c.Describe) -> Any:
    if command.kind == "query":
        from minispark.sql.commands.statements import plan_of
        from minispark.sql.fused.engine import schema_of

        return frame(session, _COLUMNS, _fields(schema_of(plan_of(session, command.target))))
    if command.kind == "database":
        return _database(session, command)
    if command.kind == "function":
        from minispark.sql.commands.functiontexts import describe_function

        return describe_function(session, command)
    return _table(session, command)


def _fields(schema: StructType) -> Rows:
    return [(one.name, one.dataType.simpleString(), (one.metadata or {}).get("comment")) for one in schema.fields]


def _database(session: Any, command: c.Describe) -> Any:
    from minispark.sql.commands.databases import database_name

    found = session._catalog.database(database_name(command.target))
    rows = [
        ("Catalog Name", "spark_catalog"),
        ("Namespace Name", found.name),
        ("Comment", found.comment),
        ("Location", uri(found.location)),
        ("Owner", _owner()),
    ]
    if command.extended:
        pairs = ", ".join(f"({key},{text})" for key, text in redacted(session, found.properties))
        rows.append(("Properties", f"({pairs})" if pairs else ""))
    return frame(session, _INFO, rows)


def _owner() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _table(session: Any, command: c.Describe) -> Any:
    found = session._catalog.find(command.target)
    if found is None:
        from minispark.sql.commands.names import relation_of
        from minispark.sql.fused.engine import schema_of as schema_of_plan

        plan = relation_of(session, command.target)
        return frame(session, _COLUMNS, _fields(schema_of_plan(plan)))
    schema = schema_of(found)
    if command.partition and (isinstance(found, TempView) or found.is_view):
        raise AnalysisException(
            f"{quoted(found.path)} is a view and has no partitions", "FORBIDDEN_OPERATION",
            {"statement": "DESC PARTITION", "objectName": quoted(found.path[-1:]),
             "objectType": "TEMPORARY VIEW" if isinstance(found, TempView) else "VIEW"},
        )  # fmt: skip
    if command.column:
        return _column(session, command, schema, found)
    if command.as_json:
        return frame(session, "json_metadata string", [(json_of(session, found, schema, command.partition),)])
    rows = _fields(schema)
    plain = isinstance(found, Table) and not found.is_view
    if plain and found.partitions:
        rows += [("# Partition Information", "", ""), ("# col_name", "data_type", "comment")]
        rows += [one for one in _fields(schema) if one[0] in found.partitions]
    if isinstance(found, Table) and found.cluster:
        rows += [("# Clustering Information", "", ""), ("# col_name", "data_type", "comment")]
        rows += [one for one in _fields(schema) if one[0] in found.cluster]
    if command.partition and plain:
        rows += _partition(session, found, command)
    elif command.extended and isinstance(found, Table):
        rows += [("", "", ""), ("# Detailed Table Information", "", "")]
        rows += [(name, text, "") for name, text in details(found)]
    defaults = [(one.name, (one.metadata or {}).get("CURRENT_DEFAULT")) for one in schema.fields]
    if any(text is not None for _, text in defaults):
        rows += [("", "", ""), ("# Column Default Values", "", "")]
        rows += [
            (one.name, one.dataType.simpleString(), text)
            for one, (_, text) in zip(schema.fields, defaults, strict=True)
            if text
        ]
    return frame(session, _COLUMNS, rows)


def _partition(session: Any, table: Table, command: c.Describe) -> Rows:
    values, folder = one_partition(session, table, command.partition)
    if not command.extended:
        return []
    return [
        ("", "", ""), ("# Detailed Partition Information", "", ""), ("Database", table.database, ""),
        ("Table", table.name, ""), *((name, text, "") for name, text in partition_details(table, values, folder)),
        ("", "", ""), ("# Storage Information", "", ""),
        *((name, text, "") for name, text in storage_details(table)),
    ]  # fmt: skip


def _column(session: Any, command: c.Describe, schema: StructType, table: Any) -> Any:
    field = next((one for one in schema.fields if one.name.lower() == command.column[0].lower()), None)
    if field is None or len(command.column) > 1:
        name = ".".join(command.column)
        if field is not None:
            raise AnalysisException(
                f"DESCRIBE of a part of a column is not supported: {name}", "_LEGACY_ERROR_TEMP_1060", {"column": name}
            )
        listed = ", ".join(f"`{one.name}`" for one in schema.fields)
        raise AnalysisException(
            f"there is no column `{name}`; the columns are {listed}", "COLUMN_NOT_FOUND",
            {"colName": f"`{name}`", "caseSensitiveConfig": '"spark.sql.caseSensitive"'},
        )  # fmt: skip
    rows = [("col_name", field.name), ("data_type", field.dataType.simpleString()), ("comment", _comment(field))]
    if command.extended:
        known = dict(table.statistics) if isinstance(table, Table) else {}
        names = ("min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "histogram")
        rows += [(name, known.get(f"{field.name}.{name}", "NULL")) for name in names]
    return frame(session, _INFO, rows)


def _comment(field: StructField) -> str:
    return (field.metadata or {}).get("comment") or "NULL"


# --- EXPLAIN ---------------------------------------------------------------------------------------------------------


def _explain(session: Any, command: c.Explain) -> Any:
    from minispark.sql.commands.statements import command_of, plan_of

    statement = command.statement
    if command_of(statement) is not None:
        name = _explained_name(statement)
        text = f"== Physical Plan ==\nExecute {name}Command\n\n"
        return frame(session, "plan string not null", [(text,)])
    from minispark.sql.explain import explained

    try:
        text = explained(session, plan_of(session, statement), None, command.mode)
    except AnalysisException as error:  # Spark shows it line by line
        lines = ["Error occurred during query planning: ", *str(error).split("\n")]
        return frame(session, "plan string not null", [(line,) for line in lines])
    return frame(session, "plan string not null", [(text,)])


def _explained_name(statement: Any) -> str:
    name = type(statement).__name__
    if not isinstance(statement, c.Describe):
        return name
    kind = "Column" if statement.column else "RelationJson" if statement.as_json else statement.kind.capitalize()
    return name + kind


COMMANDS = {c.Describe: _describe, c.Explain: _explain}
