"""DESCRIBE and EXPLAIN."""

from __future__ import annotations

import datetime
import json
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.commands.results import frame
from minispark.sql.parsing import commands as c
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.types import StructField, StructType
from minispark.sql.types.limits import declared_schema

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
        pairs = ", ".join(f"({key},{text})" for key, text in sorted(found.properties))
        rows.append(("Properties", f"({pairs})" if pairs else ""))
    return frame(session, _INFO, rows)


def _owner() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def uri(path: str) -> str:
    """A directory as Spark shows it."""
    return path if "://" in path or path.startswith("file:") or not path else f"file:{path}"


def _table(session: Any, command: c.Describe) -> Any:
    found = session._catalog.find(command.target)
    if found is None:
        from minispark.sql.commands.names import relation_of
        from minispark.sql.fused.engine import schema_of as schema_of_plan

        plan = relation_of(session, command.target)
        return frame(session, _COLUMNS, _fields(schema_of_plan(plan)))
    schema = schema_of(found)
    if command.column:
        return _column(session, command, schema)
    if command.as_json:
        return frame(session, "json_metadata string", [(_json(found, schema),)])
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
    from minispark.sql.commands.altering import spec_text
    from minispark.sql.commands.partitions import partition_folders, partition_values

    values = partition_values(session, table, command.partition)
    found = list(partition_folders(table, values))
    if len(found) != 1 or len(values) != len(table.partitions):
        raise AnalysisException(
            f"{'.'.join(table.path)} has no partition {spec_text(values)}", "PARTITIONS_NOT_FOUND",
            {"partitionList": spec_text(values), "tableName": ".".join(table.path)},
        )  # fmt: skip
    if not command.extended:
        return []
    shown = ", ".join(f"{name}={text}" for name, text in values.items())
    return [
        ("", "", ""), ("# Detailed Partition Information", "", ""), ("Database", table.database, ""),
        ("Table", table.name, ""), ("Partition Values", f"[{shown}]", ""), ("Location", uri(found[0][0]), ""),
    ]  # fmt: skip


def _column(session: Any, command: c.Describe, schema: StructType) -> Any:
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
        names = ("min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "histogram")
        rows += [(name, "NULL") for name in names]
    return frame(session, _INFO, rows)


def _comment(field: StructField) -> str:
    return (field.metadata or {}).get("comment") or "NULL"


def schema_of(found: Table | TempView) -> StructType:
    """The columns of a table or view."""
    if isinstance(found, TempView):
        from minispark.sql.fused.engine import schema_of as schema_of_plan

        return declared_schema(schema_of_plan(found.plan))
    return found.schema


def details(table: Table) -> list[tuple[str, str]]:
    """What DESCRIBE EXTENDED says of a table."""
    from minispark.sql.session import SparkSession

    made = datetime.datetime.fromtimestamp(table.created_ms / 1000, datetime.UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    version = SparkSession.active().version if SparkSession.getActiveSession() is not None else ""
    rows = [
        ("Catalog", "spark_catalog"), ("Database", table.database), ("Table", table.name),
        ("Created Time", made), ("Last Access", "UNKNOWN"), ("Created By", f"Spark {version}"), ("Type", table.kind),
    ]  # fmt: skip
    if table.provider:
        rows.append(("Provider", table.provider))
    if table.buckets is not None:
        rows.append(("Num Buckets", str(table.buckets.count)))
        rows.append(("Bucket Columns", "[" + ", ".join(f"`{one}`" for one in table.buckets.columns) + "]"))
        rows.append(("Sort Columns", "[" + ", ".join(f"`{one}`" for one in table.buckets.order) + "]"))
    if table.comment is not None:
        rows.append(("Comment", table.comment))
    if table.is_view:
        rows += [
            ("View Text", table.text or ""), ("View Original Text", table.original or table.text or ""),
            ("View Schema Mode", "COMPENSATION"), ("View Catalog and Namespace", f"spark_catalog.{table.setting}"),
            ("View Query Output Columns", "[" + ", ".join(f"`{one}`" for one in table.schema.names) + "]"),
        ]  # fmt: skip
    if table.properties:
        rows.append(
            ("Table Properties", "[" + ", ".join(f"{key}={text}" for key, text in sorted(table.properties)) + "]")
        )
    if table.statistics:
        numbers = dict(table.statistics)
        rows_text = f", {numbers['rowCount']} rows" if "rowCount" in numbers else ""
        rows.append(("Statistics", f"{numbers.get('sizeInBytes', '0')} bytes{rows_text}"))
    if not table.is_view:
        rows.append(("Location", uri(table.location)))
    if table.options:
        rows.append(
            ("Storage Properties", "[" + ", ".join(f"{key}={text}" for key, text in sorted(table.options)) + "]")
        )
    if table.partitions:
        rows.append(("Partition Provider", "Catalog"))
    return rows


def _json(found: Table | TempView, schema: StructType) -> str:
    entry: dict[str, Any] = {"table_name": found.name, "columns": []}
    if isinstance(found, Table):
        entry = {"table_name": found.name, "catalog_name": "spark_catalog", "namespace": [found.database],
                 "schema_name": found.database, "columns": []}  # fmt: skip
    for one in schema.fields:
        column: dict[str, Any] = {
            "name": one.name,
            "type": {"name": one.dataType.simpleString()},
            "nullable": one.nullable,
        }
        comment = (one.metadata or {}).get("comment")
        if comment:
            column["comment"] = comment
        entry["columns"].append(column)
    if isinstance(found, Table):
        entry.update(location=uri(found.location), provider=found.provider, type=found.kind)
        if found.partitions:
            entry["partition_columns"] = list(found.partitions)
        if found.properties:
            entry["table_properties"] = dict(found.properties)
        if found.comment is not None:
            entry["comment"] = found.comment
    return json.dumps(entry, separators=(",", ":"))


# --- EXPLAIN ---------------------------------------------------------------------------------------------------------


def _explain(session: Any, command: c.Explain) -> Any:
    from minispark.sql.commands.statements import command_of, plan_of

    statement = command.statement
    if command_of(statement) is not None:
        name = type(statement).__name__
        text = f"== Physical Plan ==\nExecute {name}Command\n\n"
        return frame(session, "plan string not null", [(text,)])
    from minispark.sql.explain import explained  # type: ignore[import-untyped, unused-ignore]

    text = explained(session, plan_of(session, statement), None, command.mode)
    return frame(session, "plan string not null", [(text,)])


COMMANDS = {c.Describe: _describe, c.Explain: _explain}
