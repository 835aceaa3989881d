"""One engine in a process of its own, which runs the programs that it is asked for.

usage: python -m programs.serve ENGINE CORES TEXT SCALE FOLDER     ENGINE: the NAME of a module ``on_NAME``

Lines of JSON on standard output, of text on standard input:

* unasked, when a first tiny job is done: ``{"version": ..., "programs": [...]}``;
* for a program's name: ``{"ready": true}`` when what it needs is there;
* for ``go``: ``{"seconds": ..., "answer": ...}``.

Each answer may be ``{"error": ...}`` instead, and the next line is a program's name again. The end of standard input is
the end of the process. What the engine prints itself goes to standard error.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .engine import Engine
from .size import Size

ERROR_LENGTH_MAX = 500


def main() -> None:
    name, cores, text, scale, folder = sys.argv[1:6]
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)

    def reply(**fields: Any) -> None:
        print(json.dumps(fields), file=replies)

    engine: Engine = importlib.import_module(f".on_{name}", __package__).start(
        int(cores), Size(text, float(scale), folder)
    )
    programs = {program.__name__: program for program in engine.programs}
    reply(version=engine.version, programs=sorted(programs))
    for line in iter(sys.stdin.readline, ""):
        try:
            asked = line.strip()
            with _ready(programs[asked], engine.arguments(asked)) as run:
                reply(ready=True)
                sys.stdin.readline()
                started = time.perf_counter()
                answer = run()
                seconds = time.perf_counter() - started
            reply(seconds=seconds, answer=answer)
        except Exception as error:
            reply(error=f"{type(error).__name__}: {error}"[:ERROR_LENGTH_MAX])


@contextmanager
def _ready(program: Callable[..., Any], arguments: tuple[Any, ...]) -> Iterator[Callable[[], Any]]:
    """The measured part of a program as a function; what goes before it is done, what comes after it follows."""
    if not inspect.isgeneratorfunction(program):
        yield lambda: program(*arguments)
        return
    steps = program(*arguments)
    next(steps)
    yield lambda: next(steps)
    for _ in steps:
        pass


if __name__ == "__main__":
    main()
