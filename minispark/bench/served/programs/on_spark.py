"""PySpark in local mode."""

from __future__ import annotations

import importlib.util

import pyspark
from pyspark import SparkConf, SparkContext

from .engine import Engine
from .features import FEATURES
from .narrow import NARROW
from .shuffles import SHUFFLES
from .size import Size
from .workloads import WORKLOADS

NEED_NUMPY = ("broadcast_array", "rows_array")


def start(cores: int, size: Size) -> Engine:
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "8g",
        "spark.local.dir": size.folder,
    }
    sc = SparkContext(f"local[{cores}]", "benchmark", conf=SparkConf().setAll(list(settings.items())))
    sc.setLogLevel("ERROR")
    if sc.parallelize([1, 2, 3], 2).map(lambda x: x + 1).collect() != [2, 3, 4]:
        raise RuntimeError("PySpark cannot add one")
    programs = [*WORKLOADS, *FEATURES, *SHUFFLES, *NARROW]
    if importlib.util.find_spec("numpy") is None:
        programs = [program for program in programs if program.__name__ not in NEED_NUMPY]
    return Engine(pyspark.__version__, programs, lambda _: (sc, size))
