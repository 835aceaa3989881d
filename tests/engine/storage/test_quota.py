"""The account that all processes of a context share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from minispark.engine.core.errors import DiskQuotaError, LocalDirectoryError
from minispark.engine.storage.appendfile import AppendFile
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.quota import Quota

MOST = 1_000_000
"""Far more than the account's own file takes."""


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "memory", tmp_path / "disk"]
    for path in paths:
        path.mkdir()
    return paths


@pytest.fixture
def quota(folders: list[Path]) -> Quota:
    return Quota([str(path) for path in folders], MOST)


def test_what_fits_is_counted_by_everybody(quota: Quota, folders: list[Path]) -> None:
    other = Quota([str(path) for path in folders], MOST)
    quota.take(MOST // 2, "mine")
    with pytest.raises(DiskQuotaError, match=r"yours needs 488\.4 KiB more.* 976\.6 KiB that spark\.minispark\.local"):
        other.take(MOST // 2 + 100, "yours")
    other.take(MOST // 3, "yours")


def test_removed_files_make_room_though_nobody_said_so(quota: Quota, folders: list[Path]) -> None:
    for number in range(10):
        quota.take(MOST // 2, "file")
        (folders[number % 2] / "file").write_bytes(bytes(MOST // 2))
        quota.settle(MOST // 2, published=True)
        (folders[number % 2] / "file").unlink()


def test_files_below_and_of_others_count(quota: Quota, folders: list[Path]) -> None:
    (folders[1] / "below").mkdir()
    (folders[1] / "below" / "file").write_bytes(bytes(MOST))
    assert quota.used_bytes() >= MOST
    quota.take(10, "the estimate does not know of it")
    with pytest.raises(DiskQuotaError):
        quota.take(MOST, "file")


def test_who_can_drop_something_is_asked_in_turn(quota: Quota, folders: list[Path]) -> None:
    asked: list[tuple[str, int]] = []

    def drop(name: str, short: int) -> None:
        asked.append((name, short))
        (folders[0] / name).unlink()

    for name, size in (("a", MOST // 4), ("b", MOST // 2), ("c", MOST // 8)):
        quota.take(size, name)
        (folders[0] / name).write_bytes(bytes(size))
        quota.settle(size, published=True)
    quota.reclaim = (lambda s: drop("a", s), lambda s: drop("b", s), lambda s: drop("c", s))
    with pytest.raises(DiskQuotaError):
        quota.take(MOST // 2 + MOST // 8, "modest", modest=True)
    assert asked == []
    quota.take(MOST // 2 + MOST // 8, "file")
    assert [name for name, _ in asked] == ["a", "b"], "no more than needed"
    assert MOST // 2 <= asked[0][1] < MOST // 2 + 1000


def test_files_under_way_count_as_long_as_their_process_lives(quota: Quota, folders: list[Path]) -> None:
    program = (
        "import sys; from minispark.engine.storage.quota import Quota\n"
        f"Quota(sys.argv[1:], {MOST}).take({MOST - 1000}, 'spill')\n"
        "print('taken', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, *map(str, folders)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        with pytest.raises(DiskQuotaError):
            quota.take(2000, "file")
        process.kill()
    quota.take(2000, "file")


def test_a_file_counts_before_it_is_written_and_no_more_once_it_is_discarded(quota: Quota, folders: list[Path]) -> None:
    directories = LocalDirectories([str(folders[1])], quota)
    for anonymous in (False, True):
        file = AppendFile(directories, "f", anonymous=anonymous)
        file.append(bytes(MOST - 10_000))
        file.flush()
        assert quota.used_bytes() >= MOST - 10_000
        file.append(bytes(20_000))
        with pytest.raises(DiskQuotaError, match="f needs"):
            file.flush()
        assert quota.used_bytes() < 1000, "what was written is given up"
        assert sorted(os.listdir(folders[1])) == []


def test_a_published_file_stays_counted(quota: Quota, folders: list[Path]) -> None:
    file = AppendFile(LocalDirectories([str(folders[1])], quota), "f")
    file.append(bytes(MOST // 2))
    path = file.publish()
    file.discard()
    assert os.path.getsize(path) == MOST // 2
    with pytest.raises(DiskQuotaError):
        quota.take(MOST // 2 + 1, "g")


def test_an_account_that_cannot_be_kept_is_an_error(quota: Quota, folders: list[Path]) -> None:
    folders[0].rmdir()
    with pytest.raises(LocalDirectoryError, match="account of spark.minispark.local.quota"):
        quota.take(1, "f")
    quota.settle(1, published=False)
