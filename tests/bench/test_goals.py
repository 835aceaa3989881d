"""Goals: judged by ratios of one report, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from minispark.bench import goals
from minispark.bench.report import EMPTY, Measured, Report, Section


def report(**programs: Mapping[str, float]) -> Report:
    made = EMPTY
    for program, seconds in programs.items():
        engines = {engine.replace("_", "-"): Measured((each,)) for engine, each in seconds.items()}
        made = made.with_section(Section(program, {}, engines))
    return made


def data(spark: float, **others: float) -> Report:
    return report(**{name: {"minispark": 1.0, "spark": others.get(name, spark)} for name in goals.DATA})


def test_without_figures_nothing_is_judged() -> None:
    assert {verdict.reached for verdict in goals.verdicts(EMPTY)} == {None}
    assert goals.data_against_spark(report(join={"minispark": 1.0, "spark": 9.0})).reached is None


@pytest.mark.parametrize(("times", "reached"), [(4.01, True), (3.99, False)])
def test_the_data_programs_geometric_mean(times: float, reached: bool) -> None:
    assert goals.data_against_spark(data(times)).reached is reached


def test_no_data_program_but_json_may_be_under_twice() -> None:
    assert goals.each_against_spark(data(4.0, json_sums=1.0)).reached is True
    verdict = goals.each_against_spark(data(4.0, distinct=1.9))
    assert (verdict.measured, verdict.reached) == ("least 1.9 x (distinct)", False)


@pytest.mark.parametrize(("seconds", "reached"), [(1.19, True), (1.21, False)])
def test_narrow_pipelines(seconds: float, reached: bool) -> None:
    found = report(**{name: {"minispark": seconds, "processes": 1.0} for name in goals.PIPELINES})
    assert goals.narrow_against_processes(found).reached is reached


@pytest.mark.parametrize(("alone", "reached"), [(1.71, True), (1.69, False)])
def test_two_workers_in_proportion(alone: float, reached: bool) -> None:
    seconds = {"minispark": 1.0, "minispark_1": alone, "processes": 1.0, "processes_1": 1.9}
    assert goals.two_workers(report(**dict.fromkeys(goals.PIPELINES, seconds))).reached is reached


def test_tasks() -> None:
    verdict = goals.task_overhead(report(many_tasks={"minispark": 0.4}, tasks_50000={"minispark": 5.5}))
    assert (verdict.measured, verdict.reached) == ("80 us at 5,000, 110 us at 50,000", False)


@pytest.mark.parametrize(("settings", "reached"), [({}, True), ({"scale": 0.1}, None), ({"cores": 4}, None)])
def test_other_sizes_and_cores_are_not_judged(settings: dict[str, float], reached: bool | None) -> None:
    found = data(5.0)
    for section in list(found.sections.values()):
        found = found.with_section(section.told(**settings))
    assert goals.verdicts(found)[0].reached is reached


def test_a_wrong_answer_is_no_figure() -> None:
    wrong = Section("word_count", {}, {"minispark": Measured((1.0,)), "dask": Measured((9.0,), trouble="wrong")})
    assert goals.words_against_dask(EMPTY.with_section(wrong)).reached is None
