"""One shuffle's map outputs in the resume directory: what an earlier driver left there, and what this one adds."""

from __future__ import annotations

import os
import pickle
from collections.abc import Collection, Sequence
from contextlib import suppress

from minispark.engine.core.errors import BlockError
from minispark.engine.core.outcomes import Success, TaskReport
from minispark.engine.core.values import replace, value
from minispark.engine.kernels.environment import ResumePlace, resumed_file
from minispark.engine.kernels.reports import pack_report, report_in, unpack_report
from minispark.engine.runtime.resumedir import LEDGER, USED
from minispark.engine.scheduler.events import AdoptedOutput
from minispark.engine.serde.closures import dumps
from minispark.engine.storage.blockfile import BlockFileReader
from minispark.engine.storage.ledger import Ledger


@value
class Found:
    """A map output that the ledger vouches for. ``report`` names accumulators by their numbers in the stage."""

    file: str
    report: TaskReport
    whole: bool


class Entry:
    """``accumulators`` are the ids, in this context, of those that the stage uses; ``owner`` is the identity that its
    updates count under; ``locals`` are where outputs go for which the resume directory has no room."""

    def __init__(
        self, place: ResumePlace, name: str, accumulators: tuple[int, ...], owner: int, locals: Sequence[str]
    ) -> None:
        self.name = name
        self._place = place
        self._path = os.path.join(place.directory, name)
        self._accumulators = accumulators
        self._owner = owner
        self._locals = tuple(locals)
        self._ledger = Ledger(os.path.join(self._path, LEDGER), place.key, name)
        self._found: dict[int, Found] = {}
        self._offered: dict[int, str] = {}
        self.adopted: dict[int, str] = {}

    def open(self, tasks: int) -> None:
        """Read what is there, and remove what the ledger does not vouch for."""
        standing: dict[int, tuple[str, bytes]] = {}
        for record in self._ledger.read():
            if record[0] == "out":
                standing[record[1]] = (record[2], record[3])
            elif record[0] == "gone":
                standing.pop(record[1], None)
        self._found = {
            map_id: self._look(file, report) for map_id, (file, report) in standing.items() if 0 <= map_id < tasks
        }
        sweep_strays(self._path, {found.file for found in self._found.values() if found.whole})

    def complete(self, tasks: int) -> bool:
        """Whether every map task has once been registered, so that its accumulators' updates are known."""
        return len(self._found) == tasks

    def digests_known(self) -> bool:
        """Whether an output that is lost would be told from another if it came out differently."""
        return all(found.whole or found.report.digest is not None for found in self._found.values())

    @property
    def all_whole(self) -> bool:
        return all(found.whole for found in self._found.values())

    def clear(self) -> None:
        """Adopt nothing."""
        for map_id in list(self._found):
            self._ledger.append(("gone", map_id))
            self._unlink(self._found.pop(map_id).file)

    def disown(self) -> None:
        """Outputs from now on are another stage's: they serve this context alone."""
        self._ledger.broken = True

    def offers(self, shuffle_id: int) -> tuple[AdoptedOutput, ...]:
        """What the scheduler may adopt, to be asked for once."""
        self._offered = {map_id: found.file for map_id, found in self._found.items() if found.whole}
        offers = tuple(
            AdoptedOutput(shuffle_id, map_id, self._as_ours(found.report), found.whole)
            for map_id, found in self._found.items()
        )
        self._found = {}
        return offers

    # --- outputs of this context -------------------------------------------------------------------------------------

    def registered(self, map_id: int, attempt_id: int, report: TaskReport) -> None:
        """The output stands: of an adopted one, that is nothing new to the ledger."""
        if map_id in self._offered:
            self.adopted[map_id] = self._offered.pop(map_id)
            return
        told = self._as_theirs(report)
        if told is None:
            self._ledger.broken = True  # who adopts it would count less than it did
            return
        self._ledger.append(("out", map_id, resumed_file(self._place, map_id, attempt_id), pack_report(told)))

    def remove(self, map_id: int, attempt_id: int, stood: bool) -> None:
        """Remove an output; ``stood`` if it was registered."""
        file = resumed_file(self._place, map_id, attempt_id)
        if stood:
            file = self.adopted.pop(map_id, file)
            self._ledger.append(("gone", map_id))
        self._unlink(file)

    def find(self, map_id: int, attempt_id: int) -> Success | None:
        """The success that an output in place stands for, if it is whole and ours."""
        return self._read(resumed_file(self._place, map_id, attempt_id))

    def standing(self, map_id: int, attempt_id: int) -> Success | None:
        """As ``find``, of an output that stands, whoever wrote it."""
        return self._read(self.adopted.get(map_id) or resumed_file(self._place, map_id, attempt_id))

    def release(self, outputs: Sequence[tuple[int, int]]) -> None:
        """Nobody reads the outputs any more: those that lie outside the resume directory go."""
        for map_id, attempt_id in outputs:
            for folder in self._locals:
                with suppress(OSError):
                    os.unlink(os.path.join(folder, resumed_file(self._place, map_id, attempt_id)))

    # --- details -----------------------------------------------------------------------------------------------------

    def _read(self, file: str) -> Success | None:
        for folder in (self._path, *self._locals):
            with suppress(BlockError):
                reader = BlockFileReader(os.path.join(folder, file), self._place.key, f"{self.name}/{file}")
                return Success(report_in(reader))
        return None

    def _look(self, file: str, told: bytes) -> Found:
        """The output, if it is whole with the sizes of its blocks, which the ledger does not have."""
        try:
            reader = BlockFileReader(os.path.join(self._path, file), self._place.key, f"{self.name}/{file}")
            sizes = report_in(reader)
            reader.close()
        except BlockError:
            return Found(file, unpack_report(told), False)
        known = unpack_report(told)
        return Found(
            file, replace(known, reducer_records=sizes.reducer_records, reducer_bytes=sizes.reducer_bytes), True
        )

    def _unlink(self, file: str) -> None:
        for folder in (self._path, *self._locals):
            with suppress(OSError):
                os.unlink(os.path.join(folder, file))

    def _as_theirs(self, report: TaskReport) -> TaskReport | None:
        """With accumulators by their numbers in the stage; None where one is updated that the stage is not known to
        use, or for another identity than its own."""
        told = []
        for owner, partition, pickled in report.accumulators:
            updates = pickle.loads(pickled)
            if owner != self._owner or not updates.keys() <= set(self._accumulators):
                return None
            by_number = {self._accumulators.index(key): update for key, update in updates.items()}
            told.append((0, partition, dumps(by_number, "accumulator updates")))
        return replace(report, accumulators=tuple(told), cached=(), reducer_records=b"", reducer_bytes=b"")

    def _as_ours(self, report: TaskReport) -> TaskReport:
        counted = []
        for _, partition, pickled in report.accumulators:
            updates = {self._accumulators[number]: update for number, update in pickle.loads(pickled).items()}
            counted.append((self._owner, partition, dumps(updates, "accumulator updates")))
        return replace(report, accumulators=tuple(counted))


def sweep_strays(folder: str, known: Collection[str] = (), everything: bool = False) -> None:
    """Remove what attempts of earlier contexts wrote into an entry, but for ``known`` files; with ``everything`` the
    blocks of kept nodes too."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in known and (entry.name[:1] in ".0123456789" or everything and entry.name != USED):
                os.unlink(entry.path)
