"""Which remedy a skewed stage wants, why, and what it would gain."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.engine.core.loads import BROADCAST, KeyLoad, NamedKey, ShuffleLoads
from minispark.engine.core.units import format_bytes
from minispark.engine.core.values import value
from minispark.engine.plan.partitioners import portable_hash
from minispark.skew.hotness import HotLoad

NOTHING = "nothing"
MORE_PARTITIONS = "more partitions"
AGGREGATE = "reduceByKey or aggregateByKey"
EVEN_MAX = 1.5
"""A longest task of so many times the mean is no skew."""
CAUSE_MIN = 0.2
"""Hot keys are the cause if without them the longest task would be shorter by this share of it."""
BROADCAST_BYTES_MAX = 10 << 20
"""Spark's ``spark.sql.autoBroadcastJoinThreshold``: a side of a join of so many bytes is sent to all."""
SALTS = 8
FEW_KEYS = 32
FACTOR = 4
"""So many times the partitions are tried."""
GAIN_MIN = 1.25
JOINS = ("join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin")


@value
class Advice:
    """``gain`` is the longest task's load now, divided by that of the longest task with the ``remedy``, as predicted
    from what was measured: 1.0 where there is nothing to gain. Load is bytes or records, whichever is less even."""

    remedy: str
    reason: str
    gain: float = 1.0


@value
class Case:
    """A stage's load: ``tasks`` are the bytes of each, or the records if ``by_records``, ``sides`` what each side of a
    join carries (else one), ``hot`` its hot keys, ``kind`` that of the ``core.loads.ShuffleRead``."""

    kind: str
    tasks: tuple[int, ...]
    sides: tuple[ShuffleLoads, ...]
    hot: tuple[HotLoad, ...]
    by_records: bool = False

    def load(self, key: HotLoad | KeyLoad) -> int:
        """Of one key."""
        return key.records if self.by_records else key.bytes


def advise(case: Case) -> Advice:
    """The remedy. "More partitions" only where they help."""
    if case.kind == BROADCAST:
        return Advice(NOTHING, "every task has all of this side, and the other one is not shuffled")
    longest = max(case.tasks, default=0)
    mean = sum(case.tasks) / max(len(case.tasks), 1)
    merged = _merged(case)
    if len(case.tasks) < 2 or longest <= EVEN_MAX * mean:
        return Advice(NOTHING, merged or "the tasks are even" if len(case.tasks) > 1 else "there is one task")
    rest, taken = _without(case)
    if taken and longest - max(rest) >= CAUSE_MIN * longest:
        return _for_hot_keys(case, longest, rest, taken)
    if case.kind == "spread":
        return Advice(NOTHING, "records are dealt out in turn, and some take more bytes than others")
    if case.kind == "sort":
        return Advice(NOTHING, "no key is hot: ranges are cut by samples, and differ a little")
    return _for_many_keys(case, longest, mean)


def _merged(case: Case) -> str:
    """What combining on the map side has done to keys that were hot before."""
    for key in case.hot:
        if case.kind in ("combine", "distinct") and key.met_share > 2 * key.share:
            return (
                f"{key.name} has {key.met_share:.0%} of the records, but they are combined before they travel, "
                f"{key.records:,} are left"
            )
    return ""


def _without(case: Case) -> tuple[list[int], list[int]]:
    """The tasks without the hot keys, and the load of these. One of a sort is in the task that is the longest then."""
    rest, taken = list(case.tasks), []
    for key in case.hot:
        place = key.reducer if key.reducer >= 0 else max(range(len(rest)), key=rest.__getitem__)
        size = min(case.load(key), rest[place])
        rest[place] -= size
        taken.append(size)
    return rest, taken


def _for_hot_keys(case: Case, longest: int, rest: Sequence[int], taken: Sequence[int]) -> Advice:
    spread_out = max(rest) + max(sum(taken) / len(rest), max(taken) / SALTS)
    salted = round(longest / max(spread_out, 1), 1)
    combined = round(longest / max(max(rest), 1), 1)
    why = f"{_names(case.hot)} in one task; more partitions cannot part a key"
    if case.kind in JOINS:
        return _for_join(case, longest, salted, why)
    if case.kind == "cogroup":
        return Advice("split_keys", f"{why}; a group must be whole in one task: treat these keys apart", combined)
    if case.kind == "groupByKey":
        reason = f"{why}; where the values are only aggregated, each map task can do it before they travel"
        return Advice(AGGREGATE, f"{reason} (skew.two_phase_group if you need the groups)", combined)
    if case.kind == "combine":
        reason = f"{why}, and what was combined under it is still large: combine in two steps, under salted keys first"
        return Advice("two_phase_aggregate", reason, salted)
    if case.kind == "sort":
        return Advice("a finer sort key", f"{why}; sort by it and something that differs within it", salted)
    return Advice("split_keys", f"{why}; take these keys out, and treat them apart", combined)


def _for_join(case: Case, longest: int, salted: float, why: str) -> Advice:
    smaller = min((side.bytes for side in case.sides), default=0)
    if len(case.sides) == 2 and smaller <= BROADCAST_BYTES_MAX:
        alone = sum(case.tasks) / len(case.tasks)
        reason = f"{why}; one side is {format_bytes(smaller)}: sent to all, the other one need not be shuffled"
        return Advice("broadcast_join", reason, round(longest / max(alone, 1), 1))
    if len(case.hot) > FEW_KEYS:
        return Advice("salted_join", f"{len(case.hot)} keys are hot: salt all of one side", salted)
    return Advice("split_join", f"{why}: salt the hot keys alone", salted)


def _for_many_keys(case: Case, longest: int, mean: float) -> Advice:
    """No key stands out: do keys meet in one task that more of them would keep apart?"""
    keys = [key for side in case.sides for key in side.keys]
    if sum(key.records for key in keys) >= 0.99 * sum(side.records for side in case.sides):
        different = len({key.key for key in keys})
        if different < 2 * len(case.tasks):
            return Advice(NOTHING, f"there are {different} keys for {len(case.tasks)} tasks: some get more than others")
    gain = round(longest / max(_longest_of_more(keys, case), 1), 1)
    if gain < GAIN_MIN:
        return Advice(NOTHING, "no key is hot, and more partitions would leave the longest task as it is")
    reason = f"no key is hot; the longest task has many of middling size, which {FACTOR * len(case.tasks)} tasks part"
    return Advice(MORE_PARTITIONS, reason, gain)


def _longest_of_more(keys: Sequence[KeyLoad], case: Case) -> float:
    """The longest of ``FACTOR`` times the tasks, for keys routed by their hash: what a task has goes to ``FACTOR`` of
    them, known keys where they would go, all others evenly."""
    count = len(case.tasks)
    others = list(case.tasks)
    placed = [0.0] * (FACTOR * count)
    for key in keys:
        code = key.key.code if isinstance(key.key, NamedKey) else portable_hash(key.key)
        others[code % count] -= case.load(key)
        placed[code % len(placed)] += case.load(key)
    return max(size + max(others[task % count], 0) / FACTOR for task, size in enumerate(placed))


def _names(hot: Sequence[HotLoad]) -> str:
    first = ", ".join(key.name for key in hot[:3])
    if len(hot) == 1:
        return f"{first} has {hot[0].share:.0%} of its side"
    more = f" and {len(hot) - 3} more" if len(hot) > 3 else ""
    return f"{first}{more} have {sum(key.share for key in hot):.0%} of their side, each"
