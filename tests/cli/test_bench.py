"""``minispark bench``: what it prints and keeps, and its exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from minispark.bench import running
from minispark.bench.catalogue import PROGRAMS
from minispark.bench.engines import ENGINES
from minispark.bench.machine import ROOT
from minispark.bench.measuring import Bench
from minispark.bench.readme import BEGIN, END
from minispark.bench.report import FILE, Measured, Section, load
from minispark.cli.main import main

TINY = ["bench", "--scale", "0.001", "--rounds", "1"]


def test_it_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list"]) == 0
    out = capsys.readouterr().out
    for named in (*PROGRAMS, *ENGINES):
        assert f"\n{named.name} " in out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "jion"], "unknown program 'jion'; there are start_up, word_count, "),
        (["jion", "--only", "join"], "unknown program 'jion'; there are start_up, word_count, "),
        (["--engines", "flink"], "unknown engine 'flink'; there are minispark, "),
        (["--rounds", "0"], "--rounds 0: a whole number of at least 1"),
        (["--scale", "nan"], "--scale nan: a number above 0"),
        (["--resume"], "--resume needs --report DIR"),
        (["--readme", "README.md"], "--readme needs --report DIR"),
        (["--compare", "no-such-revision"], "--compare no-such-revision: neither a file nor a revision"),
        (["--compare", "HEAD", "--engines", "spark"], "--compare runs minispark alone"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"minispark: {told}")


@pytest.mark.slow
def test_it_measures_keeps_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    engines = ["--engines", "minispark", "python", "processes", "--report", str(tmp_path)]
    assert main([*TINY, "--only", "join", "narrow_json", *engines, "--note", "A tiny run."]) == 0
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines()[:2]] == [["join", "minispark"], ["narrow_json", "minispark"]]
    report = load(tmp_path / FILE)
    assert {name: list(section.engines) for name, section in report.sections.items()} == {
        "join": ["minispark", "python"],
        "narrow_json": ["minispark", "processes"],
    }
    assert report.about["versions"].keys() == {"minispark", "python", "processes"}
    assert "A tiny run." in (tmp_path / "README.md").read_text()

    assert main([*TINY, "--only", "join", "distinct", *engines, "--resume"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(maxsplit=1) == ["join", "is in the report"]
    assert lines[1].startswith("distinct ")
    assert load(tmp_path / FILE).sections["join"] == report.sections["join"]

    (tmp_path / "TEXT.md").write_text(f"{BEGIN}\n{END}\n")
    assert main(["bench", "--report", str(tmp_path), "--readme", str(tmp_path / "TEXT.md")]) == 0
    assert "| join, 1 M with 300 k pairs |" in (tmp_path / "TEXT.md").read_text()


@pytest.mark.chaos
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_one_that_is_told_to_end_leaves_nothing(number: int, code: int, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "minispark", *TINY, "--only", "join", "--rounds", "1000"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while not list(tmp_path.glob("minispark-bench-*/minispark-*")):
            assert process.poll() is None
            threading.Event().wait(0.01)
        engines = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        assert process.wait() == code
    psutil.wait_procs(engines, timeout=20)
    assert not any(engine.is_running() for engine in engines)
    assert not list(tmp_path.glob("minispark-bench-*"))


def test_exit_code_1_is_for_minispark_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(self: Bench, program: str, engines: Any) -> Section:
        return Section(program, {"scale": 1.0, "cores": 2}, {failing: Measured(trouble="wrong", text="answers 3")})

    monkeypatch.setattr(running.Bench, "measure", measure)
    failing = "minispark"
    assert main([*TINY, "--only", "join"]) == 1
    assert capsys.readouterr().err == "join on minispark: wrong: answers 3\n"
    failing = "pysparkling"
    assert main([*TINY, "--only", "join"]) == 0
    assert "pysparkling wrong answers 3" in capsys.readouterr().out


def test_a_study_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """`minispark bench skew` runs the study, with the options that it has, and no program."""
    asked: list[Any] = []
    monkeypatch.setattr(running, "run_study", lambda name, plan: asked.append((name, plan.scale, plan.rounds)) or [])
    assert main([*TINY, "skew"]) == 0
    assert asked == [("skew", 0.001, 1)]
