"""Broadcast values in a worker: loaded when a task first asks, once per worker."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.current import current_task
from minispark.engine.serde.codec import decode


def load_shared(data_id: int, path: str) -> Any:
    """The value stored as ``data_id``.

    Raises SourceDataLost where the stored copy cannot be read: then the driver stores it again and the task is retried.
    """
    task = current_task()
    if task is None:
        raise InternalError("a broadcast's stored copy is read outside a task")
    environment = task.environment
    if data_id not in environment.shared:
        chunks = [decode(chunk) for chunk in environment.stored_chunks(data_id, path, 0)]
        environment.shared[data_id] = chunks[0][0]
    shared = environment.shared[data_id]
    if task.watch is not None:
        task.watch.share(data_id, shared)
    return shared
