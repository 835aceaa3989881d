"""Tables and views whose rows are kept: CACHE TABLE, ``spark.catalog.cacheTable`` and what ends or renews it."""

from __future__ import annotations

from typing import Any

from minispark.sql.plan.nodes import Node
from minispark.sql.sources.catalog import TempView

Parts = tuple[str, ...]


def keep(session: Any, parts: Parts, level: Any = None) -> Any:
    """Keep a table's rows from its next query on; gives the DataFrame whose rows they are.

    Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND).
    """
    from minispark.rdd.storagelevel import StorageLevel

    found = session._catalog.lookup(parts)
    plan: Node | None = _plan(session, found)
    if plan is None:
        plan = session._named_plan(parts)
        assert plan is not None
        session._kept.tables[found.path] = plan
    session._kept.add(plan, level or StorageLevel.MEMORY_AND_DISK_DESER)
    return session._frame(plan)


def is_kept(session: Any, parts: Parts) -> bool:
    """Whether a table's rows are kept. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
    plan = _plan(session, session._catalog.lookup(parts))
    return plan is not None and session._kept.holds(plan)


def release(session: Any, parts: Parts) -> None:
    """Keep a table's rows no longer. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
    _release(session, session._catalog.lookup(parts))


def forget(session: Any, parts: Parts) -> None:
    """The same before a table is dropped; nothing where there is none."""
    found = session._catalog.find(parts)
    if found is not None:
        _release(session, found)


def refresh(session: Any, parts: Parts) -> None:
    """Read a table's rows again when they are asked for next. Raises AnalysisException (TABLE_OR_VIEW_NOT_FOUND)."""
    found = session._catalog.lookup(parts)
    plan = _plan(session, found)
    if plan is None or not session._kept.holds(plan):
        return
    level = session._kept.level(plan)
    _release(session, found)
    keep(session, parts, level)


def refresh_path(session: Any, path: str) -> None:
    """The same for all tables with files below a path."""
    from minispark.engine.formats.filesystems import normal_path

    place = normal_path(path).rstrip("/")
    for kept in list(session._kept.tables):
        found = session._catalog.find(kept)
        if found is not None and f"{found.location}/".startswith(f"{place}/"):
            refresh(session, kept)


def _plan(session: Any, found: Any) -> Node | None:
    plan: Node | None = found.plan if isinstance(found, TempView) else session._kept.tables.get(found.path)
    return plan


def _release(session: Any, found: Any) -> None:
    plan = _plan(session, found)
    if plan is not None:
        session._kept.remove(plan)
    if not isinstance(found, TempView):
        session._kept.tables.pop(found.path, None)
