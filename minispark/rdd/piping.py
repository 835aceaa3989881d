"""``pipe``: the records of each partition as lines through a command of the user's."""

from __future__ import annotations

import os
import selectors
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import MapPartitions
from minispark.errors import PySparkRuntimeError
from minispark.rdd.core import RDDBase, T_co

if TYPE_CHECKING:
    from minispark.rdd.rdd import RDD

PIPE_BYTES = 64 << 10
LINES_AT_ONCE = 256
WORDS_BYTES_MAX = 2000
"""Of what the command wrote to its stderr, so much is told in an error."""


class Piping(RDDBase[T_co]):
    """``pipe``."""

    def pipe(self, command: str, env: dict[str, str] | None = None, checkCode: bool = False) -> RDD[str]:
        """The lines that ``command`` writes when it is given ``str`` of each record of a partition as a line.

        One process a partition, split into words like a shell's but run without one, with ``env`` for its whole
        environment (empty unless told, as in PySpark). What it writes to stderr is passed on. With ``checkCode`` an
        exit code other than 0 is a PySparkRuntimeError. A command that cannot be started is an OSError of the action.

        >>> sc.parallelize(["1", "2", "", "3"]).pipe("cat").collect()
        ['1', '2', '', '3']
        """
        return self._narrow(MapPartitions(_Pipe(_words(command), _environment(env), bool(checkCode)), call_site()))


def _words(command: Any) -> tuple[str, ...]:
    if not isinstance(command, str):
        raise TypeError(f"pipe needs the command as one str, not {command!r:.200}")
    words = tuple(shlex.split(command))
    if not words:
        raise ValueError("pipe needs a command; an empty one was given")
    return words


def _environment(env: Any) -> dict[str, str]:
    if env is None:
        return {}
    if not isinstance(env, Mapping):
        raise TypeError(f"pipe needs env as a dict of strings, not {env!r:.200}")
    for name, text in env.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise TypeError(f"pipe needs env as a dict of strings; it has {name!r:.200}: {text!r:.200}")
    return dict(env)


class _Pipe:
    __slots__ = ("check_code", "command", "env")

    def __init__(self, command: tuple[str, ...], env: dict[str, str], check_code: bool) -> None:
        self.command = command
        self.env = env
        self.check_code = check_code

    def __call__(self, index: int, records: Iterator[Any]) -> Iterator[str]:
        name = shlex.join(self.command)
        try:
            process = subprocess.Popen(
                self.command, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise type(error)(error.errno, f"the piped command could not be started: {error.strerror}", name) from None
        talk = _Talk(process, records)
        try:
            yield from talk.lines()
            code = process.wait()
        finally:
            talk.close()
        if code and self.check_code:
            told = f"; it wrote: {talk.last_words()}" if talk.words else ""
            raise PySparkRuntimeError(
                f"the piped command `{name}` ended with exit code {code} in partition {index}{told}",
                errorClass="PIPE_FUNCTION_EXITED",
                messageParameters={"func_name": name, "error_code": str(code)},
            )


class _Talk:
    """Feeds a process and reads from it in one thread, whichever of its ends is ready."""

    def __init__(self, process: subprocess.Popen[bytes], records: Iterator[Any]) -> None:
        assert process.stdin is not None and process.stdout is not None and process.stderr is not None
        self._process = process
        self._records = records
        self._in, self._out, self._err = process.stdin, process.stdout, process.stderr
        self._waiting = memoryview(b"")
        self.words = b""
        self._ready = selectors.DefaultSelector()
        for pipe, event in (
            (self._in, selectors.EVENT_WRITE),
            (self._out, selectors.EVENT_READ),
            (self._err, selectors.EVENT_READ),
        ):
            os.set_blocking(pipe.fileno(), False)
            self._ready.register(pipe, event)

    def lines(self) -> Iterator[str]:
        rest = b""
        while self._ready.get_map():
            for key, _ in self._ready.select():
                if key.fileobj is self._in:
                    self._feed()
                    continue
                data = os.read(key.fd, PIPE_BYTES)
                if not data:
                    self._ready.unregister(key.fileobj)
                elif key.fileobj is self._err:
                    self.words = (self.words + data)[-WORDS_BYTES_MAX:]
                    sys.stderr.write(data.decode("utf-8", "replace"))
                else:
                    *whole, rest = (rest + data).split(b"\n")
                    yield from (line.decode("utf-8") for line in whole)
        if rest:
            yield rest.decode("utf-8")

    def _feed(self) -> None:
        """Write what fits; a command that has stopped reading is not told the rest."""
        if not self._waiting:
            self._waiting = memoryview(_as_lines(islice(self._records, LINES_AT_ONCE)))
        try:
            if self._waiting:
                self._waiting = self._waiting[os.write(self._in.fileno(), self._waiting) :]
                return
        except BlockingIOError:
            return
        except BrokenPipeError:
            pass
        self._ready.unregister(self._in)
        with suppress(BrokenPipeError):
            self._in.close()

    def last_words(self) -> str:
        return self.words.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """End the process if it has not ended: the reader may have had enough."""
        self._ready.close()
        if self._process.poll() is None:
            self._process.kill()
        for pipe in (self._in, self._out, self._err):
            with suppress(OSError):
                pipe.close()
        self._process.wait()


def _as_lines(records: Iterable[Any]) -> bytes:
    return "".join([str(record).rstrip("\n") + "\n" for record in records]).encode("utf-8")
