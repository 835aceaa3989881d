"""What a tree of processes uses is counted, whoever of it has died and whether it was waited for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from minispark.bench.sampling import Sampler, Tree

SOURCE = """
import os, signal, sys, time

if "ignores" in sys.argv:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # its children are nobody's when they die
print("ready", flush=True)
sys.stdin.readline()
child = os.fork()
if not child:
    while sum(os.times()[:2]) < 0.5:  # in ticks, as it is counted from outside
        pass
    print("burnt", flush=True)
    signal.pause()
sys.stdin.readline()
os.kill(child, signal.SIGKILL)
try:
    os.waitpid(child, 0)
except ChildProcessError:
    pass
block = b"x" * (50 << 20)
print("dead", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(params=["waits", "ignores"])
def process(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SOURCE, request.param]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


@pytest.mark.slow
def test_children_count_while_they_live_and_when_they_are_dead(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None and process.stdout is not None

    def after(line: str) -> None:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == line + "\n"

    def go_on() -> None:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()

    after("ready")
    tree = Tree(process.pid)
    sampler = Sampler(tree)
    sampler.start()
    go_on()
    after("burnt")
    alive = max(tree.cpu_seconds())
    assert alive >= 0.5
    go_on()
    after("dead")
    usage = sampler.stop()
    assert 0.45 < usage.cpu_seconds < 2 * alive
    assert usage.memory_bytes_max > 50 << 20
    go_on()
