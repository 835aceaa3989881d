"""Anything killed at any moment, for a while: what is left works, and nothing is left at the end."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil
import pytest
from executor_stage import Stage, gone

from minispark.engine.executors import processes
from minispark.engine.executors.base import Started

pytestmark = pytest.mark.chaos


@pytest.mark.parametrize("kind", ["forked", "spawned"])
@pytest.mark.parametrize("seed", range(4))
def test_kills_in_any_order(
    kind: str, seed: int, make: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, mark_descriptors: Any
) -> None:
    choose = random.Random(seed)
    driver = psutil.Process()
    opened = mark_descriptors()
    stage = make(kind)
    monkeypatch.setattr(processes, "LAUNCHES_MAX", 100)
    alive = {stage.executor.start_worker() for _ in range(3)}
    for number in range(40):
        action = choose.choice([kill_helpers, kill_process, kill_worker, start, ask])
        action(stage, choose.choice(sorted(alive)), alive)
        while len(alive) < 3:
            alive.add(stage.executor.start_worker())
        worker = choose.choice(sorted(alive))
        stage.executor.send(worker, b"echo %d" % number)
        if number % 5 == 4:
            stage.wait(lambda worker=worker, number=number: b"%d" % number in stage.answers(worker))
    for worker in alive:
        assert stage.ask(worker, b"echo still here").isascii()
    for worker in range(max(alive)):
        assert worker in alive or stage.exit_of(worker)
    pids = [event.pid for event in stage.events if isinstance(event, Started)]
    stage.executor.close()
    assert gone(pids, 0.0)
    assert not driver.children()
    assert opened() == []


def kill_helpers(stage: Stage, worker: int, alive: set[int]) -> None:
    for child in psutil.Process().children():
        with suppress(psutil.ZombieProcess):  # killed already, and not yet noticed
            if "minispark-helper" in child.cmdline():
                child.kill()


def kill_process(stage: Stage, worker: int, alive: set[int]) -> None:
    stage.wait(lambda: stage.of(Started, worker))
    os.kill(stage.pid(worker), signal.SIGKILL)
    alive.discard(worker)


def kill_worker(stage: Stage, worker: int, alive: set[int]) -> None:
    stage.executor.kill(worker)
    alive.discard(worker)


def start(stage: Stage, worker: int, alive: set[int]) -> None:
    alive.add(stage.executor.start_worker())


def ask(stage: Stage, worker: int, alive: set[int]) -> None:
    stage.executor.send(worker, b"echo hello")
