"""The verdict on a change, on samples whose verdict is known; and where the base comes from."""

from __future__ import annotations

import random
import subprocess
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

import minispark
from minispark.bench import contest
from minispark.bench.catalogue import BY_NAME
from minispark.bench.comparing import chance, compare, describe
from minispark.bench.contest import compare_with
from minispark.bench.machine import ROOT, _revision
from minispark.bench.measuring import Plan
from minispark.bench.report import EMPTY, FILE, Measured, Section, save
from minispark.bench.revisions import checked_out
from minispark.engine.core.errors import ConfigurationError

RUNS = (1.00, 1.03, 0.98, 1.01, 1.02, 0.99, 1.04)


@pytest.mark.parametrize(
    ("factor", "verdict"), [(1.0, "noise"), (0.9, "faster"), (1.1, "slower"), (1.004, "noise"), (0.5, "faster")]
)
def test_a_change_beyond_the_spread_is_told_from_noise(factor: float, verdict: str) -> None:
    difference = compare([seconds * factor for seconds in RUNS], RUNS)
    assert difference is not None
    assert difference.ratio == pytest.approx(factor)
    assert difference.verdict == verdict


def test_a_clear_but_tiny_change_is_noise() -> None:
    difference = compare([1.005, 1.006, 1.007, 1.0055, 1.0065], [1.0, 1.001, 1.002, 1.0005, 1.0015])
    assert difference is not None
    assert (difference.chance < 0.01, difference.verdict) == (True, "noise")


def test_few_runs_show_nothing() -> None:
    difference = compare((1.0, 1.0, 1.0), (2.0, 2.0, 2.0))
    assert difference is not None
    assert (difference.chance, difference.verdict) == (pytest.approx(0.1), "noise")


def test_equal_things_are_seldom_called_different() -> None:
    draw = random.Random(7)
    verdicts = [
        compare([draw.gauss(1, 0.1) for _ in range(7)], [draw.gauss(1, 0.1) for _ in range(7)]) for _ in range(100)
    ]
    assert sum(verdict is not None and verdict.verdict != "noise" for verdict in verdicts) <= 4


def test_many_runs_are_judged_by_the_normal_law() -> None:
    draw = random.Random(3)
    samples = [draw.gauss(1, 0.1) for _ in range(11)], [draw.gauss(1.08, 0.1) for _ in range(11)]
    exact = chance(samples[0][:10], samples[1][:10])
    nearly = chance(*samples)
    assert 0 < nearly < 1
    assert chance(range(11), range(20, 31)) < 0.001 < exact


def test_nothing_to_compare() -> None:
    assert compare((), RUNS) is None
    assert compare((0.0,), (0.0,)) is None
    assert describe("join", Measured(trouble="wrong", text="answers 1"), Measured(RUNS)).endswith(
        "new: wrong: answers 1"
    )


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_a_revision_is_there_for_the_time_of_the_comparison(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "minispark").mkdir()
    (tmp_path / "minispark" / "__init__.py").write_text("old = True\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "old")
    (tmp_path / "minispark" / "__init__.py").write_text("old = False\n")
    with checked_out(tmp_path, "HEAD") as tree:
        assert (tree / "minispark" / "__init__.py").read_text() == "old = True\n"
    assert not tree.exists()
    assert not (tmp_path / ".git" / "worktrees").exists()
    with pytest.raises(ConfigurationError, match="neither a file nor a revision"), checked_out(tmp_path, "no-such"):
        pass


def test_an_installed_minispark_has_no_revisions(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "site-packages").mkdir()
    refused = pytest.raises(ConfigurationError, match="not imported from a git checkout")
    with refused, checked_out(tmp_path / "site-packages", "HEAD"):
        pass
    assert _revision(tmp_path / "site-packages") == minispark.__version__


PLAN = Plan(1, 60.0, 0.001, 2)


@pytest.mark.slow
def test_two_trees_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "checked_out", lambda root, revision: nullcontext(ROOT))
    said: list[str] = []
    assert compare_with("v1", [BY_NAME["join"], BY_NAME["word_count_foldby"]], PLAN, said.append) is True
    assert said[0].startswith("this tree over v1, 1 runs of each in turns")
    assert [line.split()[:2] for line in said[1:]] == [["join", "seconds"]]
    assert "processor" in said[1]


@pytest.mark.slow
def test_a_report_is_a_base_too(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"scale": 0.001, "cores": 2}
    report = EMPTY.with_about({"date": "2026-01-01", "revision": "abc"})
    report = report.with_section(Section("distinct", settings, {"minispark": Measured((1e-9,), (1.0,), (1,))}))
    report = report.with_section(Section("join", {**settings, "scale": 1.0}, {"minispark": Measured((1.0,))}))
    save(report, tmp_path / FILE)
    said: list[str] = []
    assert compare_with(str(tmp_path), [BY_NAME[n] for n in ("distinct", "join", "pagerank")], PLAN, said.append)
    assert said[0].split(maxsplit=1) == ["join", "was measured at scale 1 on 2 cores"]
    assert said[1].split(maxsplit=1) == ["pagerank", "is not in the report"]
    assert said[2] == "this tree over figures of 2026-01-01, revision abc, which were not taken in turns"
    assert [line.split()[0] for line in said[3:]] == ["distinct"]


def test_programs_of_others_cannot_be_compared() -> None:
    with pytest.raises(ConfigurationError, match="none of these programs is for minispark"):
        compare_with("HEAD", [BY_NAME["word_count_foldby"]], PLAN, print)
