"""CREATE VIEW, ALTER VIEW ... AS."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.defaultcollation import default_collation
from minispark.sql.commands.capturing import captured, planner_within
from minispark.sql.commands.noting import noted, refuse_temporary
from minispark.sql.commands.viewschemas import default_mode, mode_of
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.clauses import schema_of as declared
from minispark.sql.plan.expressions import Alias, fresh_id
from minispark.sql.plan.nodes import Node, project
from minispark.sql.plan.written import of_view
from minispark.sql.sources.catalog import Table, TempView
from minispark.sql.sources.schemas import check_names
from minispark.sql.types import StructField, StructType
from minispark.sql.types.limits import declared_schema


def _create(session: Any, command: c.CreateView) -> None:

    catalog = session._catalog
    with noted(session) as used, default_collation(command.collation):
        query = planner_within(session, captured(session)).plan(command.query)
        plan = _with_columns(query, command, _whole_name(catalog, command))
    check_names([one.name for one in plan.output], session._runner.settings().case_sensitive)
    if command.temporary:
        of_view(plan, command.text, f"global_temp.{command.parts[-1]}" if command.is_global else command.parts[-1])
        view = TempView(
            command.parts[-1], plan, command.is_global, command.text, command.comment, command.properties,
            collation=command.collation,
            setting=catalog.current, given=tuple(one.name for one in query.output),
        )  # fmt: skip
        catalog.create_view(view, command.replace)
        return
    database, name = catalog.whole(command.parts)
    refuse_temporary(used, "VIEW", ("spark_catalog", database, name))
    schema = _schema(plan)
    before = catalog.find((database, name))
    if before is not None and not before.is_view:
        raise AnalysisException(
            f"{database}.{name} is a table: CREATE VIEW cannot take its place", "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
            {"tableName": f"`{database}`.`{name}`", "operation": "CREATE OR REPLACE VIEW"},
        )  # fmt: skip
    stored = Table(
        database, name, "VIEW", schema, text=command.text, original=command.text, setting=catalog.current,
        comment=command.comment, properties=command.properties, columns=tuple(name for name, _ in command.columns),
        binding=mode_of(command.binding or default_mode(session), command.columns),
        given=tuple(one.name for one in query.output),
        captured=captured(session),
        collation=command.collation,
    )  # fmt: skip
    catalog.create_table(stored, command.if_missing, command.replace)


def _whole_name(catalog: Any, command: c.CreateView) -> str:
    """The view's name as errors write it."""
    parts = command.parts if command.temporary else ("spark_catalog", *catalog.whole(command.parts))
    return ".".join(f"`{part}`" for part in parts)


def _with_columns(plan: Node, command: c.CreateView, name: str) -> Node:
    if not command.columns:
        return plan
    if len(command.columns) != len(plan.output):
        more = len(command.columns) > len(plan.output)
        raise AnalysisException(
            f"the view names {len(command.columns)} columns, and its query gives {len(plan.output)}",
            f"CREATE_VIEW_COLUMN_ARITY_MISMATCH.{'NOT_ENOUGH_DATA_COLUMNS' if more else 'TOO_MANY_DATA_COLUMNS'}",
            {
                "viewName": name,
                "viewColumns": ", ".join(f"`{name}`" for name, _ in command.columns),
                "dataColumns": ", ".join(f"`{one.name}`" for one in plan.output),
            },
        )
    items = []
    for one, (name, comment) in zip(plan.output, command.columns, strict=True):
        metadata = (*one.metadata, ("comment", comment)) if comment is not None else one.metadata
        items.append(Alias(one, name, metadata or None, fresh_id()))
    return project(plan, tuple(items))


def _schema(plan: Node) -> StructType:
    return declared_schema(
        StructType([StructField(one.name, one.dtype, one.nullable, dict(one.metadata) or None) for one in plan.output])
    )


def _create_using(session: Any, command: c.CreateViewUsing) -> None:
    reader = session.read.format(command.provider).options(**dict(command.options))
    if command.schema is not None:
        reader = reader.schema(declared(command.schema))
    plan = reader.load()._plan
    session._catalog.create_view(TempView(command.name, plan, command.is_global), command.replace)


def _alter(session: Any, command: c.AlterView) -> None:
    from minispark.sql.commands.statements import plan_of

    catalog = session._catalog
    found = catalog.lookup(command.parts, command=True)
    with noted(session) as used, default_collation(found.collation):
        plan = plan_of(session, command.query)
    if isinstance(found, TempView):
        of_view(plan, command.text, f"global_temp.{found.name}" if found.is_global else found.name)
        catalog.create_view(replace(found, plan=plan, text=command.text), True)
        return
    if not found.is_view:
        raise AnalysisException(
            f"{'.'.join(command.parts)} is a table, and ALTER VIEW needs a view",
            "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
            {"tableName": ".".join(command.parts), "operation": "ALTER VIEW ... AS"},
        )  # fmt: skip
    refuse_temporary(used, "VIEW", found.path)
    catalog.alter_table(
        replace(
            found,
            text=command.text,
            original=command.text,
            schema=_schema(plan),
            setting=catalog.current,
            given=tuple(one.name for one in plan.output),
            captured=captured(session),
            columns=(),
        )
    )


COMMANDS = {c.CreateView: _create, c.CreateViewUsing: _create_using, c.AlterView: _alter}
