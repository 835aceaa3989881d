"""ALTER TABLE and ALTER VIEW: one function for each action."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, ParseException
from minispark.sql.commands.collating import collated
from minispark.sql.commands.partitions import (
    check_partitioned,
    folder_of,
    name_of,
    partition_folders,
    partition_values,
)
from minispark.sql.commands.tabledetails import no_partition, spec_text
from minispark.sql.commands.tables import plain_table, unsupported
from minispark.sql.commands.viewschemas import mode_of
from minispark.sql.kepttables import refresh
from minispark.sql.library.timeswitch import check_time
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import schema_of as declared
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.sources.elsewhere import local_place
from minispark.sql.types import StringType, StructField, StructType
from minispark.sql.types.limits import varying


def _alter(session: Any, command: c.Alter) -> None:
    found = session._catalog.lookup(command.parts, command=True)
    is_view = isinstance(found, TempView) or found.is_view
    name = ".".join(command.parts)
    if command.view and not is_view:
        raise AnalysisException(
            f"{name} is a table, and ALTER VIEW needs a view; use ALTER TABLE", "EXPECT_VIEW_NOT_TABLE.USE_ALTER_TABLE",
            {"tableName": quoted(found.path), "operation": f"ALTER VIEW ... {_OPERATIONS[command.action]}"},
        )  # fmt: skip
    if not command.view and is_view and command.action != "rename":
        hint = "USE_ALTER_VIEW" if command.action in ("properties", "unset properties") else "NO_ALTERNATIVE"
        raise AnalysisException(
            f"{name} is a view, and ALTER TABLE needs a table; use ALTER VIEW", f"EXPECT_TABLE_NOT_VIEW.{hint}",
            {"viewName": quoted(found.path[-2:] if isinstance(found, TempView) else found.path),
             "operation": f"ALTER TABLE ... {_OPERATIONS[command.action]}"},
        )  # fmt: skip
    _ACTIONS[command.action](session, command)


def _rename(session: Any, command: c.Alter) -> None:
    session._catalog.rename_table(command.parts, command.args[0])


def _properties(session: Any, command: c.Alter) -> None:
    found = session._catalog.lookup(command.parts, command=True)
    if isinstance(found, TempView):
        kept = {**dict(found.properties), **dict(command.args[0])}
        session._catalog.create_view(replace(found, properties=tuple(kept.items())), True)
        return
    session._catalog.set_properties(command.parts, command.args[0])


def _unset(session: Any, command: c.Alter) -> None:
    session._catalog.set_properties(command.parts, (), command.args[0])


def _binding(session: Any, command: c.Alter) -> None:
    found = session._catalog.lookup(command.parts, command=True)
    if isinstance(found, TempView):
        raise AnalysisException(
            f"{quoted(found.path)} is a temporary view, and ALTER VIEW ... WITH SCHEMA needs a lasting one",
            "EXPECT_PERMANENT_VIEW_NOT_TEMP",
            {"viewName": quoted(found.path), "operation": "ALTER VIEW ... WITH SCHEMA"},
        )
    session._catalog.alter_table(replace(found, binding=mode_of(command.args[0], found.columns)))


def _add_columns(session: Any, command: c.Alter) -> None:
    columns = command.args[0]
    for one in columns:
        if len(one.name) > 1 or one.position is not None:
            raise unsupported(_path(session, command), "ADD COLUMN with a position or inside of a struct")
    collation = session._catalog.table(command.parts).collation
    made: Any = declared(collated(columns, collation))
    if session.conf.flag("spark.sql.charAsVarchar"):
        made = varying(made)
    try:
        check_time(made, session._runner.settings().conf)
    except AnalysisException as error:  # Spark's parser refuses it
        raise ParseException(str(error._message), error.getCondition(), {}) from None
    session._catalog.add_columns(command.parts, made.fields)


def _column(session: Any, command: c.Alter) -> tuple[Table, StructField]:
    table = session._catalog.table(command.parts)
    parts = command.args[0]
    for field in table.schema.fields:
        if field.name.lower() == parts[0].lower() and len(parts) == 1:
            return table, field
    listed = ", ".join(f"`{field.name}`" for field in table.schema.fields)
    raise AnalysisException(
        f"there is no column `{'.'.join(parts)}`; the columns are {listed}", "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        {"objectName": f"`{'.'.join(parts)}`", "proposal": listed},
    )  # fmt: skip


def _changed(session: Any, table: Table, old: StructField, **changes: Any) -> None:
    metadata = dict(old.metadata or {})
    for key, item in changes.items():
        if item is None:
            metadata.pop(key, None)
        else:
            metadata[key] = item
    new = StructField(old.name, old.dataType, old.nullable, metadata or None)
    fields = [new if field.name == old.name else field for field in table.schema.fields]
    session._catalog.alter_table(replace(table, schema=StructType(fields)))


def _column_comment(session: Any, command: c.Alter) -> None:
    table, field = _column(session, command)
    _changed(session, table, field, comment=command.args[1])


def _column_default(session: Any, command: c.Alter) -> None:
    table, field = _column(session, command)
    _changed(session, table, field, CURRENT_DEFAULT=command.args[1])


def _column_type(session: Any, command: c.Alter) -> None:
    table, field = _column(session, command)
    dtype = command.args[1]
    if field.dataType == dtype:
        return
    if not isinstance(field.dataType, StringType) or not isinstance(dtype, StringType):
        raise _no_change(table, field, field.name, dtype)
    fields = [StructField(one.name, dtype, one.nullable, one.metadata) if one is field else one for one in table.schema]
    session._catalog.alter_table(replace(table, schema=StructType(fields)))


def _change_column(session: Any, command: c.Alter) -> None:
    table, field = _column(session, command)
    new = command.args[1]
    if new.position is not None:
        raise unsupported(table.path, "ALTER COLUMN ... FIRST | AFTER")
    if new.name[-1].lower() != field.name.lower() or new.dtype != field.dataType:
        raise _no_change(table, field, new.name[-1], new.dtype)
    if new.comment is not None:
        _changed(session, table, field, comment=new.comment)


def _no_change(table: Table, field: StructField, name: str, dtype: Any) -> AnalysisException:
    path = ".".join(f"`{part}`" for part in table.path)
    return AnalysisException(
        f"ALTER TABLE ALTER/CHANGE COLUMN is not supported for changing {path}'s column `{field.name}` with type "
        f'"{field.dataType.simpleString().upper()}" to `{name}` with type "{dtype.simpleString().upper()}"',
        "NOT_SUPPORTED_CHANGE_COLUMN",
        {
            "table": path,
            "originName": f"`{field.name}`",
            "newName": f"`{name}`",
            "originType": f'"{field.dataType.simpleString().upper()}"',
            "newType": f'"{dtype.simpleString().upper()}"',
        },
    )


def _path(session: Any, command: c.Alter) -> tuple[str, ...]:
    path: tuple[str, ...] = session._catalog.table(command.parts).path
    return path


def _refused(operation: str) -> Callable[[Any, c.Alter], None]:
    def refuse(session: Any, command: c.Alter) -> None:
        raise unsupported(_path(session, command), operation)

    return refuse


# --- partitions and places -------------------------------------------------------------------------------------------


def _add_partitions(session: Any, command: c.Alter) -> None:
    table = plain_table(session, command.parts, "ALTER TABLE ... ADD PARTITION")
    _check_kept(table, "ALTER TABLE ADD PARTITION")
    specs, tolerant = command.args
    for spec, location in specs:
        values = partition_values(session, table, spec)
        folder = folder_of(table, values)
        name = name_of(table, values)
        known = os.path.isdir(folder) and name not in table.pending or name in dict(table.elsewhere)
        if location is not None and not known and local_place(location) != os.path.abspath(folder):
            table = _placed(session, table, name, location)
            continue
        if name in table.pending:
            table = replace(table, pending=tuple(one for one in table.pending if one != name))
            session._catalog.alter_table(table)
            continue
        if known and not tolerant:
            raise AnalysisException(
                f"the partition {spec_text(values)} of {'.'.join(table.path)} exists already",
                "PARTITIONS_ALREADY_EXIST",
                {"partitionList": spec_text(values), "tableName": ".".join(table.path)},
            )  # fmt: skip
        if not known:
            os.makedirs(folder, exist_ok=True)


def _check_kept(table: Table, action: str) -> None:
    """Raises AnalysisException for a table without partitions."""
    if not table.partitions:
        raise AnalysisException(
            f"{action} is not allowed on {table.name}: it is not partitioned", "_LEGACY_ERROR_TEMP_1251",
            {"action": action, "tableName": table.name},
        )  # fmt: skip


def _placed(session: Any, table: Table, name: str, location: str | None) -> Table:
    """The table with a partition at a place of its own, or with none of the name (``location`` None): a directory of
    the name that is left below the table's is no partition then, until it is repaired."""
    elsewhere = tuple(pair for pair in table.elsewhere if pair[0] != name)
    pending = tuple(one for one in table.pending if one != name)
    if location is not None:
        place = local_place(location)
        if "://" in place:
            raise unsupported(table.path, "a partition's LOCATION on another file system")
        elsewhere += ((name, place),)
    elif os.path.isdir(os.path.join(table.location, name)):
        pending += (name,)
    table = replace(table, elsewhere=elsewhere, pending=pending)
    session._catalog.alter_table(table)
    refresh(session, table.path)
    return table


