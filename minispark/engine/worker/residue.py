"""What stays in a worker after its tasks: when it is more than the limit, a fresh worker is better."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minispark.engine.core.errors import DescriptorsExhaustedError
from minispark.engine.storage.memory import MemoryManager, trim
from minispark.engine.storage.sizes import deep_size

LOOK_SECONDS = 0.005
"""Between two looks: each takes 5 us, a tenth of a small task."""


class Residue:
    """Private memory that functions of the user's keep from task to task, in a module's list or a cache of theirs.

    What the worker holds after its first task is what it needs, imported modules among it, and would come again in any
    other; broadcast values, ``shared``, are held for good reason too. Only growth beyond both counts.
    """

    def __init__(
        self, memory: MemoryManager, shared: Mapping[int, Any], collect: Callable[[], None] | None = None
    ) -> None:
        self._memory = memory
        self._shared = shared
        self._collect = collect or trim
        self._needed: int | None = None
        self._looked = 0.0

    def excess_bytes(self, now: float) -> int:
        """After a task, ``now`` in seconds: what has grown, if that is more than the limit; else 0, also if there is no
        descriptor left to look with: that is the next task's to tell."""
        try:
            return self._excess(now)
        except DescriptorsExhaustedError:
            return 0

    def _excess(self, now: float) -> int:
        if self._needed is None:
            self._needed = self._memory.private_bytes
        elif now - self._looked >= LOOK_SECONDS:
            self._looked = now
            private = self._memory.private_bytes
            self._needed = min(self._needed, private)
            if private - self._needed > self._memory.limit_bytes:
                return self._judged()
        return 0

    def _judged(self) -> int:
        """What has grown, once all that nobody holds is given back; broadcast values count as needed from now on."""
        assert self._needed is not None
        self._collect()
        shared = sum(map(deep_size, self._shared.values()))
        grown = self._memory.private_bytes - self._needed
        if grown > self._memory.limit_bytes:
            explained = min(int(shared), grown)
            if grown - explained > self._memory.limit_bytes:
                return grown - explained
            self._needed += explained
        return 0
