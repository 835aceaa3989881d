"""CREATE TABLE, DROP, TRUNCATE, COMMENT ON, REPAIR."""

from __future__ import annotations

import os
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.defaultcollation import default_collation
from minispark.sql.commands.collating import check_collations, collated
from minispark.sql.commands.columndefaults import check_defaults
from minispark.sql.commands.partitions import partition_folders, partition_values, remove_files
from minispark.sql.kepttables import forget, refresh
from minispark.sql.library.timeswitch import check_time
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import schema_of as declared
from minispark.sql.sources.catalog import Buckets, Table, TempView
from minispark.sql.sources.catalog.errors import quoted, too_many_parts
from minispark.sql.sources.schemas import nullable_type
from minispark.sql.types import StructType
from minispark.sql.types.limits import varying


def create_table(session: Any, command: c.CreateTable) -> None:
    catalog = session._catalog
    database, name = catalog.whole(command.parts)
    if command.mode != "create":
        raise unsupported((database, name), "REPLACE TABLE AS SELECT" if command.query is not None else "REPLACE TABLE")
    if catalog.store.table(database, name) is not None:
        if command.if_missing:
            return
        from minispark.sql.sources.catalog.errors import table_exists

        raise table_exists(("spark_catalog", database, name))
    provider = (command.provider or str(session.conf.get("spark.sql.sources.default", "parquet"))).lower()
    if command.query is None and not command.columns and _location(command, catalog, database, name) is None:
        raise _no_schema(provider)
    if command.query is not None:
        _as_select(session, command, database, name, provider)
        return
    if command.external and command.location is None:
        raise AnalysisException(
            "CREATE EXTERNAL TABLE needs a LOCATION", "CREATE_EXTERNAL_TABLE_WITHOUT_LOCATION", {},
        )  # fmt: skip
    columns = collated(command.columns, command.collation)
    schema: Any = nullable_type(ordered(declared(columns), command.partitions))
    if session.conf.flag("spark.sql.charAsVarchar"):
        schema = varying(schema)
    kinds = [(field.name, field.dataType) for field in schema.fields]
    check_collations(session, kinds, command.partitions, "partition")
    check_collations(session, kinds, command.buckets[1] if command.buckets else (), "bucket")
    _distinct_names(session, schema)
    check_time(schema, session._runner.settings().conf)
    check_defaults(session, command.columns, "CREATE TABLE")
    if any(column.generated is not None for column in command.columns):
        raise unsupported((database, name), "generated columns")
    location = _location(command, catalog, database, name)
    if not command.columns and location is not None:
        schema, partitions = _inferred(session, provider, location, command)
    else:
        partitions = tuple(_actual(schema, one) for one in command.partitions)
    _known_format(provider)
    table = Table(
        database, name, "MANAGED" if location is None else "EXTERNAL", schema, provider,
        location or catalog.default_location(database, name), partitions, _buckets(command), _options(command),
        command.properties, command.comment, cluster=command.cluster, collation=command.collation,
    )  # fmt: skip
    if partitions and location is not None and command.columns:
        table = replace(table, pending=tuple(name for _, name in partition_folders(table)))
    catalog.create_table(table)
    if location is None:
        os.makedirs(table.location, exist_ok=True)


def _no_schema(provider: str) -> AnalysisException:
    from minispark.sql.sources.formats import format_named

    shown = format_named(provider).shown
    return AnalysisException(
        f"the columns of a new table of {shown} are not known: list them, give a LOCATION with files, or a query",
        "UNABLE_TO_INFER_SCHEMA",
        {"format": shown},
    )


def _as_select(session: Any, command: c.CreateTable, database: str, name: str, provider: str) -> None:
    from minispark.sql.commands.statements import plan_of

    catalog = session._catalog
    with default_collation(command.collation):
        frame = session._frame(plan_of(session, command.query))
    writer = frame.write.format(provider).options(**dict(_options(command)))
    location = _location(command, catalog, database, name)
    if location is not None:
        writer = writer.option("path", location)
    if command.partitions:
        writer = writer.partitionBy(*command.partitions)
    if command.buckets is not None:
        count, columns, order = command.buckets
        writer = writer.bucketBy(count, *columns)
        writer = writer.sortBy(*order) if order else writer
    writer.saveAsTable(f"`{database}`.`{name}`")
    if command.comment is not None or command.properties or command.cluster or command.collation is not None:
        made = catalog.table((database, name))
        catalog.alter_table(
            replace(
                made,
                comment=command.comment,
                properties=command.properties,
                cluster=command.cluster,
                collation=command.collation,
            )
        )


