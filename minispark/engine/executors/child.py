"""A worker process from its first instruction to its last, whether forked by the helper or started on its own."""

from __future__ import annotations

import os
import signal
import struct
import sys
from typing import NoReturn

from minispark.engine.core.parts import Payload, joined
from minispark.engine.executors.descriptors import close_others, note_taken
from minispark.engine.executors.frames import Channel, DriverGone
from minispark.engine.executors.lifeline import tie_to_driver

HELLO = struct.Struct("<q")
"""A worker's first message, its pid, sent once its program is constructed. Consumed by the executor."""


def main(arguments: list[str]) -> NoReturn:
    """Entry of a worker started on its own: program, then the numbers of the three descriptors."""
    program, *numbers = arguments
    socket_fd, lifeline_fd, words_fd = map(int, numbers)
    close_others((socket_fd, lifeline_fd, words_fd))
    work(program, socket_fd, lifeline_fd, words_fd)


def work(program: str, socket_fd: int, lifeline_fd: int, words_fd: int) -> NoReturn:
    """Be a worker: the first message is the program's ``init``, every other goes to its ``handle``. Never returns.

    Exit codes: 0 the program said so, 1 something was raised, or what ``sys.exit`` was called with. When the driver
    is gone the whole process group goes.
    """
    code = 1
    driver_gone = False
    try:
        _settle(lifeline_fd, words_fd)
        _serve(program, socket_fd, words_fd)
        code = 0
    except DriverGone:
        driver_gone = True
    except SystemExit as exit_request:
        code = _exit_code(exit_request, words_fd)
    except BaseException:
        _leave_words(words_fd)
    finally:
        _leave(code, driver_gone)


def _settle(lifeline_fd: int, words_fd: int) -> None:
    import faulthandler

    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the driver's to answer
    faulthandler.enable(words_fd)
    faulthandler.register(signal.SIGTERM, words_fd, chain=True)
    tie_to_driver(lifeline_fd)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)  # a killed worker's output is not lost


def _serve(program: str, socket_fd: int, words_fd: int) -> None:
    from socket import socket

    from minispark.engine.executors.base import load_program

    channel = Channel(socket(fileno=socket_fd))
    runner = load_program(program)(joined(channel.receive()))
    taken = 0

    def receive() -> Payload:
        nonlocal taken
        message = channel.receive()
        taken += 1
        note_taken(words_fd, taken)
        return message

    if hasattr(runner, "receive"):
        runner.receive = receive
    channel.send(HELLO.pack(os.getpid()))
    while runner.handle(receive(), channel.send):
        pass


def _exit_code(request: SystemExit, words_fd: int) -> int:
    """What the interpreter would exit with for this ``sys.exit(...)``."""
    if request.code is None:
        return 0
    if isinstance(request.code, int):
        return request.code & 0xFF
    os.write(words_fd, f"{request.code}\n".encode())
    return 1


def _leave_words(words_fd: int) -> None:
    import traceback

    os.write(words_fd, traceback.format_exc().encode("utf-8", "backslashreplace"))


def _leave(code: int, driver_gone: bool) -> NoReturn:
    """End now, with the clean-up that libraries registered in this process, but without waiting for threads.

    Whoever reaps this process kills the rest of its group; without a driver nobody might, and the lifeline, which
    would have, goes with this process if the socket happened to close first.
    """
    import atexit

    try:
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BaseException:  # the process ends here, whatever clean-up does
        code = code or 1
    finally:
        if driver_gone:
            os.killpg(0, signal.SIGKILL)
        os._exit(code)
