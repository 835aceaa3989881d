"""The study of remedies against skew: its figures, what they are said to say, its page and pictures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from minispark.bench.machine import ROOT
from minispark.bench.measuring import Plan
from minispark.bench.plots.pictures import draw_all
from minispark.bench.report import EMPTY
from minispark.bench.showing import page
from minispark.bench.skew_findings import AXES, findings
from minispark.bench.studies import run_study


def row(strategy: str, x: float, seconds: float, axis: str = "hot_share", **others: Any) -> dict[str, Any]:
    figures = {"cpu_seconds": seconds, "load_bytes_max": 1 << 20, "load_ratio": 4.0, "shuffled_bytes": 1 << 21}
    about = {"operator": "join", "axis": axis, "x": x, "strategy": strategy, "seconds": seconds, "error": ""}
    return {**about, **figures, "memory_bytes_max": 1 << 26, **others}


def told(**seconds: list[float]) -> str:
    (sentence,) = findings([row(name, x, each) for name, by_x in seconds.items() for x, each in enumerate(by_x)])
    return sentence.removeprefix("join, by share of one hot key: ")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ([5.0, 5.0, 5.0], "a always ahead of the plain operator (2.0 x at 0). Fastest: a from 0 to 2."),
        ([20.0, 5.0, 2.5], "a ahead of the plain operator from 1 on (4.0 x at 2). Fastest: plain at 0, a from 1 to 2."),
        ([5.0, 20.0, 20.0], "a ahead of the plain operator at 0 (2.0 x at 0). Fastest: a at 0, plain from 1 to 2."),
        ([20.0, 9.5, 10.0], "a never ahead (0.5 to 1.1 x the plain operator's speed). Fastest: plain from 0 to 2."),
    ],
)
def test_what_the_figures_say(other: list[float], expected: str) -> None:
    assert told(plain=[10.0, 10.0, 10.0], a=other) == expected


def test_errors_say_nothing_but_themselves() -> None:
    rows = [row("plain", 0, 1.0), row("a", 0, 0.0, error="OSError: no", load_ratio=None)]
    assert findings(rows) == []
    assert "OSError: no" in page(EMPTY.with_study("skew", rows), ())


def test_page_and_pictures() -> None:
    rows = [
        row(strategy, x, 1.0 + x, axis, operator=operator)
        for operator in ("join", "join, then work", "sum by key")
        for axis in AXES
        for x in (1, 10)
        for strategy in ("plain", "a & b")
    ]
    rows.append(row("broadcast_join", 1, 0.5, load_bytes_max=0, load_ratio=None, shuffled_bytes=0))
    report = EMPTY.with_study("skew", rows)
    drawn = draw_all(report)
    assert list(drawn) == ["skew_joins.svg", "skew_work.svg", "skew_by_key.svg"]
    for svg in drawn.values():
        ElementTree.fromstring(svg)
        assert "nan" not in svg and "a &amp; b" in svg
    text = page(report, drawn.keys())
    assert text.count("![") == 3 and "### sum by key, by Zipf exponent" in text and "no reducer" in text


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_small_run(tmp_path: Path) -> None:
    """A wrong answer would be an error and an exit code of 1."""
    out = tmp_path / "rows.json"
    command = [sys.executable, str(ROOT / "benchmarks" / "skew.py"), "--scale", "0.15", "--axes", "cores"]
    command += ["--only", "join", "sum by key", "set by key", "group by key"]
    done = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True, check=True)
    rows = {(row["x"], row["strategy"]): row for row in json.loads(out.read_text()) if row["operator"] == "join"}
    assert rows[2, "plain"]["load_ratio"] > 3 > 1.5 > rows[2, "split_join"]["load_ratio"]
    assert rows[2, "broadcast_join"]["load_ratio"] is None
    assert "join, by cores, 80 % under one key: " in done.stdout


def test_options_reach_the_script(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    for name in ("skew", "memory"):
        (tmp_path / "benchmarks" / f"{name}.py").write_text(
            "import json, sys\n"
            "json.dump([{'options': sys.argv[3:]}], open(sys.argv[sys.argv.index('--out') + 1], 'w'))\n"
        )
    plan = Plan(rounds=2, seconds_max=1.0, scale=0.5, cores=3)
    assert run_study("skew", tmp_path, plan) == [{"options": ["--scale=0.5", "--cores=3", "--rounds=2"]}]
    assert run_study("memory", tmp_path, plan) == [{"options": []}]