def _options(command: c.CreateTable) -> tuple[tuple[str, str], ...]:
    return tuple((key, text) for key, text in command.options if key.lower() != "path")


def _location(command: c.CreateTable, catalog: Any, database: str, name: str) -> str | None:
    path = next((text for key, text in command.options if key.lower() == "path"), None)
    if path is not None and command.location is not None:
        raise AnalysisException(
            f"LOCATION and the option path both say where the table lies: {command.location}, {path}",
            "DUPLICATE_CLAUSES",
            {"clauseName": "LOCATION"},
        )  # fmt: skip
    given = command.location or path
    if given is None:
        return None
    if "://" in given or given.startswith("file:"):
        return given
    return given if os.path.isabs(given) else os.path.join(catalog.database(database).location, given)


def _buckets(command: c.CreateTable) -> Buckets | None:
    return None if command.buckets is None else Buckets(*command.buckets)


def _known_format(provider: str) -> None:
    from minispark.sql.sources.formats import format_named

    format_named(provider)


def _inferred(session: Any, provider: str, location: str, command: c.CreateTable) -> tuple[StructType, tuple[str, ...]]:
    """The schema of files that are there already."""
    from minispark.sql.sources.load import load_files
    from minispark.sql.sources.options import Options

    source = load_files(provider, [location], Options.of(_options(command)), session._runner.settings())
    return source.schema, tuple(field.name for field in source.partitions)


def ordered(schema: StructType, partitions: tuple[str, ...]) -> StructType:
    """The schema with its partition columns last. Raises AnalysisException for one that it does not have."""
    names = [_actual(schema, one) for one in partitions]
    plain = [field for field in schema.fields if field.name not in names]
    if partitions and not plain:
        raise AnalysisException(
            "a table cannot be partitioned by all its columns", "ALL_PARTITION_COLUMNS_NOT_ALLOWED", {}
        )
    return StructType([*plain, *(schema[name] for name in names)])


def _actual(schema: StructType, name: str) -> str:
    for field in schema.fields:
        if field.name.lower() == name.lower():
            return field.name
    listed = ", ".join(f"`{field.name}`" for field in schema.fields)
    raise AnalysisException(
        f"there is no column `{name}` to partition by; the columns are {listed}", "COLUMN_NOT_DEFINED_IN_TABLE",
        {"colType": "partition", "colName": f"`{name}`", "tableCols": listed},
    )  # fmt: skip


def _distinct_names(session: Any, schema: StructType) -> None:
    from minispark.sql.sources.schemas import check_names

    check_names(schema.names, session._runner.settings().case_sensitive)


def unsupported(path: tuple[str, ...], operation: str) -> AnalysisException:
    """The error for what tables of files do not have."""
    name = "`spark_catalog`." + ".".join(f"`{part}`" for part in path[-2:])
    return AnalysisException(
        f"Table {name} does not support {operation}: tables here are files; write another table and rename it",
        "UNSUPPORTED_FEATURE.TABLE_OPERATION",
        {"tableName": name, "operation": operation},
    )


def _like(session: Any, command: c.CreateTableLike) -> None:
    catalog = session._catalog
    database, name = catalog.whole(command.target)
    found = catalog.lookup(command.source)
    location = command.location
    schema = _schema_of(found)
    plain = isinstance(found, TempView) or found.is_view
    provider = command.provider or ("" if plain else found.provider)
    table = Table(
        database, name, "EXTERNAL" if location else "MANAGED", schema,
        provider or str(session.conf.get("spark.sql.sources.default", "parquet")),
        location or catalog.default_location(database, name), () if plain else found.partitions,
        None if plain else found.buckets, () if plain else found.options, command.properties,
    )  # fmt: skip
    if catalog.create_table(table, command.if_missing) and not location:
        os.makedirs(table.location, exist_ok=True)


