"""``spark.read``, ``df.write``, ``df.writeTo``, ``df.mergeInto``: PySpark's readers and writers.

May import ``sources`` and what lies below it, and the session's plans. Invariants: options are texts, as Spark has
them; what an option asks for is done or refused.
"""

from __future__ import annotations

from minispark.sql.readwriter.merge import MergeIntoWriter
from minispark.sql.readwriter.reader import DataFrameReader
from minispark.sql.readwriter.writer import DataFrameWriter
from minispark.sql.readwriter.writerv2 import DataFrameWriterV2

__all__ = ["DataFrameReader", "DataFrameWriter", "DataFrameWriterV2", "MergeIntoWriter"]

for _class in (DataFrameReader, DataFrameWriter, DataFrameWriterV2, MergeIntoWriter):
    _class.__module__ = __name__  # the name that PySpark's programs see
