"""X"""

from __future__ import annotations

import os
import pickle
from collections import Counter
from pathlib import Path

from minispark.testing.faults import Injection
from minispark.testing.marks import Marks

_PLAN, _PASSED = "plan", "passed"


class Ledger:
    """A folder. Whoever arms it counts a new generation; each fault of a generation happens as often as it says."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._marks = Marks(self.folder / "happened")
        self._seen = Marks(self.folder / _PASSED)
        self._workers = Marks(self.folder / "workers")
        self._generation = 0
        self._read_at = (0, 0)

    def arm(self, injections: tuple[Injection, ...], survey: bool = False) -> None:
        """From each worker's next task on, these happen; with ``survey`` the points that tasks pass are noted."""
        self._generation += 1
        self._marks.clear()
        self._seen.clear()
        fresh = self.folder / f"{_PLAN}-{self._generation}"
        fresh.write_bytes(pickle.dumps((self._generation, injections, survey)))
        os.rename(fresh, self.folder / _PLAN)

    def happened(self) -> list[str]:
        """The faults that happened since it was armed."""
        return self._marks.read()

    def passed(self) -> Counter[tuple[str, int, int]]:
        """The points that tasks passed, as often as any one attempt did."""
        counts: Counter[tuple[str, int, int]] = Counter()
        for line in self._seen.read():
            point, stage, task, count = line.rsplit("|", 3)
            place = (point, int(stage), int(task))
            counts[place] = max(counts[place], int(count))
        return counts

    def workers(self) -> set[int]:
        """The pids of all workers that there were."""
        return set(map(int, self._workers.read()))

    # --- in a worker -----------------------------------------------------------------------------------------------

    def news(self) -> tuple[int, tuple[Injection, ...], bool] | None:
        """What it was armed with, if that is not what was read last."""
        path = self.folder / _PLAN
        try:
            status = path.stat()
        except FileNotFoundError:
            return None
        if (status.st_ino, status.st_mtime_ns) == self._read_at:
            return None
        self._read_at = (status.st_ino, status.st_mtime_ns)
        self._generation, injections, survey = pickle.loads(path.read_bytes())
        return self._generation, injections, survey

    def claim(self, number: int, injection: Injection) -> bool:
        """Whether this fault shall happen now; True as often as it may happen."""
        claimed = any(self._marks.first(f"{self._generation}-{number}-{i}") for i in range(injection.times))
        if claimed:
            self._marks.leave(injection)
        return claimed

    def born(self) -> None:
        """This process is a worker."""
        self._workers.leave(os.getpid())

    def note(self, counts: Counter[tuple[str, int, int]]) -> None:
        for (point, stage, task), count in counts.items():
            self._seen.leave(f"{point}|{stage}|{task}|{count}")
