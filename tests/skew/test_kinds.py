"""``how``: Spark's names for joins, and an error that lists them for anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minispark import SparkContext, skew
from minispark.skew.kinds import join_kind

NAMES = {
    "inner": ["inner", "INNER", "Inner"],
    "left": ["left", "leftouter", "left_outer", "LEFT_OUTER", "leftOuter"],
    "right": ["right", "rightouter", "right_outer", "RightOuter"],
    "full": ["full", "outer", "fullouter", "full_outer", "FULL"],
    "semi": ["semi", "leftsemi", "left_semi", "leftSemi"],
    "anti": ["anti", "leftanti", "left_anti", "LeftAnti"],
}
JOINS = [skew.broadcast_join, skew.split_join, skew.salted_join]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NAMES.items() for name in names])
def test_names(kind: str, name: str) -> None:
    assert join_kind(name) == kind


@pytest.mark.parametrize("how", ["cross", "", "innner", "left outer", None, 3, ("inner",)], ids=repr)
@pytest.mark.parametrize("join", JOINS)
def test_no_kind_of_join(sc: SparkContext, join: Callable[..., Any], how: Any) -> None:
    rdd = sc.parallelize([(1, 2)])
    with pytest.raises(ValueError, match="Unsupported join type") as caught:
        join(rdd, rdd, how)
    for name in (name for names in NAMES.values() for name in names if name == name.lower()):
        assert repr(name) in str(caught.value)


def test_for_every_pair_there_is_another_method() -> None:
    with pytest.raises(ValueError, match="rdd.cartesian"):
        join_kind("cross")
