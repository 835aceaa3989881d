"""Collecting as a job of a group."""

from __future__ import annotations

import warnings

from minispark.rdd.actions import Actions
from minispark.rdd.core import T_co


class GroupedActions(Actions[T_co]):
    """``collectWithJobGroup``."""

    def collectWithJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> list[T_co]:
        """``collect`` in a job group, for this one job. Deprecated in PySpark since 3.1: use ``setJobGroup``.

        >>> import warnings
        >>> with warnings.catch_warnings():
        ...     warnings.simplefilter("ignore")
        ...     sc.parallelize([1, 2]).collectWithJobGroup("mine", "two numbers")
        [1, 2]
        """
        warnings.warn(
            "collectWithJobGroup is deprecated: call setJobGroup, in an InheritableThread for jobs side by side",
            FutureWarning,
            stacklevel=2,
        )
        local = self.ctx._local
        before = dict(local.values)
        try:
            self.ctx.setJobGroup(groupId, description, interruptOnCancel)
            return self.collect()
        finally:
            local.values = before
