"""docs/ARCHITECTURE.md is true: it names every package, and every file that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import minispark

ROOT = Path(minispark.__file__).parents[1]
TEXT = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
PACKAGES = [path.parent for path in (ROOT / "minispark").rglob("__init__.py")]
PLACES = ("minispark", "minispark/engine", ".", "docs")
"""The map names files from the repository's root, and for short from these folders."""


@pytest.mark.parametrize("package", [p.relative_to(ROOT).as_posix() for p in PACKAGES])
def test_every_package_is_on_the_map(package: str) -> None:
    if package not in ("minispark", "minispark/engine"):
        assert f"`{package}/`" in TEXT


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`([\w/.]+(?:\.py|/))`", TEXT) + re.findall(r"\]\(([^)]+)\)", TEXT)))
)
def test_what_the_map_names_is_there(name: str) -> None:
    assert any((ROOT / place / name).exists() for place in PLACES)
