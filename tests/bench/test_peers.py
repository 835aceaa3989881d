"""Environments of the peers: made once, removed where they cannot be made, found by their folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from minispark.bench import peers
from minispark.bench.engines import BY_NAME, find_engines, python_of
from minispark.bench.running import find_pythons
from minispark.engine.core.errors import ConfigurationError

ASKED = find_engines(["minispark", "polars", "duckdb"])


class Builder:
    """Makes a virtual environment of nothing but this Python."""

    def __init__(self, with_pip: bool) -> None:
        assert with_pip

    def create(self, place: Path) -> None:
        (place / "bin").mkdir(parents=True)
        (place / "bin" / "python").symlink_to(sys.executable)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers.venv, "EnvBuilder", Builder)
    monkeypatch.setattr(peers, "PIP", ("-c", "import sys; 'duckdb' in sys.argv[1] and sys.exit('no such package')"))


def test_each_is_made_once_and_one_that_fails_leaves_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    assert peers.make_environments(tmp_path, ASKED, said.append) is False
    assert said == ["Polars: made", "DuckDB: pip cannot install duckdb==2.0.1: ['no such package']"]
    assert [place.name for place in tmp_path.iterdir()] == ["polars"]
    assert peers.make_environments(tmp_path, ASKED[:2], said.append) is True
    assert said[2] == f"Polars is there: {tmp_path / 'polars'}"


def test_engines_that_are_there_are_found(tmp_path: Path) -> None:
    Builder(with_pip=True).create(tmp_path / "polars")
    found, missing = find_pythons((), tmp_path, None)
    assert found["polars"] == str(tmp_path / "polars" / "bin" / "python")
    assert found["minispark"] == sys.executable
    assert "PySpark" in missing
    assert "DuckDB" in missing
    assert python_of(BY_NAME["spark"], None, "/a/python") == "/a/python"


def test_one_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"engine 'duckdb' is not there: .*--make-peers"):
        find_pythons(("minispark", "duckdb"), tmp_path, None)
    with pytest.raises(ConfigurationError, match="unknown engine 'flink'; there are minispark, "):
        find_pythons(("flink",), None, None)
