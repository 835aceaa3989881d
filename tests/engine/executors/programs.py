"""Programs that the tests run in workers. A message is a command and its argument, separated by a blank."""

from __future__ import annotations

import sys

from minispark.engine.executors.base import Send


class Echo:
    """Answers commands; what is not a command comes back with ``init`` before it."""

    def __init__(self, init: bytes) -> None:
        if init == b"raise":
            raise RuntimeError("no such init")
        self.init = init

    def handle(self, message: bytes, send: Send) -> bool:
        command, _, argument = message.partition(b" ")
        action = getattr(self, "do_" + command.decode("ascii", "replace"), None) if len(message) < 100 else None
        if action is None:
            send(self.init + message)
            return True
        return bool(action(argument, send))

    def do_repeat(self, argument: bytes, send: Send) -> bool:
        for number in range(int(argument)):
            send(b"%d" % number)
        return True

    def do_big(self, argument: bytes, send: Send) -> bool:
        send(bytes(int(argument)))
        return True

    def do_size(self, argument: bytes, send: Send) -> bool:
        send(b"%d" % len(argument))
        return True

    def do_leave(self, argument: bytes, send: Send) -> bool:
        send(b"bye")
        return False

    def do_exit(self, argument: bytes, send: Send) -> bool:
        sys.exit(int(argument))

    def do_raise(self, argument: bytes, send: Send) -> bool:
        raise ValueError(argument.decode())
