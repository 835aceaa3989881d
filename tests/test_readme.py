"""The README is true: its tour runs as printed, and what it links to is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import minispark
from minispark.bench.plots.pictures import draw_all
from minispark.bench.readme import excerpt
from minispark.bench.report import load
from minispark.bench.showing import page

ROOT = Path(minispark.__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_tour_gives_what_it_shows() -> None:
    """In a process of its own, as somebody would type it: the tour's functions belong to ``__main__``."""
    command = [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", "README.md"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_there_is_a_tour() -> None:
    assert TEXT.count(">>> ") > 20


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", TEXT))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_its_figures_are_those_of_the_report() -> None:
    """`minispark bench --report benchmarks/report --readme README.md` puts them there."""
    report = load(ROOT / "benchmarks" / "report" / "report.json")
    assert excerpt(report, "benchmarks/report") in TEXT
    assert page(report, draw_all(report).keys()) == (ROOT / "benchmarks" / "report" / "README.md").read_text()


def test_the_package_of_the_same_name_on_the_index_is_not_recommended() -> None:
    assert not re.search(r"pip install minispark\b", TEXT)
