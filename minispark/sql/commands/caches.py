"""CACHE, UNCACHE, REFRESH, ANALYZE."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.commands.names import relation_of
from minispark.sql.kepttables import keep, refresh, refresh_path, release
from minispark.sql.parsing import commands as c
from minispark.sql.sources.catalog import TempView


def _cache(session: Any, command: c.Cache) -> None:
    from minispark.sql.commands.statements import plan_of

    level = _level(command)
    if command.query is not None:
        view = TempView(command.parts[-1], plan_of(session, command.query), False, command.text)
        session._catalog.create_view(view)
    frame = keep(session, command.parts, level)
    if not command.lazy:
        frame.count()


def _level(command: c.Cache) -> Any:
    options = {key.lower(): text for key, text in command.options}
    name = options.get("storagelevel")
    if name is None:
        return None
    from minispark.rdd.storagelevel import StorageLevel

    level = getattr(StorageLevel, name.upper(), None)
    if level is None:
        raise AnalysisException(f"{name} is no storage level", "_LEGACY_ERROR_TEMP_0000", {"storageLevel": name})
    return level


def _uncache(session: Any, command: c.Uncache) -> None:
    if not command.parts:
        session._kept.clear()
        return
    if session._catalog.find(command.parts) is None and command.if_exists:
        return
    release(session, command.parts)


def _refresh(session: Any, command: c.Refresh) -> None:
    """Files are listed anew for each query: what was kept of the table is forgotten."""
    if command.kind == "path":
        refresh_path(session, command.parts[0])
        return
    if command.kind == "function":
        from minispark.sql.commands.routines import known_function

        known_function(session, command.parts)
        return
    refresh(session, command.parts)


def _analyze(session: Any, command: c.Analyze) -> None:
    if command.tables:
        for table in session._catalog.tables(command.parts[-1] if command.parts else None):
            if not isinstance(table, TempView) and not table.is_view:
                _count(session, table)
        return
    found = session._catalog.lookup(command.parts)
    if isinstance(found, TempView) or found.is_view:
        raise AnalysisException(
            f"ANALYZE TABLE needs a table, and {'.'.join(command.parts)} is a view",
            "UNSUPPORTED_FEATURE.ANALYZE_VIEW",
            {},
        )
    known = {name.lower() for name in found.schema.names}
    for name in command.columns or ():
        if name.lower() not in known:
            raise AnalysisException(
                f"there is no column `{name}` to analyze",
                "COLUMN_NOT_FOUND",
                {"colName": f"`{name}`", "caseSensitiveConfig": "spark.sql.caseSensitive"},
            )
    _count(session, found)


def _count(session: Any, table: Any) -> None:
    """The number of rows and bytes, kept with the table."""
    import os

    rows = session._frame(relation_of(session, table.path)).count()
    size = sum(
        os.path.getsize(os.path.join(folder, name))
        for folder, _, names in os.walk(table.location)
        for name in names
        if not name.startswith((".", "_"))
    )
    numbers = {**dict(table.statistics), "sizeInBytes": str(size), "rowCount": str(rows)}
    session._catalog.alter_table(replace(table, statistics=tuple(numbers.items())))


COMMANDS = {c.Cache: _cache, c.Uncache: _uncache, c.Refresh: _refresh, c.Analyze: _analyze}
