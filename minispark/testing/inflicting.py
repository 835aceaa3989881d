"""What each fault does to the process and the file at hand."""

from __future__ import annotations

import errno
import os
import signal
import time

from minispark.testing.faults import Injection
from minispark.testing.points import BROKEN, CUT, FLIP, FULL, HANG, KILL, KILL_HELPER, LOSE, SLOW

SLOW_SECONDS = 0.1
_ERRNO = {FULL: errno.ENOSPC, BROKEN: errno.EIO}


def inflict(injection: Injection, path: str, driver: int) -> None:
    """Do it, to the file at ``path`` where it concerns one. Raises the OSError of a full or failing disk."""
    fault = injection.fault
    if fault in (KILL, HANG):
        os.kill(os.getpid(), signal.SIGKILL if fault == KILL else signal.SIGSTOP)
    elif fault == KILL_HELPER:
        if os.getppid() not in (driver, 1):  # where nobody forks them, workers are the driver's own children
            os.kill(os.getppid(), signal.SIGKILL)
    elif fault == SLOW:
        time.sleep(SLOW_SECONDS)
    elif fault in _ERRNO:
        raise OSError(_ERRNO[fault], os.strerror(_ERRNO[fault]), path or None)
    else:
        damage(path, fault, injection.share)


def damage(path: str, fault: str, share: float) -> None:
    """Flip a bit of the file at ``share`` of its length, cut it off there, or remove it."""
    size = os.stat(path).st_size
    at = min(int(size * share), size - 1)
    if fault == FLIP and size:
        with open(path, "r+b") as file:
            file.seek(at)
            (byte,) = file.read(1)
            file.seek(at)
            file.write(bytes([byte ^ 1 << at % 8]))
    elif fault == CUT:
        os.truncate(path, max(at, 0))
    elif fault == LOSE:
        os.unlink(path)
