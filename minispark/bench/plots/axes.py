"""Scales and their ticks."""

from __future__ import annotations

import math

from minispark.engine.core.values import value


@value
class LogScale:
    """Maps numbers from ``least`` to ``most``, above 0, onto pixels from ``start`` to ``end`` by their logarithm."""

    least: float
    most: float
    start: float
    end: float

    def at(self, number: float) -> float:
        """
        >>> LogScale(1, 100, 0, 200).at(10)
        100.0
        """
        share = math.log(number / self.least) / math.log(self.most / self.least)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten; between them 2 and 5, where there are few.

        >>> LogScale(0.5, 30, 0, 1).ticks(), LogScale(1, 10_000, 0, 1).ticks()
        ([0.5, 1.0, 2.0, 5.0, 10.0, 20.0], [1.0, 10.0, 100.0, 1000.0, 10000.0])
        """
        few = self.most / self.least < 500
        steps = (1, 2, 5) if few else (1,)
        first, last = math.floor(math.log10(self.least)), math.ceil(math.log10(self.most))
        candidates = [step * 10.0**power for power in range(first, last + 1) for step in steps]
        return [round(tick, 9) for tick in candidates if self.least * 0.999 <= tick <= self.most * 1.001]


@value
class LinearScale:
    """Maps numbers from 0 to ``most`` onto pixels from ``start`` to ``end``."""

    most: float
    start: float
    end: float

    def at(self, number: float) -> float:
        """
        >>> LinearScale(10, 100, 0).at(5)
        50.0
        """
        return self.start + number / self.most * (self.end - self.start)


def floor_tick(number: float) -> float:
    """The next 1, 2 or 5 times a power of ten at or below a number.

    >>> floor_tick(0.13), floor_tick(49.0), floor_tick(0.5)
    (0.1, 20.0, 0.5)
    """
    power = 10.0 ** math.floor(math.log10(number))
    return round(next(step * power for step in (5, 2, 1) if step * power <= number * 1.0001), 9)


def plain_number(number: float) -> str:
    """
    >>> [plain_number(n) for n in (0.05, 0.5, 2.0, 1500, 20_000, 3e6)]
    ['0.05', '0.5', '2', '1.5 k', '20 k', '3 M']
    """
    for unit, sign in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= unit:
            return f"{number / unit:g}{sign}"
    return f"{number:g}"
