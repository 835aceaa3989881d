"""File descriptors handed to other processes, and the file in which a worker leaves its last words.

It begins with how many messages the worker has taken in hand: what a dead worker never took cannot have killed it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

LAST_WORDS_BYTES_MAX = 16 << 10
_COUNT_BYTES = 8
DESCRIPTORS_MAX = 1 << 16
"""Above this none is looked for: where the kernel cannot close a range, each number costs a call."""


def last_words_file() -> int:
    """A descriptor for a file without a name: the worker's faulthandler writes it, the driver reads it afterwards."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("minispark-last-words")
    else:
        import tempfile  # heavy, and not needed where memory files exist

        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    os.write(fd, bytes(_COUNT_BYTES))  # whoever writes words, at the file's position, writes behind it
    return fd


def note_taken(fd: int, count: int) -> None:
    """The worker takes its ``count``-th message in hand."""
    os.pwrite(fd, count.to_bytes(_COUNT_BYTES, "little"), 0)


def read_taken(fd: int) -> int:
    """How many messages the worker has taken; 0 where that cannot be read."""
    try:
        return int.from_bytes(os.pread(fd, _COUNT_BYTES, 0), "little")
    except OSError:
        return 0


def read_last_words(fd: int) -> tuple[str, ...]:
    """The last lines written there, at most 16 KiB of them."""
    try:
        size = os.fstat(fd).st_size
        data = os.pread(fd, LAST_WORDS_BYTES_MAX, max(_COUNT_BYTES, size - LAST_WORDS_BYTES_MAX))
    except OSError:
        return ()
    return tuple(data.decode("utf-8", "replace").splitlines())


def close_others(keep: Iterable[int]) -> None:
    """Close every descriptor above 2 but these: the ones of the neighbours, and those the user left inheritable."""
    start = 3
    for fd in sorted(fd for fd in keep if fd > 2):
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, min(os.sysconf("SC_OPEN_MAX"), DESCRIPTORS_MAX))


def close_quietly(*fds: int) -> None:
    """Close these; what is closed already, or -1, is skipped."""
    for fd in fds:
        if fd >= 0:
            try:
                os.close(fd)
            except OSError:
                continue
