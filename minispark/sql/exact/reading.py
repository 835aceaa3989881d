"""Dates and times read by a pattern: ``to_date``, ``to_timestamp``, ``to_time``, ``unix_timestamp`` with a format.

Reading is strict, as Java's: every digit and word of the pattern must be there, and nothing may be left over. What the
pattern does not ask for is 1970-01-01 00:00:00.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from minispark.sql.exact import patterns
from minispark.sql.exact.words import MONTHS, WORDS
from minispark.sql.exact.zones import Zone, find_zone, offset_text, out_of_range

Fields = dict[str, int]


class Unreadable(Exception):
    """Text does not fit its pattern; the message says where or why, ``alone`` whether it needs no other words."""

    def __init__(self, why: str, alone: bool = False) -> None:
        super().__init__(why)
        self.alone = alone

    def told(self, text: str) -> str:
        """What Java says of a text."""
        why = str(self)
        return why if self.alone else f"Text '{text}' could not be parsed{'' if why[0] in ':,' else ' '}{why}"


def read_instant(text: str, pattern: str, zone: Zone) -> datetime:
    """The instant that a text names, in ``zone`` unless the text has its own; Unreadable if it does not fit.

    >>> from minispark.sql.exact.zones import zone
    >>> read_instant("1 Jul 2024 12:00 AM +0200", "d MMM yyyy h:mm a Z", zone("UTC"))
    datetime.datetime(2024, 6, 30, 22, 0)
    """
    fields, named = _read(text, pattern)
    return (named or zone).instant(datetime.combine(_date(fields, text), _time(fields, text)))


def read_local(text: str, pattern: str) -> datetime:
    """The local time that a text names; its zone, if it has one, is read and left out of account."""
    fields, _ = _read(text, pattern)
    return datetime.combine(_date(fields, text), _time(fields, text))


def read_clock(text: str, pattern: str) -> time:
    """The time of day that a text names.

    >>> read_clock("1:30 PM", "h:mm a")
    datetime.time(13, 30)
    """
    fields, _ = _read(text, pattern)
    return _time(fields, text)


def check_pattern(pattern: str) -> None:
    """Raise Spark's error for a pattern that cannot be read by, before there is a text."""
    patterns.compile_pattern(pattern, True)


def _read(text: str, pattern: str, local: bool = False) -> tuple[Fields, Zone | None]:
    reader = _Reader(text)
    end = reader.sequence(patterns.compile_pattern(pattern, True, local), 0)
    if end < 0:
        raise Unreadable(f"at index {~end}")
    if end < len(text):
        raise Unreadable(f", unparsed text found at index {end}")
    return reader.fields, reader.zone()


