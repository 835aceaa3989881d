"""Writing tables of the catalog: saveAsTable, insertInto and what SQL's CREATE TABLE AS and INSERT need."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, ArithmeticException
from minispark.sql import types as t
from minispark.sql.fused.engine import schema_of
from minispark.sql.kepttables import refresh
from minispark.sql.plan.expressions import Alias, Cast, Expression, Literal, fresh_id, holds, walk
from minispark.sql.plan.nodes import Node, project, walk_plan
from minispark.sql.readwriter.assigning import assigned
from minispark.sql.readwriter.saving import Job, Wanted
from minispark.sql.sources.catalog import errors
from minispark.sql.sources.catalog.model import Table, TempView
from minispark.sql.sources.hive import directory_name
from minispark.sql.sources.options import Options
from minispark.sql.sources.schemas import nullable_type
from minispark.sql.types import StructType
from minispark.sql.types.limits import declared_schema

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession
    from minispark.sql.sources.writing.commit import Output
    from minispark.sql.sources.writing.layout import Files


def save_as_table(
    session: SparkSession,
    plan: Node,
    parts: Sequence[str],
    wanted: Wanted,
    mode: str,
    properties: Sequence[tuple[str, str]] = (),
    comment: str | None = None,
) -> None:
    """Write a table: a new one, more rows of one there is (``append``, columns by name), or another in its place.

    ``mode`` is error, ignore, append or overwrite.
    """
    catalog = session._catalog
    where = catalog.whole(parts)
    assert where is not None  # checked
    found = catalog.store.table(*where)
    if found is not None and mode == "ignore":
        return
    if found is not None and mode == "error":
        raise errors.table_exists(found.path)
    if found is not None and mode == "append":
        _append(session, plan, found, wanted)
        return
    if found is not None and found.is_view:
        raise errors.wrong_kind(found.path, "saveAsTable", wants_view=False)
    create_table_as(session, plan, where, wanted, properties, comment, found)


def create_table_as(
    session: SparkSession,
    plan: Node,
    where: tuple[str, str],
    wanted: Wanted,
    properties: Sequence[tuple[str, str]] = (),
    comment: str | None = None,
    old: Table | None = None,
) -> None:
    """Write a new table's files and then its entry, in the place of ``old`` if there was one."""
    catalog = session._catalog
    location = wanted.options.get("path")
    files = Wanted(
        wanted.format, wanted.options.without("path", "partitionOverwriteMode"), wanted.partitions, wanted.buckets
    )
    table = new_table(session, declared_schema(schema_of(plan)), where, wanted, properties, comment)
    job = Job(session, plan, files)
    check_buckets(job, wanted)
    if old is not None:
        job.refuse_reading(old.location, errors.quoted(old.path))
    elif location is None:
        check_location(table)
    job.run(table.location, lambda output, _: output.replace())
    catalog.create_table(table, replace=old is not None)
    if old is not None and old.kind == "MANAGED" and os.path.normpath(old.location) != os.path.normpath(table.location):
        from minispark.engine.formats.filesystems import filesystem_of

        filesystem_of(old.location).remove_tree(old.location)


def new_table(
    session: SparkSession,
    schema: StructType,
    where: tuple[str, str],
    wanted: Wanted,
    properties: Sequence[tuple[str, str]] = (),
    comment: str | None = None,
) -> Table:
    """The entry of a new table, with its partition columns last; a managed one unless the option path says where it
    lies.

    Raises AnalysisException for partition columns that are not there.
    """
    from minispark.engine.formats.filesystems import normal_path
    from minispark.sql.sources.formats import format_named

    settings = session._runner.settings()
    name = wanted.format or settings.conf("spark.sql.sources.default") or "parquet"
    provider = format_named(name).name.lower()
    location = wanted.options.get("path")
    place = session._catalog.default_location(*where) if location is None else normal_path(location)
    known = {field.name.lower(): field for field in schema.fields}
    for column in (*wanted.partitions, *(wanted.buckets.columns if wanted.buckets else ())):
        if column.lower() not in known:
            raise AnalysisException(
                f"there is no column `{column}`; the columns are {', '.join(schema.names)}",
                "COLUMN_NOT_DEFINED_IN_TABLE",
                {"colName": f"`{column}`", "tableCols": ", ".join(f"`{name}`" for name in schema.names)},
            )
    last = [known[column.lower()] for column in wanted.partitions]
    first = [field for field in schema.fields if field not in last]
    whole: Any = nullable_type(StructType([*first, *last]))
    return Table(
        where[0],
        where[1],
        "MANAGED" if location is None else "EXTERNAL",
        whole,
        provider,
        place if "://" in place else os.path.abspath(place),
        tuple(field.name for field in last),
        wanted.buckets,
        wanted.options.without("path", "partitionOverwriteMode").pairs,
        tuple(properties),
        comment,
        cluster=wanted.cluster,
    )


