"""``observe``."""

from __future__ import annotations

from typing import Any, Self

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql.analysis.observing import observed
from minispark.sql.column import Column
from minispark.sql.dataframe.base import Base, wrong_type


class Observing(Base):
    """The part of DataFrame that watches rows on their way."""

    def observe(self, observation: Any, *exprs: Column) -> Self:
        """The same rows; each action computes the given aggregates of them on the way, and tells the Observation.

        Under a mere name they are computed, and told nobody. Raises PySparkValueError without aggregates,
        PySparkTypeError for arguments of other types, AnalysisException for what is no aggregate.
        """
        from minispark.sql.observation import Observation

        if not exprs:
            raise PySparkValueError("observe needs at least one aggregate", "CANNOT_BE_EMPTY", {"item": "exprs"})
        if not all(isinstance(one, Column) for one in exprs):
            raise PySparkTypeError(
                f"observe takes aggregates as Columns, not {exprs!r:.200}",
                "NOT_EXPECTED_TYPE",
                {"arg_name": "exprs", "expected_type": "list[Column]", "arg_type": type(exprs).__name__},
            )
        items = [one._expression for one in exprs]
        if isinstance(observation, str):
            return self._over(observed(self._analyzer, self._plan, observation, items, None))
        if not isinstance(observation, Observation):
            raise wrong_type("observation", "Observation or str", observation)
        observation._begin()
        return self._over(observed(self._analyzer, self._plan, observation._name, items, observation))
