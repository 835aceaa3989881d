"""The executor protocol: what it is told, what it tells, and what a program must offer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from minispark.engine.core.parts import Payload
from minispark.engine.core.values import value


@value
class Started:
    """The worker's program is constructed and waits for messages. ``pid`` is the driver's own for an inline worker."""

    worker_id: int
    pid: int


@value
class Message:
    """One whole message from a worker: in as many pieces as it was sent in, the large ones in memory of their own."""

    worker_id: int
    data: Payload


@value
class Exited:
    """The worker is gone and nothing more comes from it.

    Exactly one of ``exit_code`` and ``signal`` is set, or neither where nobody could learn it (the helper that should
    have was killed itself). ``details`` are lines for the reader: how it ended, its last traceback, peak memory.
    ``by_request`` is True if ``kill`` or ``close`` was called for it, ``out_of_memory`` if the kernel's killer was at
    work. ``started`` is False for a worker that never got as far as ``Started``. ``taken`` counts the messages its
    program was given: the later ones of those sent to it did nothing. ``last_words`` are the last of the details: the
    stack or traceback that it left.
    """

    worker_id: int
    exit_code: int | None
    signal: int | None
    details: tuple[str, ...] = ()
    by_request: bool = False
    started: bool = True
    out_of_memory: bool = False
    peak_memory_bytes: int | None = None
    taken: int = 0
    last_words: tuple[str, ...] = ()


Event = Started | Message | Exited

Send = Callable[[Payload], None]


class Program(Protocol):
    """What runs in a worker, named ``"package.module:Class"``. Constructed once per worker, then fed messages.

    A process gives a program that has an attribute ``receive`` a function there, which waits for the next message while
    one is being handled.
    """

    def __init__(self, init: bytes) -> None: ...

    def handle(self, message: Payload, send: Send) -> bool:
        """Deal with one message, answering with any number of ``send(message)``; False ends the worker (exit code 0).

        Anything raised ends the worker with exit code 1 and its traceback in ``Exited.details``.
        """
        ...


class Executor(Protocol):
    """Runs workers. Every method but ``wake`` belongs to one thread."""

    def start_worker(self, init: bytes | None = None) -> int:
        """A fresh worker id, at once; ``Started`` or ``Exited`` follows. ``init`` replaces the executor's own.

        Messages may be sent from now on. Ids are never used twice. Raises InternalError after ``close``.
        """
        ...

    def send(self, worker_id: int, message: Payload) -> None:
        """Queue a message, in order, without waiting for the worker. Nothing happens if the worker has exited."""
        ...

    def kill(self, worker_id: int, graceful: bool = False) -> None:
        """End the worker and the processes it started. Its ``Exited`` follows.

        ``graceful`` asks first (SIGTERM, which leaves the worker's stack in ``Exited.details``) and forces after 2 s.
        Nothing happens if the worker has exited.
        """
        ...

    def poll(self, timeout: float | None) -> list[Event]:
        """What happened, waiting up to ``timeout`` seconds (None: for ever) for the first event or ``wake``."""
        ...

    def wake(self) -> None:
        """Make ``poll`` return, now or the next time. From any thread."""
        ...

    def close(self) -> None:
        """Kill every worker and wait until no process is left. May be repeated; no event follows."""
        ...


def load_program(name: str) -> Callable[[bytes], Program]:
    """The program called ``"package.module:Class"``.

    Raises ImportError or AttributeError if there is none of that name, ValueError if the name has another form.
    """
    import importlib

    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise ValueError(f"a program is named 'package.module:Class', not {name!r}")
    program: Callable[[bytes], Program] = getattr(importlib.import_module(module), attribute)
    return program
