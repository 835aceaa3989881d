"""The documents are true: the map names every package, and what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import minispark
from minispark.engine.kernels import chain
from minispark.engine.plan import operators

ROOT = Path(minispark.__file__).parents[1]
MAP = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "ADDING_AN_OPERATOR.md").read_text(encoding="utf-8")
PACKAGES = [path.parent for path in (ROOT / "minispark").rglob("__init__.py")]
PLACES = ("", "minispark", "minispark/engine", "minispark/rdd", "docs")
"""Files are named from the repository's root, and for short from these folders."""


def named(text: str) -> list[str]:
    return sorted(set(re.findall(r"`([\w/.]+(?:\.py|\.md|/))`", text) + re.findall(r"\]\(([^)]+)\)", text)))


def test_every_package_is_on_the_map() -> None:
    packages = {path.relative_to(ROOT).as_posix() for path in PACKAGES}
    assert len(packages) > 20
    assert [p for p in sorted(packages - {"minispark", "minispark/engine"}) if f"`{p}/`" not in MAP] == []


def test_what_the_documents_name_is_there() -> None:
    names = {*named(MAP), *named(GUIDE)}
    assert names
    assert [name for name in sorted(names) if not any((ROOT / place / name).exists() for place in PLACES)] == []


def test_the_guide_speaks_of_what_the_code_has() -> None:
    assert {"checked_function", "_narrow", "_KERNELS", "MapPartitions", "@value", "Operator"} <= set(
        re.findall(r"`([@\w]+)`", GUIDE)
    )
    assert operators.MapValues in chain._KERNELS
