"""Values of constant expressions, computed at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import Literal


def evaluated(settings: Settings, expressions: Sequence[Any]) -> list[Any]:
    """The physical values of resolved expressions without columns. Raises what their computation raises."""
    if all(isinstance(one, Literal) for one in expressions):
        return [one.item for one in expressions]
    raise NotImplementedError
