"""The benchmark's report: ratios, goals, and what is wrong."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def report() -> Any:
    report = importlib.import_module("report").Report(cores=2, scale=1.0)
    for engine, times in {"minispark": (1.9, 2.0, 2.7), "spark": (9.0, 10.0, 11.0), "python": (4.0, 4.0)}.items():
        for seconds in times:
            report.add_time("word_count", engine, seconds)
            report.add_answer("word_count", engine, [["the", 7]])
    return report


def test_ratios_are_of_medians_and_plain_pythons_is_divided_by_the_cores(report: Any) -> None:
    assert report.ratios("word_count") == (pytest.approx(0.2), pytest.approx(1.0))
    assert report.reached("word_count") is True


@pytest.mark.parametrize(("seconds", "reached"), [(3.0, True), (3.2, False)])
def test_a_goal_is_reached_within_its_tolerance_of_either_ratio(report: Any, seconds: float, reached: bool) -> None:
    report.times["word_count"]["minispark"] = [seconds]
    assert report.reached("word_count") is reached


def test_without_a_peer_there_is_nothing_to_judge_by(report: Any) -> None:
    report.times["word_count"] = {"minispark": [1.0]}
    assert report.reached("word_count") is None


def test_all_is_well(report: Any) -> None:
    assert report.wrong() == []


def test_answers_that_differ_are_told(report: Any) -> None:
    report.answers["word_count"]["minispark"] = [["the", 8]]
    assert any("python answers" in line or "minispark answers" in line for line in report.wrong())


def test_an_engine_that_contradicts_itself_is_told(report: Any) -> None:
    report.add_answer("word_count", "minispark", [["the", 6]])
    assert report.wrong()[0] == "word_count on minispark: answers [['the', 6]] after [['the', 7]]"


def test_a_failure_shows_in_the_table(report: Any) -> None:
    report.add_error("join", "minispark", "ValueError: no")
    assert "| join | failed |" in report.markdown()
    assert "WRONG: join on minispark: ValueError: no" in report.markdown()


def test_written_for_programs_and_for_people(report: Any, tmp_path: Path) -> None:
    report.versions = {"minispark": "0.1.0"}
    importlib.import_module("report").write_report(report, tmp_path / "new")
    numbers = json.loads((tmp_path / "new" / "workloads.json").read_text())
    assert numbers["seconds"]["word_count"]["spark"] == [9.0, 10.0, 11.0]
    text = (tmp_path / "new" / "workloads.md").read_text()
    assert "| word_count | 2.000 (1.900-2.700) | 10.000 (9.000-11.000) | 4.000 (4.000-4.000) | 0.200 (0.202)" in text
