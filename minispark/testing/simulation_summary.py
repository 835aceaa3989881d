"""What many schedules came to together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from minispark.testing.simulation import SimulationReport, simulate
from minispark.testing.simulation_branches import BRANCHES
from minispark.testing.simulation_plan import TASK_FAULTS, TIMED_FAULTS

FAILURES_KEPT = 5
COMPLETE_FROM = 1_000
"""From so many schedules on each class of fault and each branch must have been hit."""


class SimulationSummary:
    """What many schedules came to. Its size does not grow with their number.

    ``sizes`` counts schedules by events, ``faults`` what really happened, by class, ``branches`` the schedules that
    took each; ``failed`` counts the failing ones, ``failures`` are the reports of the first of them, by seed.

    >>> summary = play(range(3))
    >>> summary.schedules, summary.failed, summary.events == sum(simulate(seed).events for seed in range(3))
    (3, 0, True)
    """

    __slots__ = ("branches", "failed", "failures", "faults", "schedules", "sizes")

    def __init__(self) -> None:
        self.schedules = 0
        self.sizes: Counter[int] = Counter()
        self.faults: Counter[str] = Counter()
        self.branches: Counter[str] = Counter()
        self.failed = 0
        self.failures: list[SimulationReport] = []

    def add(self, report: SimulationReport) -> None:
        """Count one more schedule."""
        self.schedules += 1
        self.sizes[report.events] += 1
        self.faults.update(report.faults)
        self.branches.update(report.branches)
        if report.violations:
            self.failed += 1
            self._keep([report])

    def merge(self, other: SimulationSummary) -> None:
        """Count the schedules of another summary as well."""
        self.schedules += other.schedules
        self.sizes.update(other.sizes)
        self.faults.update(other.faults)
        self.branches.update(other.branches)
        self.failed += other.failed
        self._keep(other.failures)

    def _keep(self, failures: list[SimulationReport]) -> None:
        self.failures = sorted(self.failures + failures, key=lambda report: report.seed)[:FAILURES_KEPT]

    @property
    def events(self) -> int:
        return sum(size * count for size, count in self.sizes.items())

    @property
    def median_events(self) -> int:
        """So many events, or more, have half of the schedules."""
        left = self.schedules // 2
        for size in sorted(self.sizes, reverse=True):
            left -= self.sizes[size]
            if left < 0:
                return size
        return 0

    @property
    def never(self) -> list[str]:
        """Classes of faults and branches that no schedule has hit."""
        faults = {*TIMED_FAULTS, *TASK_FAULTS} - self.faults.keys()
        return sorted(faults) + sorted(set(BRANCHES) - self.branches.keys())

    @property
    def good(self) -> bool:
        """No violation and, of many schedules, nothing that was never hit."""
        return not self.failed and not (self.schedules >= COMPLETE_FROM and self.never)

    def describe(self) -> str:
        """A table of what was hit."""
        lines = [f"{self.schedules:,} schedules, {self.events:,} events, median {self.median_events}"]
        lines.append("faults:")
        lines.extend(f"  {count:10,} x {kind}" for kind, count in sorted(self.faults.items()))
        lines.append("schedules by branch:")
        lines.extend(f"  {count:10,} x {branch}" for branch, count in sorted(self.branches.items()))
        if self.never:
            lines.append(f"never hit: {', '.join(self.never)}")
        return "\n".join(lines)


def play(seeds: Iterable[int]) -> SimulationSummary:
    """Play these seeds here."""
    summary = SimulationSummary()
    for seed in seeds:
        summary.add(simulate(seed))
    return summary
