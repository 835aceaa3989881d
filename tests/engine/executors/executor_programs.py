"""The program that the executors' tests run in workers."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import stat
import subprocess
import sys

from minispark.engine.core.parts import Parts
from minispark.engine.executors.base import Send


class Puppet:
    """A message is a command and its argument, separated by a blank. See the ``do_`` methods."""

    def __init__(self, init: bytes) -> None:
        if init == b"raise":
            raise RuntimeError("this init is refused")
        self.init = init

    def handle(self, message: bytes, send: Send) -> bool:
        command, argument = (bytes(part) for part in _split(message))
        return bool(getattr(self, "do_" + command.decode())(argument, send))

    def do_echo(self, argument: bytes, send: Send) -> bool:
        send(argument)
        return True

    def do_init(self, argument: bytes, send: Send) -> bool:
        send(self.init)
        return True

    def do_repeat(self, argument: bytes, send: Send) -> bool:
        for number in range(int(argument)):
            send(b"%d" % number)
        return True

    def do_send(self, argument: bytes, send: Send) -> bool:
        """A message of so many bytes."""
        send(bytes(int(argument)))
        return True

    def do_pieces(self, argument: bytes, send: Send) -> bool:
        """A message in pieces of these sizes, which is changed when it was sent."""
        pieces = [bytearray([number % 251]) * int(size) for number, size in enumerate(argument.split())]
        send(Parts(tuple(pieces)))
        for piece in pieces:
            piece[:] = bytes(len(piece))
        return True

    def do_measure(self, argument: bytes, send: Send) -> bool:
        send(b"%d" % len(argument))
        return True

    def do_leave(self, argument: bytes, send: Send) -> bool:
        send(b"bye")
        return False

    def do_exit(self, argument: bytes, send: Send) -> bool:
        sys.exit(int(argument) if argument else None)

    def do_raise(self, argument: bytes, send: Send) -> bool:
        raise ValueError(argument.decode())

    def do_interrupt(self, argument: bytes, send: Send) -> bool:
        raise KeyboardInterrupt

    # --- only where the worker is a process ---

    def do_eval(self, argument: bytes, send: Send) -> bool:
        send(repr(eval(argument.decode())).encode())
        return True

    def do_exec(self, argument: bytes, send: Send) -> bool:
        exec(argument.decode(), {"send": send})
        return True

    def do_hard_exit(self, argument: bytes, send: Send) -> bool:
        os._exit(int(argument))

    def do_crash(self, argument: bytes, send: Send) -> bool:
        faulthandler._sigsegv()
        return True

    def do_spin(self, argument: bytes, send: Send) -> bool:
        send(b"spinning")
        while True:
            pass

    def do_hang_in_c(self, argument: bytes, send: Send) -> bool:
        """A call in C that holds the interpreter lock for good: no Python thread of the process runs again."""
        pause = ctypes.PyDLL(None).pause
        send(b"hanging")
        pause()
        return True

    def do_stop(self, argument: bytes, send: Send) -> bool:
        send(b"stopping")
        os.kill(os.getpid(), signal.SIGSTOP)
        return True

    def do_stubborn(self, argument: bytes, send: Send) -> bool:
        """Ignore SIGTERM and never return."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return self.do_spin(argument, send)

    def do_tear(self, argument: bytes, send: Send) -> bool:
        """Die in the middle of a message."""
        send(b"whole")
        os.write(engine_socket(), torn_frame())
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    def do_stray(self, argument: bytes, send: Send) -> bool:
        """Write to a descriptor that is the engine's, and go on."""
        send(b"whole")
        os.write(engine_socket(), bytes(64))
        return True

    def do_hang_up(self, argument: bytes, send: Send) -> bool:
        """Close every descriptor, as code that makes a daemon of itself does, and go on."""
        os.closerange(3, 256)
        while True:
            signal.pause()

    def do_child(self, argument: bytes, send: Send) -> bool:
        """Start a subprocess that would live for long; its pid comes back."""
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        send(b"%d" % child.pid)
        return True

    def do_fork(self, argument: bytes, send: Send) -> bool:
        """Fork a process that keeps every descriptor open; its pid comes back."""
        pid = os.fork()
        if pid == 0:
            while True:
                signal.pause()
        send(b"%d" % pid)
        return True


def _split(message: bytes) -> tuple[memoryview, memoryview]:
    """Around the first blank, without copying what may be large."""
    end = message.find(b" ")
    end = len(message) if end < 0 else end
    view = memoryview(message)
    return view[:end], view[end + 1 :]


def engine_socket() -> int:
    """The descriptor of this worker's socket to the driver."""
    (fd,) = (fd for fd in range(3, 64) if _is_socket(fd))
    return fd


def torn_frame() -> bytes:
    from minispark.engine.executors.frames import header

    return header(bytes(1000)) + bytes(500)


def _is_socket(fd: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError:
        return False
