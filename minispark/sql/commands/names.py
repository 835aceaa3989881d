"""What names of tables and functions mean in queries of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, PySparkException
from minispark.sql.analysis.defaultcollation import default_collation
from minispark.sql.commands.capturing import planner_within
from minispark.sql.commands.noting import note
from minispark.sql.commands.viewschemas import arranged
from minispark.sql.library import lookup
from minispark.sql.plan.nodes import Named, Node
from minispark.sql.plan.written import written
from minispark.sql.sources.catalog.errors import quoted

if TYPE_CHECKING:
    from minispark.sql.sources.catalog import Table


def relation_of(session: Any, parts: tuple[str, ...], options: dict[str, str] | None = None) -> Node:
    """The plan of a table or view, its columns qualified by its name; of ``format.`path``` that of the files.

    Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND).
    """
    catalog = session._catalog
    found = catalog.find(parts)
    if found is None:
        files = _files(session, parts, options or {})
        if files is not None:
            return files
        if len(parts) > 3:
            raise AnalysisException(
                f"{quoted(parts)} has too many parts: catalog, schema and name", "REQUIRES_SINGLE_PART_NAMESPACE",
                {"sessionCatalog": "spark_catalog", "identifier": quoted(parts)},
            )  # fmt: skip
        catalog.lookup(parts)
    note(session, "VIEW" if hasattr(found, "plan") else "TABLE", parts)
    kept: Node | None = None if options else session._kept.tables.get(found.path)
    if kept is not None:
        return kept
    if not hasattr(found, "plan"):
        return named(table_plan(session, found, options), found.path)
    known: Node | None = getattr(found, "named", None)
    if known is None:
        known = named(found.plan, found.path)
        object.__setattr__(found, "named", known)
    return known


def named(plan: Node, path: tuple[str, ...]) -> Node:
    """The plan under a table's name."""
    return Named(plan, path, tuple(replace(one, qualifier=path) for one in plan.output))


def table_plan(session: Any, table: Table, options: dict[str, str] | None = None) -> Node:
    """The plan of a stored table's files, or of a stored view's query."""
    if table.is_view:
        return view_plan(session, table)
    from minispark.sql.sources.scans import table_scan

    given = replace(table, options=(*table.options, *options.items())) if options else table
    return table_scan(given, session._runner.settings())


def view_plan(session: Any, view: Table) -> Node:
    """The plan of a stored view: its text is read in the database where it was made.

    Raises AnalysisException (RECURSIVE_VIEW) where views refer to themselves.
    """
    from minispark.sql.parsing.queries import parse_query
    from minispark.sql.parsing.settings import parse_settings

    catalog = session._catalog
    open_views: list[tuple[str, ...]] = session.__dict__.setdefault("_open_views", [])
    if view.path in open_views:
        cycle = " -> ".join(".".join(path) for path in (*open_views, view.path))
        raise AnalysisException(
            f"the view refers to itself: {cycle}",
            "RECURSIVE_VIEW",
            {"viewIdent": ".".join(view.path), "newPath": cycle},
        )
    before, catalog.current = catalog.current, view.setting
    open_views.append(view.path)
    try:
        text = view.text or ""
        with default_collation(view.collation), written(text, "VIEW", ".".join(view.path)):
            plan = planner_within(session, view.captured).plan(parse_query(text, parse_settings(session)))
    finally:
        catalog.current = before
        open_views.pop()
    return arranged(session, plan, view)


def _files(session: Any, parts: tuple[str, ...], options: dict[str, str]) -> Node | None:
    """``parquet.`path```: the plan of files of a format; None where the first part is no format's name."""
    if len(parts) != 2:
        return None
    from minispark.sql.sources.formats import format_named

    try:
        format_named(parts[0])
    except PySparkException:
        return None
    if str(session.conf.get("spark.sql.runSQLOnFiles", "true")).lower() == "false":
        return None
    if not parts[1]:
        raise AnalysisException("the place of the files is empty", "INVALID_EMPTY_LOCATION", {"location": ""})
    plan: Node = session.read.format(parts[0]).options(**options).load(parts[1])._plan
    return plan


def table_function(session: Any, name: str, function: Any, outer: Any = None) -> Node | None:
    """The plan of a table function of the session's own; None where there is none."""
    found = session.__dict__.get("_table_functions", {}).get(name)
    if found is not None:
        plan: Node = found(function)
        return plan
    if lookup(name) is not None or name == "range":
        return None
    stored = session._catalog.function(tuple(name.split(".")))
    if stored is None:
        return None
    from minispark.sql.commands.routines import table_call, wrong_kind_of_function

    if not stored.is_table:
        raise wrong_kind_of_function(stored)
    return table_call(session, stored, function, outer)