def check_location(table: Table) -> None:
    """Raises AnalysisException (LOCATION_ALREADY_EXISTS) where a managed table's directory holds something."""
    if "://" not in table.location and os.path.isdir(table.location) and os.listdir(table.location):
        raise errors.location_exists(table.path, table.location)


def check_buckets(job: Job, wanted: Wanted) -> None:
    """Raises AnalysisException for buckets that cannot be."""
    buckets = wanted.buckets
    if buckets is None:
        return
    if not 0 < buckets.count <= 100_000:
        raise AnalysisException(
            f"there must be 1 to 100000 buckets, not {buckets.count}",
            "INVALID_BUCKET_COUNT",
            {"bucketingMaxBuckets": "100000", "numBuckets": str(buckets.count)},
        )
    for name in (*buckets.columns, *buckets.order):
        job.place_of(name)
        if name.lower() in (one.lower() for one in wanted.partitions):
            raise AnalysisException(
                f"column `{name}` cannot be both of partitions and of buckets; leave it out of one of the two",
                "_LEGACY_ERROR_TEMP_1166",
                {"bucketCol": name, "normalizedParts": ", ".join(wanted.partitions)},
            )


# --- adding to a table -----------------------------------------------------------------------------------------------


def _append(session: SparkSession, plan: Node, table: Table, wanted: Wanted) -> None:
    if table.is_view:
        raise errors.wrong_kind(table.path, "saveAsTable", wants_view=False)
    from minispark.sql.sources.formats import format_named

    name = wanted.format or session._runner.settings().conf("spark.sql.sources.default") or "parquet"
    provider = format_named(name).name.lower()
    if provider != table.provider:
        raise AnalysisException(
            f"{errors.quoted(table.path)} is a table of {table.provider}, and {provider} was to be added; leave "
            "format out",
            "_LEGACY_ERROR_TEMP_1159",
            {"tableName": ".".join(table.path), "existingProvider": table.provider, "specifiedProvider": provider},
        )
    if len(plan.output) != len(table.schema.fields):
        raise AnalysisException(
            f"{errors.quoted(table.path)} has the columns {', '.join(table.schema.names)}, and the rows have "
            f"{', '.join(one.name for one in plan.output)}",
            "_LEGACY_ERROR_TEMP_1161",
            {"tableName": ".".join(table.path)},
        )
    if tuple(name.lower() for name in wanted.partitions) != tuple(name.lower() for name in table.partitions):
        raise AnalysisException(
            f"{errors.quoted(table.path)} is partitioned by ({', '.join(table.partitions)}), and the rows are to be by "
            f"({', '.join(wanted.partitions)}); say the same, or use insertInto",
            "_LEGACY_ERROR_TEMP_1163",
            {"tableName": ".".join(table.path)},
        )
    by_name = {one.name.lower(): one for one in plan.output}
    missing = [field.name for field in table.schema.fields if field.name.lower() not in by_name]
    if missing:
        raise AnalysisException(
            f"the rows lack the columns {', '.join(missing)} of {errors.quoted(table.path)}",
            "_LEGACY_ERROR_TEMP_1162",
            {"column": missing[0]},
        )
    ordered = project(plan, tuple(by_name[field.name.lower()] for field in table.schema.fields))
    insert_into(session, ordered, table.path, False)


def insert_into(
    session: SparkSession,
    plan: Node,
    parts: Sequence[str],
    overwrite: bool,
    partition: Mapping[str, Any] | None = None,
    dynamic: str | None = None,
    columns: Sequence[str] | None = None,
) -> None:
    """Add the plan's rows to a table, or put them in place of what is there.

    Columns go by position, data columns first, unless ``columns`` names the table's column of each. ``partition`` has
    for some partition columns a literal (all rows go there), or None. ``dynamic`` is the option partitionOverwriteMode,
    if given. Values are converted as Spark's ANSI store assignment does; what it refuses raises AnalysisException.
    """
    from minispark.sql.sources.elsewhere import kept_places, moving

    catalog = session._catalog
    found = catalog.lookup(parts)
    if isinstance(found, TempView) or found.is_view:
        raise AnalysisException(
            f"{errors.quoted(found.path)} is a view, and rows go into tables",
            "UNSUPPORTED_INSERT.RDD_BASED" if isinstance(found, TempView) else "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
            {"viewName": errors.quoted(found.path), "operation": "INSERT"},
        )
    table = found
    fixed = _fixed(table, partition or {})
    rows = _rows(session, plan, table, fixed, columns)
    wanted = Wanted(table.provider, Options.of(table.options), table.partitions, table.buckets)
    job = Job(session, rows, wanted)
    if overwrite:
        job.refuse_reading(table.location, errors.quoted(table.path))
    run = _overflow_named(job.run, plan, rows)
    setting = dynamic or job.settings.conf("spark.sql.sources.partitionOverwriteMode") or "static"
    whole = False
    if not overwrite:
        written = run(table.location, lambda output, _: moving(table, lambda it: it.add())(output))
    elif setting.lower() == "dynamic" and table.partitions and len(fixed) < len(table.partitions):

        def replace_some(output: Output, files: Files) -> None:
            names = sorted(files.folders)
            moving(table, lambda it: it.replace_directories(names), names.__contains__)(output)

        written = run(table.location, replace_some)
    elif fixed:
        folder = _folder(job, table, fixed)

        def replace_one(output: Output, _: Files) -> None:
            def below(name: str) -> bool:
                return f"{name}/".startswith(f"{folder}/") if folder else False

            moving(table, lambda it: it.replace_directories([folder] if folder else []), below)(output)

        written = run(table.location, replace_one)
    else:
        whole = True
        written = run(table.location, lambda output, _: moving(table, lambda it: it.replace(), lambda _: True)(output))
    if whole and table.elsewhere:
        table = replace(table, elsewhere=tuple(kept_places(table, written.folders)))
        catalog.alter_table(table)
    if table.statistics:
        table = replace(table, statistics=tuple(one for one in table.statistics if one[0].startswith("partition ")))
        catalog.alter_table(table)
    if table.pending:
        gone = overwrite and not fixed and setting.lower() != "dynamic"
        pending = tuple(name for name in table.pending if name not in written.folders and not gone)
        catalog.alter_table(replace(table, pending=pending))
    refresh(session, table.path)


