"""The resume directory: private, one context's at a time, and never more in it than may be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from minispark.engine.core.errors import ResumeError
from minispark.engine.runtime import resumedir
from minispark.engine.runtime.resumedir import RUNS_KEPT, ResumeDirectory

HOLDER = """
import sys
from minispark.engine.runtime.resumedir import ResumeDirectory
directory = ResumeDirectory(sys.argv[1], 1 << 30)
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "above" / "resume"


def opened(path: Path, bytes_max: int = 1 << 30) -> ResumeDirectory:
    return ResumeDirectory(str(path), bytes_max)


def fill(directory: ResumeDirectory, name: str, size: int) -> Path:
    """An entry with an output of ``size`` bytes, in use."""
    entry = Path(directory.take(name))
    (entry / "0-start-1").write_bytes(bytes(size))
    (entry / "ledger").write_bytes(b"ledger")
    return entry


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_in_it_is_its_owners_alone(path: Path) -> None:
    directory = opened(path)
    entry = Path(directory.take("entry"))
    assert mode(path) == mode(path / "outputs") == mode(entry) == 0o700
    assert {mode(path / name) for name in ("key", "lock", "format")} == {0o600}
    directory.close()


def test_the_key_stays(path: Path) -> None:
    keys = set()
    for _ in range(2):
        directory = opened(path)
        keys.add(directory.key)
        directory.close()
    assert len(keys) == 1 and len(keys.pop()) == 32


def test_a_second_context_is_told_who_uses_it(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "open\n"
        with pytest.raises(ResumeError, match=f"in use by process {holder.pid}"):
            opened(path)
        holder.kill()
        holder.wait()
    opened(path).close()


@pytest.mark.matrix(58)
def test_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    path.parent.mkdir()
    path.symlink_to(target)
    with pytest.raises(ResumeError, match="symbolic link"):
        opened(path)
    assert list(target.iterdir()) == []


@pytest.mark.matrix(58)
def test_another_users_directory_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(path).close()
    monkeypatch.setattr(resumedir.os, "getuid", lambda: os.geteuid() + 1)
    with pytest.raises(ResumeError, match="belongs to user"):
        opened(path)


@pytest.mark.matrix(58)
def test_one_that_others_can_write_to_is_refused(path: Path) -> None:
    opened(path).close()
    path.chmod(0o777)
    with pytest.raises(ResumeError, match="can be written to by others"):
        opened(path)


def test_an_empty_one_is_made_private(path: Path) -> None:
    path.mkdir(parents=True)
    path.chmod(0o755)
    opened(path).close()
    assert mode(path) == 0o700


def test_a_directory_of_something_else_is_left_alone(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "thesis.txt").write_text("mine")
    with pytest.raises(ResumeError, match="holds other files"):
        opened(path)
    assert [entry.name for entry in path.iterdir()] == ["thesis.txt"]


@pytest.mark.matrix(59)
@pytest.mark.parametrize("damage", ["open to others", "too short", "a link"])
def test_a_key_that_others_may_know_is_refused(path: Path, tmp_path: Path, damage: str) -> None:
    opened(path).close()
    key = path / "key"
    if damage == "open to others":
        key.chmod(0o644)
    elif damage == "too short":
        key.write_bytes(b"short")
    else:
        (tmp_path / "known").write_bytes(bytes(32))
        key.unlink()
        key.symlink_to(tmp_path / "known")
    with pytest.raises(ResumeError, match="key"):
        opened(path)


def test_another_format_is_refused(path: Path) -> None:
    opened(path).close()
    (path / "format").write_text("minispark resume directory, format 2\n")
    with pytest.raises(ResumeError, match="format 2.*is not a format of this version"):
        opened(path)


def test_an_entry_that_runs_do_not_use_any_more_is_removed(path: Path) -> None:
    directory = opened(path)
    used, unused = fill(directory, "used", 10), fill(directory, "unused", 10)
    directory.close()
    for _ in range(RUNS_KEPT - 1):
        directory = opened(path)
        assert unused.exists()
        directory.take("used")
        directory.close()
    opened(path).close()
    assert used.exists() and not unused.exists()


def test_killed_contexts_do_not_age_entries(path: Path) -> None:
    directory = opened(path)
    entry = fill(directory, "entry", 10)
    directory.close()
    for _ in range(RUNS_KEPT + 2):
        opened(path).close(in_order=False)
    assert entry.exists()


def test_idle_entries_keep_to_the_limit_and_the_oldest_give_way(path: Path) -> None:
    directory = opened(path, bytes_max=25)
    first, second, third = (fill(directory, name, 10) for name in ("first", "second", "third"))
    for name in ("first", "second"):
        directory.give_back(name)
    assert (first / "0-start-1").exists()
    directory.give_back("third")
    assert not (first / "0-start-1").exists()
    assert (first / "ledger").exists(), "what was computed from it is still known to be whole"
    assert (second / "0-start-1").exists() and (third / "0-start-1").exists()
    directory.close()


def test_the_limit_holds_at_the_next_start_too(path: Path) -> None:
    directory = opened(path)
    entries = [fill(directory, name, 10) for name in ("first", "second")]
    for age, entry in enumerate(entries):
        os.utime(entry / "used", (age, age))
    directory.close()
    opened(path, bytes_max=15).close()
    assert [(entry / "0-start-1").exists() for entry in entries] == [False, True]


def test_entries_in_use_are_not_limited(path: Path) -> None:
    directory = opened(path, bytes_max=0)
    entry = fill(directory, "entry", 10)
    fill(directory, "other", 10)
    directory.give_back("other")
    assert (entry / "0-start-1").exists()
    directory.close()


def test_planted_links_among_the_entries_go(path: Path, tmp_path: Path) -> None:
    opened(path).close()
    target = tmp_path / "target"
    target.mkdir()
    (target / "file").write_text("precious")
    (path / "outputs" / "link").symlink_to(target)
    opened(path).close()
    assert not (path / "outputs" / "link").is_symlink()
    assert (target / "file").read_text() == "precious"
