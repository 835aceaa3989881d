"""The import contracts of pyproject.toml bite: they name what exists, and a breach of each would be seen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import minispark

ROOT = Path(minispark.__file__).parents[1]


def contracts() -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def packages() -> set[str]:
    """Every package or module directly under minispark and under minispark.engine, the latter's parent left out."""
    found = set()
    for folder, prefix in ((ROOT / "minispark", "minispark"), (ROOT / "minispark" / "engine", "minispark.engine")):
        for path in folder.iterdir():
            if (path / "__init__.py").exists():
                found.add(f"{prefix}.{path.name}")
            elif path.suffix == ".py" and not path.stem.startswith("__"):
                found.add(f"{prefix}.{path.stem}")
    return found - {"minispark.engine"}


def test_every_package_has_its_layer() -> None:
    named = {
        name.strip(" ()") for layer in contracts()["imports go downward only"]["layers"] for name in layer.split("|")
    }
    assert packages() - named == {"minispark.version"}


def test_the_scheduler_may_not_know_the_time() -> None:
    pure = next(contract for name, contract in contracts().items() if "scheduler is pure" in name)
    assert {"time", "random", "os", "threading", "multiprocessing", "logging"} <= set(pure["forbidden_modules"])
