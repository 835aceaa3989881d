"""Exact functions for dates and times in years that Python's own types do not reach.

A twin takes and gives numbers, days or microseconds since 1970, where its function takes and gives dates and
timestamps; ``fused/exacts.py`` calls it when the function itself meets a year before 1 or after 9999.

Most functions know nothing of the year: they are called with a year that stands in for it, some multiple of 400 years
away, where the calendar, the week and summer time are the same, and what they give is moved back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import ArithmeticException
from minispark.sql import types as t
from minispark.sql.convert.timetext import civil
from minispark.sql.exact import calendar, far, patterncalls, printing, spans
from minispark.sql.exact.calendar import EPOCH
from minispark.sql.exact.interval_text import SIZES, fits
from minispark.sql.exact.zones import Zone, out_of_range, zone

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Row = Callable[..., Any]
_CYCLE_DAYS = 146_097
_CYCLE = _CYCLE_DAYS * SIZES[0]
_MICRO = timedelta(microseconds=1)
_NEVER = (1 << 63) - 1
NEVER = (_NEVER, -_NEVER)
"""These numbers of microseconds are DuckDB's infinities."""


def is_moment(kind: t.DataType) -> bool:
    """Whether values of a type are numbers to a twin."""
    return isinstance(kind, (t.DateType, t.TimestampType, t.TimestampNTZType))


def takes_numbers(path: str) -> bool:
    """Whether a function takes numbers in place of dates and timestamps at any depth, and gives them back so."""
    return path in _NUMBERED


def twin(path: str, bound: Bound, row: Row) -> Row | None:
    """The twin of a function that was made as ``row``; None if it has none."""
    if path in _SHIFTED:
        return _shifted(row, bound)
    made = _TWINS.get(path)
    return None if made is None else made(bound, row)


def numbers_of(kind: t.DataType) -> Callable[[Any], Any]:
    """What a function gives, with numbers for dates and timestamps."""
    if not is_moment(kind) and not (isinstance(kind, t.ArrayType) and is_moment(kind.elementType)):
        return lambda found: found
    return lambda found: _back(found, 0, kind)


# --- zones and sums in any year --------------------------------------------------------------------------------------


def near(micros: int) -> datetime:
    """The same time of a year from 770 to 1170 or from 2370 to 2770, multiples of 400 years away."""
    return EPOCH + timedelta(microseconds=micros % _CYCLE + (_CYCLE if micros > 0 else -3 * _CYCLE))


def _inside(micros: int) -> datetime | None:
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        return None


def offset_at(micros: int, at: Zone) -> int:
    """How many microseconds the clocks of a zone are ahead at an instant."""
    return at.offset(_inside(micros) or near(micros)) // _MICRO


def local_offset_at(local: int, at: Zone) -> int:
    """The offset that a local time is read with."""
    return at.local_offset(_inside(local) or near(local)) // _MICRO


def instant_of(local: int, at: Zone) -> int:
    """The instant of a local time."""
    return _long(local - local_offset_at(local, at))


def days_of(year: int, month: int, day: int) -> int:
    """Days since 1970 of a date in any year.

    >>> days_of(10000, 1, 1), days_of(0, 2, 29)
    (2932897, -719469)
    """
    cycles, rest = divmod(year - 2000, 400)
    return far.day_number(date(2000 + rest, month, day)) + cycles * _CYCLE_DAYS


def plus_months(days: int, months: int) -> int:
    """So many months later, on the month's last day where it has no such day.

    >>> plus_months(days_of(20000, 1, 31), 1) - days_of(20000, 2, 1)
    28
    """
    year, month, day = civil(days)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    return days_of(year, month + 1, min(day, calendar.days_of_month(2000 + year % 400, month + 1)))


def plus(micros: int, months: int, days: int, span: int, at: Zone) -> int:
    """An instant plus months and days as a zone's clocks count them, and a span that they do not see."""
    if months or days:
        offset = offset_at(micros, at)
        day, clock = divmod(micros + offset, SIZES[0])
        local = (plus_months(day, months) + days) * SIZES[0] + clock
        same = at.fixed is None and offset_at(local - offset, at) == offset
        micros = local - offset if same else instant_of(local, at)
    return _long(micros + span)


def _long(number: int) -> int:
    if fits(number, 64):
        return number
    raise ArithmeticException("long overflow: the timestamp lies beyond the years that Spark has.", None, {})


