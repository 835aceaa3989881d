"""Studies: scripts of the checkout, whose rows come back or a typed error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from minispark.bench.machine import ROOT
from minispark.bench.plots.curves import draw_curves
from minispark.bench.report import EMPTY
from minispark.bench.studies import SERIES_MAX, _thinned, run_study
from minispark.engine.core.errors import ConfigurationError, EnvironmentFault

WRITES = """
import json, os, sys
assert "PYTHONDONTWRITEBYTECODE" not in os.environ
with open(sys.argv[sys.argv.index("--out") + 1], "w") as file:
    json.dump([{"name": "join"}], file)
raise SystemExit(1)
"""


def script(root: Path, text: str) -> Path:
    (root / "benchmarks").mkdir()
    (root / "benchmarks" / "memory.py").write_text(text)
    return root


def test_its_rows_come_back_though_a_promise_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert run_study("memory", script(tmp_path, WRITES)) == [{"name": "join"}]


def test_a_long_series_is_thinned_to_its_peaks() -> None:
    row = {"name": "join", "series": [[i / 1000, i % 500] for i in range(1_001)]}
    thin = _thinned(row)["series"]
    assert len(thin) <= SERIES_MAX
    assert max(size for _, size in thin) == 499
    assert thin[0] == [0.01, 10]
    assert _thinned({"name": "sum"}) == {"name": "sum"}


def test_one_that_leaves_none_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match=r"study 'memory' left no rows \(exit code 3\)"):
        run_study("memory", script(tmp_path, "raise SystemExit(3)"))


def test_they_need_a_checkout(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"memory.py is not there; studies need a checkout"):
        run_study("memory", tmp_path)


@pytest.mark.slow
def test_the_scale_study_gives_rows_that_can_be_drawn(tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    command = [sys.executable, str(ROOT / "benchmarks" / "scale.py"), "--only", "dense", "--size-max", "125"]
    subprocess.run([*command, "--out", str(out)], check=True, capture_output=True)
    rows = json.loads(out.read_text())
    assert [(row["program"], row["size"], row["error"]) for row in rows] == [("dense", 125, "")]
    assert draw_curves(EMPTY.with_study("scale", rows)) is not None
