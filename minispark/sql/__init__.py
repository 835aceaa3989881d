"""``pyspark.sql`` as far as RDD programs meet it: sessions, rows, Python functions over ranges.

May import ``rdd`` and what lies below; nothing imports it but the alias and the command. Invariants: a session owns no
engine state, only its context and its settings; a DataFrame is an RDD of rows and the names of its columns; what is not
here raises an error that says so. Names are imported when asked for: a worker that meets a Row needs no session.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minispark.sql.row import Row as Row
    from minispark.sql.session import SparkSession as SparkSession

_HOMES = {"Row": "minispark.sql.row", "SparkSession": "minispark.sql.session"}

__all__ = ["Row", "SparkSession"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'minispark.sql' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(_HOMES[name]), name)