def _day(number: int) -> int:
    if fits(number, 32):
        return number
    raise ArithmeticException(
        "The date lies beyond the years that Spark has.",
        "ARITHMETIC_OVERFLOW",
        {"message": "overflow", "alternative": "", "config": '"spark.sql.ansi.enabled"'},
    )


# --- twins -----------------------------------------------------------------------------------------------------------


def _shifted(row: Row, bound: Bound) -> Row:
    """The function itself, with all moments moved by as many cycles as the first needs."""
    places = [(index, isinstance(kind, t.DateType)) for index, kind in enumerate(bound.types) if is_moment(kind)]
    result = bound.result

    def shifted(*args: Any) -> Any:
        first, is_day = places[0]
        size = _CYCLE_DAYS if is_day else _CYCLE
        number = args[first]
        cycles = number // size - (1 if number > 0 else -3)
        moved = list(args)
        for index, day in places:
            here = args[index] - cycles * (_CYCLE_DAYS if day else _CYCLE)
            moved[index] = date.fromordinal(here + 719_163) if day else EPOCH + timedelta(microseconds=here)
        return _back(row(*moved), cycles, result)

    return shifted


def _back(found: Any, cycles: int, kind: t.DataType) -> Any:
    if found is None:
        return None
    if isinstance(kind, t.ArrayType):
        return [_back(item, cycles, kind.elementType) for item in found]
    if isinstance(kind, t.DateType):
        return _day(far.number_of(found) + cycles * _CYCLE_DAYS)
    return _long(far.number_of(found) + cycles * _CYCLE) if is_moment(kind) else found


