"""Dates read by patterns of ``SimpleDateFormat``, not leniently: fields must be in range and agree with each other.

What stands behind the text that the pattern takes does not count, and blanks before a field do not either.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from minispark.sql.exact.reading import Unreadable
from minispark.sql.exact.simplepatterns import (
    Day,
    Token,
    day_of_year,
    days_of_month,
    iso_weekday,
    standard,
    tokens,
    week_of_month,
    week_of_year,
    weekday,
)
from minispark.sql.exact.words import DAYS, MONTHS, WORDS
from minispark.sql.exact.zones import Zone, find_zone, out_of_range

_ALWAYS = frozenset("ydkHmsSDFwWhKYu")
"""Letters that are numbers however often they stand there: one right behind another takes just its digits."""
_RANGES = {
    "y": (1, 292_278_994), "Y": (1, 292_278_994), "M": (1, 12), "d": (1, 31), "D": (1, 366), "F": (1, 5), "w": (1, 53),
    "W": (0, 6), "u": (1, 7), "H": (0, 23), "K": (0, 11), "m": (0, 59), "s": (0, 59), "S": (0, 999),
}  # fmt: skip
_CENTURY_AGO = 80
_GROUPS = (("d",), ("W", "u"), ("F", "u"), ("D",), ("w", "u"))
"""The fields that tell a day of a year; of several groups that which was completed last counts."""


_WORDS: dict[str, dict[int, tuple[str, ...]]] = {
    "G": {0: ("BC",), 1: ("AD",)},
    "a": {number: (name,) for number, name in WORDS["am pm", "short"].items()},
    "E": {number: (name, name[:3]) for number, name in enumerate(DAYS, 1)},
    "M": {number: (name, name[:3]) for number, name in enumerate(MONTHS, 1)},
}


def read(text: str, pattern: str, at: Zone, lenient: bool = False) -> datetime:
    """The local time in a zone that a text names; Unreadable for one that does not fit.

    ``lenient`` is how files are read (``FastDateFormat``): the 13th month is January of the next year, ``S`` are digits
    of a fraction, and fields that contradict the date do not count.

    >>> from minispark.sql.exact.zones import zone
    >>> read("17-11-2018 and more", "d-M-y", zone("UTC"))
    datetime.datetime(2018, 11, 17, 0, 0)
    """
    reader = _Reader(text, lenient)
    parts = tokens(pattern)
    for index, token in enumerate(parts):
        if len(token) == 1:
            reader.literal(token[0])
        else:
            following = parts[index + 1] if index + 1 < len(parts) else None
            reader.field(token[0], token[1], following)
    digits = sum(token[1] for token in parts if token[0] == "S" and len(token) == 2)
    local = _added_up(reader.found, digits) if lenient else _resolved(reader.found)
    if reader.offset is not None:
        if not -13 * 3600 <= reader.offset <= 14 * 3600:
            raise Unreadable(f": no zone is {reader.offset} seconds away")
        instant = local - timedelta(seconds=reader.offset)
        return at.local(instant)
    if reader.named is not None and reader.named.name != at.name:
        return at.local(reader.named.instant(local))
    if at.fixed is None and at.local(at.instant(local)) != local:
        if lenient:
            return at.local(at.instant(local))
        raise Unreadable(f": clocks skipped {local}")
    return local


class _Reader:
    """A text, the place in it, and the fields that were read."""

    def __init__(self, text: str, lenient: bool) -> None:
        self.text, self.at, self.lenient = text, 0, lenient
        self.found: dict[str, int] = {}
        self.offset: int | None = None
        self.named: Zone | None = None

    def wrong(self) -> Unreadable:
        return Unreadable(f"at index {self.at}")

    def literal(self, wanted: str) -> None:
        if not self.text.startswith(wanted, self.at):
            raise self.wrong()
        self.at += len(wanted)

    def field(self, letter: str, count: int, following: Token | None) -> None:
        while self.text[self.at : self.at + 1] in (" ", "\t"):
            self.at += 1
        if self.at >= len(self.text):
            raise self.wrong()
        if letter in "zZX":
            self.zone(letter, count)
        elif letter in "GaE" or (letter in "ML" and count > 2):
            self.word(letter)
        else:
            self.number("M" if letter == "L" else letter, count, following)

    def word(self, letter: str) -> None:
        known = _WORDS["M" if letter == "L" else letter]
        for number, names in known.items():
            for name in names:
                if self.text[self.at : self.at + len(name)].upper() == name.upper():
                    self.at += len(name)
                    self.found["u" if letter == "E" else "M" if letter == "L" else letter] = number
                    return
        raise self.wrong()

    def number(self, letter: str, count: int, following: Token | None) -> None:
        start = self.at
        tight = following is not None and len(following) == 2 and _is_number(following)
        most = start + count if tight else len(self.text)
        if tight and most > len(self.text):
            raise self.wrong()
        end = start + (self.text[start] == "-")
        while end < most and self.text[end].isdecimal():
            end += 1
        digits = self.text[start:end].removeprefix("-")
        if not digits:
            raise self.wrong()
        size = -int(digits) if self.text[start] == "-" else int(digits)
        self.at = end
        if size < 0 and following is not None and len(following) == 1 and following[0][0] == "-" and end == most:
            raise self.wrong()
        if letter in "yY" and count <= 2 and len(digits) == end - start == 2:
            size = _full_year(size)
        self.keep(letter, size)

    def keep(self, letter: str, size: int) -> None:
        if letter in "kh":
            most = 24 if letter == "k" else 12
            if not self.lenient and not 1 <= size <= most:
                raise self.wrong()
            letter, size = ("H" if letter == "k" else "K"), 0 if size == most else size
        self.found.pop(letter, None)  # the latest field counts
        self.found[letter] = size

    def zone(self, letter: str, count: int) -> None:
        char = self.text[self.at]
        if letter == "X":
            if char == "Z":
                self.offset, self.at = 0, self.at + 1
            elif char in "+-":
                self.numeric(char, count, count == 3)
            else:
                raise self.wrong()
        elif char in "+-":
            self.numeric(char, 0, False)
        elif self.text[self.at : self.at + 3].upper() == "GMT":
            self.at += 3
            sign = self.text[self.at : self.at + 1]
            if sign and sign in "+-":
                self.numeric(sign, 0, True)
            else:
                self.offset = 0
        else:
            self.zone_name()

    def numeric(self, sign: str, count: int, colon: bool) -> None:
        """The hours, and minutes, behind a sign."""
        at = self.at + 1
        width = self.digits(at, 2)
        if width == 0 or (width == 1 and (count > 0 or not colon)):
            raise self.wrong()
        hours, at, minutes = int(self.text[at : at + width]), at + width, 0
        if count != 1:
            if colon:
                if self.text[at : at + 1] != ":":
                    raise self.wrong()
                at += 1
            if self.digits(at, 2) < 2:
                raise self.wrong()
            minutes, at = int(self.text[at : at + 2]), at + 2
        if hours > 23 or minutes > 59:
            raise self.wrong()
        size = hours * 3600 + minutes * 60
        self.offset, self.at = (-size if sign == "-" else size), at

    def digits(self, at: int, most: int) -> int:
        count = 0
        while count < most and self.text[at + count : at + count + 1].isdecimal():
            count += 1
        return count

    def zone_name(self) -> None:
        """A zone's abbreviation or full name; that of summer time has its offset whatever the day."""
        known = _names()
        for end in range(len(self.text), self.at, -1):
            found = known.get(self.text[self.at : end].upper())
            zone = None if found is None else find_zone(found[0])
            if found is not None and zone is not None:
                self.at = end
                if found[1] is None:
                    self.named = zone
                else:
                    self.offset = int(standard(zone).total_seconds()) + (3600 if found[1] else 0)
                return
        raise self.wrong()


