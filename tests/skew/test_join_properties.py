"""Every way to join, for every kind of join, gives what the plain join gives: as multisets, on whatever data."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from skew_model import KINDS, STRATEGIES, check_join

from minispark import SparkContext
from minispark.testing.strategies import keys

NAN = float("nan")
FEW = st.sampled_from([None, 1, 1.0, True, 0, 0.0, -0.0, False, NAN, -NAN, "a", "b", ("a", NAN), (1, None), 2**70])
VALUES = st.one_of(st.none(), st.integers(0, 3), st.just([]), st.just(()), st.just((1,)), st.just(NAN))


@st.composite
def sides(draw: Any) -> tuple[Any, Any]:
    """Two lists of pairs of which one key, or none, or two, have a share of all, of 0 to 100 in a hundred."""
    made = []
    for _ in range(2):
        pairs = draw(st.lists(st.tuples(st.one_of(FEW, keys()), VALUES), max_size=20))
        hot = draw(st.lists(FEW, max_size=2))
        lots = [(key, value) for key in hot for value in draw(st.lists(VALUES, max_size=12))]
        made.append([*pairs, *lots][draw(st.integers(0, len(pairs))) :])
    return made[0], made[1]


QUIET = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def inline() -> Any:
    with SparkContext("inline", "skew") as context:
        yield context


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_as_the_plain_join(inline: SparkContext, strategy: str) -> None:
    @settings(QUIET, max_examples=80)
    @given(sides(), st.tuples(st.integers(1, 4), st.integers(1, 4)), st.sampled_from(KINDS))
    def agrees(data: Any, parts: tuple[int, int], how: str) -> None:
        check_join(inline, strategy, *data, parts, how)

    agrees()