def _drop_partitions(session: Any, command: c.Alter) -> None:
    table = plain_table(session, command.parts, "ALTER TABLE ... DROP PARTITION")
    check_partitioned(table, "DROP PARTITION")
    specs, tolerant = command.args
    folders: list[tuple[str, str]] = []
    for spec in specs:
        values = partition_values(session, table, spec)
        found = list(partition_folders(table, values))
        if not found and not tolerant:
            raise no_partition(table, values)
        folders += found
    for folder, name in folders:
        if name in dict(table.elsewhere):
            if table.kind == "MANAGED":
                shutil.rmtree(folder, ignore_errors=True)
            table = _placed(session, table, name, None)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _rename_partition(session: Any, command: c.Alter) -> None:
    table = plain_table(session, command.parts, "ALTER TABLE ... RENAME PARTITION")
    old, new = (partition_values(session, table, spec) for spec in command.args)
    source, target = folder_of(table, old), folder_of(table, new)
    places = dict(table.elsewhere)
    name, after = name_of(table, old), name_of(table, new)
    if not os.path.isdir(source) and name not in places:
        raise no_partition(table, old)
    if os.path.exists(target) or after in places:
        raise AnalysisException(
            f"the partition {spec_text(new)} exists already", "PARTITIONS_ALREADY_EXIST",
            {"partitionList": spec_text(new), "tableName": ".".join(table.path)},
        )  # fmt: skip
    if name in places:
        table = _placed(session, table, name, None)
        if table.kind != "MANAGED":  # its files stay where they are
            _placed(session, table, after, source)
            return
        os.makedirs(source, exist_ok=True)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    shutil.move(source, target)
    refresh(session, table.path)


