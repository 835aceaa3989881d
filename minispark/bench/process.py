"""The process of one engine, started when it is needed, and again when it has died."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from minispark.bench.sampling import Sampler, Tree, Usage
from minispark.engine.core.errors import EnvironmentFault
from minispark.engine.core.values import value

START_SECONDS_MAX = 120.0
STOP_SECONDS_MAX = 20.0
GO = "go"


@value
class Reply:
    """One run of a program: what it took and answered, or what was wrong.

    ``trouble`` is "" for a run that ended, "error" where the engine said so or died, "time-out" where it was killed.
    """

    seconds: float = 0.0
    usage: Usage = Usage(0.0, 0)
    answer: Any = None
    trouble: str = ""
    text: str = ""


class EngineFailure(EnvironmentFault):
    """The engine does not start, does not answer in time or is gone; ``trouble`` is that of the ``Reply``."""

    def __init__(self, trouble: str, text: str) -> None:
        super().__init__(text)
        self.trouble = trouble


class EngineProcess:
    """Speaks the protocol of ``served/programs/serve.py`` with ``command(folder)``.

    ``folder`` is an empty one for the engine's files; it goes when the engine is stopped. One that does not ``stay`` is
    to be stopped after each program.
    """

    def __init__(
        self, name: str, command: Callable[[str], Sequence[str]], environment: Mapping[str, str], stays: bool = True
    ) -> None:
        self.name = name
        self.stays = stays
        self.version = ""
        self.programs: frozenset[str] = frozenset()
        self._command = command
        self._environment = environment
        self._folder = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._tree: Tree | None = None
        self._unread = b""

    def start(self) -> float:
        """Start the process if there is none; seconds from then to its first result, 0 if it was there.

        Raises EngineFailure, with the last line that it wrote to standard error.
        """
        if self._process is not None:
            return 0.0
        self._folder = tempfile.mkdtemp(prefix="minispark-bench-")
        started = time.perf_counter()
        try:
            self._launch()
            hello = self._receive(START_SECONDS_MAX)
        except EngineFailure as failure:
            last = self._last_error()
            self._kill()
            raise EngineFailure("error", f"{self.name} does not start: {last or failure}") from None
        except BaseException:
            self._kill()
            raise
        self.version, self.programs = hello["version"], frozenset(hello["programs"])
        return time.perf_counter() - started

    def _launch(self) -> None:
        with open(Path(self._folder) / "errors.txt", "wb") as errors:
            self._process = subprocess.Popen(
                self._command(self._folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
            )
        self._tree = Tree(self._process.pid)
        self._unread = b""

    def run(self, program: str, seconds_max: float) -> Reply:
        """Run one program. What is wrong with it is in the reply; the engine can be used again."""
        try:
            self.start()
            assert self._tree is not None
            self._send(program)
            ready = self._receive(seconds_max)
            if "error" in ready:
                return Reply(trouble="error", text=ready["error"])
            sampler = Sampler(self._tree)
            sampler.start()
            try:
                self._send(GO)
                done = self._receive(seconds_max)
            finally:
                usage = sampler.stop()
            if "error" in done:
                return Reply(trouble="error", text=done["error"])
            return Reply(done["seconds"], usage, done["answer"])
        except EngineFailure as failure:
            self._kill()
            return Reply(trouble=failure.trouble, text=str(failure))

    def stop(self) -> None:
        """End the process as a program ends, with all that it has left, and wait for it."""
        if self._process is None:
            return
        assert self._process.stdin is not None and self._tree is not None
        self._tree.processes()
        try:
            self._process.stdin.close()
            self._process.wait(STOP_SECONDS_MAX)
        except (subprocess.TimeoutExpired, OSError):
            pass
        self._kill()

    def _kill(self) -> None:
        process, tree = self._process, self._tree
        self._process = self._tree = None
        if process is not None and tree is not None:
            tree.kill()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                try:
                    if pipe is not None:
                        pipe.close()
                except OSError:
                    pass
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, line: str) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise EngineFailure("error", self._death()) from None

    def _receive(self, seconds_max: float) -> dict[str, Any]:
        """The next line; EngineFailure where none comes in time, or none any more."""
        assert self._process is not None and self._process.stdout is not None
        deadline = time.monotonic() + seconds_max
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise EngineFailure("time-out", f"no answer in {seconds_max:g} s")
            read = os.read(self._process.stdout.fileno(), 65_536)
            if not read:
                raise EngineFailure("error", self._death())
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        try:
            reply = json.loads(line)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise EngineFailure("error", f"{self.name} sent no JSON object: {line[:80]!r}")
        return reply

    def _death(self) -> str:
        assert self._process is not None
        try:
            code = self._process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return "the engine has closed its output"
        return f"the engine's process ended with exit code {code}"

    def _last_error(self) -> str:
        lines = (Path(self._folder) / "errors.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else ""
