"""INSERT: the query's columns in the table's order and types, appended or put in place of what was there."""

from __future__ import annotations

import os
from typing import Any

from minispark.errors import AnalysisException, UnsupportedOperationException
from minispark.sql.commands.partitions import partition_values
from minispark.sql.commands.tables import plain_table, unsupported
from minispark.sql.kepttables import refresh
from minispark.sql.parsing import commands as c
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, Cast, Literal, Name, fresh_id
from minispark.sql.plan.nodes import Node, project
from minispark.sql.sources.catalog import Table
from minispark.sql.types import NullType, StructField


def _insert(session: Any, command: c.Insert) -> None:
    table = plain_table(session, command.parts, "INSERT")
    if command.replace is not None:
        raise unsupported(table.path, "REPLACE WHERE")
    static = _static(session, table, command)
    query = _with_defaults(command.query, table, command)
    plan = _arranged(session, table, command, query, static)
    frame = session._frame(plan)
    name = ".".join(f"`{part}`" for part in table.path)
    if not command.overwrite or not command.partition:
        _written(session, frame, name, command.overwrite, table, dynamic=False)
        return
    if command.if_missing:
        from minispark.sql.commands.partitions import partition_folders

        if any(True for _ in partition_folders(table, partition_values(session, table, command.partition))):
            return
    dynamic = any(item is None for _, item in command.partition)
    if dynamic and str(session.conf.get("spark.sql.sources.partitionOverwriteMode", "STATIC")).upper() != "DYNAMIC":
        from minispark.sql.commands.partitions import partition_folders, remove_files

        wanted = partition_values(session, table, command.partition)
        kept = frame.localCheckpoint()
        for folder, _ in partition_folders(table, wanted):
            remove_files(folder)
        _written(session, kept, name, False, table, dynamic=False)
        return
    from minispark.sql.commands.partitions import folder_of, remove_files

    only = None if dynamic else folder_of(table, partition_values(session, table, command.partition))
    before = _entries(only)
    _written(session, frame, name, True, table, dynamic=True)
    if only is not None and before and _entries(only) == before:  # there were no rows: nothing took their place
        remove_files(only)
        if only.startswith(table.location.rstrip("/") + "/"):
            os.rmdir(only)
        refresh(session, table.path)


def _entries(folder: str | None) -> list[str]:
    return sorted(os.listdir(folder)) if folder is not None and os.path.isdir(folder) else []


def _written(session: Any, frame: Any, name: str, overwrite: bool, table: Table, dynamic: bool) -> None:
    key = "spark.sql.sources.partitionOverwriteMode"
    before = session.conf.get(key, None)
    if dynamic:
        session.conf.set(key, "DYNAMIC")
    try:
        frame.write.insertInto(name, overwrite=overwrite)
    finally:
        if dynamic and before is None:
            session.conf.unset(key)
        elif dynamic:
            session.conf.set(key, before)


def _static(session: Any, table: Table, command: c.Insert) -> dict[str, Any]:
    """The columns that PARTITION gives a value, with it. Raises AnalysisException for a column of no partition."""
    if not command.partition:
        return {}
    known = {name.lower(): name for name in table.partitions}
    found = {}
    for name, item in command.partition:
        if name.lower() not in known:
            listed = ", ".join(f"`{one}`" for one in table.partitions)
            raise AnalysisException(
                f"`{name}` is no partition column of the table; these are {listed or 'none'}", "NON_PARTITION_COLUMN",
                {"columnName": f"`{name}`"},
            )  # fmt: skip
        if item is not None:
            found[known[name.lower()]] = item
    return found


def _arranged(session: Any, table: Table, command: c.Insert, query: Any, static: dict[str, Any]) -> Node:
    """The query with just the table's columns. Raises AnalysisException for columns too few, too many or unknown."""
    from minispark.sql.commands.statements import planner_of

    planner = planner_of(session)
    plan = planner.plan(query)
    fields = [field for field in table.schema.fields if field.name not in static]
    given = _by_field(session, table, command, plan, fields)
    items = []
    for field in table.schema.fields:
        if field.name in static:
            value: Any = planner.resolve(Cast(static[field.name], field.dataType, "", given=False))
        elif field.name in given:
            value = given[field.name]
        else:
            value = planner.resolve(_default(field))
        items.append(Alias(_stored(session, table, value, field), field.name, None, fresh_id()))
    return project(plan, tuple(items))