class _Reader:
    """The state of reading one text. A step returns the position behind it, or the complement of where it failed."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fields: Fields = {}
        self.named: Zone | None = None
        self.offset: int | None = None

    def zone(self) -> Zone | None:
        """The zone of the text; a region counts more than an offset."""
        if self.named is None and self.offset is not None:
            return find_zone(offset_text(self.offset))
        return self.named

    def sequence(self, parts: tuple[patterns.Part, ...], at: int) -> int:
        for part in parts:
            at = self.part(part, at)
            if at < 0:
                break
        return at

    def part(self, part: patterns.Part, at: int) -> int:
        match part:
            case patterns.Literal(text):
                end = at + len(text)
                return end if _same(self.text[at:end], text) else ~at
            case patterns.Optional(parts):
                kept = dict(self.fields), self.named, self.offset
                end = self.sequence(parts, at)
                if end < 0:
                    self.fields, self.named, self.offset = kept
                    return at
                return end
            case patterns.Number() | patterns.TwoDigitYear():
                return self.number(part, at)
            case patterns.Fraction(least, most):
                return self.fraction(least, most, at)
            case patterns.Text(field, style):
                return self.word(field, style, at)
            case patterns.Offset(form, zero):
                return self.offset_part(form, zero, at)
            case patterns.GmtOffset(full):
                return self.gmt_offset(full, at)
            case patterns.ZoneId():
                return self.zone_id(at)
            case patterns.ZoneName(full, _):
                return self.zone_name(full, at)

    def put(self, field: str, number: int, start: int, end: int) -> int:
        """Keep a field's value; it must not contradict one that is there."""
        return end if self.fields.setdefault(field, number) == number else ~start

    def number(self, part: patterns.Number | patterns.TwoDigitYear, start: int) -> int:
        two_digits = isinstance(part, patterns.TwoDigitYear)
        least, most = (2, 2) if isinstance(part, patterns.TwoDigitYear) else (part.least, part.most)
        style = patterns.NOT_NEGATIVE if isinstance(part, patterns.TwoDigitYear) else part.sign
        at = start
        sign = self.text[at : at + 1]
        if sign in ("+", "-") and sign:
            if style == patterns.NOT_NEGATIVE or (sign == "+" and style == patterns.NORMAL):
                return ~start
            at += 1
        count = self.digits(at, most + part.following)
        if part.following and count >= least:
            count = self.digits(at, max(least, count - part.following))
        if count < least:
            return ~at
        number = int(self.text[at : at + count])
        if sign == "-":
            if number == 0:
                return ~(at - 1)
            number = -number
        elif style == patterns.EXCEEDS_PAD:
            if sign == "+" and count <= least:
                return ~(at - 1)
            if sign != "+" and count > least:
                return ~start
        if two_digits:
            number += 2000
        return self.put(part.field, number, start, at + count)

    def digits(self, at: int, most: int) -> int:
        """How many digits stand at a position, up to a limit."""
        text, count = self.text, 0
        while count < most and at + count < len(text) and text[at + count] in "0123456789":
            count += 1
        return count

    def fraction(self, least: int, most: int, at: int) -> int:
        count = self.digits(at, most)
        if count < least:
            return ~at
        return self.put("nano", int(self.text[at : at + count].ljust(9, "0")), at, at + count)

    def word(self, field: str, style: str, at: int) -> int:
        for number, word in sorted(WORDS[field, style].items(), key=lambda item: -len(item[1])):
            if _same(self.text[at : at + len(word)], word):
                return self.put(field, number, at, at + len(word))
        return ~at

    def put_offset(self, seconds: int, start: int, end: int) -> int:
        if abs(seconds) > 18 * 3600 or (self.offset is not None and self.offset != seconds):
            return ~start
        self.offset = seconds
        return end

    def offset_part(self, form: str, zero: str, at: int) -> int:
        if _same(self.text[at : at + len(zero)], zero):
            return self.put_offset(0, at, at + len(zero))
        sign = self.text[at : at + 1]
        if sign not in ("+", "-") or not sign:
            return ~at
        numbers: list[int] = []
        end = at + 1
        for index, wanted in enumerate((True, "MM" in form, False)):
            if index == 2 and "ss" not in form:
                break
            next_end = self.two_digits(end, ":" in form and index > 0, numbers)
            if next_end < 0:
                if wanted:
                    return ~at
                break
            end = next_end
        hours, minutes, seconds = (*numbers, 0, 0)[:3]
        size = hours * 3600 + minutes * 60 + seconds
        return self.put_offset(-size if sign == "-" else size, at, end)

    def two_digits(self, at: int, colon: bool, numbers: list[int]) -> int:
        if colon:
            if self.text[at : at + 1] != ":":
                return -1
            at += 1
        if self.digits(at, 2) < 2 or int(self.text[at : at + 2]) > 59:
            return -1
        numbers.append(int(self.text[at : at + 2]))
        return at + 2

    def gmt_offset(self, full: bool, start: int) -> int:
        if not _same(self.text[start : start + 3], "GMT"):
            return ~start
        at = start + 3
        sign = self.text[at : at + 1]
        if sign not in ("+", "-") or not sign:
            return self.put_offset(0, start, at)
        width = self.digits(at + 1, 2)
        if width == 0 or (full and width < 2):
            return ~start
        size, end = int(self.text[at + 1 : at + 1 + width]) * 3600, at + 1 + width
        numbers: list[int] = []
        for scale in (60, 1):
            next_end = self.two_digits(end, True, numbers)
            if next_end < 0:
                if full and scale == 60:
                    return ~start
                break
            size, end = size + numbers[-1] * scale, next_end
        return self.put_offset(-size if sign == "-" else size, start, end)

    def put_zone(self, zone: Zone, start: int, end: int) -> int:
        if self.named is not None and self.named.name != zone.name:
            return ~start
        self.named = zone
        return end

    def zone_id(self, at: int) -> int:
        """An offset, ``UTC``, ``GMT`` or ``UT`` with or without one, or the longest region that stands here."""
        if self.text[at : at + 1] in ("+", "-") and at < len(self.text):
            return self.zone_offset("", at, at)
        for prefix in ("UTC", "GMT", "UT"):
            end = at + len(prefix)
            if self.text[at:end].upper() == prefix and not self.text[end : end + 1].isalnum():
                return self.zone_offset(prefix, at, end)
        return self.region(at)

    def zone_offset(self, prefix: str, start: int, at: int) -> int:
        before = self.offset
        self.offset = None
        end = (
            self.offset_part("+HH:MM:ss", "Z", at)
            if self.text[at : at + 1] in ("+", "-") and at < len(self.text)
            else ~at
        )
        seconds, self.offset = self.offset, before
        if end < 0:
            zone = find_zone(prefix) if prefix else None
            return ~start if zone is None else self.put_zone(zone, start, at)
        zone = find_zone(prefix + offset_text(seconds or 0).replace("Z", "+00:00"))
        return ~start if zone is None else self.put_zone(zone, start, end)

    def region(self, at: int) -> int:
        known = _regions()
        for end in range(len(self.text), at, -1):
            name = known.get(self.text[at:end].lower())
            zone = find_zone(name) if name else None
            if zone is not None:
                return self.put_zone(zone, at, end)
        return ~at

    def zone_name(self, full: bool, at: int) -> int:
        from minispark.sql.exact.zonenames import zones_by_abbreviation, zones_by_full_name

        known = zones_by_full_name() if full else zones_by_abbreviation()
        for end in range(len(self.text), at, -1):
            name = known.get(self.text[at:end].lower())
            zone = find_zone(name) if name else None
            if zone is not None:
                return self.put_zone(zone, at, end)
        return self.zone_id(at)