def _is_number(token: Token) -> bool:
    letter, count = token[0], token[-1]
    return letter in _ALWAYS or (letter in "ML" and isinstance(count, int) and count <= 2)


def _full_year(two_digits: int) -> int:
    """The year that two digits mean: within 80 years before and 20 after today."""
    first = datetime.now().year - _CENTURY_AGO
    found = first - first % 100 + two_digits
    return found if found >= first else found + 100


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, bool | None]]:
    """By name in capitals: a zone, and whether the name is that of summer time (None: of either season)."""
    from minispark.sql.exact.zonenames import zone_names, zones_by_abbreviation, zones_by_full_name

    found: dict[str, tuple[str, bool | None]] = {}
    for known, style in ((zones_by_full_name(), 1), (zones_by_abbreviation(), 0)):
        for name, zone in known.items():
            usual, summer = (zone_names().get(zone, ("",) * 6)[index].lower() for index in (style, 2 + style))
            found[name.upper()] = zone, None if usual == summer or name not in (usual, summer) else name == summer
    return {"UTC": ("UTC", None), **found}


# --- fields to a date and time ---------------------------------------------------------------------------------------


def _resolved(found: dict[str, int]) -> datetime:
    for letter, size in found.items():
        least, most = _RANGES.get(letter, (0, 1))
        if not least <= size <= most:
            raise Unreadable(f": {size} is out of range")
    day = _date(found)
    for letter, actual in (
        ("d", day[2]),
        ("M", day[1]),
        ("D", day_of_year(day)),
    ):
        if found.get(letter, actual) != actual:
            raise Unreadable(f": {found[letter]} contradicts the date")
    # the fields of the calendar of old are kept where the new one is used; a 29 February that it lacks is the next day
    whole = date(day[0], day[1], 1) + timedelta(day[2] - 1)
    for letter, actual in (
        ("u", iso_weekday(day)),
        ("F", (day[2] - 1) // 7 + 1),
        ("W", week_of_month(whole)),
        ("w", week_of_year(whole)[1]),
    ):
        if found.get(letter, actual) != actual:
            raise Unreadable(f": {found[letter]} contradicts the date")
    hour = _hour(found)
    return datetime(whole.year, whole.month, whole.day, hour, found.get("m", 0), found.get("s", 0)) + timedelta(
        milliseconds=found.get("S", 0)
    )


def _added_up(found: dict[str, int], digits: int) -> datetime:
    """The fields as numbers of units to be added up, whatever their size."""
    year, month = divmod(found.get("y", 1970) * 12 + found.get("M", 1) - 1, 12)
    if found.get("G") == 0 or not 1 <= year <= 9999:
        raise out_of_range(f"a date of the year {year}")
    tame = {letter: size for letter, size in found.items() if letter not in "yMdD"} | {"y": year, "M": month + 1}
    day = found.get("d") if "d" in found else None
    if "D" in found and day is None:
        start, days = date(year, 1, 1), found["D"] - 1
    elif day is None and {"W", "F", "w", "u", "Y"} & found.keys():
        start, days = date(*_date(tame)), 0
    else:
        start, days = date(year, month + 1, 1), (day or 1) - 1
        if (year, month + 1) == (1582, 10) and days > 3:
            days += 10
    half = found.get("K", 0) + 12 * found.get("a", 0)
    micros = found.get("S", 0) * 10**6 // 10**digits if digits else 0
    span = timedelta(days, found.get("s", 0), micros, 0, found.get("m", 0), found.get("H", half))
    try:
        return datetime(start.year, start.month, start.day) + span
    except OverflowError:
        raise out_of_range(f"a date {days} days after {start}") from None


def _hour(found: dict[str, int]) -> int:
    half = found.get("K", 0) + 12 * found.get("a", 0)
    hour = found.get("H", half)
    if found.get("K", hour % 12) != hour % 12 or found.get("a", hour // 12) != hour // 12:
        raise Unreadable(": two hours contradict each other")
    return hour


def _date(found: dict[str, int]) -> Day:
    """Year, month and day; what was read last decides between days of months, of years and of weeks."""
    year = found.get("y", 1970)
    if found.get("G") == 0:
        year = 1 - year
    if not 1 <= year <= 9999:
        raise out_of_range(f"a date of the year {year}")
    if "Y" in found and "y" not in found:
        start = date(found["Y"], 1, 1)
        start -= timedelta(weekday(start))
        day = start + timedelta(7 * (found.get("w", 1) - 1) + found.get("u", 7) % 7)
        return day.year, day.month, day.day
    order = {letter: place for place, letter in enumerate(found)}
    ranked = [(max(order[one] for one in letters), letters) for letters in _GROUPS if order.keys() >= {*letters}]
    alone = sorted((order[letter], letter) for letter in "WFuw" if letter in order)
    return _chosen(max(ranked)[1] if ranked else (alone[-1][1],) if alone else ("d",), year, found)


def _chosen(letters: tuple[str, ...], year: int, found: dict[str, int]) -> Day:
    month, dow = found.get("M", 1), found.get("u", 7) % 7
    first = date(year, month, 1)
    if letters == ("d",):
        day = found.get("d", 1)
        if day > days_of_month(year, month) or (1582, 10, 5) <= (year, month, day) < (1582, 10, 15):
            raise Unreadable(f": the month has no day {day}")
        return year, month, day
    if letters == ("D",):
        made = date(year, 1, 1) + timedelta(found["D"] - 1)
    elif letters[0] == "w":
        start = date(year, 1, 1)
        made = start + timedelta(7 * (found["w"] - 1) + dow - weekday(start))
    elif letters[0] == "W":
        made = first + timedelta(7 * (found["W"] - 1) + dow - weekday(first))
    else:
        made = first + timedelta((dow - weekday(first)) % 7 + 7 * (found.get("F", 1) - 1))
    if made.year != year or (letters[0] in "WF" and "M" in found and made.month != month):
        raise Unreadable(": there is no such day in the year")
    return made.year, made.month, made.day
