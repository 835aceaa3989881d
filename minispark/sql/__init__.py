"""``pyspark.sql``: DataFrames, SQL, and what users hold of them.

May import ``rdd`` and what lies below; nothing imports it but the alias and the command. The layers inside are a
contract of the import checks (docs/decisions/0018-dataframes.md). Invariants: a session owns no engine state, only its
context, its settings and what it keeps; a DataFrame is a session and a resolved plan. Names are imported when asked
for: a worker that meets a Row needs no session.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minispark.sql.catalog import Catalog as Catalog
    from minispark.sql.column import Column as Column
    from minispark.sql.dataframe import DataFrame as DataFrame
    from minispark.sql.dataframe import DataFrameNaFunctions as DataFrameNaFunctions
    from minispark.sql.dataframe import DataFrameStatFunctions as DataFrameStatFunctions
    from minispark.sql.group import GroupedData as GroupedData
    from minispark.sql.observation import Observation as Observation
    from minispark.sql.readwriter import DataFrameReader as DataFrameReader
    from minispark.sql.readwriter import DataFrameWriter as DataFrameWriter
    from minispark.sql.readwriter import DataFrameWriterV2 as DataFrameWriterV2
    from minispark.sql.row import Row as Row
    from minispark.sql.session import SparkSession as SparkSession
    from minispark.sql.window import Window as Window
    from minispark.sql.window import WindowSpec as WindowSpec

_FRAMES = ("DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions")
_FILES = ("DataFrameReader", "DataFrameWriter", "DataFrameWriterV2")
_HOMES = {
    "Catalog": "catalog", "Column": "column", "GroupedData": "group", "Observation": "observation", "Row": "row",
    "SparkSession": "session", **dict.fromkeys(_FRAMES, "dataframe"), **dict.fromkeys(_FILES, "readwriter"),
    **dict.fromkeys(("Window", "WindowSpec"), "window"),
}  # fmt: skip

__all__ = [
    "Catalog", "Column", "DataFrame", "DataFrameNaFunctions", "DataFrameReader", "DataFrameStatFunctions",
    "DataFrameWriter", "DataFrameWriterV2", "GroupedData", "Observation", "Row", "SparkSession", "Window", "WindowSpec",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'minispark.sql' has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
