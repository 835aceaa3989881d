"""As many independent plain Python processes as cores, each with its share of the records, run together.

They are there before the time begins, and know nothing of each other. This is what the machine can do for functions
that are called record by record.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from .engine import Engine
from .shares import SHARES
from .size import Size

Share = Callable[[Size, int, int], int]


def start(cores: int, size: Size) -> Engine:
    context = multiprocessing.get_context("fork")
    ends = []
    for part in range(cores):
        ours, theirs = context.Pipe()
        context.Process(target=_work, args=(theirs, size, part, cores), daemon=True).start()
        ends.append(ours)
    return Engine(sys.version.split()[0], [_together(share) for share in SHARES], lambda _: (ends,))


def _work(end: Connection, size: Size, part: int, parts: int) -> None:
    shares = {share.__name__: share for share in SHARES}
    while True:
        end.send(shares[end.recv()](size, part, parts))


def _together(share: Share) -> Callable[..., Any]:
    def program(ends: list[Connection]) -> int:
        for end in ends:
            end.send(share.__name__)
        return sum(end.recv() for end in ends)

    program.__name__ = share.__name__
    return program
