"""Deals seeds out to processes, so that every core plays."""

from __future__ import annotations

import gc
import math
import pickle
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from minispark.engine.core.errors import InternalError
from minispark.testing.simulation_summary import SimulationSummary, play

BATCH = 50
"""Seeds a process is given at a time: a fraction of a second's work."""

_BOOT = f"import sys; sys.path[:] = sys.argv[1:]; import {__name__} as runs; runs.serve()"


def run_seeds(
    seeds: range,
    processes: int = 1,
    until: float = math.inf,
    told: Callable[[SimulationSummary], None] = lambda summary: None,
) -> SimulationSummary:
    """Play many seeds in several processes, in order but for who is quicker; begin none when ``time.monotonic()`` has
    reached ``until``. ``told`` hears the sum so far, again and again. Raises InternalError if a process does not live
    to tell what its seeds came to."""
    total = SimulationSummary()
    batches = iter([seeds[first : first + BATCH] for first in range(0, len(seeds), BATCH)])
    players = [_Player() for _ in range(min(processes, -(-len(seeds) // BATCH)))]
    try:
        with selectors.DefaultSelector() as waiting:
            for player in players:
                if player.begin(batches, until):
                    waiting.register(player.answers, selectors.EVENT_READ, player)
            while waiting.get_map():
                for key, _ in waiting.select():
                    total.merge(key.data.end())
                    told(total)
                    if not key.data.begin(batches, until):
                        waiting.unregister(key.fileobj)
    finally:
        for player in players:
            player.close()
    return total


class _Player:
    """A process that plays one batch at a time. It ends when our end of its pipe is closed, whatever becomes of us."""

    def __init__(self) -> None:
        command = [sys.executable, "-c", _BOOT, *sys.path]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._orders = self._process.stdin
        self.answers = self._process.stdout
        self._batch = range(0)

    def begin(self, batches: Iterator[range], until: float) -> bool:
        """Play the next batch. False if there is none, or no time left."""
        batch = None if time.monotonic() >= until else next(batches, None)
        if batch is None:
            return False
        self._batch = batch
        pickle.dump(batch, self._orders)
        self._orders.flush()
        return True

    def end(self) -> SimulationSummary:
        """Wait for what the batch came to."""
        try:
            summary: SimulationSummary = pickle.load(self.answers)
        except EOFError:
            code = self._process.wait()
            seeds = f"seeds {self._batch[0]} to {self._batch[-1]}"
            raise InternalError(f"the process that played {seeds} ended with exit code {code}") from None
        return summary

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._orders.close()
        self.answers.close()


def serve() -> None:
    """Play batches from standard input until it ends, answering on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that waits for us
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    gc.freeze()
    gc.disable()  # what a schedule leaves behind is swept once a batch
    while True:
        try:
            batch = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(play(batch), answers)
        answers.flush()
        gc.collect()
