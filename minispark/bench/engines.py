"""The engines: minispark, and whom it is compared with."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value


@value
class Engine:
    """``adapter`` is the NAME of a module ``on_NAME`` in ``served/programs``. ``environment`` is the folder of its
    virtual environment among the peers', "" for the Python that runs this; ``requirements`` are what that holds.

    ``cores`` is 0 for as many as asked for. An engine that does not ``stay`` is stopped after each program, as it would
    take a part of the processors from the others. ``starts`` says whether its start-up is worth a figure.
    """

    name: str
    title: str
    adapter: str
    environment: str = ""
    requirements: tuple[str, ...] = ()
    cores: int = 0
    stays: bool = True
    starts: bool = False


ENGINES: tuple[Engine, ...] = (
    Engine("minispark", "minispark", "minispark", starts=True),
    Engine("minispark-1", "minispark, one worker", "minispark", cores=1),
    Engine("python", "plain Python, one process", "python"),
    Engine("processes", "plain Python, a process per core", "processes"),
    Engine("processes-1", "plain Python, one process of such", "processes", cores=1),
    Engine("multiprocessing", "multiprocessing, by hand", "multiprocessing"),
    Engine("spark", "PySpark", "spark", "spark", ("pyspark==4.3.0", "numpy==2.4.6"), starts=True),
    Engine("dask", "Dask Bag", "dask", "dask", ("dask==2026.8.0",), starts=True),
    Engine("ray", "Ray Data", "ray", "ray", ("ray[data]==2.60.0",), stays=False, starts=True),
    Engine("pysparkling", "pysparkling", "pysparkling", "pysparkling", ("pysparkling==0.6.2",), starts=True),
    Engine("polars", "Polars", "polars", "polars", ("polars==2.1.0",)),
    Engine("duckdb", "DuckDB", "duckdb", "duckdb", ("duckdb==2.0.1",)),
)
FRAME_PEERS: Mapping[str, tuple[str, ...]] = {
    "datafusion": ("datafusion==55.0.0", "pyarrow"),
    "sail": ("pysail==0.7.2", "pyspark[connect]==4.1.1"),
}
"""Environments of engines that only the study "frames" compares with, and what they hold."""
BY_NAME: Mapping[str, Engine] = {engine.name: engine for engine in ENGINES}
REFERENCE = "python"
"""Whose answers are right."""


def find_engines(names: Iterable[str]) -> tuple[Engine, ...]:
    """The engines of these names, in the order of ``ENGINES``.

    >>> [engine.title for engine in find_engines(["spark", "minispark"])]
    ['minispark', 'PySpark']
    """
    wanted = set(names)
    unknown = sorted(wanted - set(BY_NAME))
    if unknown:
        raise ConfigurationError(f"unknown engine {unknown[0]!r}; there are {', '.join(BY_NAME)}")
    return tuple(engine for engine in ENGINES if engine.name in wanted)


def python_of(engine: Engine, peers: Path | None, spark_python: str | None = None) -> str | None:
    """The interpreter that has the engine, None where it is not installed."""
    if not engine.environment:
        return sys.executable
    if engine.name == "spark" and spark_python:
        return spark_python
    python = peers / engine.environment / "bin" / "python" if peers is not None else None
    return str(python) if python is not None and python.exists() else None
