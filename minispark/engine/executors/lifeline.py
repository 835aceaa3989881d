"""How a process learns that the driver is gone, however the driver ended and whatever the process is doing.

The driver alone holds the writing end of a pipe and never writes. When the driver's last descriptor closes, its end
included by SIGKILL, the readers' processes are killed:

* On Linux by the kernel: the reading end is set to deliver SIGKILL to the process group on any activity (``F_SETSIG``,
  ``F_SETOWN``, ``O_ASYNC``). It needs no thread and no bytecode, so a long call in C, a stopped process and the
  subprocesses that a task has started are covered too.
* Elsewhere by a thread that waits in ``read``; a call that holds the interpreter lock delays it.
"""

from __future__ import annotations

import os
import signal
import sys


def tie_to_driver(lifeline_fd: int) -> None:
    """Have this process's group killed when the driver is gone. Takes the descriptor over; call once per process.

    The process must lead its own group.
    """
    if not tie_by_kernel(lifeline_fd):
        _start_watcher(lifeline_fd)


def tie_by_kernel(lifeline_fd: int) -> bool:
    """The same without a thread; False, and nothing done, where the system cannot."""
    if sys.platform != "linux":
        return False
    import fcntl
    import select

    try:
        # Signal settings belong to the open file, which forked neighbours share: open the pipe anew for this process.
        own = os.open(f"/proc/self/fd/{lifeline_fd}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(own, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(own, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(own, fcntl.F_SETFL, fcntl.fcntl(own, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        os.close(own)
        return False
    os.close(lifeline_fd)
    gone = select.poll()
    gone.register(own, 0)
    if gone.poll(0):  # the driver went before the settings took hold
        os.killpg(0, signal.SIGKILL)
    return True


def _start_watcher(lifeline_fd: int) -> None:
    import threading

    def watch() -> None:
        try:
            os.read(lifeline_fd, 1)
        finally:
            os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="minispark-lifeline", daemon=True).start()
