"""Dates: their parts, and arithmetic on them."""

from __future__ import annotations

from decimal import Decimal

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given_lit, lit, number

__all__ = [
    "add_months",
    "curdate",
    "current_date",
    "date_add",
    "date_diff",
    "date_from_unix_date",
    "date_part",
    "date_sub",
    "dateadd",
    "datediff",
    "datepart",
    "day",
    "dayname",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "extract",
    "hour",
    "last_day",
    "make_date",
    "make_dt_interval",
    "make_interval",
    "make_ym_interval",
    "minute",
    "month",
    "monthname",
    "months_between",
    "next_day",
    "quarter",
    "second",
    "to_date",
    "trunc",
    "try_make_interval",
    "try_to_date",
    "unix_date",
    "weekday",
    "weekofyear",
    "year",
]


def add_months(start: ColumnOrName, months: ColumnOrName | int) -> Column:
    """The date moved by months, to the month's last day where it has no such day."""
    return call("add_months", start, number(months))


def curdate() -> Column:
    """The date on which the query began."""
    return call("curdate")


def current_date() -> Column:
    """The date on which the query began."""
    return call("current_date")


def date_add(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date moved by days."""
    return call("date_add", start, number(days))


def date_diff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """The days from ``start`` to ``end``."""
    return call("date_diff", end, start)


def date_from_unix_date(days: ColumnOrName) -> Column:
    """The date of a number of days since 1970-01-01."""
    return call("date_from_unix_date", days)


def date_sub(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date moved back by days."""
    return call("date_sub", start, number(days))


def dateadd(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date moved by days."""
    return call("dateadd", start, number(days))


def datediff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """The days from ``start`` to ``end``."""
    return call("datediff", end, start)


def day(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("day", col)


def dayname(col: ColumnOrName) -> Column:
    """The weekday's name, three letters."""
    return call("dayname", col)


def dayofmonth(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("dayofmonth", col)


def dayofweek(col: ColumnOrName) -> Column:
    """The weekday's number, Sunday's is 1."""
    return call("dayofweek", col)


def dayofyear(col: ColumnOrName) -> Column:
    """The day of the year."""
    return call("dayofyear", col)


def extract(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval, named by a constant: YEAR, MONTH, DAY, HOUR and so on."""
    return call("extract", field, source)


def date_part(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval, named by a constant: YEAR, MONTH, DAY, HOUR and so on."""
    return call("date_part", field, source)


def datepart(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval, named by a constant: YEAR, MONTH, DAY, HOUR and so on."""
    return call("datepart", field, source)


def hour(col: ColumnOrName) -> Column:
    """The hour."""
    return call("hour", col)


def last_day(date: ColumnOrName) -> Column:
    """The last day of the date's month."""
    return call("last_day", date)


def make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName) -> Column:
    """The date of a year, month and day."""
    return call("make_date", year, month, day)


def minute(col: ColumnOrName) -> Column:
    """The minute."""
    return call("minute", col)


def month(col: ColumnOrName) -> Column:
    """The month."""
    return call("month", col)


def monthname(col: ColumnOrName) -> Column:
    """The month's name, three letters."""
    return call("monthname", col)


def months_between(date1: ColumnOrName, date2: ColumnOrName, roundOff: bool = True) -> Column:
    """The months from ``date2`` to ``date1``, with a part of 31 days, rounded to 8 digits unless told not to."""
    return call("months_between", date1, date2, lit(roundOff))


def next_day(date: ColumnOrName, dayOfWeek: str) -> Column:
    """The first such weekday after the date."""
    return call("next_day", date, lit(dayOfWeek))


def quarter(col: ColumnOrName) -> Column:
    """The quarter of the year."""
    return call("quarter", col)


def second(col: ColumnOrName) -> Column:
    """The second."""
    return call("second", col)


def to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """The date that a text stands for, by a pattern; as a cast without one.

    >>> to_date("day", "yyyy-MM-dd")
    Column<'to_date(day, 'yyyy-MM-dd')'>
    """
    return call("to_date", col, *given_lit(format))


def trunc(date: ColumnOrName, format: str) -> Column:
    """The first day of the date's year, quarter, month or week, by a format."""
    return call("trunc", date, lit(format))


def try_to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """As ``to_date``, but null for texts that do not fit."""
    return call("try_to_date", col, *given_lit(format))


def unix_date(col: ColumnOrName) -> Column:
    """The days since 1970-01-01."""
    return call("unix_date", col)


def weekday(col: ColumnOrName) -> Column:
    """The weekday's number, Monday's is 0."""
    return call("weekday", col)


def weekofyear(col: ColumnOrName) -> Column:
    """The week's number by ISO 8601."""
    return call("weekofyear", col)


def year(col: ColumnOrName) -> Column:
    """The year."""
    return call("year", col)


def make_dt_interval(
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """An interval of days, hours, minutes and seconds; 0 for what is left out."""
    return call(
        "make_dt_interval",
        lit(0) if days is None else days,
        lit(0) if hours is None else hours,
        lit(0) if mins is None else mins,
        lit(Decimal(0)) if secs is None else secs,
    )


def make_interval(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """An interval of all units; 0 for what is left out."""
    return call(
        "make_interval",
        lit(0) if years is None else years,
        lit(0) if months is None else months,
        lit(0) if weeks is None else weeks,
        lit(0) if days is None else days,
        lit(0) if hours is None else hours,
        lit(0) if mins is None else mins,
        lit(Decimal(0)) if secs is None else secs,
    )


def make_ym_interval(years: ColumnOrName | None = None, months: ColumnOrName | None = None) -> Column:
    """An interval of years and months; 0 for what is left out."""
    return call("make_ym_interval", lit(0) if years is None else years, lit(0) if months is None else months)


def try_make_interval(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """As ``make_interval``, but null where it does not fit."""
    return call(
        "try_make_interval",
        lit(0) if years is None else years,
        lit(0) if months is None else months,
        lit(0) if weeks is None else weeks,
        lit(0) if days is None else days,
        lit(0) if hours is None else hours,
        lit(0) if mins is None else mins,
        lit(Decimal(0)) if secs is None else secs,
    )
