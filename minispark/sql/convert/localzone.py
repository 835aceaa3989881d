"""Zones: the one that a name means, and the one in which this Python process runs."""

from __future__ import annotations

import time
from functools import lru_cache

from minispark.sql.types.zonenamed import zone_of as zone_of


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
