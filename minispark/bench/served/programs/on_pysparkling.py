"""pysparkling: PySpark's RDD API in one process."""

from __future__ import annotations

import pysparkling

from .engine import Engine
from .size import Size
from .workloads import WORKLOADS


def start(cores: int, size: Size) -> Engine:
    """It runs everything in the calling process, whatever ``cores`` says."""
    sc = pysparkling.Context()
    if sc.parallelize([1, 2, 3], 2).map(lambda x: x + 1).collect() != [2, 3, 4]:
        raise RuntimeError("pysparkling cannot add one")
    return Engine(pysparkling.__version__, WORKLOADS, lambda _: (sc, size))
