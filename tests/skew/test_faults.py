"""Killed workers and lost blocks change no result: a record keeps its salt when its task runs again."""

from __future__ import annotations

import random
from decimal import Decimal
from operator import add
from typing import Any

import pytest
from skew_model import KINDS, STRATEGIES, assert_same_pairs, joined

from minispark import SparkContext, skew
from minispark.errors import IndeterminateError
from minispark.testing import FaultPlan
from minispark.testing.chaos import Chaos
from minispark.testing.marks import Marks

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]

LEFT: list[Any] = [("hot", n) for n in range(300)] + [(n % 7, n) for n in range(60)] + [(None, "n"), (float("nan"), 0)]
RIGHT: list[Any] = [("hot", "a"), ("hot", "b"), (None, "none")] + [(n, "c") for n in range(4, 12)]
FAULTS = ("kill", "delete", "bit flip", "truncate", "kill helper")


@pytest.mark.matrix(1, 8, 10, 12)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_joins(chaos: Chaos, strategy: str) -> None:
    """On a left side that comes out of a shuffle, and is kept while it is looked through for hot keys."""

    def all_kinds(sc: SparkContext) -> Any:
        left = sc.parallelize(LEFT, 3).partitionBy(3).cache()
        right = sc.parallelize(RIGHT, 2)
        joins = [STRATEGIES[strategy](left, right, how) for how in KINDS]
        tagged = [rdd.map(lambda pair, how=how: (how, pair)) for how, rdd in zip(KINDS, joins, strict=True)]
        return sc.union(tagged)

    answer = chaos(all_kinds, seeds=3, plan=FaultPlan(faults=FAULTS))
    for how in KINDS:
        assert_same_pairs([pair for kind, pair in answer if kind == how], joined(LEFT, RIGHT, how))


@pytest.mark.matrix(1, 8, 10)
def test_two_phases(chaos: Chaos) -> None:
    def all_three(sc: SparkContext) -> Any:
        pairs = sc.parallelize([(key, 1) for key, _ in LEFT], 3).partitionBy(3)
        reduced = skew.two_phase_reduce(pairs, add, salts=4)
        aggregated = skew.two_phase_aggregate(pairs, 0, add, add, salts=4)
        grouped = skew.two_phase_group(pairs, salts=4).mapValues(len)
        return sc.union([reduced, aggregated, grouped])

    answer = chaos(all_three, seeds=3, plan=FaultPlan(faults=FAULTS))
    assert [count for key, count in answer if key == "hot"] == [300, 300, 300]


# --- a lost output, made again after some reducers have read it ----------------------------------------------------

LOST = FaultPlan.at("map output.before read", "EIO", stage=2, task=3)
"""Reducers 0 to 2 have given their results when reducer 3 cannot read the output of a map task."""
LOST_IN_JOIN = FaultPlan.at("map output.before read", "EIO", stage=3, task=3)
"""The same where the join ends the job: its inputs are awaited by a stage before."""
SHUFFLED = {"spark.minispark.broadcast.threshold": "0"}
LONG = "1" * 2000
"""A file that is small is read at once, when the first reducer opens it."""
VALUES: dict[str, list[Any]] = {
    "plain": [f"{n}{LONG}" for n in range(200)],
    "of a class": [Decimal(f"{n}{LONG}") for n in range(200)],
}


def sides(sc: SparkContext, values: Any) -> tuple[Any, Any]:
    return sc.parallelize([("hot", value) for value in values], 2), sc.parallelize([("hot", "h"), ("cold", "c")], 1)


@pytest.mark.matrix(8)
@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize(
    "join",
    [
        lambda left, right: skew.split_join(left, right, "full", hot=["hot"], numPartitions=8),
        lambda left, right: skew.salted_join(left, right, numPartitions=8),
    ],
    ids=["split", "salted"],
)
def test_a_record_keeps_its_salt(chaos: Chaos, join: Any, values: str) -> None:
    answer = chaos(lambda sc: join(*sides(sc, VALUES[values])), plan=LOST, master="local[1]")
    assert sum(1 for key, _ in answer if key == "hot") == 200
    assert chaos.happened == {"EIO": 1}


def by_chance(sc: SparkContext, values: Any) -> Any:
    """The design that everybody writes first."""
    left, right = sides(sc, values)
    salted = left.map(lambda pair: ((pair[0], random.SystemRandom().randrange(8)), pair[1]))
    copied = right.flatMap(lambda pair: [((pair[0], salt), pair[1]) for salt in range(8)])
    return salted.join(copied, 8).map(lambda pair: (pair[0][0], pair[1]))


@pytest.mark.parametrize(
    ("values", "told"),
    [("plain", "different content"), ("of a class", "missing: |unexpected: | records, 200 expected")],
)
def test_a_salt_by_chance_would_lose_records(chaos: Chaos, values: str, told: str) -> None:
    """Where the engine can compare the two outputs it refuses to go on; where not, the answer is wrong."""
    with pytest.raises(AssertionError, match=told):
        chaos(lambda sc: by_chance(sc, VALUES[values]), plan=LOST_IN_JOIN, master="local[1]", conf=SHUFFLED)


@pytest.mark.matrix(37)
def test_records_that_come_in_another_order(chaos: Chaos, tmp_path: Any) -> None:
    """A function that gives its records in another order when run again takes their salts away from them. The engine
    notices, and the job ends with an error rather than with lost records."""
    marks = Marks(tmp_path / "marks")

    def turned(sc: SparkContext) -> Any:
        left, right = sides(sc, VALUES["plain"])

        def turn(index: int, records: Any) -> Any:
            found = list(records)
            return found if marks.first(f"{index} of {sc_id}") else found[::-1]

        sc_id = sc.applicationId
        return skew.split_join(left.mapPartitionsWithIndex(turn), right, hot=["hot"], numPartitions=8)

    with pytest.raises(AssertionError, match="different content") as caught:
        chaos(turned, plan=LOST, master="local[1]")
    assert isinstance(caught.value.__cause__, IndeterminateError)
