"""docs/TESTING.md is true: the test file it shows runs as it is, and its tables are those of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import minispark
from minispark.testing.points import fault_table, point_table

TEXT = (Path(minispark.__file__).parents[1] / "docs" / "TESTING.md").read_text(encoding="utf-8")


@pytest.mark.chaos
@pytest.mark.timeout(120)
def test_the_file_that_it_shows_runs(tmp_path: Path) -> None:
    (shown,) = (text for text in re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL) if "chaos(" in text)
    assert len(shown.strip().splitlines()) < 20
    (tmp_path / "test_totals.py").write_text(shown, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_totals.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_its_tables_are_those_of_the_code() -> None:
    assert fault_table() in TEXT, "fault_table() of minispark/testing/points.py is what belongs there"
    assert point_table() in TEXT, "point_table() of minispark/testing/points.py is what belongs there"
