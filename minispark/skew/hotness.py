"""Which of the heavy keys are hot: those that stand out from the others, and matter to the reducers."""

from __future__ import annotations

from math import sqrt

from minispark.engine.core.loads import KEY_SHARE_MIN, KeyLoad, ShuffleLoads
from minispark.engine.core.values import value

SHARE_MIN, SHARE_MAX = 0.01, 0.04
"""A key is named from this share on: the smaller one where so small a key fills a reducer, as there are many."""
RECORDS_FACTOR = 1.5
BYTES_FACTOR = 3.0
"""So many times what a typical key has. Sizes of values vary more than numbers of records."""
CROWD_MIN = 10
"""Fewer records under one key are no crowd."""
REST_MAX = 0.1
"""With more than this share of everything among them, keys that are not known are taken for the typical ones."""
LARGE_FACTOR = 2.0
"""A key that its bytes alone make hot has records so many times as large as the mean."""
DEVIATIONS = 3.0
"""Keys drawn at random differ by so many standard deviations of their number."""


@value
class HotLoad:
    """A key that much of one side of a shuffle belongs to. Shares are those of this side.

    ``records`` and ``bytes`` are what travels; ``met_share`` is its share of the records before those of one key were
    combined on the map side. ``name`` is its repr, shortened; ``reducer`` is -1 where a sort decides. ``side`` is 0,
    or which side of a join it is.
    """

    name: str
    records: int
    bytes: int
    records_share: float
    bytes_share: float
    met_share: float
    reducer: int
    side: int = 0

    @property
    def share(self) -> float:
        """The larger share of what travels."""
        return max(self.records_share, self.bytes_share)


def hot_keys(loads: ShuffleLoads, reducers: int, side: int = 0) -> list[HotLoad]:
    """The hot keys, the hottest first. None of keys that all have about the same."""
    least = max(SHARE_MIN, min(SHARE_MAX, 1 / max(reducers, 1)))
    records = _limit([key.records for key in loads.keys], loads.records, RECORDS_FACTOR, least)
    met = _limit([key.met for key in loads.keys], loads.met, RECORDS_FACTOR, least)
    size = _limit([key.bytes for key in loads.keys], loads.bytes, BYTES_FACTOR, least)
    heavier = LARGE_FACTOR * loads.bytes / max(loads.records, 1)
    found = [
        _hot(key, loads, side)
        for key in loads.keys
        if key.records > records or key.met > met or (key.bytes > size and key.bytes > heavier * key.records)
    ]
    return sorted(found, key=lambda key: -max(key.share, key.met_share))


def _limit(known: list[int], total: int, factor: float, share_min: float) -> float:
    """What a key must have more of than to be hot, ``known`` being the heaviest keys. With more than half it always is.

    A typical key has the median of all: of the known ones, and of at least so many others as the rest is for, since
    each of these has less than ``KEY_SHARE_MIN``. Where the rest is much, they are many.
    """
    most = total * KEY_SHARE_MIN
    rest = max(total - sum(known), 0)
    others = rest / max(most, 1)
    place = int((len(known) - others) / 2)
    few = rest <= REST_MAX * total and place >= 0 and known
    typical = sorted(known)[min(place, len(known) - 1)] if few else most
    return min(max(factor * typical + DEVIATIONS * sqrt(max(typical, 1)), share_min * total), max(total / 2, CROWD_MIN))


def _hot(key: KeyLoad, loads: ShuffleLoads, side: int) -> HotLoad:
    return HotLoad(
        key.name,
        key.records,
        key.bytes,
        min(1.0, key.records / max(loads.records, 1)),
        min(1.0, key.bytes / max(loads.bytes, 1)),
        min(1.0, key.met / max(loads.met, 1)),
        key.reducer,
        side,
    )