def _by_field(session: Any, table: Table, command: c.Insert, plan: Node, fields: list[StructField]) -> dict[str, Any]:
    fold = session._analyzer.scope(()).fold
    known = {fold(field.name): field.name for field in fields}
    if command.by_name:
        return _by_name(table, plan, fields, fold)
    names = [field.name for field in fields]
    if command.columns is not None:
        folded = [fold(name) for name in command.columns]
        for name, one in zip(command.columns, folded, strict=True):
            if folded.count(one) > 1:
                raise AnalysisException(
                    f"the column `{name}` is named twice", "COLUMN_ALREADY_EXISTS", {"columnName": f"`{name}`"}
                )
            if one not in known:
                listed = ", ".join(f"`{field.name}`" for field in table.schema.fields)
                raise AnalysisException(
                    f"there is no column `{name}` in the table; its columns are {listed}",
                    "UNRESOLVED_COLUMN.WITH_SUGGESTION", {"objectName": f"`{name}`", "proposal": listed},
                )  # fmt: skip
        names = [known[one] for one in folded]
    count = len(plan.output)
    short = command.columns is None and count < len(names) and _defaults_fill(session, fields[count:])
    if count != len(names) and not short:
        case = "NOT_ENOUGH_DATA_COLUMNS" if count < len(names) else "TOO_MANY_DATA_COLUMNS"
        path = ".".join(f"`{part}`" for part in table.path)
        raise AnalysisException(
            f"Cannot write to {path}: the table takes {', '.join(f'`{name}`' for name in names)}, and the query gives "
            f"{', '.join(f'`{one.name}`' for one in plan.output)}",
            f"INSERT_COLUMN_ARITY_MISMATCH.{case}",
            {
                "tableName": path,
                "tableColumns": ", ".join(f"`{name}`" for name in names),
                "dataColumns": ", ".join(f"`{one.name}`" for one in plan.output),
            },
        )
    return dict(zip(names, plan.output, strict=False))


def _defaults_fill(session: Any, fields: list[StructField]) -> bool:
    """Whether trailing columns may be left out: they have defaults."""
    return all("CURRENT_DEFAULT" in (field.metadata or {}) for field in fields)


def _by_name(table: Table, plan: Node, fields: list[StructField], fold: Any) -> dict[str, Any]:
    known = {fold(field.name): field.name for field in fields}
    found: dict[str, Any] = {}
    for one in plan.output:
        name = known.get(fold(one.name))
        path = ".".join(f"`{part}`" for part in table.path)
        if name is None:
            raise AnalysisException(
                f"the table {path} has no column for `{one.name}` of the query",
                "INCOMPATIBLE_DATA_FOR_TABLE.EXTRA_COLUMNS",
                {"tableName": path, "extraColumns": f"`{one.name}`"},
            )  # fmt: skip
        if name in found:
            raise AnalysisException(
                f"the query gives `{one.name}` twice", "INCOMPATIBLE_DATA_FOR_TABLE.AMBIGUOUS_COLUMN_NAME",
                {"tableName": path, "colName": f"`{one.name}`"},
            )  # fmt: skip
        found[name] = one
    return found


def _default(field: StructField) -> Any:
    """The value of a column that the statement leaves out."""
    from minispark.sql.parsing.queries import parse_expression

    text = (field.metadata or {}).get("CURRENT_DEFAULT")
    return Literal(None, NullType()) if text is None else parse_expression(text)


def _stored(session: Any, table: Table, value: Any, field: StructField) -> Any:
    """A value as the table's column takes it, by Spark's rules of storing (ANSI by default).

    Raises AnalysisException where the types do not fit.
    """
    from minispark.sql.commands.storing import stored

    return stored(session, ".".join(f"`{part}`" for part in table.path), value, field)


def _with_defaults(query: Any, table: Table, command: c.Insert) -> Any:
    """DEFAULT in VALUES as the column's default."""
    if not isinstance(query, s.Values):
        return query
    names = [name.lower() for name in command.columns or [field.name for field in table.schema.fields]]
    fields = {field.name.lower(): field for field in table.schema.fields}

    def meant(item: Any, place: int) -> Any:
        if isinstance(item, Name) and [part.lower() for part in item.parts] == ["default"] and place < len(names):
            field = fields.get(names[place])
            return item if field is None else _typed_default(field)
        return item

    return s.Values(tuple(tuple(meant(item, place) for place, item in enumerate(row)) for row in query.rows))


def _typed_default(field: StructField) -> Any:
    return Cast(_default(field), field.dataType)


def _directory(session: Any, command: c.InsertDirectory) -> None:
    from minispark.sql.commands.statements import plan_of

    path = command.path or dict(command.options).get("path")
    if path is None:
        raise AnalysisException("INSERT OVERWRITE DIRECTORY needs a path", "_LEGACY_ERROR_TEMP_0063", {})
    frame = session._frame(plan_of(session, command.query))
    options = {key: text for key, text in command.options if key.lower() != "path"}
    frame.write.format(command.provider).options(**options).mode("overwrite").save(path)


def _several(session: Any, command: c.Several) -> None:
    from minispark.sql.commands.statements import run_statement

    for one in command.statements:
        run_statement(session, one)


def _row_level(session: Any, command: c.RowLevel) -> None:
    table = plain_table(session, command.parts, command.operation)
    error = unsupported(table.path, command.operation)
    if command.operation == "DELETE":
        raise error
    raise UnsupportedOperationException(error._message, error.getCondition(), error.getMessageParameters())


COMMANDS = {c.RowLevel: _row_level, c.Insert: _insert, c.InsertDirectory: _directory, c.Several: _several}
