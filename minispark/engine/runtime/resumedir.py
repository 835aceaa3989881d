"""The resume directory: its lock, its key, and the entries in it, of which no more are kept than may be.

``DIR/format`` says what it is, ``DIR/key`` authenticates what is in it, ``DIR/lock`` is locked while a context uses it,
``DIR/runs`` counts contexts that ended in order, and ``DIR/outputs/NAME`` are the entries: one shuffle's map outputs
and a ledger that vouches for them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import suppress

from minispark.engine.core.errors import ResumeError
from minispark.engine.storage.keyfile import KEY_BYTES, read_key

FORMAT = "minispark resume directory, format 1\n"
RUNS_KEPT = 5
"""An entry that none of the last so many contexts which ended in order has used is removed."""
LEDGER = "ledger"
USED = "used"


class ResumeDirectory:
    """An open one. Raises ResumeError where it is in use, is something else, or is open to other users. Entries are
    taken by the thread that plans, and given back by any."""

    def __init__(self, path: str, bytes_max: int) -> None:
        self.path = path
        self.outputs = os.path.join(path, "outputs")
        self._bytes_max = bytes_max
        self._pid = os.getpid()
        self._changing = threading.Lock()
        _make(path)
        self._lock = _locked(path)
        try:
            _check_format(path)
            self.key = _read_key(path)
            os.makedirs(self.outputs, 0o700, exist_ok=True)
            _check_private(self.outputs)
            self._runs = _number(os.path.join(path, "runs"))
            self._idle = self._sweep()
            self._evict()
        except BaseException:
            os.close(self._lock)
            raise

    def take(self, name: str) -> str:
        """The path of an entry, made if need be, which is in use from now on."""
        path = os.path.join(self.outputs, name)
        with self._changing:
            self._idle.pop(name, None)
        with suppress(OSError):  # outputs go to the local directories then
            os.makedirs(path, 0o700, exist_ok=True)
            _write(os.path.join(path, USED), str(self._runs))
        return path

    def give_back(self, name: str) -> None:
        """The entry is no longer in use: it stays for a later start, as long as there is room."""
        with self._changing:
            self._idle[name] = _size(os.path.join(self.outputs, name))
            self._evict()

    def close(self, in_order: bool = True) -> None:
        """Let another context use it."""
        if self._lock >= 0:
            lock, self._lock = self._lock, -1
            if in_order and os.getpid() == self._pid:
                with suppress(OSError):
                    _write(os.path.join(self.path, "runs"), str(self._runs + 1))
            os.close(lock)

    def _sweep(self) -> dict[str, int]:
        """Remove what is too old or nothing of ours; returns the bytes of the others, the least recently used first."""
        found: list[tuple[float, str, int]] = []
        with os.scandir(self.outputs) as entries:
            for entry in entries:
                used = _number(os.path.join(entry.path, USED))
                if not entry.is_dir(follow_symlinks=False):
                    with suppress(OSError):
                        os.unlink(entry.path)
                elif self._runs - used >= RUNS_KEPT:
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    found.append((_time(os.path.join(entry.path, USED)), entry.name, _size(entry.path)))
        return {name: size for _, name, size in sorted(found)}

    def _evict(self) -> None:
        """Keep the entries that are not in use within their limit. Their ledgers stay: what was computed from them is
        still known to be whole."""
        total = sum(self._idle.values())
        for name in list(self._idle):
            if total <= self._bytes_max:
                return
            total -= self._idle.pop(name)
            for path in _data_files(os.path.join(self.outputs, name)):
                with suppress(OSError):
                    os.unlink(path)


def _make(path: str) -> None:
    """Make it, or check that an existing one is ours alone. Others may be able to write to the directory above."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)
        _check_private(path)
        if not os.path.lexists(os.path.join(path, "format")):
            if os.listdir(path):
                raise ResumeError(f"spark.minispark.resume.dir={path}: it holds other files; name an empty directory")
            _write(os.path.join(path, "format"), FORMAT)
    except OSError as error:
        raise ResumeError(f"spark.minispark.resume.dir={path}: {error.strerror or error}") from None


def _check_private(path: str) -> None:
    status = os.lstat(path)
    where = f"spark.minispark.resume.dir: {path}"
    if not stat.S_ISDIR(status.st_mode):
        raise ResumeError(f"{where} is a symbolic link or no directory; name a directory itself")
    if status.st_uid != os.getuid():
        raise ResumeError(f"{where} belongs to user {status.st_uid}, who could replace our files; name another")
    if status.st_mode & 0o022 and os.listdir(path):
        raise ResumeError(f"{where} can be written to by others (mode {stat.S_IMODE(status.st_mode):o}); name another")
    if status.st_mode & 0o077:
        os.chmod(path, 0o700)


def _locked(path: str) -> int:
    lock = os.open(os.path.join(path, "lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.pread(lock, 32, 0).decode("ascii", "replace").strip() or "unknown"
        os.close(lock)
        raise ResumeError(
            f"spark.minispark.resume.dir={path} is in use by process {holder}: wait for it, end it, or name another"
        ) from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _check_format(path: str) -> None:
    text = _read(os.path.join(path, "format"))
    if text != FORMAT:
        raise ResumeError(
            f"spark.minispark.resume.dir={path}: {text.strip()!r:.80} is not a format of this version; remove the "
            "directory, or name another"
        )


def _read_key(path: str) -> bytes:
    """The key, made by the first context. Raises ResumeError where others may know it."""
    place = os.path.join(path, "key")
    with suppress(FileExistsError):
        fd = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with open(fd, "wb") as file:
            file.write(os.urandom(KEY_BYTES))
    try:
        key = read_key(place)
    except OSError as error:
        raise ResumeError(f"{place} cannot be read: {error.strerror}") from None
    if key is None:
        raise ResumeError(f"{place} is not this user's own key file of mode 0600: remove {path}, or name another")
    return key


def _write(path: str, text: str) -> None:
    """Whole or not at all."""
    temporary = f"{path}.new"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(fd, "w", encoding="ascii") as file:
        file.write(text)
    os.replace(temporary, path)


def _read(path: str) -> str:
    try:
        with open(
            os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), encoding="ascii", errors="replace"
        ) as file:
            return file.read(200)
    except OSError:
        return ""


def _number(path: str) -> int:
    text = _read(path).strip()
    return int(text) if text.isdecimal() else 0


def _time(path: str) -> float:
    with suppress(OSError):
        return os.lstat(path).st_mtime
    return 0.0


def _data_files(path: str) -> Iterator[str]:
    with suppress(OSError), os.scandir(path) as entries:
        yield from [entry.path for entry in entries if entry.name not in (LEDGER, USED)]


def _size(path: str) -> int:
    total = 0
    for file in _data_files(path):
        with suppress(OSError):
            total += os.lstat(file).st_size
    return total
