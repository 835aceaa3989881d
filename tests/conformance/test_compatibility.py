"""The page of compatibility: its numbers, and that every gap says why."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from compatibility import PAGE, page, problems  # noqa: E402 (a script beside this)

RESULTS = {"functions": {"abs": (3, 0), "kll_merge": (8, 5), "kll_get": (4, 2)}, "types": {"Row": (2, 1)}}


def test_gaps_with_one_reason_stand_together() -> None:
    text = page(RESULTS, {"functions": {"kll_*": "no such sketch"}, "types": {"Row": "prints otherwise"}})
    assert "| Functions | 1 of 3 | 8 of 15 |" in text and "**9 of 17 (52.9 %)**" in text
    assert "- `kll_merge` (5 of 8), `kll_get` (2 of 4): no such sketch" in text


def test_a_gap_without_a_reason_and_a_reason_without_a_gap_are_problems() -> None:
    found = problems(RESULTS, {"functions": {"kll_*": "no such sketch", "abs": "was wrong once"}})
    assert found == ["functions: the reason for abs has no gap any more", "types: Row has no reason"]


def test_every_reason_is_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    reasons = tomllib.loads((HERE / "compatibility.toml").read_text(encoding="utf-8"))
    assert all(f": {why}" in text for group in reasons.values() for why in group.values())
