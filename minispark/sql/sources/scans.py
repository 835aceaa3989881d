"""Plans of sources and of what the catalog has under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.plan.expressions import Alias, Attribute, fresh_id
from minispark.sql.plan.nodes import Named, Node, Scan, project
from minispark.sql.sources.catalog.model import Table, TempView
from minispark.sql.sources.files import FileSource
from minispark.sql.sources.load import load_files
from minispark.sql.sources.options import Options
from minispark.sql.types import StructField, StructType
from minispark.sql.types.limits import noted, unlimited

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings


def scan(source: FileSource) -> Scan:
    """All columns of a source."""
    output = tuple(
        Attribute(field.name, field.dataType, field.nullable, fresh_id(), (), tuple((field.metadata or {}).items()))
        for field in source.schema.fields
    )
    return Scan(source, tuple(source.schema.names), output)


def named(plan: Node, name: Sequence[str]) -> Named:
    """A plan under a table's name."""
    path = tuple(name)
    return Named(plan, path, tuple(replace(one, qualifier=path) for one in plan.output))


def table_source(table: Table, settings: Settings) -> FileSource:
    """The files of a table as they are now."""
    options = Options.of(table.options).without("path")
    schema = StructType(list(table.schema.fields))
    try:
        source = load_files(table.provider, [table.location], options, settings, schema)
    except AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        source = load_files(table.provider, [], options, settings, schema)  # nothing was written yet, or it is gone
    if table.pending:
        hidden = tuple(f"{table.location.rstrip('/')}/{name}/" for name in table.pending)
        source = replace(source, files=tuple(file for file in source.files if not file.path.startswith(hidden)))
    if table.elsewhere:
        from minispark.sql.sources.elsewhere import with_places

        source = with_places(source, table, options, settings)
    ordered = StructType([_field(source.schema, field.name, field) for field in schema.fields])
    return replace(source, schema=ordered, table=table.path)


def _field(schema: StructType, name: str, default: StructField) -> StructField:
    """The field of a name in any case, else ``default``."""
    return next((field for field in schema.fields if field.name.lower() == name.lower()), default)


def table_scan(table: Table, settings: Settings) -> Node:
    """The rows of a table of files. Strings declared with a limit are plain ones, filled up where they are CHAR."""
    from minispark.sql.library import limits

    if not limits.has_limits(table.schema):
        return scan(table_source(table, settings))
    if not limits.limited(table.schema, settings):
        whole = StructType([StructField(f.name, unlimited(f.dataType), f.nullable, f.metadata) for f in table.schema])
        return scan(table_source(replace(table, schema=whole), settings))
    plain = StructType([noted(field) for field in table.schema.fields])
    rows = scan(table_source(replace(table, schema=plain), settings))
    fills = (settings.conf("spark.sql.readSideCharPadding") or "true").lower() != "false"
    items = []
    for one, field, told in zip(rows.output, table.schema.fields, plain.fields, strict=True):
        changed = limits.read(one, field.dataType) if fills and limits.has_limits(field.dataType) else one
        items.append(Alias(changed, one.name, tuple((told.metadata or {}).items()) or None, fresh_id()))
    return project(rows, tuple(items))


def found_plan(found: Table | TempView, settings: Settings) -> Node:
    """The plan of a table of files or a temporary view; a lasting view's text is the parser's matter."""
    if isinstance(found, TempView):
        return named(found.plan, found.path)
    return named(table_scan(found, settings), found.path)
