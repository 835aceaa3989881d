"""Rounds in turns: who runs how often, and what is made of failures and wrong answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minispark.bench.measuring import ENGINE_SECONDS, Bench, Plan, Runs, _rotated
from minispark.bench.process import EngineFailure, EngineProcess, Reply
from minispark.bench.report import Measured

Make = Callable[..., EngineProcess]


def bench(**engines: EngineProcess) -> Bench:
    return Bench(engines, Plan(2, 2.0, 0.001, 2))


def test_every_engine_is_judged_by_plain_pythons_answer(fake: Make) -> None:
    section = bench(
        python=fake(),
        minispark=fake(),
        spark=fake("wrong"),
        dask=fake("raises"),
        duckdb=fake("dies"),
        polars=fake("mute"),
    ).measure("join", ("python", "minispark", "spark", "dask", "duckdb", "polars"))
    assert [section.engines[name].seconds for name in ("python", "minispark")] == [(0.5, 0.5), (0.5, 0.5)]
    troubles = {name: (m.trouble, m.text) for name, m in section.engines.items() if m.trouble}
    assert troubles == {
        "spark": ("wrong", "answers 8, right is 7"),
        "dask": ("error", "ValueError: no"),
        "duckdb": ("error", "the engine's process ended with exit code -9"),
        "polars": ("error", "fake does not start: no such engine"),
    }
    assert section.median("spark") is None
    assert section.settings["asked"] == ["python", "minispark", "spark", "dask", "duckdb", "polars"]


@pytest.mark.slow
def test_an_engine_that_hangs_holds_up_nobody(fake: Make) -> None:
    section = bench(python=fake(), spark=fake("hangs")).measure("join", ("python", "spark"))
    assert section.engines["spark"] == Measured(trouble="time-out", text="no answer in 2 s")
    assert len(section.engines["python"].seconds) == 2


def test_what_an_engine_cannot_express_is_left_out(fake: Make) -> None:
    section = bench(python=fake(), minispark=fake()).measure("pagerank", ("minispark",))
    assert section.engines == {}


def test_without_a_right_answer_nothing_is_measured(fake: Make) -> None:
    with pytest.raises(EngineFailure, match="no answer from plain Python"):
        bench(python=fake("raises"), minispark=fake()).measure("join", ("minispark",))


def test_an_engine_that_contradicts_itself_is_wrong() -> None:
    runs = Runs(["minispark"], right=[["the", 7]])
    runs.add("minispark", Reply(seconds=1.0, answer=[["the", 7]]), 1.0)
    runs.add("minispark", Reply(seconds=1.0, answer=[["the", 6]]), 1.0)
    assert runs.measured()["minispark"].trouble == "wrong"
    assert runs.waiting == []


@pytest.mark.parametrize(("share", "runs_most"), [(0.6, 1), (0.4, 2), (0.3, 3)])
def test_runs_are_repeated_while_there_is_time(share: float, runs_most: int) -> None:
    runs = Runs(["spark"])
    for _ in range(runs_most):
        assert runs.waiting == ["spark"]
        runs.add("spark", Reply(seconds=0.1), share * ENGINE_SECONDS)
    assert runs.waiting == []


def test_engines_take_turns() -> None:
    names: list[Any] = ["a", "b", "c"]
    assert [_rotated(names, turn) for turn in range(4)] == [["a", "b", "c"], ["b", "c", "a"], ["c", "a", "b"], names]
    assert _rotated([], 3) == []
