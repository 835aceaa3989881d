"""What the driver tells a worker: commands, marshalled together, and the large programs of stages apart."""

from __future__ import annotations

import marshal
from collections.abc import Iterator
from typing import Any

from minispark.engine.core.parts import Buffer, Parts, Payload
from minispark.engine.serde.outofband import BUFFER_BYTES_MIN

Command = tuple[Any, ...]
_PROGRAM = 2
"""Where in a command ``("stage", id, program, ...)`` the program is."""


def message_of(commands: list[Command]) -> Payload:
    """Commands as one message. A large program is a piece of its own, so that no message is a copy of it, and its
    place stays empty.

    >>> list(commands_in(message_of([("forget", 1), ("stage", 2, bytes(100_000), 0)])))[1][2] == bytes(100_000)
    True
    """
    pieces: list[Buffer] = []

    def apart(command: Command) -> Command:
        if command[0] != "stage" or len(command[_PROGRAM]) < BUFFER_BYTES_MIN:
            return command
        pieces.append(command[_PROGRAM])
        return _with_program(command, None)

    data = marshal.dumps([apart(command) for command in commands])
    return Parts((data, *pieces)) if pieces else data


def commands_in(message: Payload) -> Iterator[Command]:
    """The commands of a message, in order. It is used up: nothing holds a program on its account."""
    data, *pieces = message.taken() if isinstance(message, Parts) else (message,)
    pieces.reverse()
    for command in marshal.loads(data):
        if command[0] == "stage" and command[_PROGRAM] is None:
            yield _with_program(command, pieces.pop())
        else:
            yield command


def _with_program(command: Command, program: Any) -> Command:
    return (*command[:_PROGRAM], program, *command[_PROGRAM + 1 :])
