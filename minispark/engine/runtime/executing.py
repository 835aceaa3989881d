"""The executor of a context, by its settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from minispark.engine.core.config import EngineConfig
from minispark.engine.core.strict import drawn

if TYPE_CHECKING:
    from minispark.engine.executors.base import Executor

PROGRAM = "minispark.engine.worker.main:TaskRunner"


def make_executor(config: EngineConfig, init: bytes) -> Executor:
    """Workers that are constructed with ``init``. Raises OSError if they cannot be started at all."""
    if config.master.inline:
        from minispark.engine.executors.inline import InlineExecutor

        return InlineExecutor(PROGRAM, init)
    from minispark.engine.executors.processes import ProcessExecutor

    fork = None if config.worker_start == "auto" else config.worker_start == "fork"
    return ProcessExecutor(
        PROGRAM,
        init,
        modules=("minispark.engine.worker.main",),
        fork=fork,
        variables=dict(config.worker_variables),
        hash_seeds=None if config.strict_seed is None else partial(_hash_seed, config.strict_seed),
    )


def _hash_seed(seed: int, worker_id: int) -> int:
    return drawn(seed, "hash seed", worker_id) % 2**32
