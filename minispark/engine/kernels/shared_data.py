"""Broadcast values in a worker: loaded when a task first asks, once per worker."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.environment import Environment
from minispark.engine.serde.codec import decode

_environment: Environment | None = None
_loaded: dict[tuple[int, str], Any] = {}


def set_environment(environment: Environment) -> None:
    """The environment of the task that runs now (a process may hold several workers under the inline master)."""
    global _environment
    _environment = environment


def load_shared(data_id: int, path: str) -> Any:
    """The value stored as ``data_id``. Raises SourceDataLost: then the driver stores it again, the task is retried."""
    key = (data_id, path)
    if key not in _loaded:
        if _environment is None:
            raise InternalError("a broadcast is read outside a task")
        chunks = [decode(chunk) for chunk in _environment.stored_chunks(data_id, path, 0)]
        _loaded[key] = chunks[0][0]
    return _loaded[key]


def forget_shared(data_ids: list[int]) -> None:
    """Let go of values whose broadcast was destroyed."""
    for key in [key for key in _loaded if key[0] in data_ids]:
        del _loaded[key]