def _schema_of(found: Any) -> StructType:
    if not isinstance(found, TempView):
        schema: StructType = found.schema
        return schema
    from minispark.sql.fused.engine import schema_of

    return schema_of(found.plan)


def _drop(session: Any, command: c.Drop) -> None:
    catalog = session._catalog
    if command.kind == "database":
        catalog.drop_database(command.parts[-1], command.if_exists, command.cascade)
    elif command.kind == "function":
        from minispark.sql.commands.routines import drop_function

        drop_function(session, command)
    elif command.kind == "variable":
        from minispark.sql.commands.variables import drop_variable

        drop_variable(session, command)
    else:
        _drop_table(session, command)


def _drop_table(session: Any, command: c.Drop) -> None:
    catalog = session._catalog
    if len(command.parts) > 2 and command.parts[0].lower() != "spark_catalog" or len(command.parts) > 3:
        raise too_many_parts(command.parts)
    found = catalog.find(command.parts)
    view = command.kind == "view" or (isinstance(found, Table) and found.is_view)
    if view and command.kind == "table" and not session.conf.flag("spark.sql.dropTableOnView.enabled"):
        shown = ".".join(command.parts)
        raise AnalysisException(
            f"{shown} is a view; use DROP VIEW", "WRONG_COMMAND_FOR_OBJECT_TYPE",
            {
                "operation": "DROP TABLE", "requiredType": "EXTERNAL or MANAGED", "objectName": shown,
                "foundType": "VIEW", "alternative": "DROP VIEW",
            },
        )  # fmt: skip
    forget(session, command.parts)
    catalog.drop_table(command.parts, command.if_exists, view)


def _truncate(session: Any, command: c.Truncate) -> None:
    table = plain_table(session, command.parts, "TRUNCATE TABLE")
    if table.kind == "EXTERNAL":
        raise AnalysisException(
            f"Operation not allowed: TRUNCATE TABLE on external tables: {'.'.join(table.path)}",
            "CANNOT_TRUNCATE_EXTERNAL_TABLE",
            {"tableIdentWithDB": ".".join(table.path)},
        )  # fmt: skip
    if not command.partition:
        remove_files(table.location)
    else:
        wanted = partition_values(session, table, command.partition)
        for folder, _ in partition_folders(table, wanted):
            remove_files(folder)
    refresh(session, table.path)


def plain_table(session: Any, parts: tuple[str, ...], operation: str) -> Table:
    """A table of files. Raises AnalysisException for a view."""
    found = session._catalog.lookup(parts, command=True)
    if isinstance(found, TempView) or found.is_view:
        raise AnalysisException(
            f"{'.'.join(parts)} is a view, and {operation} needs a table", "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
            {"viewName": ".".join(f"`{part}`" for part in parts), "operation": operation},
        )  # fmt: skip
    table: Table = found
    return table


def _comment(session: Any, command: c.Comment) -> None:
    catalog = session._catalog
    if command.kind == "database":
        catalog.alter_database(replace(catalog.database(command.parts[-1]), comment=command.text or ""))
        return
    if len(command.parts) > 2 and command.parts[0].lower() != "spark_catalog" or len(command.parts) > 3:
        raise too_many_parts(command.parts)
    catalog.alter_table(replace(catalog.table(command.parts), comment=command.text))


def _repair(session: Any, command: c.Repair) -> None:
    """Partitions that lay there when the table was declared become its own; others are, by their directories."""
    table = plain_table(session, command.parts, "MSCK REPAIR TABLE")
    if not table.partitions:
        raise AnalysisException(
            f"{'.'.join(table.path)} has no partitions to recover", "NOT_A_PARTITIONED_TABLE",
            {"operation": "MSCK REPAIR TABLE", "tableIdentWithDB": quoted(table.path)},
        )  # fmt: skip
    if table.pending:
        session._catalog.alter_table(replace(table, pending=()))
        refresh(session, table.path)


COMMANDS = {
    c.CreateTable: create_table,
    c.CreateTableLike: _like,
    c.Drop: _drop,
    c.Truncate: _truncate,
    c.Comment: _comment,
    c.Repair: _repair,
}
