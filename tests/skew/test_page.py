"""docs/SKEW.md is true: its examples give what they show."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import minispark

ROOT = Path(minispark.__file__).parents[1]


@pytest.mark.slow
def test_its_examples_give_what_they_show() -> None:
    command = [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", "docs/SKEW.md"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
