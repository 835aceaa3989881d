"""What views and SQL functions keep of the session that made them: the ANSI mode, as Spark keeps its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace

if TYPE_CHECKING:
    from minispark.sql.parsing.planning import Planner

_ANSI = "spark.sql.ansi.enabled"


def captured(session: Any) -> tuple[tuple[str, str], ...]:
    """The settings to keep."""
    return ((_ANSI, str(session._runner.settings().ansi).lower()),)


def planner_within(session: Any, settings: tuple[tuple[str, str], ...]) -> Planner:
    """A planner under kept settings: what it makes keeps to them whatever the session's are when it runs."""
    analyzer = session._analyzer
    kept = dict(settings).get(_ANSI)
    if kept is not None:
        analyzer.settings = replace(analyzer.settings, ansi=kept == "true", pinned=True)
    planner: Planner = session._planner(analyzer)
    return planner
