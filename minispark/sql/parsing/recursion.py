"""WITH RECURSIVE: a query that reads its own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkNotImplementedError
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.nodes import Node

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def recursive(planner: Planner, cte: s.Cte, outer: Scope | None) -> Node | None:
    """The plan of a named query that refers to itself; None for one that does not."""
    if not _mentions(cte.query, cte.name.lower()):
        return None
    raise PySparkNotImplementedError(f"WITH RECURSIVE {cte.name} comes later")


def _mentions(part: Any, name: str) -> bool:
    """Whether a parsed query names a table."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Table) and len(one.parts) == 1 and one.parts[0].lower() == name:
            return True
        if isinstance(one, tuple):
            waiting += one
        elif hasattr(one, "__match_args__"):
            waiting += [getattr(one, field) for field in one.__match_args__]
    return False
