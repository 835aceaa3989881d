"""minispark, of whichever revision is on the path."""

from __future__ import annotations

from minispark import SparkConf, SparkContext
from minispark.version import __version__

from .engine import Engine
from .features import FEATURES
from .narrow import NARROW
from .shuffles import SHUFFLES
from .size import Size
from .workloads import WORKLOADS

SETTINGS = {"narrow_sum": {"spark.minispark.lifting": "false"}}
"""By the program's name, what its context is told; most are told nothing."""


class _Contexts:
    """One context at a time, made again where a program needs other settings."""

    def __init__(self, cores: int, size: Size) -> None:
        self.cores = cores
        self.size = size
        self.settings: dict[str, str] = {}
        self.sc = self._make({})

    def arguments(self, program: str) -> tuple[SparkContext, Size]:
        settings = SETTINGS.get(program, {})
        if settings != self.settings:
            self.sc.stop()
            self.sc, self.settings = self._make(settings), settings
        return self.sc, self.size

    def _make(self, settings: dict[str, str]) -> SparkContext:
        conf = SparkConf().setAll([("spark.local.dir", self.size.folder), *settings.items()])
        sc = SparkContext(f"local[{self.cores}]", "benchmark", conf=conf)
        if sc.parallelize([1, 2, 3], 2).map(lambda x: x + 1).collect() != [2, 3, 4]:
            raise RuntimeError("minispark cannot add one")
        return sc


def start(cores: int, size: Size) -> Engine:
    contexts = _Contexts(cores, size)
    return Engine(__version__, (*WORKLOADS, *FEATURES, *SHUFFLES, *NARROW), contexts.arguments)
