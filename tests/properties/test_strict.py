"""A strict run of a program that leans on nothing but Spark's promises gives the same answers as a plain one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from minispark import SparkContext
from minispark.testing.lineages import Program
from minispark.testing.strategies import programs

MakeContext = Callable[..., SparkContext]

pytestmark = pytest.mark.slow


def times(count: int) -> settings:
    return settings(max_examples=count * settings.default.max_examples // 300)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", ["0", "1"])
def test_inline(make_context: MakeContext, seed: str) -> None:
    @times(60)
    @given(programs(by_arrival=True))
    def check(program: Program) -> None:
        context = make_context("inline", spark_minispark_strict="true", spark_minispark_strict_seed=seed)
        program.check(context, by_arrival=True)

    check()


@pytest.mark.timeout(300)
def test_on_two_workers(make_context: MakeContext) -> None:
    @times(60)
    @given(programs(by_arrival=True))
    def check(program: Program) -> None:
        program.check(make_context("local[2]", spark_minispark_strict="true"), by_arrival=True)

    check()


@pytest.mark.timeout(300)
def test_a_plain_run_gives_the_same(make_context: MakeContext) -> None:
    @times(30)
    @given(programs(by_arrival=True))
    def check(program: Program) -> None:
        program.check(make_context("inline"), by_arrival=True)

    check()