def _moved(sign: int) -> Callable[[Bound, Row], Row | None]:
    def made(bound: Bound, _: Row) -> Row | None:
        moment, span = bound.types
        if isinstance(moment, t.TimeType):
            return None
        split = spans.splitter(span, sign)
        if isinstance(bound.result, t.DateType):

            def on_days(day: int, interval: Any) -> int:
                months, days, micros = split(interval)
                spans.check_whole_days(micros, bound.settings.ansi)
                return _day(plus_months(day, months) + days + micros // SIZES[0])

            return on_days
        at = spans.zone_of(moment, bound)
        if isinstance(moment, t.DateType):
            return lambda day, interval: plus(instant_of(day * SIZES[0], at), *split(interval), at)
        return lambda micros, interval: plus(micros, *split(interval), at)

    return made


def _timestampadd(bound: Bound, _: Row) -> Row:
    at = spans.zone_of(bound.types[2], bound)

    def row(name: str, amount: int, micros: int) -> int:
        try:
            return plus(micros, *spans.unit_parts(name, amount), at)
        except (ArithmeticException, OverflowError):
            raise out_of_range(f"{micros} microseconds since 1970 plus {amount} {name}") from None

    return row


def _months_between(bound: Bound, row: Row) -> Row:
    """Months between two instants: those of whole cycles are counted, the rest is measured."""

    def measured(one: int, other: int, *rest: Any) -> float:
        cycles = [number // _CYCLE - (1 if number > 0 else -3) for number in (one, other)]
        months: float = row(near(one), near(other), *rest)
        return months + (cycles[0] - cycles[1]) * 4800

    return measured


def _timestampdiff(bound: Bound, _: Row) -> Row:
    at = spans.zone_of(bound.types[1], bound)

    def row(name: str, start: int, end: int) -> int:
        first, last = start + offset_at(start, at), end + offset_at(end, at)
        size = spans.fixed_size(name)
        if size is not None:
            return _toward_zero(last - first, size)
        months = _months(last) - _months(first)
        short = _into_month(last) < _into_month(first) if last >= first else _into_month(last) > _into_month(first)
        months -= short if last >= first else -short
        return _toward_zero(months, spans.months_of(name))

    return row


def _months(local: int) -> int:
    year, month, _ = civil(local // SIZES[0])
    return year * 12 + month


def _into_month(local: int) -> tuple[int, int]:
    days, clock = divmod(local, SIZES[0])
    return civil(days)[2], clock


def _toward_zero(number: int, size: int) -> int:
    return number // size if number >= 0 else -(-number // size)


def _made_date(bound: Bound, row: Row) -> Row:
    """``make_date`` and ``make_timestamp`` of parts: the year is moved, others are shifted as they are."""
    if not isinstance(bound.types[0], t.IntegerType):
        return _shifted(row, bound)

    def made(year: int, *parts: Any) -> Any:
        if abs(year) > 999_999_999:
            raise calendar.out_of_bounds("Year", year, -999_999_999, 999_999_999)
        cycles = (year - (2400 if year > 1000 else 400)) // 400
        return _back(row(year - cycles * 400, *parts), cycles, bound.result)

    return made


def _counted(size: int) -> Callable[[Bound, Row], Row]:
    """A count of a unit since 1970."""

    def made(bound: Bound, _: Row) -> Row:
        def row(count: Any) -> int:
            micros = int(count * size) if isinstance(count, float) else int(Decimal(count) * size)
            if abs(micros) == _NEVER or not fits(micros, 64):
                raise out_of_range(f"the timestamp of {micros} microseconds since 1970")
            return micros

        return row

    return made


def _cast(bound: Bound, row: Row) -> Row | None:
    """Numbers to timestamps, and the shifts between dates, local times and instants."""
    source, target = bound.types[0], bound.result
    if is_moment(source) and is_moment(target):
        return _shifted(row, bound)
    if isinstance(source, t.NumericType) and is_moment(target):
        return _counted(1_000_000)(bound, row)
    return None


def _written(bound: Bound, _: Row) -> Row:
    at = zone(bound.settings.zone)
    return lambda micros, pattern: text(micros, pattern, at)


def _from_unixtime(bound: Bound, _: Row) -> Row:
    at = zone(bound.settings.zone)

    def row(seconds: int, pattern: str = patterncalls.DEFAULT) -> str:
        micros = (seconds * 1_000_000 + (1 << 63)) % (1 << 64) - (1 << 63)
        return text(micros // 1_000_000 * 1_000_000, pattern, at)

    return row


def text(micros: int, pattern: str, at: Zone) -> str:
    """An instant as the clocks of a zone show it, written by a pattern."""
    offset = offset_at(micros, at)
    local = micros + offset
    cycles = local // _CYCLE - (1 if local > 0 else -3)
    shown: Any = _Local(EPOCH + timedelta(microseconds=local - cycles * _CYCLE), cycles)
    return printing.format_moment(shown, pattern, at, timedelta(microseconds=offset))


class _Local:
    """A local time, of which the year alone is not the stand-in's."""

    def __init__(self, stand_in: datetime, cycles: int) -> None:
        self._stand_in = stand_in
        self._cycles = cycles
        self.year = stand_in.year + 400 * cycles

    def toordinal(self) -> int:
        return self._stand_in.toordinal() + self._cycles * _CYCLE_DAYS

    def replace(self, fold: int) -> datetime:
        return self._stand_in.replace(fold=fold)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stand_in, name)


_SHIFTED = frozenset(
    {
        "calendar:trunc_date",
        "calendar:trunc_timestamp",
        "calendar:next_day",
        "patterncalls:shift_zone",
        "patterncalls:shift_utc",
        "patterncalls:convert_timezone",
        "sequences:sequence",
    }
)
_NUMBERED = frozenset(
    {
        "anycasts:cast",
        "arrays:array_distinct", "arrays:array_except", "arrays:array_intersect", "arrays:array_max",
        "arrays:array_min", "arrays:array_sort", "arrays:array_union", "arrays:arrays_overlap", "arrays:shuffle",
        "arrays:sort_array", "collecting:collect_set", "collecting:collect_union", "collecting:largest",
        "csvs:to_csv", "extremes:extremes", "extremes:last_extreme", "jsonwriting:to_json", "maps:sorted_maps",
        "quantiles:mode", "xmlwriting:to_xml",
    }
)  # fmt: skip
"""Functions to which a value is what it is, or that write it as text."""
_TWINS: dict[str, Callable[[Bound, Row], Row | None]] = {
    "spans:add_interval": _moved(1),
    "spans:subtract_interval": _moved(-1),
    "spans:timestampadd": _timestampadd,
    "spans:timestampdiff": _timestampdiff,
    "calendar:months_between_in": _months_between,
    "making:make_date": _made_date,
    "making:make_timestamp": _made_date,
    "making:timestamp_seconds": _counted(1_000_000),
    "making:timestamp_millis": _counted(1000),
    "making:timestamp_micros": _counted(1),
    "anycasts:cast": _cast,
    "patterncalls:date_format": _written,
    "patterncalls:from_unixtime": _from_unixtime,
}
