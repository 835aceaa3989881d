"""Times of day, for rows: truncated, compared, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.making import clock_micros, clock_of

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_UNITS = {"HOUR": 3_600_000_000, "MINUTE": 60_000_000, "SECOND": 1_000_000, "MILLISECOND": 1000, "MICROSECOND": 1}


def to_seconds(clock: time) -> Decimal:
    """Seconds since midnight, six digits after the point."""
    return Decimal(clock_micros(clock)).scaleb(-6)


def _size(unit: str, function: str) -> int:
    found = _UNITS.get(unit.upper())
    if found is None:
        raise IllegalArgumentException(
            f"{unit!r} is no unit for {function}: use one of {', '.join(_UNITS)}.",
            "INVALID_PARAMETER_VALUE.TIME_UNIT",
            {"functionName": f"`{function}`", "parameter": "`unit`", "invalidValue": f"'{unit}'"},
        )
    return found


def truncated(bound: Bound) -> Callable[[str, time], time]:
    """``time_trunc``: the start of the hour, minute, second ... that a time lies in."""

    def row(unit: str, clock: time) -> time:
        size = _size(unit, "time_trunc")
        return clock_of(clock_micros(clock) // size * size)

    return row


def difference(unit: str, start: time, end: time) -> int:
    """``time_diff``: how many whole units lie between two times.

    >>> difference("minute", time(21, 30, 28), time(20, 30, 29))
    -59
    """
    micros = clock_micros(end) - clock_micros(start)
    size = _size(unit, "time_diff")
    return micros // size if micros >= 0 else -(-micros // size)