def _overflow_named(run: Any, plan: Node, rows: Node) -> Any:
    """``run`` with Spark's condition for values too large for their column, where no cast of the query can be meant."""
    own = any(
        isinstance(part, Cast) and part.given
        for node in walk_plan(plan)
        for one in node.expressions
        for part in walk(one)
    )
    if own or not any(holds(one, Cast) for one in rows.expressions):
        return run

    def named(*args: Any) -> Any:
        try:
            return run(*args)
        except ArithmeticException as error:
            if error.getCondition() not in ("CAST_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION"):
                raise
            raise ArithmeticException(
                f"a value is too large for its column of the table: {error.args[0]}",
                "CAST_OVERFLOW_IN_TABLE_INSERT",
                error.getMessageParameters(),
            ) from None

    return named


def _fixed(table: Table, partition: Mapping[str, Any]) -> dict[str, Literal]:
    known = {name.lower(): name for name in table.partitions}
    for name in partition:
        if name.lower() not in known:
            raise AnalysisException(
                f"{errors.quoted(table.path)} has no partition column `{name}`; it is partitioned by "
                f"({', '.join(table.partitions)})",
                "NON_PARTITION_COLUMN",
                {"columnName": f"`{name}`"},
            )
    return {known[name.lower()]: item for name, item in partition.items() if item is not None}


def _rows(
    session: SparkSession,
    plan: Node,
    table: Table,
    fixed: Mapping[str, Literal],
    columns: Sequence[str] | None,
) -> Node:
    """The rows with the table's columns in its order and types."""
    open_fields = [field for field in table.schema.fields if field.name not in fixed]
    given: dict[str, Expression] = {}
    if columns is None:
        targets = [field.name for field in open_fields]
    else:
        known = {field.name.lower(): field.name for field in table.schema.fields}
        targets = []
        for name in columns:
            if name.lower() not in known:
                raise AnalysisException(
                    f"{errors.quoted(table.path)} has no column `{name}`; its columns are "
                    f"{', '.join(table.schema.names)}",
                    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
                    {"objectName": f"`{name}`", "proposal": ", ".join(f"`{one}`" for one in table.schema.names)},
                )
            targets.append(known[name.lower()])
    if len(targets) != len(plan.output):
        kind = "NOT_ENOUGH" if len(plan.output) < len(targets) else "TOO_MANY"
        raise AnalysisException(
            f"{errors.quoted(table.path)} takes the columns {', '.join(targets)}, and the rows have "
            f"{', '.join(one.name for one in plan.output)}",
            f"INSERT_COLUMN_ARITY_MISMATCH.{kind}_DATA_COLUMNS",
            {
                "tableName": errors.quoted(table.path),
                "tableColumns": ", ".join(f"`{name}`" for name in targets),
                "dataColumns": ", ".join(f"`{one.name}`" for one in plan.output),
            },
        )
    given.update(zip(targets, plan.output, strict=True))
    given.update(fixed)
    items = []
    settings = session._runner.settings()
    for field in table.schema.fields:
        one = given.get(field.name, Literal(None, t.NullType()))
        items.append(Alias(assigned(one, field, table, settings), field.name, None, fresh_id()))
    return project(plan, tuple(items))


def _folder(job: Job, table: Table, fixed: Mapping[str, Literal]) -> str:
    """The directory of fixed partition values, as far as they come first; "" for all of the table."""
    from minispark.sql.sources.partitionvalues import partition_text

    names = []
    fields = {field.name: field for field in table.schema.fields}
    for column in table.partitions:
        if column not in fixed:
            break
        item = fixed[column]
        text = partition_text(item.item, item.dtype, job.settings.zone)
        names.append(directory_name(fields[column].name, text))
    return "/".join(names)
