"""A goal, and whether a report shows that it is reached."""

from __future__ import annotations

from minispark.engine.core.values import value


@value
class Verdict:
    """``reached`` is None where the report has no figures for the goal."""

    goal: str
    measured: str
    reached: bool | None