def _same(found: str, wanted: str) -> bool:
    return found == wanted or found.lower() == wanted.lower()


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    from zoneinfo import available_timezones

    return {name.lower(): name for name in available_timezones()} | {"z": "Z"}


def _date(fields: Fields, text: str) -> date:
    """The date of the fields that were read; those that say the same twice must agree."""
    year = _year(fields)
    if "modified julian day" in fields:
        found = date(1858, 11, 17) + timedelta(fields["modified julian day"])
    else:
        if not 1 <= year <= 9999:
            _valid_date(2000 + year % 400, fields)
            raise out_of_range(f"the date of {text!r}")
        found = _valid_date(year, fields)
    for field, actual in (
        ("year", found.year),
        ("month", found.month),
        ("day", found.day),
        ("day of year", found.timetuple().tm_yday),
    ):
        if fields.get(field, actual) != actual:
            raise Unreadable(f": the {field} {fields[field]} contradicts the date {found}")
    return found


def read_micros(text: str, pattern: str, zone: Zone | None, local: bool = False) -> int:
    """Microseconds since 1970 of what a text names, in any year: in a zone, or as clocks show it without one.

    ``local`` says that a timestamp without a zone is meant.
    """
    from minispark.sql.exact import far

    fields, named = _read(text, pattern, local)
    year = _year(fields)
    inside = 1 <= year <= 9999 or "modified julian day" in fields
    if not inside:
        fields = {name: item for name, item in fields.items() if name not in ("era", "year of era")}
        fields["year"] = far.stand_in(year)[0]
    day, clock = _date(fields, text), _time(fields, text)
    return far.micros(day, clock, day.year if inside else year, None if zone is None else named or zone)


def _year(fields: Fields) -> int:
    if "year of era" in fields and "era" in fields:
        size = fields["year of era"]
        return size if fields["era"] == 1 else 1 - size
    return fields.get("year", 1970)


def _valid_date(year: int, fields: Fields) -> date:
    month, day = fields.get("month", 1), fields.get("day", 1)
    if "day of year" in fields and not ("month" in fields and "day" in fields):
        found = date(year, 1, 1) + timedelta(fields["day of year"] - 1)
        if found.year != year:
            raise _no_date(fields, f"Invalid date 'DayOfYear {fields['day of year']}' as '{year}' is not a leap year")
        return found
    for name, number, least, most in (("MonthOfYear", month, 1, "12"), ("DayOfMonth", day, 1, "28/31")):
        if not least <= number <= int(most[-2:]):
            raise _no_date(fields, f"Invalid value for {name} (valid values {least} - {most}): {number}")
    try:
        return date(year, month, day)
    except ValueError:
        leap = (month, day) == (2, 29)
        what = f"February 29' as '{year}' is not a leap year" if leap else f"{MONTHS[month - 1].upper()} {day}'"
        raise _no_date(fields, f"Invalid date '{what}") from None


def _no_date(fields: Fields, why: str) -> Unreadable:
    """Java reads a date of a text with a year, Spark makes one of others."""
    alone = "year" not in fields
    return Unreadable(why if alone else f": {why}", alone)


_LIMITS = {
    "hour": ("HourOfDay", 0, 23), "clock hour": ("ClockHourOfDay", 1, 24), "half day hour": ("HourOfAmPm", 0, 11),
    "half day clock hour": ("ClockHourOfAmPm", 1, 12), "minute": ("MinuteOfHour", 0, 59),
    "second": ("SecondOfMinute", 0, 59),
}  # fmt: skip
"""For each field of a clock its name in Java, its least and its largest value."""


def _time(fields: Fields, text: str) -> time:
    for field, (name, least, most) in _LIMITS.items():
        if not least <= fields.get(field, least) <= most:
            raise Unreadable(f": Invalid value for {name} (valid values {least} - {most}): {fields[field]}")
    return time(_hour(fields), fields.get("minute", 0), fields.get("second", 0), fields.get("nano", 0) // 1000)


def _hour(fields: Fields) -> int:
    hours = {fields["hour"]} if "hour" in fields else set()
    if "clock hour" in fields:
        hours.add(fields["clock hour"] % 24)
    halves = {fields["half day hour"]} if "half day hour" in fields else set()
    if "half day clock hour" in fields:
        halves.add(fields["half day clock hour"] % 12)
    if len(halves) > 1:
        raise Unreadable(": two hours contradict each other")
    afternoon = fields.get("am pm")
    if halves and afternoon is not None:
        hours.add(12 * afternoon + halves.pop())
    if len(hours) > 1:
        raise Unreadable(": two hours contradict each other")
    if hours:
        hour = hours.pop()
        if afternoon not in (None, hour // 12) or (halves and halves != {hour % 12}):
            raise Unreadable(f": the hour {hour} contradicts AM or PM")
        return hour
    return halves.pop() if halves else 12 * (afternoon or 0)
