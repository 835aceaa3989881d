"""Every way to join, for every kind of join, gives what the plain join gives: as multisets, on chosen data."""

from __future__ import annotations

import pytest
from skew_model import KINDS, STRATEGIES, assert_same_pairs, check_join, joined

from minispark import SparkContext

NAN = float("nan")
HOT = [("a", n) for n in range(40)]
EXAMPLES = [
    ([], []),
    (HOT, []),
    ([], HOT),
    (HOT, [("a", 1), ("b", 2)]),
    ([("a", 1), ("b", 2)], HOT),
    (HOT, HOT[:5]),
    ([(NAN, n) for n in range(20)] + [(1, "x")] * 9, [(float("nan"), "n"), (True, "t"), (None, "none")]),
    ([("a", None)] * 20, [("a", None)] * 3),
    ([("c", 0), *HOT], [("b", n) for n in range(30)]),
]


@pytest.mark.slow
@pytest.mark.parametrize("how", KINDS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_on_chosen_data(sc: SparkContext, strategy: str, how: str) -> None:
    for left, right in EXAMPLES:
        check_join(sc, strategy, left, right, (3, 2), how)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_model_is_the_plain_join(sc: SparkContext, number: int) -> None:
    left, right = EXAMPLES[number]
    ours, theirs = sc.parallelize(left, 3), sc.parallelize(right, 2)
    plain = {
        "inner": ours.join(theirs),
        "left": ours.leftOuterJoin(theirs),
        "right": ours.rightOuterJoin(theirs),
        "full": ours.fullOuterJoin(theirs),
        "anti": ours.subtractByKey(theirs),
        "semi": ours.subtractByKey(ours.subtractByKey(theirs)),
    }
    for how, rdd in plain.items():
        assert_same_pairs(rdd.collect(), joined(left, right, how))
