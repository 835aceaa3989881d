"""Columns of dates and timestamps as JSON and CSV have them where no option says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from minispark.sql.convert.farcolumns import items
from minispark.sql.exact.records import Times
from minispark.sql.types import DataType, DateType, TimestampNTZType, TimestampType

_FIRST, _LAST = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999_999)


def ending(dtype: DataType, times: Times, zone: str) -> str | None:
    """What stands behind the texts of a type's values, if Arrow can write them; None where it cannot."""
    if isinstance(dtype, DateType) and times.date_format is None:
        return ""
    if isinstance(dtype, TimestampNTZType) and times.ntz_format is None:
        return ""
    utc = isinstance(dtype, TimestampType) and times.timestamp_format is None and zone in ("UTC", "Etc/UTC")
    return "Z" if utc else None


def moment_texts(column: Any, before: str, after: str, write: Callable[[Any], str]) -> Any:
    """Dates, or timestamps with milliseconds, between two texts; by ``write`` if a year has not four digits.

    >>> import pyarrow
    >>> moment_texts(pyarrow.array([datetime(1969, 12, 31, 23, 59, 59, 999_999)]), "", "Z", str).to_pylist()
    ['1969-12-31T23:59:59.999Z']
    """
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute
    is_time = pa.types.is_timestamp(column.type)
    moments = column.cast(pa.timestamp("us"), safe=False) if is_time else column
    first, last = (pa.scalar(one, pa.timestamp("us")).cast(moments.type) for one in (_FIRST, _LAST))
    if pc.all(pc.and_(pc.greater_equal(moments, first), pc.less_equal(moments, last))).as_py() is False:
        return pa.array([None if item is None else write(item) for item in items(column)], pa.string())
    if is_time:
        moments = pc.floor_temporal(moments, unit="millisecond").cast(pa.timestamp("ms"))
    texts = moments.cast(pa.string())
    texts = pc.replace_substring(texts, " ", "T", max_replacements=1) if is_time else texts
    return pc.binary_join_element_wise(before, texts, after, "")
