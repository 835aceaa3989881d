"""Dates and timestamps in equal steps."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.zones import zone
from minispark.sql.types import ArrayType, DateType, DayTimeIntervalType, TimestampType, YearMonthIntervalType

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_DAY_MICROS = 86_400_000_000
_MONTH_MICROS = 28 * _DAY_MICROS
Step = tuple[int, int, int]
"""Months, days and microseconds."""


def sequence(bound: Bound) -> Callable[..., list[Any]]:
    """From one date or timestamp to another by an interval, a day without one; months end where months end, and days
    of timestamps are those of the session's zone. Raises IllegalArgumentException for a step that never gets there."""
    kind = bound.result
    assert isinstance(kind, ArrayType)
    to_step = _step_reader(bound)
    add = _adder(kind.elementType, bound.settings.zone)
    days = isinstance(kind.elementType, DateType)

    def steps(start: Any, stop: Any, given: Any = None) -> list[Any]:
        step = to_step(given) if given is not None else (0, 1 if start <= stop else -1, 0)
        if days and (step[2] % _DAY_MICROS or step[:2] == (0, 0)):
            raise IllegalArgumentException(
                "sequence over dates takes steps of whole days, weeks or months",
                "_LEGACY_ERROR_TEMP_3242",
                {"intervalType": _interval_name(bound)},
            )
        whole = step[0] * _MONTH_MICROS + step[1] * _DAY_MICROS + step[2]
        if start == stop:
            return [start]
        if whole == 0 or (whole > 0) != (stop > start):
            raise IllegalArgumentException(
                f"sequence cannot go from {start} to {stop} by {step} (months, days, micros); a step leads from the "
                "start to the end, and is not 0"
            )
        made: list[Any] = []
        count = 0
        here = start
        while here <= stop if whole > 0 else here >= stop:
            made.append(here)
            count += 1
            here = add(start, (step[0] * count, step[1] * count, step[2] * count))
        return made

    return steps


def _interval_name(bound: Bound) -> str:
    kind = bound.types[2]
    months = isinstance(kind, YearMonthIntervalType)
    exact = isinstance(kind, DayTimeIntervalType)
    return "interval year to month" if months else "interval day to second" if exact else "interval"


def _step_reader(bound: Bound) -> Callable[[Any], Step]:
    kind = bound.types[2] if len(bound.types) > 2 else None
    if isinstance(kind, YearMonthIntervalType):
        return lambda given: (given, 0, 0)
    if isinstance(kind, DayTimeIntervalType):
        return _days_and_micros
    return lambda given: (given[0], given[1], given[2] // 1000)


def _days_and_micros(given: int) -> Step:
    days = abs(given) // _DAY_MICROS * (1 if given > 0 else -1)
    return 0, days, given - days * _DAY_MICROS


def _adder(kind: Any, zone_name: str) -> Callable[[Any, Step], Any]:
    if isinstance(kind, DateType):
        return lambda start, step: _months(start, step[0]) + timedelta(days=step[1], microseconds=step[2])
    if not isinstance(kind, TimestampType):
        return lambda start, step: _months(start, step[0]) + timedelta(days=step[1], microseconds=step[2])
    here = zone(zone_name)

    def add(start: datetime, step: Step) -> datetime:
        if step[0] or step[1]:
            start = here.instant(_months(here.local(start), step[0]) + timedelta(days=step[1]))
        return start + timedelta(microseconds=step[2])

    return add


def _months(day: Any, months: int) -> Any:
    """The same day of another month, its last if it has none such."""
    if not months:
        return day
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
