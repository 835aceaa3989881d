"""What happens to a soak's context, at moments by chance: processes killed or stopped, files damaged."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from minispark.testing.chaotic import files_in
from minispark.testing.inflicting import damage
from minispark.testing.points import CUT, FLIP, LOSE

HELPER = "minispark-helper"
ACTIONS = {"worker": 8, "helper": 1, "stop": 1, "damage": 8}
"""How likely each is, compared with the others."""


class SoakFaults(threading.Thread):
    """Strikes ``every`` so many seconds on average, as a Poisson process does, until it is told to end.

    ``workers`` tells their pids. Checkpoints are left alone, since nothing stands behind them.
    """

    def __init__(self, seed: int, every: float, workers: Callable[[], set[int]], *folders: Path) -> None:
        super().__init__(name="soak faults", daemon=True)
        self.counts: Counter[str] = Counter()
        self._choose = Random(f"soak faults {seed}")
        self._every = every
        self._workers = workers
        self._folders = folders
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(self._choose.expovariate(1 / self._every)):
            (action,) = self._choose.choices(list(ACTIONS), list(ACTIONS.values()))
            with suppress(psutil.Error, OSError):  # it was gone already
                if self._strike(action):
                    self.counts[action] += 1

    def end(self) -> None:
        self._over.set()
        self.join()

    def _strike(self, action: str) -> bool:
        if action == "damage":
            files = sorted(files_in(*self._folders))
            if files:
                path = self._choose.choice(files)
                damage(str(path), self._choose.choice((FLIP, CUT, LOSE)), self._choose.random())
            return bool(files)
        found = self._helpers() if action == "helper" else [psutil.Process(pid) for pid in sorted(self._workers())]
        if found:
            victim = self._choose.choice(found)
            if action == "stop":
                victim.suspend()
            else:
                victim.kill()
        return bool(found)

    @staticmethod
    def _helpers() -> list[psutil.Process]:
        return [child for child in psutil.Process().children() if HELPER in child.cmdline()]
