"""A peer that misbehaves on demand: a small process that speaks the benchmark's protocol."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from minispark.bench.process import EngineProcess

SOURCE = """
import json, os, signal, sys, time

def reply(**fields):
    print(json.dumps(fields), flush=True)

if "mute" in sys.argv:
    print("no such engine", file=sys.stderr)
    raise SystemExit(3)
with open(os.path.join(sys.argv[1], "file"), "w"):
    pass
reply(version="1.2", programs=["join", "word_count", "distinct"])
for line in iter(sys.stdin.readline, ""):
    reply(ready=True)
    sys.stdin.readline()
    if "dies" in sys.argv:
        os.kill(os.getpid(), signal.SIGKILL)
    if "hangs" in sys.argv:
        os.fork()
        signal.pause()
    if "raises" in sys.argv:
        reply(error="ValueError: no")
    elif "babbles" in sys.argv:
        print("hello", flush=True)
    else:
        reply(seconds=0.5, answer=8 if "wrong" in sys.argv else 7)
"""


@pytest.fixture
def fake() -> Iterator[Callable[..., EngineProcess]]:
    """Makes engines with a fault or none: mute, dies, hangs, raises, babbles, wrong. Nothing is left of them."""
    made: list[EngineProcess] = []
    folders: list[Path] = []

    def make(*manners: str) -> EngineProcess:
        def command(folder: str) -> list[str]:
            folders.append(Path(folder))
            return [sys.executable, "-c", SOURCE, folder, *manners]

        made.append(EngineProcess("fake", command, os.environ))
        return made[-1]

    yield make
    for engine in made:
        engine.stop()
    assert [folder for folder in folders if folder.exists()] == []
