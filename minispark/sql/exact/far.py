"""Dates and times in years that Python's own types do not reach, as numbers since 1970."""

from __future__ import annotations

from minispark.sql.convert import timetext


def days_text(days: int) -> str:
    """The date so many days after 1970-01-01.

    >>> days_text(2932897), days_text(-719529)
    ('+10000-01-01', '-0001-12-31')
    """
    return timetext.date_text(days)


def micros_text(micros: int) -> str:
    """The local time so many microseconds after 1970-01-01.

    >>> micros_text(253402300800000000)
    '+10000-01-01 00:00:00'
    """
    return timetext.timestamp_text(micros, None)
