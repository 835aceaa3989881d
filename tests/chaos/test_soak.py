"""The soak command: a short one is clean, and it fails where an answer is wrong or something grows."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest

from minispark.testing import soak, soak_jobs
from minispark.testing.soak import Holding, grown

pytestmark = pytest.mark.chaos
MEGA = 1 << 20


@pytest.mark.timeout(120)
def test_ten_seconds() -> None:
    command = [sys.executable, "-m", "minispark.testing.soak", "--minutes", "0.15", "--seed", "3", "--every", "0.25"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    (told,) = re.findall(r"(\d+) jobs, (\d+) kills .* (\d+) damaged files; (\d+) attempts", done.stdout)
    jobs, kills, damaged, attempts = map(int, told)
    assert jobs >= 14 and kills >= 3 and damaged >= 1 and attempts >= 3
    assert done.stdout.endswith("flat; nothing left behind\n")
    assert done.stderr == ""


def test_a_wrong_answer_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def wrong(sc: Any, choose: Any) -> Any:
        return sc.parallelize([1, 2], 2).sum(), 4

    monkeypatch.setattr(soak, "JOBS", (soak_jobs.sums, wrong))
    assert soak.main(["--minutes", "0.01", "--every", "60"]) == 1
    assert "wrong: AssertionError: 1 records, as many as expected, but not the same" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (Holding(90 * MEGA, 80 * MEGA, 20, 0), []),
        (Holding(90 * MEGA, 115 * MEGA, 24, MEGA), []),
        (Holding(90 * MEGA, 125 * MEGA, 20, 0), ["memory has grown from 80 to 125 MB (USS)"]),
        (Holding(90 * MEGA, 80 * MEGA, 25, 0), ["descriptors have grown from 20 to 25"]),
        (Holding(90 * MEGA, 80 * MEGA, 20, MEGA + 1), [f"the disk has grown from 0 to {MEGA + 1} bytes"]),
    ],
)
def test_what_counts_as_growth(after: Holding, told: list[str]) -> None:
    assert grown(Holding(90 * MEGA, 80 * MEGA, 20, 0), after) == told
