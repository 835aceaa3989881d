"""DataFrame: the facade, split by family. ``frame.py`` has the class; the other modules its parts.

May import everything below the facade. Invariants: a DataFrame is a session and a resolved plan, both fixed; every
method that gives a DataFrame resolves at once and runs nothing (but those that PySpark runs eagerly too).
"""

from __future__ import annotations

from minispark.sql.dataframe.frame import DataFrame as DataFrame
from minispark.sql.dataframe.missing import DataFrameNaFunctions as DataFrameNaFunctions
from minispark.sql.dataframe.statistics import DataFrameStatFunctions as DataFrameStatFunctions

for _public in (DataFrame, DataFrameNaFunctions, DataFrameStatFunctions):
    _public.__module__ = __name__  # the name that reprs and messages show

__all__ = ["DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions"]
