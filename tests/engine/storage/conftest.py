from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.storage.directories import LocalDirectories

KEY = bytes(range(32))


@pytest.fixture
def key() -> bytes:
    return KEY


@pytest.fixture
def directories(tmp_path: Path) -> LocalDirectories:
    """Two directories of which file ``f`` goes to the first."""
    paths = sorted((tmp_path / "a", tmp_path / "b"))
    for path in paths:
        path.mkdir()
    both = LocalDirectories([str(path) for path in paths])
    return both if both.pick("f") == str(paths[0]) else LocalDirectories([str(path) for path in reversed(paths)])
