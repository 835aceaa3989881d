"""What was measured of the shuffles of a context, for whoever asks later."""

from __future__ import annotations

from minispark.engine.core.loads import BROADCAST, ShuffleLoads, ShuffleRead
from minispark.engine.core.values import value
from minispark.engine.observe.events import Adapted, JobStart, ObservedEvent, ShuffleMeasured

JOBS_MAX = 1_000
NUMBERS_MAX = 1 << 18
"""Reducers of all shuffles together that are remembered, some hundred bytes each."""


@value
class MeasuredRead:
    """Shuffles that are merged together, the ids of the stages that wrote them, what each was found to hold, and what
    was decided last of how it is computed."""

    read: ShuffleRead
    stage_ids: tuple[int, ...]
    loads: tuple[ShuffleLoads, ...]
    adapted: tuple[Adapted, ...] = ()


class LoadBoard:
    """A listener. The oldest jobs and shuffles are forgotten. Questions may come from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[int, tuple[ShuffleRead, ...]] = {}
        self._job_reads = 0
        self._reads: dict[ShuffleRead, tuple[ShuffleRead, tuple[int, ...]]] = {}
        self._loads: dict[int, ShuffleLoads] = {}
        self._adapted: dict[tuple[int, ...], dict[int | None, Adapted]] = {}
        self._numbers = 0

    def on_event(self, event: ObservedEvent) -> None:
        if isinstance(event, JobStart):
            self._add_job(event)
        elif isinstance(event, Adapted):
            self._adapted.setdefault(event.shuffle_ids, {})[event.partition] = event
        elif isinstance(event, ShuffleMeasured):
            self._forget(event.loads.shuffle_id)
            self._loads[event.loads.shuffle_id] = event.loads
            self._numbers += _size(event.loads)
            while self._numbers > NUMBERS_MAX and len(self._loads) > 1:
                oldest = next(iter(self._loads))
                self._forget(oldest)
                for sides in [sides for sides in self._adapted if oldest in sides]:
                    del self._adapted[sides]

    def adapted(self, shuffle_ids: tuple[int, ...]) -> list[Adapted]:
        """What was decided of how these shuffles are merged."""
        return list(self._adapted.get(shuffle_ids, {}).values())

    def knows(self, job_id: int) -> bool:
        """Whether the job is remembered."""
        return job_id in self._jobs

    def reads(self, job_id: int | None = None) -> list[MeasuredRead]:
        """What a job, or all jobs, merged, each once, in the order in which it was planned; only what was measured."""
        wanted = self._jobs.get(job_id, ()) if job_id is not None else tuple(self._reads)
        found = []
        for read in wanted:
            loads = [self._loads[shuffle_id] for shuffle_id in read.shuffle_ids if shuffle_id in self._loads]
            if len(loads) == len(read.shuffle_ids) and read in self._reads:
                found.append(MeasuredRead(read, self._reads[read][1], tuple(loads), self._decided(read)))
        return found

    def _decided(self, read: ShuffleRead) -> tuple[Adapted, ...]:
        """What was decided of a small side that all tasks read was decided of it and the other side."""
        broadcast = read.kind == BROADCAST
        wanted = [ids for ids in self._adapted if read.shuffle_ids[0] in ids] if broadcast else [read.shuffle_ids]
        return tuple(each for ids in wanted for each in self.adapted(ids))

    def _add_job(self, event: JobStart) -> None:
        writers = {info.shuffle_id: info.stage_id for info in event.stages}
        reads: dict[ShuffleRead, None] = {}
        for info in event.stages:
            for read in info.reads:
                ids = tuple(writers[shuffle_id] for shuffle_id in read.shuffle_ids)
                known, _ = self._reads.setdefault(read, (read, ids))  # one object, however many jobs there are
                reads[known] = None
        self._jobs[event.job_id] = tuple(reads)
        self._job_reads += len(reads) + 1
        while self._job_reads > NUMBERS_MAX or len(self._jobs) > JOBS_MAX:
            self._job_reads -= len(self._jobs.pop(next(iter(self._jobs)))) + 1
        if len(self._reads) > 2 * len(self._loads) + JOBS_MAX:
            alive = {*self._loads, *(number for read in reads for number in read.shuffle_ids)}
            kept = [item for item in self._reads.items() if alive.intersection(item[0].shuffle_ids)]
            self._reads = dict(kept)

    def _forget(self, shuffle_id: int) -> None:
        loads = self._loads.pop(shuffle_id, None)
        if loads is not None:
            self._numbers -= _size(loads)


def _size(loads: ShuffleLoads) -> int:
    return len(loads.reducer_records) + len(loads.keys) + 1
