"""One line on the console when a shuffle is badly skewed, before its reducers start."""

from __future__ import annotations

import logging
from statistics import median

from minispark.engine.core.loads import KeyLoad, ShuffleLoads
from minispark.engine.core.units import format_bytes
from minispark.engine.observe.events import ObservedEvent, ShuffleMeasured
from minispark.engine.plan.shares import SKEW_FACTOR

_log = logging.getLogger("minispark")

BLAME_MIN = 0.5
NOTICES_MAX = 100
"""A program that shuffles for ever says it no more often than so."""


class SkewNotice:
    """A listener that warns once a shuffle, of a reducer with ``bytes_min`` and SKEW_FACTOR times the median."""

    def __init__(self, bytes_min: int) -> None:
        self._bytes_min = bytes_min
        self._said: set[int] = set()

    def on_event(self, event: ObservedEvent) -> None:
        if isinstance(event, ShuffleMeasured) and event.loads.shuffle_id not in self._said:
            text = notice(event.operator, event.loads, self._bytes_min)
            if text is not None and len(self._said) < NOTICES_MAX:
                self._said.add(event.loads.shuffle_id)
                _log.warning(text)


def notice(operator: str, loads: ShuffleLoads, bytes_min: int) -> str | None:
    """What there is to say, if anything.

    >>> key = KeyLoad("os", 900, 90_000, 900, 1)
    >>> loads = ShuffleLoads(0, 970, 97_000, 970, (9, 950, 11), (900, 95_000, 1_100), (key,))
    >>> print(notice("join at app.py:12", loads, 1))
    join at app.py:12 is skewed: one of 3 tasks takes 92.8 KiB, 86 times the median; 'os' makes up 95% of it. \
minispark.skew.report says what helps
    """
    sizes = loads.reducer_bytes
    longest = max(sizes, default=0)
    if longest < bytes_min or len(sizes) < 2 or longest <= SKEW_FACTOR * median(sizes):
        return None
    middle = median(sizes)
    typical, what = (middle, "median") if middle else (sum(sizes) / len(sizes), "mean")
    key = max((key for key in loads.keys if _is_in(key, sizes)), key=lambda key: key.bytes, default=None)
    blame = "" if key is None else f"; {key.name} makes up {min(key.bytes / longest, 1):.0%} of it"
    return (
        f"{operator} is skewed: one of {len(sizes)} tasks takes {format_bytes(longest)}, {longest / typical:.0f} times "
        f"the {what}{blame}. minispark.skew.report says what helps"
    )


def _is_in(key: KeyLoad, sizes: tuple[int, ...]) -> bool:
    """Whether the key makes up most of the longest task. One of a sort may be in any that has room for it."""
    longest = max(sizes)
    return key.bytes >= BLAME_MIN * longest and (key.reducer < 0 or sizes[key.reducer] == longest)
