"""Types of dates and times. Naive timestamps are times of the zone in which this Python process runs, as in PySpark."""

from __future__ import annotations

import calendar
import datetime
import time
from typing import Any

from minispark.sql.types.base import AnyTimeType, DataTypeSingleton, DatetimeType

_MILLION = 1_000_000


class DateType(DatetimeType, metaclass=DataTypeSingleton):
    """Days; kept as their number since 1970."""

    EPOCH_ORDINAL = datetime.date(1970, 1, 1).toordinal()

    def needConversion(self) -> bool:
        return True

    def toInternal(self, d: datetime.date | None) -> int | None:
        return None if d is None else d.toordinal() - self.EPOCH_ORDINAL

    def fromInternal(self, v: int | None) -> datetime.date | None:
        return None if v is None else datetime.date.fromordinal(v + self.EPOCH_ORDINAL)


class TimeType(AnyTimeType):
    """Times of day with ``precision`` digits of seconds behind the point; kept as nanoseconds since midnight.

    >>> TimeType(), TimeType(3).simpleString()
    (TimeType(6), 'time(3)')
    """

    def __init__(self, precision: int = 6) -> None:
        self.precision = precision

    def needConversion(self) -> bool:
        return True

    def toInternal(self, t: datetime.time | None) -> int | None:
        if t is None:
            return None
        return (((t.hour * 60 + t.minute) * 60 + t.second) * _MILLION + t.microsecond) * 1000

    def fromInternal(self, nano: int | None) -> datetime.time | None:
        if nano is None:
            return None
        seconds, rest = divmod(nano, 1000 * _MILLION)
        minutes, second = divmod(seconds, 60)
        return datetime.time(minutes // 60, minutes % 60, second, rest // 1000)

    def simpleString(self) -> str:
        return f"time({self.precision:d})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"TimeType({self.precision:d})"


class TimestampType(DatetimeType, metaclass=DataTypeSingleton):
    """Points in time; kept as microseconds since 1970 in UTC."""

    def needConversion(self) -> bool:
        return True

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        if dt is None:
            return None
        seconds = calendar.timegm(dt.utctimetuple()) if dt.tzinfo else time.mktime(dt.timetuple())
        return int(seconds) * _MILLION + dt.microsecond

    def fromInternal(self, ts: int | None) -> datetime.datetime | None:
        if ts is None:
            return None
        return datetime.datetime.fromtimestamp(ts // _MILLION).replace(microsecond=ts % _MILLION)


class TimestampNTZType(DatetimeType, metaclass=DataTypeSingleton):
    """Dates with times of day, of no zone; kept as if they were of UTC."""

    def needConversion(self) -> bool:
        return True

    @classmethod
    def typeName(cls) -> str:
        return "timestamp_ntz"

    def toInternal(self, dt: datetime.datetime | None) -> int | None:
        return None if dt is None else calendar.timegm(dt.timetuple()) * _MILLION + dt.microsecond

    def fromInternal(self, ts: int | None) -> Any:
        return None if ts is None else datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=ts)
