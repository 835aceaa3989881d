"""Directories of a context: private, locked while in use, gone afterwards, swept if nobody could remove them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark.engine.core.errors import LocalDirectoryError
from minispark.engine.runtime import directories as module
from minispark.engine.runtime.directories import ContextDirectories, sweep

OWNER = f"minispark-{os.getuid()}"
OTHER_PROCESS = """
import os, sys
from minispark.engine.runtime.directories import ContextDirectories
directories = ContextDirectories(sys.argv[1:])
print(*directories.paths, directories.memory_root(), sep="\\n", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in, so that tests that run at the same time do not sweep each other's."""
    path = tmp_path / "shm"
    path.mkdir()
    monkeypatch.setattr(module, "SHARED_MEMORY", str(path))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    path.mkdir()
    return path


class Process:
    """Another process that holds directories under a root."""

    def __init__(self, *roots: Path, code: str = OTHER_PROCESS) -> None:
        command = [sys.executable, "-c", code, *map(str, roots)]
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.popen = subprocess.Popen(command, stdin=-1, stdout=-1, text=True, env=env)
        assert self.popen.stdout is not None
        self.paths = [Path(self.popen.stdout.readline().rstrip("\n")) for _ in range(len(roots) + 1)]
        assert all(path.is_dir() for path in self.paths), self.paths

    def end(self) -> None:
        """Let it end by itself."""
        with self.popen:
            pass

    def kill(self) -> None:
        self.popen.kill()
        self.end()


@pytest.fixture
def other(root: Path) -> Iterator[Process]:
    process = Process(root)
    yield process
    process.kill()


@pytest.mark.matrix(57)
def test_fresh_private_directories_under_every_root(tmp_path: Path) -> None:
    roots = [tmp_path / "a", tmp_path / "b" / "made on the way"]
    one, two = ContextDirectories([str(root) for root in roots]), ContextDirectories([str(root) for root in roots])
    assert len({*one.paths, *two.paths}) == 4
    for path, root in zip(one.paths, roots, strict=True):
        assert Path(path).parent == root / OWNER
        for private in (Path(path), Path(path).parent):
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert (len(one.key), one.key == two.key) == (32, False)


def test_a_root_named_twice_counts_once(root: Path) -> None:
    assert len(ContextDirectories([str(root), f"{root}/"]).paths) == 1


def test_the_key_is_in_no_file(root: Path) -> None:
    directories = ContextDirectories([str(root)])
    assert all(directories.key not in path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_remove_leaves_nothing_and_can_be_repeated(root: Path, shared_memory: Path) -> None:
    directories = ContextDirectories([str(root)])
    for place in (directories.paths[0], directories.memory_root()):
        (Path(place) / "sub" / "subsub").mkdir(parents=True)
        (Path(place) / "sub" / "subsub" / "block").write_bytes(b"data")
        (Path(place) / "block").write_bytes(b"data")
    directories.remove()
    directories.remove()
    assert list(root.iterdir()) == []
    assert list(shared_memory.iterdir()) == []


def test_remove_follows_no_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "data").write_text("kept")
    directories = ContextDirectories([str(root)])
    (Path(directories.paths[0]) / "link").symlink_to(tmp_path / "precious")
    directories.remove()
    assert list(root.iterdir()) == []
    assert (tmp_path / "precious" / "data").read_text() == "kept"


@pytest.mark.matrix(57)
def test_removing_ones_directories_spares_the_others(root: Path) -> None:
    one, two = ContextDirectories([str(root)]), ContextDirectories([str(root)])
    one.remove()
    assert Path(two.paths[0]).is_dir()


def test_directories_go_with_the_object(root: Path) -> None:
    ContextDirectories([str(root)])
    assert list(root.iterdir()) == []


def test_directories_go_when_the_process_ends(other: Process, root: Path) -> None:
    other.end()
    assert not any(path.exists() for path in other.paths)
    assert list(root.iterdir()) == []


def test_a_fork_of_the_process_removes_nothing(root: Path) -> None:
    directories = ContextDirectories([str(root)])
    child = os.fork()
    if child == 0:
        try:
            directories.remove()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert Path(directories.paths[0]).is_dir()


def test_memory_files_go_where_memory_is(root: Path, shared_memory: Path) -> None:
    directories = ContextDirectories([str(root)])
    memory = Path(directories.memory_root())
    assert memory.parent == shared_memory / OWNER
    assert str(memory) not in directories.paths


@pytest.mark.parametrize("lack", ["absent", "small", "planted"])
def test_without_usable_shared_memory_the_first_root_serves(
    lack: str, root: Path, shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lack == "absent":
        shared_memory.rmdir()
    elif lack == "small":
        monkeypatch.setattr(module, "SHARED_MEMORY_FREE_BYTES_MIN", 1 << 62)
    else:
        (shared_memory / OWNER).symlink_to(root)
    directories = ContextDirectories([str(root)])
    assert directories.memory_root() == directories.paths[0]


# --- roots that cannot be used -------------------------------------------------------------------------------------


@pytest.mark.matrix(58)
def test_a_link_is_refused(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    with pytest.raises(LocalDirectoryError, match=f"{link} is a symbolic link"):
        ContextDirectories([str(link)])
    assert list(root.iterdir()) == []


@pytest.mark.matrix(58)
def test_something_planted_under_our_name_is_refused(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / OWNER).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LocalDirectoryError, match=str(root / OWNER)):
        ContextDirectories([str(root)])
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.matrix(58)
@pytest.mark.parametrize("foreign", ["root", "ours"])
def test_what_belongs_to_another_user_is_refused(foreign: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = root if foreign == "root" else root / OWNER
    directory.mkdir(exist_ok=True)
    real, inode = os.stat, directory.stat().st_ino

    def stat_with_other_owner(path: str) -> os.stat_result:
        status = real(path, follow_symlinks=False)
        return os.stat_result((*status[:4], 12345, *status[5:])) if status.st_ino == inode else status

    monkeypatch.setattr(module.os, "stat", stat_with_other_owner)
    monkeypatch.setattr(module.os, "lstat", stat_with_other_owner)
    with pytest.raises(LocalDirectoryError, match=f"{directory} belongs to user 12345"):
        ContextDirectories([str(root)])


@pytest.mark.matrix(58)
def test_ours_is_made_private_again(root: Path) -> None:
    (root / OWNER).mkdir(mode=0o755)
    directories = ContextDirectories([str(root)])
    assert stat.S_IMODE((root / OWNER).stat().st_mode) == 0o700
    directories.remove()


def test_an_unusable_root_is_left_out(root: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    unusable = str(tmp_path / "file" / "sub")
    directories = ContextDirectories([unusable, str(root)])
    assert [Path(path).parent.parent for path in directories.paths] == [root]
    assert directories.excluded == {unusable: "Not a directory"}


def test_no_usable_root_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    unusable = str(tmp_path / "file" / "sub")
    with pytest.raises(LocalDirectoryError, match=f"{unusable}: Not a directory.*spark.local.dir"):
        ContextDirectories([unusable])


def test_a_refused_root_leaves_nothing_under_the_others(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    with pytest.raises(LocalDirectoryError):
        ContextDirectories([str(root), str(tmp_path / "link")])
    assert list(root.iterdir()) == []


# --- the janitor ---------------------------------------------------------------------------------------------------


@pytest.mark.matrix(43)
def test_what_a_killed_process_left_is_swept_at_the_next_start(other: Process, root: Path) -> None:
    (other.paths[0] / "sub").mkdir()
    (other.paths[0] / "sub" / "block").write_bytes(b"data")
    other.kill()
    assert other.paths[0].is_dir()
    directories = ContextDirectories([str(root)])
    assert not other.paths[0].exists()
    assert Path(directories.paths[0]).is_dir()


@pytest.mark.matrix(43)
def test_shared_memory_is_swept_too(root: Path, shared_memory: Path) -> None:
    code = OTHER_PROCESS.replace("directories = C", f"m.SHARED_MEMORY = {str(shared_memory)!r}\ndirectories = C")
    process = Process(root, code="import minispark.engine.runtime.directories as m\n" + code)
    process.kill()
    assert process.paths[1].parent == shared_memory / OWNER
    ContextDirectories([str(root)])
    assert not process.paths[1].exists()


@pytest.mark.matrix(57)
def test_what_lives_is_left_alone(other: Process, root: Path) -> None:
    mine = ContextDirectories([str(root)])
    assert sweep({str(root / OWNER)}, 10.0) == []
    assert other.paths[0].is_dir()
    assert Path(mine.paths[0]).is_dir()


@pytest.mark.matrix(57)
def test_a_live_lock_protects_though_the_process_looks_dead(other: Process, root: Path) -> None:
    """As that of a container with process numbers of its own does."""
    renamed = other.paths[0].with_name("999999999-1-abc")
    other.paths[0].rename(renamed)
    assert sweep({str(root / OWNER)}, 10.0) == []
    assert renamed.is_dir()


@pytest.mark.matrix(57)
def test_a_live_process_protects_though_it_has_not_locked_yet(root: Path) -> None:
    starting = root / OWNER / f"{os.getpid()}-{module._start_of(os.getpid())}-abc"
    starting.mkdir(parents=True)
    assert sweep({str(root / OWNER)}, 10.0) == []
    assert starting.is_dir()


@pytest.mark.matrix(43)
def test_a_process_number_used_again_does_not_protect(root: Path) -> None:
    abandoned = root / OWNER / f"{os.getpid()}-1-abc"
    abandoned.mkdir(parents=True)
    assert sweep({str(root / OWNER)}, 10.0) == [str(abandoned)]
    assert not abandoned.exists()


def test_a_zombie_does_not_protect(other: Process, root: Path) -> None:
    other.popen.kill()
    os.waitid(os.P_PID, other.popen.pid, os.WEXITED | os.WNOWAIT)
    assert sweep({str(root / OWNER)}, 10.0) == [str(other.paths[0])]


def test_the_janitor_follows_no_link_and_spares_what_is_not_ours(root: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "data").write_text("kept")
    parent = root / OWNER
    parent.mkdir()
    (parent / "999999999-1-abc").symlink_to(precious)
    (parent / "notes").mkdir()
    planted = parent / "999999999-1-def"
    planted.mkdir()
    (planted / ".lock").symlink_to(precious / "data")
    assert sweep({str(parent)}, 10.0) == []
    assert (precious / "data").read_text() == "kept"
    assert (parent / "notes").is_dir()


def test_sweeping_stops_when_its_time_is_up_and_goes_on_next_time(root: Path) -> None:
    abandoned = root / OWNER / "999999999-1-abc"
    abandoned.mkdir(parents=True)
    for number in range(10):
        (abandoned / str(number)).write_bytes(b"data")
    assert sweep({str(root / OWNER)}, -1.0) == []
    assert abandoned.is_dir()
    assert sweep({str(root / OWNER)}, 10.0) == [str(abandoned)]
