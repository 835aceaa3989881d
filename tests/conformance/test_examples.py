"""The scripts in ``examples/`` print under ``minispark run`` what they printed under PySpark, unchanged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE.parent.parent / "examples").glob("*.py"))


def test_each_script_has_been_recorded() -> None:
    assert {script.stem for script in SCRIPTS} == {path.stem for path in (HERE / "examples").glob("*.txt")}
    assert len(SCRIPTS) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("master", ["local[2]", "inline"])
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_prints_what_pyspark_prints(script: Path, master: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "minispark", "run", "--master", master, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (HERE / "examples" / f"{script.stem}.txt").read_text()
    assert "Traceback" not in done.stderr
