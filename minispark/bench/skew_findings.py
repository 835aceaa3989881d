"""What the figures of the study "skew" say, in sentences: when to use what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

BASE = "plain"
"""The strategy that the others are compared with: the operator as it is."""
REAL = 0.9
"""Ahead is who takes at most so much of the plain operator's time: less is within what runs differ by."""
AXES: Mapping[str, str] = {
    "zipf": "Zipf exponent",
    "hot_share": "share of one hot key",
    "hot_keys": "hot keys that share 80 %",
    "record_bytes": "bytes of a record, 80 % under one key",
    "cores": "cores, 80 % under one key",
}

Row = Mapping[str, Any]


def findings(rows: Iterable[Row]) -> list[str]:
    """For each operator and axis, where each strategy is ahead of the plain operator, and which one is fastest where.

    >>> figures = [("plain", 0.0, 1.0), ("salted", 0.0, 1.5), ("plain", 0.9, 4.0), ("salted", 0.9, 2.0)]
    >>> about = {"operator": "join", "axis": "hot_share", "error": ""}
    >>> (told,) = findings({**about, "strategy": name, "x": x, "seconds": seconds} for name, x, seconds in figures)
    >>> for part in told.split(". "):
    ...     print(part)
    join, by share of one hot key: salted ahead of the plain operator from 0.9 on (2.0 x at 0.9)
    Fastest: plain at 0, salted at 0.9.
    """
    right = [row for row in rows if not row["error"]]
    operators = dict.fromkeys(row["operator"] for row in right)
    told = []
    for operator in operators:
        for axis, title in AXES.items():
            of_axis = [row for row in right if (row["operator"], row["axis"]) == (operator, axis)]
            if {BASE} < {row["strategy"] for row in of_axis}:
                told.append(f"{operator}, by {title}: {_compared(of_axis)}. Fastest: {_fastest(of_axis)}.")
    return told


def _compared(rows: Sequence[Row]) -> str:
    plain = {row["x"]: row["seconds"] for row in rows if row["strategy"] == BASE}
    parts = []
    for strategy in dict.fromkeys(row["strategy"] for row in rows if row["strategy"] != BASE):
        of_strategy = sorted((row["x"], row["seconds"]) for row in rows if row["strategy"] == strategy)
        gains = {x: plain[x] / seconds for x, seconds in of_strategy if x in plain}
        parts.append(f"{strategy} {_where(gains)}")
    return "; ".join(parts)


def _where(gains: Mapping[float, float]) -> str:
    """At which x it is ahead."""
    ahead = [x for x, gain in gains.items() if gain * REAL >= 1]
    if not ahead:
        return f"never ahead ({min(gains.values()):.1f} to {max(gains.values()):.1f} x the plain operator's speed)"
    best = max(ahead, key=lambda x: gains[x])
    told = f"({gains[best]:.1f} x at {best:g})"
    if len(ahead) == len(gains):
        return f"always ahead of the plain operator {told}"
    if list(gains)[-len(ahead) :] == ahead:
        return f"ahead of the plain operator from {ahead[0]:g} on {told}"
    return f"ahead of the plain operator at {', '.join(f'{x:g}' for x in ahead)} {told}"


def _fastest(rows: Sequence[Row]) -> str:
    """Who is, by stretches of x; the plain operator where nothing is ahead of it."""
    winners: list[tuple[str, list[float]]] = []
    for x in sorted({row["x"] for row in rows}):
        seconds = {row["strategy"]: row["seconds"] for row in rows if row["x"] == x}
        best = min(seconds, key=lambda strategy: seconds[strategy])
        if BASE in seconds and seconds[best] > REAL * seconds[BASE]:
            best = BASE
        if winners and winners[-1][0] == best:
            winners[-1][1].append(x)
        else:
            winners.append((best, [x]))
    return ", ".join(
        f"{name} at {xs[0]:g}" if len(xs) == 1 else f"{name} from {xs[0]:g} to {xs[-1]:g}" for name, xs in winners
    )
