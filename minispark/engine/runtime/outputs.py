"""Which attempt's output stands for each map task, and what workers were told about it."""

from __future__ import annotations

from array import array

MISSING = -1


class OutputTables:
    """Attempt ids by shuffle and map task, with a version that grows with every change."""

    def __init__(self) -> None:
        self._attempts: dict[int, array[int]] = {}
        self._versions: dict[int, int] = {}

    def declare(self, shuffle_id: int, tasks: int) -> None:
        """A shuffle with so many map tasks exists."""
        if shuffle_id not in self._attempts:
            self._attempts[shuffle_id] = array("q", [MISSING]) * tasks
            self._versions[shuffle_id] = 0

    def set(self, shuffle_id: int, map_id: int, attempt_id: int) -> None:
        """``attempt_id`` (or MISSING) stands for the map task from now on."""
        self._attempts[shuffle_id][map_id] = attempt_id
        self._versions[shuffle_id] += 1

    def version(self, shuffle_id: int) -> int:
        return self._versions[shuffle_id]

    def packed(self, shuffle_id: int) -> bytes:
        """All attempt ids, as ``array('q')`` bytes."""
        return self._attempts[shuffle_id].tobytes()

    def forget(self, shuffle_id: int) -> list[tuple[int, int]]:
        """Drop the shuffle; returns ``(map task, attempt)`` of the outputs that stood."""
        attempts = self._attempts.pop(shuffle_id, array("q"))
        self._versions.pop(shuffle_id, None)
        return [(map_id, attempt) for map_id, attempt in enumerate(attempts) if attempt != MISSING]

    def __contains__(self, shuffle_id: int) -> bool:
        return shuffle_id in self._attempts
