"""Which attempt's output stands for each map task, where outputs lie, and what workers were told about it."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from minispark.engine.core.outcomes import Outcome, Success, TaskReport
from minispark.engine.scheduler.events import AdoptedOutput, Attempt

if TYPE_CHECKING:
    from minispark.engine.runtime.entries import Entry
    from minispark.engine.runtime.jobs import StagePlan
    from minispark.engine.runtime.store import Store

MISSING = -1


class OutputTables:
    """Attempt ids by shuffle and map task, with a version that grows with every change. Files lie in the shuffle's
    entry of the resume directory, or else among those of ``store``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._attempts: dict[int, array[int]] = {}
        self._versions: dict[int, int] = {}
        self._entries: dict[int, Entry] = {}

    def declare(self, stage: StagePlan) -> tuple[AdoptedOutput, ...]:
        """The shuffle of a map stage exists. Returns what may be adopted for it, the first time."""
        shuffle_id = stage.spec.shuffle_id
        if shuffle_id is None or shuffle_id in self._attempts:
            return ()
        self._attempts[shuffle_id] = array("q", [MISSING]) * len(stage.spec.partitions)
        self._versions[shuffle_id] = 0
        if stage.entry is None:
            return ()
        self._entries[shuffle_id] = stage.entry
        return stage.entry.offers(shuffle_id)

    def register(self, shuffle_id: int, map_id: int, attempt_id: int, report: TaskReport) -> None:
        """The attempt's output stands for the map task from now on."""
        self._set(shuffle_id, map_id, attempt_id)
        entry = self._entries.get(shuffle_id)
        if entry is not None:
            entry.registered(map_id, attempt_id, report)

    def unregister(self, shuffle_id: int, map_id: int, attempt_id: int) -> None:
        """It does not any more, and its file goes."""
        if shuffle_id in self._attempts:
            self._set(shuffle_id, map_id, MISSING)
        self.remove(shuffle_id, map_id, attempt_id, stood=True)

    def remove(self, shuffle_id: int, map_id: int, attempt_id: int, stood: bool = False) -> None:
        """Remove the file of an output; ``stood`` if it was registered."""
        entry = self._entries.get(shuffle_id)
        if entry is None:
            self._store.remove_output(shuffle_id, map_id, attempt_id)
        else:
            entry.remove(map_id, attempt_id, stood)

    def find(self, shuffle_id: int, map_id: int, attempt_id: int) -> Outcome | None:
        """The success that an output in place stands for, if it is whole and ours."""
        entry = self._entries.get(shuffle_id)
        if entry is None:
            return self._store.adopt(shuffle_id, map_id, attempt_id)
        return entry.find(map_id, attempt_id)

    def reports(self, shuffle_id: int) -> Iterator[tuple[int, TaskReport]]:
        """Map tasks with the reports of the outputs that stand for them, read from the files; without those that cannot
        be read."""
        entry = self._entries.get(shuffle_id)
        for map_id, attempt_id in enumerate(self._attempts.get(shuffle_id, ())):
            if attempt_id != MISSING:
                find = (
                    self._store.adopt(shuffle_id, map_id, attempt_id)
                    if entry is None
                    else entry.standing(map_id, attempt_id)
                )
                if isinstance(find, Success):
                    yield map_id, find.report

    def adoptable(self, attempts: Iterable[Attempt]) -> tuple[tuple[int, Outcome], ...]:
        """Outputs that these attempts of a dead worker's committed but had no time to report."""
        found: list[tuple[int, Outcome]] = []
        for attempt in attempts:
            if attempt.shuffle_id is not None:
                outcome = self.find(attempt.shuffle_id, attempt.partition, attempt.attempt_id)
                if outcome is not None:
                    found.append((attempt.attempt_id, outcome))
        return tuple(found)

    def forget(self, shuffle_id: int) -> None:
        """The shuffle is gone, and so are its files, but for those that a later start may resume."""
        attempts = self._attempts.pop(shuffle_id, array("q"))
        self._versions.pop(shuffle_id, None)
        standing = [(map_id, attempt) for map_id, attempt in enumerate(attempts) if attempt != MISSING]
        entry = self._entries.pop(shuffle_id, None)
        if entry is None:
            for map_id, attempt_id in standing:
                self._store.remove_output(shuffle_id, map_id, attempt_id)
        else:
            entry.release(standing)
            self._store.give_back(entry)

    def whole(self, shuffle_id: int) -> tuple[int, ...] | None:
        """The attempts whose outputs stand, by map task, if there is one for each; None where some are missing, or lie
        in the resume directory."""
        attempts = self._attempts.get(shuffle_id)
        if attempts is None or MISSING in attempts or shuffle_id in self._entries:
            return None
        return tuple(attempts)

    def version(self, shuffle_id: int) -> int:
        return self._versions[shuffle_id]

    def command(self, shuffle_id: int) -> tuple[Any, ...]:
        """What workers are told of it: all attempt ids, as ``array('q')`` bytes, and where the files are."""
        entry = self._entries.get(shuffle_id)
        told = (shuffle_id, self._attempts[shuffle_id].tobytes())
        return ("outputs", *told) if entry is None else ("outputs", *told, entry.name, dict(entry.adopted))

    def _set(self, shuffle_id: int, map_id: int, attempt_id: int) -> None:
        self._attempts[shuffle_id][map_id] = attempt_id
        self._versions[shuffle_id] += 1
