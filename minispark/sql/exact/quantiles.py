"""Percentiles, the mode and histograms of a group's values, nulls among them passed over."""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from typing import Any

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.counting import JavaRandom
from minispark.sql.exact.javahashes import hash_code, in_map_order
from minispark.sql.exact.keys import equality_key, order_key
from minispark.sql.exact.vectors import kind_of
from minispark.sql.types import StringType

Rank = Callable[[list[Any], list[int], float], Any]


def percentile(bound: Any) -> Callable[..., Any]:
    """``percentile(values, part or parts[, frequencies])``, between two values by their distances to it."""
    return _percentile(bound, _between)


def percentile_disc(bound: Any) -> Callable[..., Any]:
    """The first value whose rank reaches the part; by the legacy setting the last that is not beyond its position."""
    _, legacy = bound.extra
    return _percentile(bound, _before if legacy else _reaching)


def _percentile(bound: Any, rank: Rank) -> Callable[..., Any]:
    several = bound.result.simpleString().startswith("array")
    whole = bound.result.simpleString().replace("array<", "").startswith("interval")
    descending, _ = bound.extra

    def one(values: list[Any], totals: list[int], part: float) -> Any:
        found = rank(values, totals, part)
        return int(found) if whole else float(found)

    def called(items: list[Any] | None, parts: Any, counts: Any = 1) -> Any:
        pairs = _counted(items or [], counts)
        if not pairs or parts is None:
            return None
        pairs.sort(key=lambda pair: (1, 0.0) if pair[0] != pair[0] else (0, pair[0]), reverse=descending)
        totals, running = [], 0
        for _, count in pairs:
            running += count
            totals.append(running)
        values = [item for item, _ in pairs]
        return [one(values, totals, part) for part in parts] if several else one(values, totals, parts)

    return called


def _counted(items: list[Any], counts: Any) -> list[tuple[Any, int]]:
    if not isinstance(counts, list):
        counts = [counts] * len(items)
    pairs = []
    for item, count in zip(items, counts, strict=True):
        if count is not None and count < 0:
            raise IllegalArgumentException(
                f"percentile: a frequency is {count}; frequencies are not negative",
                "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION",
                {"frequencyExpression": "frequency", "negativeValue": f"{count}L"},
            )
        if item is not None and count:
            pairs.append((item, count))
    return pairs


def _between(values: list[Any], totals: list[int], part: float) -> Any:
    position = (totals[-1] - 1) * part
    lower, upper = math.floor(position), math.ceil(position)
    low = values[bisect.bisect_left(totals, lower + 1)]
    high = values[bisect.bisect_left(totals, upper + 1)]
    if lower == upper or low == high:
        return low
    return low + (high - low) * (position - lower)


def _reaching(values: list[Any], totals: list[int], part: float) -> Any:
    return values[min(bisect.bisect_left(totals, math.ceil(totals[-1] * part)), len(values) - 1)]


def _before(values: list[Any], totals: list[int], part: float) -> Any:
    return values[bisect.bisect_left(totals, math.floor((totals[-1] - 1) * part) + 1)]


def mode(bound: Any) -> Callable[..., Any]:
    """The value that occurs most often. Of several it is the least (``extra`` "least"), the largest ("largest"), or
    that which Spark's hash map comes to first."""
    dtype = bound.types[0].elementType
    same, hashed, choice = equality_key(dtype), hash_code(dtype), bound.extra
    order = order_key(dtype) if choice else None
    collated = isinstance(dtype, StringType) and not dtype.isUTF8BinaryCollation()
    as_bytes = hash_code(StringType())

    def called(items: list[Any] | None) -> Any:
        counts: dict[Any, list[Any]] = {}
        given = items or ()
        if collated:  # the first of equal texts is that which the map of all comes to first
            texts = dict.fromkeys(item for item in given if item is not None)
            for _, text in in_map_order(enumerate(texts), lambda key: as_bytes(key[1])):
                counts.setdefault(same(text), [0, text])
        for item in given:
            if item is not None:
                counts.setdefault(same(item), [0, item])[0] += 1
        if not counts:
            return None
        most = max(count for count, _ in counts.values())
        first = [item for count, item in counts.values() if count == most]
        if len(first) == 1:
            return first[0]
        if order is not None:
            return (max if choice == "largest" else min)(first, key=order)
        for _, item in in_map_order(enumerate(item for _, item in counts.values()), lambda key: hashed(key[1])):
            if counts[same(item)][0] == most:
                return item
        raise AssertionError

    return called


def histogram_numeric(bound: Any) -> Callable[..., Any]:
    """Ben-Haim and Tom-Tov's histogram as Hive makes it: ``count`` bins at most, the nearest two joined.

    Values come as doubles, and places leave as values of the type that the result's ``x`` has.
    """
    placed = _of_double(bound.result.elementType.fields[0].dataType)

    def called(items: list[Any] | None, count: int) -> Any:
        bins: list[list[float]] = []
        chance = JavaRandom(31183)
        for item in items or ():
            if item is not None:
                _added(bins, item, count, chance)
        return [{"x": placed(x), "y": y} for x, y in bins] or None

    return called


def _of_double(dtype: Any) -> Callable[[float], Any]:
    import datetime
    from decimal import ROUND_HALF_UP, Decimal

    name = kind_of(dtype)
    if name == "decimal":
        unit = Decimal(1).scaleb(-dtype.scale)
        return lambda x: Decimal(repr(x)).quantize(unit, ROUND_HALF_UP)
    if name == "date":
        return lambda x: datetime.date.fromordinal(719163 + int(x))
    if name in ("timestamp", "timestamp_ntz"):
        return lambda x: datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=int(x))
    if name == "time":
        return lambda x: (datetime.datetime.min + datetime.timedelta(microseconds=int(x) // 1000)).time()
    return float if name in ("float", "double") else int


def _added(bins: list[list[float]], item: float, count: int, chance: JavaRandom) -> None:
    """Takes an item in; of several nearest pairs one is joined by chance, by Java's numbers from Hive's seed."""
    at = bisect.bisect_left([x for x, _ in bins], item)
    if at < len(bins) and bins[at][0] == item:
        bins[at][1] += 1
        return
    bins.insert(at, [item, 1.0])
    if len(bins) <= count:
        return
    place, least, ties = 0, bins[1][0] - bins[0][0], 1
    for other_place in range(1, len(bins) - 1):
        gap = bins[other_place + 1][0] - bins[other_place][0]
        if gap < least:
            place, least, ties = other_place, gap, 1
        elif gap == least:
            ties += 1
            if chance.double() <= 1.0 / ties:
                place = other_place
    (x, y), (other, weight) = bins[place], bins[place + 1]
    total = y + weight
    bins[place : place + 2] = [[x * (y / total) + other / total * weight, total]]
