"""Programs run one after another over one resume directory: what they answer, and which stages they run."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.engine.observe.events import NotResumed, ObservedEvent, StageSkip, StageStart


class Watcher:
    """A listener: ``tasks`` by the operator that ends the map stage, results left out; ``notes`` as told."""

    def __init__(self) -> None:
        self.tasks: Counter[str] = Counter()
        self.skips = 0
        self.notes: list[NotResumed] = []
        self._maps: dict[int, str] = {}

    def on_event(self, event: ObservedEvent) -> None:
        for info in getattr(event, "stages", ()):
            if info.shuffle_id is not None:
                self._maps[info.stage_id] = re.sub(r" at .*", "", info.name)
        if isinstance(event, StageStart) and event.stage_id in self._maps:
            self.tasks[self._maps[event.stage_id]] += event.tasks
        elif isinstance(event, StageSkip):
            self.skips += 1
        elif isinstance(event, NotResumed):
            self.notes.append(event)


class Programs:
    """``run`` executes a program's text as a script, with ``sc`` in it; its answer is what it leaves as ``answer``."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "resume"
        self._local = folder / "local"
        self.watcher = Watcher()

    def run(self, text: str, file: str = "program.py", master: str = "inline", **names: Any) -> Any:
        with self.context(master) as sc:
            scope = {"__name__": "__main__", "sc": sc, **names}
            exec(compile(text, file, "exec", dont_inherit=True), scope)
            return scope["answer"]

    def context(self, master: str = "inline", **settings: str) -> SparkContext:
        conf = SparkConf().setMaster(master).setAppName("resume").set("spark.ui.showConsoleProgress", "false")
        conf.set("spark.minispark.resume.dir", str(self.directory)).set("spark.local.dir", str(self._local))
        sc = SparkContext(conf=conf.setAll((key.replace("_", "."), text) for key, text in settings.items()))
        self.watcher = Watcher()
        sc._session.bus.add(self.watcher)
        return sc

    @property
    def ran(self) -> dict[str, int]:
        """Tasks of map stages in the last run."""
        return dict(self.watcher.tasks)

    def outputs(self) -> list[Path]:
        """Data files of all entries."""
        return sorted(p for p in self.directory.glob("outputs/*/*") if p.name not in ("ledger", "used"))


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    return Programs(tmp_path)


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Programs]:
    """Makes one over a directory in which nothing was computed yet."""
    count = itertools.count()
    return lambda: Programs(tmp_path / f"fresh-{next(count)}")


@pytest.fixture
def new_programs() -> type[Programs]:
    return Programs