def _set_location(session: Any, command: c.Alter) -> None:
    partition, location = command.args
    table = plain_table(session, command.parts, "ALTER TABLE ... SET LOCATION")
    if partition:
        _check_kept(table, "ALTER TABLE ... SET LOCATION")
        values = partition_values(session, table, partition)
        if not os.path.isdir(folder_of(table, values)) and name_of(table, values) not in dict(table.elsewhere):
            raise no_partition(table, values)
        _placed(session, table, name_of(table, values), location)
        return
    session._catalog.alter_table(replace(table, location=location))


def _serde(session: Any, command: c.Alter) -> None:
    """Hive's properties are the options of a table of files."""
    partition, name, properties = command.args
    table = plain_table(session, command.parts, "ALTER TABLE ... SET [SERDE|SERDEPROPERTIES]")
    if name is not None:
        raise AnalysisException(
            "Operation not allowed: ALTER TABLE SET SERDE is not supported for tables created with the datasource API: "
            f"{'.'.join(table.path)}",
            "_LEGACY_ERROR_TEMP_1247", {},
        )  # fmt: skip
    if partition:
        raise AnalysisException(
            "Operation not allowed: ALTER TABLE SET [SERDE | SERDEPROPERTIES] for a specific partition is not "
            f"supported for tables created with the datasource API: {'.'.join(table.path)}",
            "_LEGACY_ERROR_TEMP_1248", {},
        )  # fmt: skip
    options = {**dict(table.options), **dict(properties)}
    session._catalog.alter_table(replace(table, options=tuple(options.items())))


def _recover(session: Any, command: c.Alter) -> None:
    check_partitioned(plain_table(session, command.parts, "ALTER TABLE ... RECOVER PARTITIONS"), "RECOVER PARTITIONS")


def _cluster(session: Any, command: c.Alter) -> None:
    table = plain_table(session, command.parts, "ALTER TABLE ... CLUSTER BY")
    session._catalog.alter_table(replace(table, cluster=command.args[0]))


def _collation(session: Any, command: c.Alter) -> None:
    """Of columns that are added from now on, or of a view's constants."""
    session._catalog.alter_table(replace(session._catalog.table(command.parts), collation=command.args[0]))


_ACTIONS: dict[str, Callable[[Any, c.Alter], None]] = {
    "rename": _rename,
    "properties": _properties,
    "unset properties": _unset,
    "add columns": _add_columns,
    "column comment": _column_comment,
    "column default": _column_default,
    "column type": _column_type,
    "change column": _change_column,
    "column position": _refused("ALTER COLUMN ... FIRST | AFTER"),
    "column nullable": _refused("ALTER COLUMN ... SET NOT NULL"),
    "drop columns": _refused("DROP COLUMN"),
    "rename column": _refused("RENAME COLUMN"),
    "replace columns": _refused("REPLACE COLUMNS"),
    "add partitions": _add_partitions,
    "drop partitions": _drop_partitions,
    "rename partition": _rename_partition,
    "location": _set_location,
    "recover": _recover,
    "serde": _serde,
    "binding": _binding,
    "cluster": _cluster,
    "collation": _collation,
}

_OPERATIONS = {
    "properties": "SET TBLPROPERTIES",
    "unset properties": "UNSET TBLPROPERTIES",
    "add columns": "ADD COLUMNS",
    "column comment": "ALTER COLUMN",
    "column default": "ALTER COLUMN",
    "column type": "ALTER COLUMN",
    "column position": "ALTER COLUMN",
    "column nullable": "ALTER COLUMN",
    "change column": "CHANGE COLUMN",
    "drop columns": "DROP COLUMNS",
    "rename column": "RENAME COLUMN",
    "replace columns": "REPLACE COLUMNS",
    "add partitions": "ADD PARTITION ...",
    "drop partitions": "DROP PARTITION ...",
    "rename partition": "RENAME TO PARTITION",
    "rename": "RENAME TO",
    "location": "SET LOCATION ...",
    "recover": "RECOVER PARTITIONS",
    "serde": "SET [SERDE|SERDEPROPERTIES]",
    "cluster": "CLUSTER BY",
    "binding": "WITH SCHEMA",
}
"""What messages call the actions."""

COMMANDS = {c.Alter: _alter}
