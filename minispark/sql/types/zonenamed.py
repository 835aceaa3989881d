"""The time zone that a session's setting names."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from minispark.errors import DateTimeException

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")

SHORT_NAMES = {
    "ACT": "Australia/Darwin",
    "AET": "Australia/Sydney",
    "AGT": "America/Argentina/Buenos_Aires",
    "ART": "Africa/Cairo",
    "AST": "America/Anchorage",
    "BET": "America/Sao_Paulo",
    "BST": "Asia/Dhaka",
    "CAT": "Africa/Harare",
    "CNT": "America/St_Johns",
    "CST": "America/Chicago",
    "CTT": "Asia/Shanghai",
    "EAT": "Africa/Addis_Ababa",
    "ECT": "Europe/Paris",
    "IET": "America/Indiana/Indianapolis",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "MIT": "Pacific/Apia",
    "NET": "Asia/Yerevan",
    "NST": "Pacific/Auckland",
    "PLT": "Asia/Karachi",
    "PNT": "America/Phoenix",
    "PRT": "America/Puerto_Rico",
    "PST": "America/Los_Angeles",
    "SST": "Pacific/Guadalcanal",
    "VST": "Asia/Ho_Chi_Minh",
    "EST": "-05:00",
    "MST": "-07:00",
    "HST": "-10:00",
}
"""Java's old three-letter names."""


@lru_cache(maxsize=256)
def zone_of(name: str) -> datetime.tzinfo | None:
    """The zone that ``name`` means, a region or an offset; None for UTC.

    Raises DateTimeException for a name that means none.

    >>> zone_of("UTC"), zone_of("GMT+2"), str(zone_of("Europe/Paris"))
    (None, datetime.timezone(datetime.timedelta(seconds=7200)), 'Europe/Paris')
    """
    name = SHORT_NAMES.get(name, name)
    if name in ("UTC", "Z", "GMT", "UT", "Etc/UTC"):
        return None
    if found := _OFFSET.fullmatch(name):
        hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
        size = datetime.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        return datetime.timezone(size if found[1] == "+" else -size)
    rules = region(name)
    if rules is None:
        raise DateTimeException(
            f"there is no time zone {name!r}; name a region as Europe/Paris or an offset as +02:00",
            "INVALID_TIMEZONE",
            {"timeZone": name},
        )
    return rules


_REGION = re.compile(r"[A-Za-z][A-Za-z0-9~_+-]*(/[A-Za-z0-9~._+-]*[A-Za-z0-9~_+-])*")


@lru_cache(maxsize=1024)
def region(name: str) -> datetime.tzinfo | None:
    """The rules of a region, None for a name that is none.

    They are those of the package ``tzdata``, which Java's and DuckDB's agree with. A system's own may have been made
    otherwise: Debian's give Amsterdam an offset of its own before 1940, the others that of Brussels.

    >>> region("Europe/Amsterdam").utcoffset(datetime.datetime(1890, 1, 1)), region("Europe/Nowhere")
    (datetime.timedelta(seconds=1050), None)
    """
    import zoneinfo

    if not _REGION.fullmatch(name) or name in ("localtime", "posixrules", "Factory"):
        return None
    try:
        for place in _packaged():
            with open(f"{place}/zoneinfo/{name}", "rb") as file:
                return zoneinfo.ZoneInfo.from_file(file, name)
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1)
def _packaged() -> tuple[str, ...]:
    """The directory of ``tzdata``; none where it is not installed as files."""
    from importlib.util import find_spec
    from os.path import isdir

    spec = find_spec("tzdata")
    places = () if spec is None else spec.submodule_search_locations or ()
    return tuple(place for place in places if isdir(f"{place}/zoneinfo"))[:1]
