"""The map outputs of one shuffle: which attempt's output counts for each map partition."""

from __future__ import annotations

from typing import Final

MISSING: Final = -1


class MapOutputs:
    """Registered outputs of one shuffle; lives until the shuffle is released, whoever computed it.

    ``attempt_ids[m]`` is the attempt whose output is registered, or MISSING. ``digests[m]`` is the last known checksum
    of its content and survives the output, so that a recomputed one can be compared. ``changed_at`` is the first
    attempt id that could see the present set. ``parents`` and ``children`` are shuffle ids, of all stages ever
    described. Memory is linear in map partitions and knows nothing of reducers.
    """

    __slots__ = ("attempt_ids", "changed_at", "children", "digests", "missing", "parents", "shuffle_id")

    def __init__(self, shuffle_id: int, partitions: int) -> None:
        self.shuffle_id = shuffle_id
        self.attempt_ids = [MISSING] * partitions
        self.digests: list[bytes | None] = [None] * partitions
        self.missing = partitions
        self.changed_at = 0
        self.parents: dict[int, None] = {}
        self.children: dict[int, None] = {}

    def register(self, map_id: int, attempt_id: int, digest: bytes | None, next_attempt_id: int) -> bool:
        """Make it the output of ``map_id``. True if its content is known to differ from what was there before."""
        if self.attempt_ids[map_id] == MISSING:
            self.missing -= 1
        self.attempt_ids[map_id] = attempt_id
        self.changed_at = next_attempt_id
        if digest is None:
            return False
        before = self.digests[map_id]
        self.digests[map_id] = digest
        return before is not None and before != digest

    def forget(self, map_id: int, next_attempt_id: int) -> int:
        """Drop a registered output; returns the attempt that wrote it."""
        attempt_id = self.attempt_ids[map_id]
        self.attempt_ids[map_id] = MISSING
        self.missing += 1
        self.changed_at = next_attempt_id
        return attempt_id

    def holds(self, map_id: int, attempt_id: int) -> bool:
        """Whether exactly this attempt's output is the registered one."""
        return 0 <= map_id < len(self.attempt_ids) and self.attempt_ids[map_id] == attempt_id
