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
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise DateTimeException(
            f"there is no time zone {name!r}; name a region as Europe/Paris or an offset as +02:00",
            "INVALID_TIMEZONE",
            {"timeZone": name},
        ) from None
