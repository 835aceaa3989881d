"""How much the processes of one context may keep in files, all together.

They share one account: a locked file with the bytes written, and of each process those in files that have no name yet.
What is written is an upper estimate, as who removes a file does not say so; only where something does not fit by it are
the directories looked through, for the files that have their names. Bytes are counted before they are written, so that
nothing under way is missed.
"""

from __future__ import annotations

import fcntl
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from minispark.engine.core.errors import DiskQuotaError, LocalDirectoryError
from minispark.engine.core.units import format_bytes
from minispark.engine.storage.directories import TEMPORARY_PREFIX

ACCOUNT_NAME = ".quota.lock"
KEY = "spark.minispark.local.quota"


class Quota:
    """One process's view of the account, which lies in the first of ``directories``: everything below them counts.

    The functions of ``reclaim`` are told how many bytes are short, one after another, and drop what can be dropped,
    before anything fails.
    """

    def __init__(self, directories: Sequence[str], bytes_max: int) -> None:
        self._directories = tuple(dict.fromkeys(directories))
        self._bytes_max = bytes_max
        self.reclaim: tuple[Callable[[int], None], ...] = ()

    def take(self, size: int, name: str, modest: bool = False) -> None:
        """Count ``size`` bytes that are about to be written to what will be the file ``name``. With ``modest`` nothing
        else is dropped for it.

        Raises DiskQuotaError if they do not fit, LocalDirectoryError if the account cannot be kept.
        """
        short, used = self._try(size)
        for reclaim in () if modest else self.reclaim:
            if short > 0:
                reclaim(short)
                short, used = self._try(size)
        if short > 0:
            raise DiskQuotaError(
                f"{name} needs {format_bytes(size)} more, but the files of this context take {format_bytes(used)} of "
                f"the {format_bytes(self._bytes_max)} that {KEY} allows"
            )

    def settle(self, size: int, published: bool) -> None:
        """The file that ``size`` bytes were taken for has its name now, or is gone."""
        with suppress(LocalDirectoryError), self._account() as account:
            account.add_unnamed(-size)
            if not published:
                account.written = max(0, account.written - size)

    def used_bytes(self) -> int:
        """What is in files now. Raises LocalDirectoryError."""
        with self._account() as account:
            return self._count(account)

    def _try(self, size: int) -> tuple[int, int]:
        """How many bytes are short (then none were taken), and how many are in use."""
        with self._account() as account:
            if account.written + size > self._bytes_max:
                account.written = self._count(account)
            used = account.written
            short = used + size - self._bytes_max
            if short <= 0:
                account.written += size
                account.add_unnamed(size)
            return short, used

    def _count(self, account: _Account) -> int:
        return account.unnamed_bytes() + sum(map(_tree_bytes, self._directories))

    @contextmanager
    def _account(self) -> Iterator[_Account]:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        path = os.path.join(self._directories[0], ACCOUNT_NAME)
        try:
            fd = os.open(path, flags, 0o600)
        except OSError as error:
            raise LocalDirectoryError(f"the account of {KEY} cannot be kept in {path}: {error.strerror}") from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)  # let go when it is closed, or its owner killed
            account = _Account(os.pread(fd, os.fstat(fd).st_size, 0))
            yield account
            data = account.encoded()
            os.pwrite(fd, data, 0)
            os.ftruncate(fd, len(data))
        finally:
            os.close(fd)


class _Account:
    """``written`` bytes, and by process those in files that have no name yet: these are gone with it."""

    __slots__ = ("_unnamed", "written")

    def __init__(self, data: bytes) -> None:
        numbers = array("q", data[: len(data) // 8 * 8]).tolist()
        self.written: int = numbers[0] if numbers else 0
        self._unnamed: dict[int, int] = dict(zip(numbers[1::2], numbers[2::2], strict=False))

    def add_unnamed(self, size: int) -> None:
        pid = os.getpid()
        self._unnamed[pid] = max(0, self._unnamed.get(pid, 0) + size)

    def unnamed_bytes(self) -> int:
        self._unnamed = {pid: size for pid, size in self._unnamed.items() if _is_alive(pid)}
        return sum(self._unnamed.values())

    def encoded(self) -> bytes:
        numbers = array("q", [self.written])
        for pair in self._unnamed.items():
            numbers.extend(pair)
        return numbers.tobytes()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _tree_bytes(directory: str) -> int:
    """Bytes of all files below that have their names; a file that goes meanwhile counts or not."""
    total = 0
    pending = [directory]
    while pending:
        with suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    elif not entry.name.startswith(TEMPORARY_PREFIX):
                        total += entry.stat(follow_symlinks=False).st_size
    return total
