"""The directories of one context, and the janitor that removes those of contexts whose process was killed.

Under every root: ``minispark-<uid>/<pid>-<start of the process>-<random>``, mode 0700, with a lock file that is locked
as long as the context lives. A directory is abandoned when its process is gone *and* its lock is free: the first alone
would misjudge a process of another container, the second alone one that is about to lock.
"""

from __future__ import annotations

import os
import stat
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress

from minispark.engine.core.errors import LocalDirectoryError

LOCK_NAME = ".lock"
SHARED_MEMORY = "/dev/shm"
SHARED_MEMORY_FREE_BYTES_MIN = 256 << 20
"""With less free (containers often get 64 MB) memory files would fail as soon as they are needed."""
SWEEP_SECONDS_MAX = 1.0
"""What a start may spend on cleaning up after others; what is left waits for the next one."""

Made = tuple[str, int]
"""A directory of ours and the descriptor that holds its lock."""


class ContextDirectories:
    """Fresh directories, one under each usable root: ``paths``. ``key``, never stored, authenticates what we write.

    Raises LocalDirectoryError for a root that is a symbolic link or belongs to another user, and if no root is usable;
    ``excluded`` says why a root was left out. The directories are removed by ``remove``, or when the object or the
    process ends.
    """

    def __init__(self, roots: Sequence[str]) -> None:
        self.key = os.urandom(32)
        self.excluded: dict[str, str] = {}
        name = f"{os.getpid()}-{_start_of(os.getpid())}-{os.urandom(4).hex()}"
        made: list[Made] = []
        self._remove = weakref.finalize(self, _remove_all, os.getpid(), made)
        try:
            for root in dict.fromkeys(map(os.path.abspath, roots)):
                self._add(root, name, made)
            if not made:
                reasons = "; ".join(f"{root}: {why}" for root, why in self.excluded.items())
                raise LocalDirectoryError(f"no local directory is usable ({reasons}); name others in spark.local.dir")
            self.paths = tuple(path for path, _ in made)
            self._memory_root = self.paths[0]
            with suppress(OSError):  # not ours to complain about: the first root serves as well
                if _is_roomy(SHARED_MEMORY):
                    made.append(_make(SHARED_MEMORY, name))
                    self._memory_root = made[-1][0]
        except BaseException:
            self._remove()
            raise
        sweep({os.path.dirname(path) for path, _ in made}, SWEEP_SECONDS_MAX)

    def memory_root(self) -> str:
        """A directory whose files are memory, where the machine has one with room, else the first of ``paths``."""
        return self._memory_root

    def remove(self) -> None:
        """Remove everything. May be repeated."""
        self._remove()

    def _add(self, root: str, name: str, made: list[Made]) -> None:
        try:
            made.append(_make(root, name))
        except LocalDirectoryError:
            raise
        except OSError as error:
            self.excluded[root] = os.strerror(error.errno or 0)


def sweep(parents: set[str], seconds_max: float) -> list[str]:
    """Remove abandoned directories among the entries of these; returns those removed whole within the time."""
    import fcntl

    deadline = time.monotonic() + seconds_max
    removed: list[str] = []
    for path in _abandoned(parents):
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            lock = os.open(os.path.join(path, LOCK_NAME), flags, 0o600)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _remove_tree(path, deadline):
                removed.append(path)
        except OSError:
            continue
        finally:
            os.close(lock)
    return removed


def _make(root: str, name: str) -> Made:
    import fcntl

    os.makedirs(root, exist_ok=True)
    if os.path.islink(root) and not _is_the_systems(root):
        raise LocalDirectoryError(f"local directory {root} is a symbolic link; name {os.path.realpath(root)} itself")
    _refuse_foreign(root, os.stat(root), allowed=(os.getuid(), 0))
    parent = os.path.join(root, f"minispark-{os.getuid()}")
    path = os.path.join(parent, name)
    for attempt in range(10):
        with suppress(FileExistsError):
            os.mkdir(parent, 0o700)
        try:
            _check_parent(parent)
            os.mkdir(path, 0o700)
            break
        except FileNotFoundError:  # the last context under it has just removed it
            if attempt == 9:
                raise
    lock = os.open(os.path.join(path, LOCK_NAME), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.write(lock, name.encode())
    return path, lock


def _check_parent(parent: str) -> None:
    """Others may write to the root, so what we find under our name may be theirs."""
    status = os.lstat(parent)
    if not stat.S_ISDIR(status.st_mode):
        raise LocalDirectoryError(f"{parent} is not a directory but something that was put in its place; remove it")
    _refuse_foreign(parent, status, allowed=(os.getuid(),))
    if status.st_mode & 0o077:
        os.chmod(parent, 0o700)


def _refuse_foreign(path: str, status: os.stat_result, allowed: tuple[int, ...]) -> None:
    if status.st_uid not in allowed:
        raise LocalDirectoryError(
            f"local directory {path} belongs to user {status.st_uid}, who could replace our files; name another"
        )


def _is_the_systems(link: str) -> bool:
    """A link that only the administrator can have made, such as macOS's ``/tmp``."""
    return os.path.dirname(link) == "/" and os.lstat(link).st_uid == 0


def _is_roomy(directory: str) -> bool:
    try:
        room = os.statvfs(directory)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize >= SHARED_MEMORY_FREE_BYTES_MIN and os.access(directory, os.W_OK | os.X_OK)


def _abandoned(parents: set[str]) -> Iterator[str]:
    """Directories named after a process that is gone."""
    for parent in sorted(parents):
        with suppress(OSError), os.scandir(parent) as entries:
            for entry in entries:
                pid, _, rest = entry.name.partition("-")
                start = rest.partition("-")[0]
                if pid.isdecimal() and entry.is_dir(follow_symlinks=False) and _start_of(int(pid)) != start:
                    yield entry.path


def _start_of(pid: int) -> str:
    """When the process started, in a form that is only compared; empty if there is none (a zombie is none)."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b") ")[2].split()
        return "" if fields[0] in (b"Z", b"X") else fields[19].decode()
    except FileNotFoundError:
        if os.path.exists("/proc/self/stat"):
            return ""
    import psutil  # where there is no /proc

    try:
        return str(int(psutil.Process(pid).create_time() * 1000))
    except psutil.Error:
        return ""


def _remove_all(pid: int, made: list[Made]) -> None:
    if os.getpid() != pid:  # a fork of the user's process ends: nothing here is its own
        return
    for path, lock in made:
        with suppress(OSError):
            _remove_tree(path, float("inf"))
        os.close(lock)
        with suppress(OSError):  # others are using it
            os.rmdir(os.path.dirname(path))
    made.clear()


def _remove_tree(path: str, deadline: float) -> bool:
    """Remove a directory, following no link, the lock file last; False if time ran out."""
    pending = [path]
    while pending:
        directory = pending[-1]
        subdirectories: list[str] = []
        with os.scandir(directory) as entries:
            for entry in entries:
                if time.monotonic() > deadline:
                    return False
                if entry.is_dir(follow_symlinks=False):
                    subdirectories.append(entry.path)
                elif directory != path or entry.name != LOCK_NAME:
                    with suppress(OSError):  # a worker was quicker; if not, the directory's removal fails
                        os.unlink(entry.path)
        if subdirectories:
            pending += subdirectories
            continue
        if directory == path:
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(path, LOCK_NAME))
        os.rmdir(directory)
        pending.pop()
    return True
