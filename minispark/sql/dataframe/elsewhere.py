"""Methods of PySpark's DataFrame that belong to streams, or to Python functions over batches: each says what to do."""

from __future__ import annotations

from typing import Any, NoReturn, Self

from minispark.errors import AnalysisException, PySparkNotImplementedError
from minispark.sql.dataframe.base import Base, names_of, wrong_type


class Elsewhere(Base):
    """The part of DataFrame that is not offered, or means nothing without streams."""

    @property
    def writeStream(self) -> NoReturn:
        """Only streams are written as streams. Raises AnalysisException."""
        raise AnalysisException(
            "writeStream is for streams, and this DataFrame is none; use df.write", "WRITE_STREAM_NOT_ALLOWED", {}
        )

    def withWatermark(self, eventTime: str, delayThreshold: str) -> Self:
        """The same: a watermark means nothing without streams. Raises AnalysisException for a delay that is none."""
        for name, given in (("eventTime", eventTime), ("delayThreshold", delayThreshold)):
            if not given or not isinstance(given, str):
                raise wrong_type(name, "str", given)
        from minispark.sql.exact.interval_text import read_calendar

        found = read_calendar(delayThreshold)
        if found is None:
            raise AnalysisException(
                f"{delayThreshold!r} is no interval such as '1 hour' or '10 minutes'",
                "CANNOT_PARSE_INTERVAL",
                {"intervalString": f"'{delayThreshold}'"},
            )
        return self

    def dropDuplicatesWithinWatermark(self, subset: Any = None) -> NoReturn:
        """Only streams have watermarks. Raises AnalysisException."""
        if subset is not None:
            names_of(subset, "subset")
        raise AnalysisException(
            "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets; use dropDuplicates",
            "_LEGACY_ERROR_TEMP_3102",
            {"msg": "dropDuplicatesWithinWatermark is not supported with batch DataFrames/DataSets"},
        )

    def pandas_api(self, index_col: Any = None) -> NoReturn:
        """Not offered. Raises PySparkNotImplementedError."""
        raise _missing("pandas_api", "take toPandas(), or hand the DataFrame to Polars or DuckDB as it is")

    @property
    def plot(self) -> NoReturn:
        """Not offered. Raises PySparkNotImplementedError."""
        raise _missing("plot", "plot df.toPandas()")

    def mapInPandas(self, func: Any, schema: Any, barrier: bool = False, profile: Any = None) -> NoReturn:
        """Not offered. Raises PySparkNotImplementedError."""
        raise _missing("mapInPandas", "use df.rdd.mapPartitions(...)")

    def mapInArrow(self, func: Any, schema: Any, barrier: bool = False, profile: Any = None) -> NoReturn:
        """Not offered. Raises PySparkNotImplementedError."""
        raise _missing("mapInArrow", "use df.rdd.mapPartitions(...)")

    def asTable(self) -> NoReturn:
        """Not offered: there are no table functions in Python. Raises PySparkNotImplementedError."""
        raise _missing("asTable", "use df.rdd.mapPartitions(...)")


def _missing(name: str, instead: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        f"DataFrame.{name} is not there in minispark: {instead}, or run the program with PySpark",
        "NOT_IMPLEMENTED",
        {"feature": name},
    )
