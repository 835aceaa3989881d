"""Two revisions on the same programs: by how much they differ, and whether that is more than noise."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence

from minispark.bench.report import Measured
from minispark.engine.core.values import value

CHANCE_MAX = 0.01
"""A difference is called real if one as clear comes by chance at most so often; 5 runs of each can show that."""
EXACT_MAX = 200_000
SMALLEST_SHARE = 0.01
"""And if it is at least this large: less nobody needs to know."""


@value
class Difference:
    """``ratio`` is the new median over the base's; ``least`` and ``most`` are those of runs at the same turn,
    ``chance`` how often runs of the same thing would look so different."""

    ratio: float
    least: float
    most: float
    chance: float

    @property
    def verdict(self) -> str:
        """faster, slower, or noise.

        >>> compare((1.0, 1.1, 1.0, 1.1, 1.0), (2.0, 2.1, 2.0, 2.1, 2.0)).verdict
        'faster'
        >>> compare((1.0, 1.2, 1.1, 1.0, 1.1), (1.1, 1.0, 1.2, 1.1, 1.0)).verdict
        'noise'
        """
        if self.chance > CHANCE_MAX or abs(self.ratio - 1) < SMALLEST_SHARE:
            return "noise"
        return "faster" if self.ratio < 1 else "slower"


def compare(new: Sequence[float], base: Sequence[float]) -> Difference | None:
    """The difference of two samples of at least one run each; None where a median is 0 or there is no run."""
    if not new or not base or not statistics.median(new) or not statistics.median(base):
        return None
    pairs = [a / b for a, b in zip(new, base, strict=False) if b]
    ratio = statistics.median(new) / statistics.median(base)
    return Difference(ratio, min(pairs, default=ratio), max(pairs, default=ratio), chance(new, base))


def chance(new: Sequence[float], base: Sequence[float]) -> float:
    """How often two samples of one distribution are at least as far apart: the rank-sum test of Wilcoxon, Mann and
    Whitney, two-sided, with ties sharing their ranks; exact for up to ten runs of each, else by the normal law.

    >>> round(chance((1, 2, 3, 4, 5), (6, 7, 8, 9, 10)), 4)
    0.0079
    >>> chance((1, 2), (1, 2))
    1.0
    """
    ranks = _ranks([*new, *base])
    middle = len(new) * (len(ranks) + 1) / 2
    apart = abs(sum(ranks[: len(new)]) - middle)
    if math.comb(len(ranks), len(new)) > EXACT_MAX:
        spread = math.sqrt(middle * len(base) / 6)
        return math.erfc(apart / spread / math.sqrt(2))
    sums = [sum(chosen) for chosen in itertools.combinations(ranks, len(new))]
    return sum(abs(total - middle) >= apart - 1e-9 for total in sums) / len(sums)


def _ranks(numbers: Sequence[float]) -> list[float]:
    """
    >>> _ranks([10, 30, 20, 20])
    [1.0, 4.0, 2.5, 2.5]
    """
    ordered = sorted(numbers)
    return [(2 * ordered.index(number) + ordered.count(number) + 1) / 2 for number in numbers]


def describe(program: str, new: Measured, base: Measured) -> str:
    """One program's line: what changed in seconds, and in processor time.

    >>> runs = Measured((1.0, 1.0, 1.1, 1.0, 1.0), (2.0, 2.0, 2.1, 2.0, 2.0))
    >>> describe("join", runs, runs)
    'join                   seconds 1.000 (1.000-1.000) noise     processor 1.000 (1.000-1.000) noise'
    """
    for measured, which in ((new, "new"), (base, "base")):
        if measured.trouble:
            return f"{program:22} {which}: {measured.trouble}: {measured.text}"
    parts = [f"{program:22} seconds {_in_words(compare(new.seconds, base.seconds))}"]
    if any(new.cpu_seconds) and any(base.cpu_seconds):
        parts.append(f"processor {_in_words(compare(new.cpu_seconds, base.cpu_seconds))}")
    return "     ".join(parts)


def _in_words(difference: Difference | None) -> str:
    if difference is None:
        return "unknown"
    return f"{difference.ratio:.3f} ({difference.least:.3f}-{difference.most:.3f}) {difference.verdict}"
