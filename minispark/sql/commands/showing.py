"""SHOW."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.commands.databases import database_name
from minispark.sql.commands.functiontexts import show_functions
from minispark.sql.commands.partitions import check_partitioned, partition_folders, partition_values
from minispark.sql.commands.results import frame
from minispark.sql.commands.tabledetails import (
    details,
    listed,
    one_partition,
    partition_details,
    redacted,
    schema_of,
    shows_modes,
    uri,
    view_details,
)
from minispark.sql.commands.tables import plain_table
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.fixedtables import collation_rows
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.sources.catalog.catalog import matches
from minispark.sql.types import StructField, StructType
from minispark.sql.types.limits import noted


def _show(session: Any, command: c.Show) -> Any:
    return _KINDS[command.what](session, command)


def _databases(session: Any, command: c.Show) -> Any:
    if command.parts:
        name = command.parts[0]
        if name.lower() != "spark_catalog" or len(command.parts) > 1:
            session._catalog.database(database_name(command.parts))
            return frame(session, "namespace string not null", [])
    return frame(
        session, "namespace string not null", [(one.name,) for one in session._catalog.databases(command.pattern)]
    )


def _listed(session: Any, command: c.Show) -> list[Table | TempView]:
    database = database_name(command.parts) if command.parts else None
    found: list[Table | TempView] = session._catalog.tables(database, command.pattern)
    return found


def _space(one: Table | TempView) -> str:
    if isinstance(one, Table):
        return one.database
    return "global_temp" if one.is_global else ""


def _tables(session: Any, command: c.Show) -> Any:
    rows = [(_space(one), one.name, isinstance(one, TempView)) for one in _listed(session, command)]
    return frame(session, "namespace string not null, tableName string not null, isTemporary boolean not null", rows)


def _views(session: Any, command: c.Show) -> Any:
    views = [one for one in _listed(session, command) if isinstance(one, TempView) or one.is_view]
    rows = [(_space(one), one.name, isinstance(one, TempView)) for one in views]
    return frame(session, "namespace string not null, viewName string not null, isTemporary boolean not null", rows)


def _table_extended(session: Any, command: c.Show) -> Any:
    schema = "namespace string not null, tableName string not null, isTemporary boolean not null, information string"
    if command.partition:
        return frame(session, schema, [_partition_extended(session, command)])
    rows = []
    for one in _listed(session, command):
        rows.append((_space(one), one.name, isinstance(one, TempView), _information(one)))
    return frame(session, schema, rows)


def _partition_extended(session: Any, command: c.Show) -> tuple[Any, ...]:
    """One partition of the table that the pattern names."""
    parts = (*command.parts, command.pattern or "")
    table = plain_table(session, parts, "SHOW TABLE EXTENDED ... PARTITION ...")
    values, folder = one_partition(session, table, command.partition)
    text = "".join(f"{name}: {text}\n" for name, text in partition_details(table, values, folder))
    return (table.database, table.name, False, text)


def _information(one: Table | TempView) -> str:
    tree = StructType([noted(field) for field in schema_of(one).fields]).treeString()
    pairs = view_details(one) if isinstance(one, TempView) else details(one)
    lines = [f"{name}: {text}" for name, text in pairs]
    if isinstance(one, Table) and one.partitions:
        lines.append(f"Partition Columns: {listed(one.partitions)}")
    return "\n".join(lines) + f"\nSchema: {tree}\n"


def _properties(session: Any, command: c.Show) -> Any:
    found = session._catalog.lookup(command.parts, command=True)
    pairs = dict(found.properties)
    schema = "key string not null, value string not null"
    if command.key is not None:
        path = ".".join(found.path)
        text = pairs.get(command.key, f"Table {path} does not have property: {command.key}")
        return frame(session, schema, [(command.key, text)])
    pairs.update({f"option.{key}": text for key, text in getattr(found, "options", ())})
    return frame(session, schema, redacted(session, pairs.items()))


def _columns(session: Any, command: c.Show) -> Any:
    parts = command.parts
    if command.pattern and len(parts) > 1 and parts[-2].lower() != command.pattern.lower():
        raise AnalysisException(
            f"SHOW COLUMNS names two databases: {command.pattern} and {parts[-2]}",
            "SHOW_COLUMNS_WITH_CONFLICT_NAMESPACE",
            {"namespaceA": command.pattern, "namespaceB": parts[-2]},
        )  # fmt: skip
    schema = schema_of(session._catalog.lookup(parts, command=True))
    return frame(session, "col_name string not null", [(name,) for name in schema.names])


def _partitions(session: Any, command: c.Show) -> Any:
    table = plain_table(session, command.parts, "SHOW PARTITIONS")
    check_partitioned(table, "SHOW PARTITIONS")
    wanted = partition_values(session, table, command.partition) if command.partition else {}
    return frame(session, "partition string not null", [(name,) for _, name in partition_folders(table, wanted)])


def _create_table(session: Any, command: c.Show) -> Any:
    found = session._catalog.lookup(command.parts, command=True)
    if isinstance(found, TempView):
        raise AnalysisException(
            f"{'.'.join(command.parts)} is a temporary view, which has no CREATE statement",
            "EXPECT_PERMANENT_VIEW_NOT_TEMP",
            {"viewName": ".".join(command.parts), "operation": "SHOW CREATE TABLE"},
        )  # fmt: skip
    text = _view_text(session, found) if found.is_view else _table_text(session, found)
    return frame(session, "createtab_stmt string not null", [(text,)])


def _view_text(session: Any, view: Table) -> str:
    columns = ",\n".join(
        f"  {_name(one.name)}" + (f" COMMENT {_quoted(_comment(one))}" if _comment(one) else "")
        for one in view.schema.fields
    )
    text = f"CREATE VIEW {view.database}.{_name(view.name)} (\n{columns})\n"
    if view.comment is not None:
        text += f"COMMENT {_quoted(view.comment)}\n"
    text += _collation_text(view)
    mode = f"WITH SCHEMA {view.binding or 'BINDING'}\n" if shows_modes() else ""
    return text + _properties_text(session, view) + f"{mode}AS {view.text}\n"


def _collation_text(table: Table) -> str:
    return "" if table.collation is None else f"DEFAULT COLLATION {table.collation}\n"


def _table_text(session: Any, table: Table) -> str:
    columns = ",\n".join("  " + _column(one) for one in table.schema.fields)
    path = f"spark_catalog.{_name(table.database)}.{_name(table.name)}"
    text = f"CREATE TABLE {path} (\n{columns})\nUSING {table.provider}\n"
    if table.options:
        text += f"OPTIONS (\n{_pairs(redacted(session, table.options))})\n"
    if table.partitions:
        text += f"PARTITIONED BY ({', '.join(map(_name, table.partitions))})\n"
    if table.buckets is not None:
        text += f"CLUSTERED BY ({', '.join(map(_name, table.buckets.columns))})\n"
        if table.buckets.order:
            text += f"SORTED BY ({', '.join(map(_name, table.buckets.order))})\n"
        text += f"INTO {table.buckets.count} BUCKETS\n"
    if table.cluster:
        text += f"CLUSTER BY ({', '.join(map(_name, table.cluster))})\n"
    text += _collation_text(table)
    if table.comment is not None:
        text += f"COMMENT {_quoted(table.comment)}\n"
    if table.kind == "EXTERNAL":
        text += f"LOCATION {_quoted(uri(table.location))}\n"
    return text + _properties_text(session, table)


def _column(one: StructField) -> str:
    text = f"{_name(one.name)} {_type(one.dataType)}"
    if not one.nullable:
        text += " NOT NULL"
    default = (one.metadata or {}).get("CURRENT_DEFAULT")
    if default is not None:
        text += f" DEFAULT {default}"
    return text + (f" COMMENT {_quoted(_comment(one))}" if _comment(one) else "")


def _type(dtype: t.DataType) -> str:
    """A type as DDL has it, the collation of each string said."""
    if isinstance(dtype, t.StructType):
        return "STRUCT<" + ", ".join(f"{_name(one.name)}: {_type(one.dataType)}" for one in dtype.fields) + ">"
    if isinstance(dtype, t.ArrayType):
        return f"ARRAY<{_type(dtype.elementType)}>"
    if isinstance(dtype, t.MapType):
        return f"MAP<{_type(dtype.keyType)}, {_type(dtype.valueType)}>"
    text = dtype.simpleString().upper()
    plain = text == "STRING" or isinstance(dtype, (t.CharType, t.VarcharType))
    return f"{text} COLLATE UTF8_BINARY" if plain else text


def _comment(one: StructField) -> str:
    return (one.metadata or {}).get("comment") or ""


def _properties_text(session: Any, table: Table) -> str:
    options = {key for key, _ in table.options}
    pairs = [(key, text) for key, text in table.properties if key not in options]
    return f"TBLPROPERTIES (\n{_pairs(redacted(session, pairs))})\n" if pairs else ""


def _pairs(pairs: list[tuple[str, str]]) -> str:
    return ",\n".join(f"  {_quoted(key)} = {_quoted(text)}" for key, text in pairs)


def _name(text: str) -> str:
    plain = text.replace("_", "a").isalnum() and text.isascii() and not text.isdigit()
    return text if plain else f"`{text.replace('`', '``')}`"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _current(session: Any, command: c.Show) -> Any:
    schema = "catalog string not null, namespace string not null"
    return frame(session, schema, [("spark_catalog", session._catalog.current)])


def _catalogs(session: Any, command: c.Show) -> Any:
    rows = [("spark_catalog",)] if matches("spark_catalog", command.pattern) else []
    return frame(session, "catalog string not null", rows)


def _collations(session: Any, command: c.Show) -> Any:
    schema = (
        "NAME string not null, LANGUAGE string, COUNTRY string, ACCENT_SENSITIVITY string not null, "
        "CASE_SENSITIVITY string not null, PAD_ATTRIBUTE string not null, ICU_VERSION string"
    )
    rows = [row[2:] for row in collation_rows() if matches(row[2], command.pattern)]
    return frame(session, schema, rows)


_KINDS = {
    "databases": _databases, "tables": _tables, "views": _views, "table extended": _table_extended,
    "properties": _properties, "columns": _columns, "partitions": _partitions, "create table": _create_table,
    "current database": _current, "catalogs": _catalogs, "collations": _collations,
    "functions": show_functions,
}  # fmt: skip

COMMANDS = {c.Show: _show}
