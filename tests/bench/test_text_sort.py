"""The sort of a large text, small: the check sees a line that is out of order, lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from minispark.bench.machine import ROOT

SCRIPT = ROOT / "benchmarks" / "text_sort.py"


@pytest.mark.slow
def test_it_sorts_and_watches(tmp_path: Path) -> None:
    out = tmp_path / "row.json"
    command = [sys.executable, str(SCRIPT), "--gigabytes", "0.004", "--limit-mb", "128", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("sort 0.004 GB of text: ")
    (row,) = json.loads(out.read_text())
    assert row["limit_bytes"] == 64 << 20
    assert 0 < row["peak_bytes"] <= 1.2 * row["limit_bytes"]
    assert len(row["series"]) > 1


def test_lines_must_be_in_order_and_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    import text_sort

    written = text_sort.write_text(tmp_path / "text", 970)
    lines = (tmp_path / "text").read_bytes().splitlines(keepends=True)
    assert len(lines) == 10
    ordered = sorted(lines)
    assert text_sort.check_sorted(ordered) == written
    assert text_sort.check_sorted(ordered[1:]) != written
    assert text_sort.check_sorted([*ordered[:-1], ordered[-2]]) != written
    with pytest.raises(AssertionError, match="comes after"):
        text_sort.check_sorted([ordered[1], ordered[0], *ordered[2:]])
