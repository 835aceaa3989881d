"""SQL that shows an instant as the clocks of a zone."""

from __future__ import annotations

from functools import lru_cache

from minispark.sql import types as t


def local_sql(sql: str, zone: str) -> str:
    """The local time of an instant (both TIMESTAMP): the same in UTC, shifted for an offset, by ICU for a region.

    >>> local_sql("c1", "UTC"), local_sql("c1", "+01:30")
    ('c1', '(c1 + to_seconds(5400))')
    """
    name, offset = _resolved(zone)
    if offset is not None:
        return sql if offset == 0 else f"({sql} + to_seconds({offset}))"
    return f"timezone('{name}', timezone('UTC', {sql}))"


LONGEST = 120
"""The longest SQL of an argument that is worth repeating; longer ones go to Python."""


def instant_sql(local: str, zone: str) -> str | None:
    """The instant of a local time as Java resolves it, None where only Python should.

    ICU takes the later of two instants of a time that occurs twice; the offset of the day before tells the earlier.
    """
    name, offset = _resolved(zone)
    if offset is not None:
        return local if offset == 0 else f"({local} - to_seconds({offset}))"
    if len(local) > LONGEST:
        return None
    later = f"timezone('UTC', timezone('{name}', {local}))"
    before = f"({later} - INTERVAL 1 DAY)"
    earlier = f"({local} - ({local_sql(before, zone)} - {before}))"
    return f"CASE WHEN {local_sql(earlier, zone)} = {local} THEN {earlier} ELSE {later} END"


def nearest_sql(local: str, instant: str, zone: str) -> str | None:
    """The instant of a local time with the offset that another instant has, if it has it; else as ``instant_sql``."""
    name, offset = _resolved(zone)
    otherwise = instant_sql(local, zone)
    if offset is not None or otherwise is None:
        return otherwise
    same = f"({local} - ({local_sql(instant, zone)} - {instant}))"
    return f"CASE WHEN {local_sql(same, zone)} = {local} THEN {same} ELSE {otherwise} END"


@lru_cache(maxsize=256)
def _resolved(name: str) -> tuple[str, int | None]:
    from minispark.sql.exact.zones import zone

    found = zone(name)
    return found.name, None if found.fixed is None else int(found.fixed.total_seconds())


def of_number(sql: str, kind: t.DataType) -> str:
    """The date of days, or the timestamp of microseconds, since 1970.

    >>> of_number("n", t.DateType())
    "(DATE '1970-01-01' + n)"
    """
    return f"(DATE '1970-01-01' + {sql})" if isinstance(kind, t.DateType) else f"make_timestamp({sql})"
