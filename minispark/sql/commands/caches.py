"""CACHE, UNCACHE, REFRESH, ANALYZE."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
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


COMMANDS = {c.Cache: _cache, c.Uncache: _uncache, c.Refresh: _refresh}
