"""What the reducers of each shuffle have to take: added up from the reports of its map outputs, each counted once.

A sum knows nothing of its parts, so an output that is lost stays counted until another stands for its map task. Where
that has the same content nothing changes; where it may differ, the sums are made anew from the files when they are next
asked for. So memory grows with maps and with reducers, never with their product.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from heapq import nlargest
from operator import add
from typing import Any

from minispark.engine.core.loads import KeyLoad, NamedKey, ShuffleLoads, unpacked
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.observe.events import Adapted, ShuffleMeasured
from minispark.engine.runtime.outputs import OutputTables
from minispark.engine.scheduler.events import StageSpec

KEYS_TOLD = 128
_KEYS_MAX = 1024
_UNCOUNTED: Any = object()


class LoadTable:
    """Of one context; used by the driver's thread alone. ``outputs`` are asked for files where sums are in doubt."""

    def __init__(self, outputs: OutputTables) -> None:
        self._outputs = outputs
        self._sums: dict[int, _Sums] = {}

    def register(self, shuffle_id: int, map_id: int, report: TaskReport) -> None:
        """An output stands for its map task from now on."""
        if not report.records_written and not report.reducer_records:
            return
        sums = self._sums.get(shuffle_id)
        if sums is None:
            sums = self._sums[shuffle_id] = _Sums()
        sums.register(map_id, report)

    def forget(self, shuffle_id: int) -> None:
        """The shuffle is gone."""
        self._sums.pop(shuffle_id, None)

    def knows(self, shuffle_id: int) -> bool:
        """Whether anything was measured of it. May be asked from any thread."""
        return shuffle_id in self._sums

    def of(self, shuffle_id: int) -> ShuffleLoads | None:
        """The sums; None for a shuffle of which nothing was measured."""
        sums = self._sums.get(shuffle_id)
        if sums is None:
            return None
        if sums.doubtful:
            sums = self._sums[shuffle_id] = _summed(self._outputs.reports(shuffle_id))
        return sums.told(shuffle_id)

    def fixed(self, shuffle_id: int) -> bool:
        """Whether the content of every output is known, so that another one in its place would be noticed."""
        sums = self._sums.get(shuffle_id)
        return sums is not None and sums.fixed

    def events_of(self, job_id: int, spec: StageSpec, name: str) -> Iterator[ShuffleMeasured | Adapted]:
        """What there is to tell of a map stage that is whole: of what it wrote, or of the sort whose bounds it is."""
        sums = None if spec.shuffle_id is None else self._sums.get(spec.shuffle_id)
        if sums is None or spec.shuffle_id is None:
            return
        name = name.removeprefix("bounds of ")
        loads = self._ranges(spec.parents[0], sums) if sums.ranges else self.of(spec.shuffle_id)
        if loads is not None:
            yield ShuffleMeasured(job_id, spec.stage_id, name, loads)
            if sums.by_bytes:
                what = "its ranges have about as many bytes each, not as many records"
                largest = max(loads.reducer_bytes) / 1e6
                why = f"one would have more than five times the median; so the largest has {largest:.2f} MB"
                yield Adapted(name, (loads.shuffle_id,), None, what, why)

    def _ranges(self, sorted_id: int, bounds: _Sums) -> ShuffleLoads | None:
        """How many of a sort's records each range will get."""
        loads = self.of(sorted_id)
        if loads is None:
            return None
        scale = loads.records / max(sum(bounds.reducer_records), 1)
        records = tuple(round(count * scale) for count in bounds.reducer_records)
        sizes = tuple(bounds.reducer_bytes)
        return ShuffleLoads(sorted_id, loads.records, loads.bytes, loads.met, records, sizes, loads.keys)


class _Sums:
    """Of one shuffle. ``doubtful``: an output was replaced by one that may differ; ``ranges``: they are those of the
    bounds of a sort."""

    __slots__ = (
        "_bytes",
        "_digests",
        "_keys",
        "_met",
        "_told",
        "by_bytes",
        "doubtful",
        "ranges",
        "records",
        "reducer_bytes",
        "reducer_records",
    )

    def __init__(self) -> None:
        self._digests: list[Any] = []
        self._keys: dict[Any, list[int]] = {}
        self.records = self._bytes = self._met = 0
        self._told: ShuffleLoads | None = None
        self.reducer_records = array("Q")
        self.reducer_bytes = array("Q")
        self.doubtful = self.ranges = self.by_bytes = False

    def register(self, map_id: int, report: TaskReport) -> None:
        digests = self._digests
        if map_id >= len(digests):
            digests += [_UNCOUNTED] * (map_id + 1 - len(digests))
        before, digests[map_id] = digests[map_id], report.digest
        if before is not _UNCOUNTED:
            if before is None or before != report.digest:
                self.doubtful = True
                self._told = None
            return
        self._told = None
        self.ranges = not report.reducers and not report.records_written
        self.by_bytes = report.by_bytes
        self.records += report.records_written
        self._bytes += report.shuffle_bytes_written
        self._met += report.records_met or report.records_written
        self.reducer_records = _added(self.reducer_records, report.reducer_records)
        self.reducer_bytes = _added(self.reducer_bytes, report.reducer_bytes)
        for key, named, *figures, reducer in report.heavy:
            self._add_key(key if named is None else NamedKey(*named), figures, reducer)

    @property
    def fixed(self) -> bool:
        return not any(digest is None or digest is _UNCOUNTED for digest in self._digests)

    def _add_key(self, key: Any, figures: list[int], reducer: int) -> None:
        known = self._keys.get(key)
        if known is None:
            self._keys[key] = [*figures, reducer]
            if len(self._keys) > 2 * _KEYS_MAX:
                self._keys = dict(nlargest(_KEYS_MAX, self._keys.items(), key=self._weight))
        else:
            for place, figure in enumerate(figures):
                known[place] += figure

    def _weight(self, item: tuple[Any, list[int]]) -> float:
        """The largest of a key's shares."""
        records, size, met, _ = item[1]
        return max(records / max(self.records, 1), size / max(self._bytes, 1), met / max(self._met, 1))

    def told(self, shuffle_id: int) -> ShuffleLoads:
        if self._told is None:
            heaviest = nlargest(KEYS_TOLD, self._keys.items(), key=self._weight)
            keys = tuple(KeyLoad(key, *figures) for key, figures in heaviest)
            records, sizes = tuple(self.reducer_records), tuple(self.reducer_bytes)
            self._told = ShuffleLoads(shuffle_id, self.records, self._bytes, self._met, records, sizes, keys)
        return self._told


def _summed(reports: Iterable[tuple[int, TaskReport]]) -> _Sums:
    sums = _Sums()
    for map_id, report in reports:
        sums.register(map_id, report)
    return sums


def _added(totals: array[int], more: bytes) -> array[int]:
    if not more:
        return totals
    numbers = unpacked(more)
    return array("Q", map(add, totals, numbers)) if totals else numbers
