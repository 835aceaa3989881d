"""``time_bucket``: the start of the interval that a timestamp lies in, for rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from minispark.sql import types as t
from minispark.sql.exact import calendar
from minispark.sql.exact.calendar import MICRO
from minispark.sql.exact.interval_text import SIZES
from minispark.sql.exact.zones import zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Bucket = Callable[[int, datetime, datetime], datetime]


def time_bucket(bound: Bound) -> Bucket:
    """Buckets of months are of the zone's calendar, those of whole days too, others of microseconds, from an origin."""
    at = zone("UTC" if isinstance(bound.result, t.TimestampNTZType) else bound.settings.zone)
    months = isinstance(bound.types[0], t.YearMonthIntervalType)

    def row(size: int, instant: datetime, origin: datetime) -> datetime:
        if months:
            start = at.local(origin)
            return at.instant(_month_bucket(size, at.local(instant), start))
        if size % SIZES[0] == 0:
            start = at.local(origin)
            past = (at.local(instant) - start) // MICRO // size * size
            return at.instant(start + timedelta(microseconds=past))
        past = (instant - origin) // MICRO // size * size
        return origin + timedelta(microseconds=past)

    return row


def _month_bucket(size: int, local: datetime, origin: datetime) -> datetime:
    apart = (local.year - origin.year) * 12 + local.month - origin.month
    count = apart // size
    found = _shifted(origin, count * size)
    return _shifted(origin, (count - 1) * size) if found > local else found


def _shifted(origin: datetime, months: int) -> datetime:
    return datetime.combine(calendar.plus_months(origin.date(), months), origin.time())
