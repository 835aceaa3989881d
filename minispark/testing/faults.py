"""Fault plans: which faults shall happen where, drawn from a seed or said one by one."""

from __future__ import annotations

import random
from collections.abc import Mapping

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value
from minispark.testing.points import (
    BY_NAME,
    CUT,
    FAULTS,
    FLIP,
    HANG,
    matching,
    point_named,
    require_fault,
    survivable,
)

Seen = Mapping[tuple[str, int, int], int]
"""How often a task passed a point in an undisturbed run: by point, stage and task."""

ANY = -1
_HANG_WEIGHT = 0.2
"""A hang takes seconds, everything else next to nothing: draw few of them."""


@value
class Injection:
    """One fault at one point: in ``task`` of ``stage`` (``ANY`` for either), when an attempt passes the point for the
    ``time``-th time (``ANY``: every time), as long as it has happened less than ``times`` times. ``share`` is where in
    a file the damage is."""

    point: str
    fault: str
    stage: int = ANY
    task: int = ANY
    time: int = 1
    times: int = 1
    share: float = 0.5

    def __str__(self) -> str:
        told = f"{self.fault} at {self.point!r}"
        places = [f"{name} {number}" for name, number in (("stage", self.stage), ("task", self.task)) if number != ANY]
        told += f", {' '.join(places)}" if places else ""
        told += f", when passed for time {self.time}" if self.time > 1 else ""
        told += f", {self.times} times" if self.times > 1 else ""
        return told + (f", at {self.share:.0%} of the file" if self.fault in (FLIP, CUT) else "")

    def meets(self, stage: int, task: int, time: int) -> bool:
        return self.stage in (ANY, stage) and self.task in (ANY, task) and self.time in (ANY, time)


@value
class FaultPlan:
    """Up to ``most`` faults, drawn by ``seed`` from ``faults`` and from those of ``points`` (patterns, such as
    ``"map output.*"``) that a program passes; all of both where none are named. Or, made by ``at``, exactly what is
    said, and several of them added up.

    Raises ConfigurationError for a name that there is not.

    >>> print(FaultPlan.at("map output.before rename", "kill", task=2) + FaultPlan.at("task.before", "hang"))
    kill at 'map output.before rename', task 2
    hang at 'task.before'
    >>> print(FaultPlan(seed=3, faults=("kill", "delete"), points=("map output.*",)))
    up to 3 of kill, delete at map output.*, seed 3
    """

    seed: int = 0
    faults: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    most: int = 3
    said: tuple[Injection, ...] = ()

    def __post_init__(self) -> None:
        for fault in self.faults:
            require_fault(fault)
        matching(self.points)
        if self.most < 1:
            raise ConfigurationError(f"most={self.most}: a plan has at least one fault")

    @staticmethod
    def at(
        point: str,
        fault: str,
        task: int = ANY,
        stage: int = ANY,
        time: int = 1,
        times: int = 1,
        share: float = 0.5,
    ) -> FaultPlan:
        """A plan of one fault. ``times`` faults, in as many attempts, of ``spark.task.maxFailures`` a task survives."""
        if require_fault(fault) not in point_named(point).faults:
            raise ConfigurationError(f"{fault!r} cannot happen at {point!r}; can: {', '.join(BY_NAME[point].faults)}")
        return FaultPlan(said=(Injection(point, fault, stage, task, time, times, share),))

    def __add__(self, other: FaultPlan) -> FaultPlan:
        if not (self.said and other.said):
            raise ConfigurationError("plans made by FaultPlan.at can be added up, drawn ones cannot")
        return FaultPlan(said=self.said + other.said)

    def __str__(self) -> str:
        if self.said:
            return "\n".join(map(str, self.said))
        points = ", ".join(self.points) or "all points"
        return f"up to {self.most} of {', '.join(self.faults) or 'all faults'} at {points}, seed {self.seed}"

    def drawn(self, seen: Seen) -> tuple[Injection, ...]:
        """The faults of a program that passed the points ``seen``: the same for the same seed and points. Never more
        than a program must survive. Raises ConfigurationError if the program passes no point of the plan's."""
        if self.said:
            return self.said
        choose = random.Random(f"faults {self.seed}")
        places: dict[str, list[tuple[int, int, int]]] = {}
        for (name, stage, task), count in sorted(seen.items()):
            places.setdefault(name, []).append((stage, task, count))
        faults = self.faults or tuple(FAULTS)
        able = [point for point in matching(self.points) if point.name in places and survivable(point, faults)]
        if not able:
            raise ConfigurationError(f"the program passes no point at which this can happen: {self}")
        found: list[Injection] = []
        for _ in range(choose.randint(1, self.most)):
            point = choose.choice(able)
            possible = [f for f in survivable(point, faults) if f != HANG or all(i.fault != HANG for i in found)]
            if not possible:
                continue
            weights = [_HANG_WEIGHT if fault == HANG else 1.0 for fault in possible]
            (fault,) = choose.choices(possible, weights)
            stage, task, count = choose.choice(places[point.name])
            time = choose.randint(1, count)
            found.append(Injection(point.name, fault, stage, task, time, share=round(choose.random() * 0.98 + 0.01, 2)))
        return tuple(found)
