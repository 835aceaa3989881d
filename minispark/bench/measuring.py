"""Runs programs on engines in turns, and compares their answers."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.catalogue import START_UP
from minispark.bench.engines import REFERENCE
from minispark.bench.process import EngineFailure, EngineProcess, Reply
from minispark.bench.report import Measured, Section
from minispark.engine.core.values import value

ENGINE_SECONDS = 20.0
"""An engine runs a program again only if all its runs of it will take less, with all that they need before the time
begins: what is slow says so at once, and a run on all peers ends within 20 minutes."""


@value
class Plan:
    """``rounds`` of each program, fewer where an engine would take more than ``engine_seconds`` for them.

    A run that takes longer than ``seconds_max`` is ended.
    """

    rounds: int
    seconds_max: float
    scale: float
    cores: int
    engine_seconds: float = ENGINE_SECONDS
    peers: str = ""
    """The folder of the peers' environments, for studies that compare; "" for none."""


class Runs:
    """Collects one program's runs, and which engines are still to run."""

    def __init__(self, engines: Sequence[str], right: Any = None, engine_seconds: float = ENGINE_SECONDS) -> None:
        self.waiting = list(engines)
        self._right = right
        self._engine_seconds = engine_seconds
        self._runs: dict[str, list[Reply]] = {engine: [] for engine in engines}
        self._spent = dict.fromkeys(engines, 0.0)

    def add(self, engine: str, reply: Reply, cost_seconds: float) -> None:
        """One more run, which took ``cost_seconds`` in all.

        An engine that failed, answered wrongly or would take too long runs no more.
        """
        if not reply.trouble and self._right is not None and not same(reply.answer, self._right):
            reply = Reply(trouble="wrong", text=f"answers {_short(reply.answer)}, right is {_short(self._right)}")
        self._runs[engine].append(reply)
        self._spent[engine] += cost_seconds
        if reply.trouble or self._spent[engine] + cost_seconds > self._engine_seconds:
            self.waiting.remove(engine)

    def measured(self) -> dict[str, Measured]:
        return {engine: _measured(replies) for engine, replies in self._runs.items() if replies}


class Bench:
    """The engines' processes, for as long as they are needed."""

    def __init__(self, engines: Mapping[str, EngineProcess], plan: Plan) -> None:
        self.engines = engines
        self.plan = plan

    def measure(self, program: str, engines: Sequence[str]) -> Section:
        """Run a program on those of these engines that can express it.

        The order changes from round to round, so that no engine always follows the same one.
        """
        load = os.getloadavg()[0]
        run = self._start_up if program == START_UP else self._run
        reference = Reply() if program == START_UP else self._reference(program)
        runs = Runs(engines, reference.answer, self.plan.engine_seconds)
        if REFERENCE in engines:
            runs.add(REFERENCE, reference, reference.seconds)
        for turn in range(self.plan.rounds):
            for engine in _rotated(runs.waiting, turn):
                if turn > 0 or engine != REFERENCE:
                    run(runs, engine, program)
        settings = {
            "scale": self.plan.scale,
            "cores": self.plan.cores,
            "rounds": self.plan.rounds,
            "asked": list(engines),
            "load_before": round(load, 2),
        }
        return Section(program, settings, runs.measured())

    def stop(self) -> None:
        for engine in self.engines.values():
            engine.stop()

    def versions(self) -> dict[str, str]:
        return {name: engine.version for name, engine in self.engines.items() if engine.version}

    def _run(self, runs: Runs, name: str, program: str) -> None:
        engine = self.engines[name]
        started = time.perf_counter()
        try:
            engine.start()
        except EngineFailure as failure:
            runs.add(name, Reply(trouble=failure.trouble, text=str(failure)), 0.0)
            return
        if program not in engine.programs:
            runs.waiting.remove(name)
            return
        reply = engine.run(program, self.plan.seconds_max)
        runs.add(name, reply, time.perf_counter() - started)
        if not engine.stays:
            engine.stop()

    def _start_up(self, runs: Runs, name: str, program: str) -> None:
        engine = self.engines[name]
        engine.stop()
        try:
            seconds = engine.start()
            runs.add(name, Reply(seconds=seconds), seconds)
        except EngineFailure as failure:
            runs.add(name, Reply(trouble=failure.trouble, text=str(failure)), 0.0)
        if not engine.stays:
            engine.stop()

    def _reference(self, program: str) -> Reply:
        """Plain Python's run, whose answer is right. Raises EngineFailure where it cannot."""
        reply = self.engines[REFERENCE].run(program, self.plan.seconds_max)
        if reply.trouble:
            raise EngineFailure(reply.trouble, f"no answer from plain Python to compare with: {reply.text}")
        return reply


def same(a: Any, b: Any) -> bool:
    """Equal as JSON values, floats up to the order of their additions.

    >>> same([1, 2.0], [1, 2.0000001]), same([1], [1, 2])
    (True, False)
    """
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and (isinstance(a, float) or isinstance(b, float)):
        return bool(abs(a - b) <= 1e-3 * max(1.0, abs(a)))
    return bool(a == b)


def _rotated(names: Sequence[str], turn: int) -> list[str]:
    first = turn % len(names) if names else 0
    return [*names[first:], *names[:first]]


def _measured(replies: Sequence[Reply]) -> Measured:
    good = [reply for reply in replies if not reply.trouble]
    bad = [reply for reply in replies if reply.trouble]
    return Measured(
        tuple(reply.seconds for reply in good),
        tuple(reply.usage.cpu_seconds for reply in good),
        tuple(reply.usage.memory_bytes_max for reply in good),
        bad[0].trouble if bad else "",
        bad[0].text if bad else "",
    )


def _short(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 80 else f"{text[:77]}..."
