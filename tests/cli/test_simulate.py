"""``minispark simulate``: what it prints, and its exit codes."""

from __future__ import annotations

import re

import pytest

from minispark.cli.main import main
from minispark.engine.scheduler.recovery import Recovery
from minispark.testing import simulation_runs
from minispark.testing.simulation_plan import make_plan
from minispark.testing.simulation_summary import play


def break_the_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed outputs roll nothing back, and seeds are played in this process, which alone knows."""
    monkeypatch.setattr(Recovery, "roll_back", lambda self, shuffle_id: None)
    monkeypatch.setattr(simulation_runs, "run_seeds", lambda seeds, *_: play(seeds))


@pytest.mark.parametrize(
    "arguments",
    [["--seeds", "0"], ["--seeds", "1e3"], ["--seed", "-1"], ["--seed", "x"], ["--minutes", "0"], ["--minutes", "nan"]],
)
def test_a_wrong_number_is_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"minispark: {' '.join(arguments)}: a ")
    assert captured.err.count("\n") == 1


def test_one_seed_prints_its_plan_and_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seeds", "1", "--seed", "7"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(make_plan(7).describe())
    assert "faults that happened: " in out
    assert out.splitlines()[-1].startswith("seed 7: good (event ")


@pytest.mark.slow
def test_seeds_are_played_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seeds", "120", "--seed", "1000"]) == 0
    out = capsys.readouterr().out
    alone = play(range(1000, 1120))
    assert out.startswith(alone.describe())
    assert re.search(r"^[\d,]+ schedules a second on \d+ cores, [\d.]+ s$", out, re.MULTILINE)
    assert alone.faults["worker killed"] > 0
    assert f"{alone.faults['worker killed']:10,} x worker killed\n" in out
    assert f"{alone.branches['ended: success']:10,} x ended: success\n" in out


def test_no_seed_is_begun_when_the_time_is_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--seeds", "100000", "--minutes", "1e-9"]) == 0
    assert "stopped after 0 of 100,000 seeds" in capsys.readouterr().out


@pytest.mark.slow
def test_failing_seeds_are_printed_whole_and_shrunk(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_the_scheduler(monkeypatch)
    assert main(["simulate", "--seeds", "100"]) == 1
    out = capsys.readouterr().out
    seed = int(re.search(r"^(\d+) seeds fail, the first is (\d+)$", out, re.MULTILINE)[2])
    assert make_plan(seed).describe() in out
    assert re.search(r"^with \d+ of its \d+ faults it still fails:\nseed \d+: Violation: ", out, re.MULTILINE)

    assert main(["simulate", "--seeds", "1", "--seed", str(seed)]) == 1
    out = capsys.readouterr().out
    assert f"\nseed {seed}: Violation: " in out
    assert "faults it still fails:\n" in out
