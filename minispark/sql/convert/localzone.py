"""Zones: the one that a name means, and the one in which this Python process runs."""

from __future__ import annotations

import datetime
import re
import time
from functools import lru_cache

from minispark.errors import DateTimeException

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?")


def local_is_utc() -> bool:
    """Whether local time is UTC, always: then naive datetimes are physical timestamps as they are."""
    return time.timezone == 0 and not time.daylight and time.tzname[0] in ("UTC", "GMT", "UCT", "Universal", "Zulu")


def local_zone() -> str:
    """The name of this machine's time zone."""
    import os

    named = os.environ.get("TZ", "").lstrip(":")
    if named:
        return named
    return _machine_zone()


@lru_cache(maxsize=1)
def _machine_zone() -> str:
    import os

    try:
        with open("/etc/timezone") as file:
            return file.read().strip() or "UTC"
    except OSError:
        link = os.path.realpath("/etc/localtime")
        return link.partition("zoneinfo/")[2] or "UTC"


@lru_cache(maxsize=256)
def zone_of(name: str) -> datetime.tzinfo | None:
    """The zone that ``name`` means, a region or an offset; None for UTC.

    Raises DateTimeException for a name that means none.

    >>> zone_of("UTC"), zone_of("GMT+2"), str(zone_of("Europe/Paris"))
    (None, datetime.timezone(datetime.timedelta(seconds=7200)), 'Europe/Paris')
    """
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
