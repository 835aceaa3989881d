"""Broadcast values in a worker: loaded when a task first asks, once per worker."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.current import current_task


def load_shared(data_id: int, path: str) -> Any:
    """The value stored as ``data_id``. Its large buffers are shared with other workers, and nobody can write to them.

    Raises SourceDataLost where the stored copy cannot be read: then the driver stores it again and the task is retried.
    """
    task = current_task()
    if task is None:
        raise InternalError("a broadcast's stored copy is read outside a task")
    environment = task.environment
    if data_id not in environment.shared:
        environment.shared[data_id] = environment.stored_value(data_id, path)
    shared = environment.shared[data_id]
    if task.watch is not None:
        task.watch.share(data_id, shared)
    return shared
