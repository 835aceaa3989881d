"""DuckDB without the Python package around it, which takes four times as long to import and is seldom needed."""

from __future__ import annotations

from typing import Any


def native() -> Any:
    """The module that connects, runs, gives rows, and has the errors: the package has the same, of the same classes.

    >>> native().connect().execute("SELECT 1").fetchall()
    [(1,)]
    """
    import importlib

    try:
        return importlib.import_module("_duckdb")
    except ImportError:  # another layout than that of today's wheels
        return importlib.import_module("duckdb")


def with_arrow() -> None:
    """Have the package set up what the module needs for Arrow: reading it, functions of it, results as such."""
    import duckdb  # noqa: F401 - that is what sets it up
