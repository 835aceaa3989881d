"""Workers that are replaced because of what their tasks have left in them, and how that is said."""

from __future__ import annotations

import logging

from minispark.engine.core.units import format_bytes
from minispark.engine.observe.bus import ListenerBus
from minispark.engine.observe.events import WorkerRecycled

_log = logging.getLogger("minispark")


class Recycling:
    """Tells listeners of every such worker, and the log of the first one in a context."""

    def __init__(self, limit_bytes: int, bus: ListenerBus) -> None:
        self._limit_bytes = limit_bytes
        self._bus = bus
        self._said = False

    def announce(self, worker_id: int, excess_bytes: int) -> str:
        """A worker holds ``excess_bytes`` that no buffer of the engine's explains; returns the reason in words."""
        reason = (
            f"recycled: its tasks have left {format_bytes(excess_bytes)} behind, more than spark.python.worker.memory "
            f"({format_bytes(self._limit_bytes)})"
        )
        self._bus.post(WorkerRecycled(worker_id, excess_bytes, self._limit_bytes))
        if not self._said:
            self._said = True
            _log.warning(
                "worker %d is %s. Functions of the program keep what they should let go of (a list of a module's, a "
                "cache): the job goes on in a fresh worker, and so it will be each time; this is said once",
                worker_id,
                reason,
            )
        return reason
