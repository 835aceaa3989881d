"""Nearly two hundred real kills: at every failpoint twice, and at moments by chance, of workers and of helpers."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import suppress
from operator import add
from typing import Any

import psutil
import pytest
from chaos_programs import distinct_programs, program_of

from minispark.errors import PoisonTaskError
from minispark.testing.chaotic import lives
from minispark.testing.faults import ANY, Injection
from minispark.testing.points import KILL, KILL_HELPER, POINTS

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120)]

KILLS_BY_CHANCE = 60
"""Beside about 120 at failpoints."""
POISONED_MAX = 2
"""On a slow machine chance may take the worker of one task four times, which is the limit."""


@pytest.mark.parametrize("seed", range(2))
def test_kills_at_failpoints(lab: Any, seed: int) -> None:
    """Every point that kills, and at each time another, in a task by chance."""
    choose = random.Random(f"failpoints {seed}")
    places = [point.name for point in POINTS if KILL in point.faults and not point.name.startswith("worker.")]
    kills = 0
    for point in places:
        program, wanted = program_of(point)
        fault = choose.choice([KILL, KILL, KILL_HELPER]) if point.startswith("task.") else KILL
        first = Injection(point, fault)
        others = [other for other in ("task.before", "task.after", "result.half sent") if other != point]
        second = Injection(choose.choice(others), KILL, task=choose.randrange(2))
        assert lab.run(program, first, second) == wanted
        kills += 2
    assert kills >= 40


def test_kills_at_any_moment(lab: Any) -> None:
    """The killer draws its moments; a process found dead already does not count."""
    choose = random.Random("any moment")
    lab.ledger.arm(())
    over = threading.Event()
    killed: Counter[str] = Counter()
    poisoned = 0

    def kill() -> None:
        while not over.wait(choose.expovariate(1 / 0.06)):
            with suppress(psutil.Error, IndexError):  # gone already, or not there yet
                if choose.random() < 0.1:
                    choose.choice(helpers()).kill()
                    killed["helper"] += 1
                else:
                    psutil.Process(choose.choice(sorted(workers(lab)))).kill()
                    killed["worker"] += 1

    killer = threading.Thread(target=kill)
    killer.start()
    programs = [case for case in distinct_programs() if case[0].__name__ != "spilling"]
    try:
        while killed.total() < KILLS_BY_CHANCE:
            program, wanted = choose.choice(programs)
            try:
                assert program(lab.sc, lab.folder) == wanted
            except PoisonTaskError:
                poisoned += 1
                assert poisoned <= POISONED_MAX
    finally:
        over.set()
        killer.join()
    assert killed["worker"] > 40 and killed["helper"] > 0
    lab.check()


def helpers() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "minispark-helper" in child.cmdline()]


def workers(lab: Any) -> set[int]:
    """Pids of living workers: those whose helper was killed too."""
    return {pid for pid in lab.ledger.workers() if lives(pid)}


@pytest.mark.matrix(7)
def test_a_task_that_is_killed_each_time_is_poison(lab: Any) -> None:
    poison = Injection("task.before", KILL, task=1, time=ANY, times=4)
    with pytest.raises(PoisonTaskError, match="partition 1 .* 4 times .*SIGKILL"):
        lab.run(lambda sc, folder: sc.parallelize(range(4), 4).map(lambda x: x).sum(), poison)
    assert lab.sc.parallelize(range(4), 4).map(lambda x: (x % 2, x)).reduceByKey(add).count() == 2
