"""Word count as one would write it by hand for several cores, without an engine."""

from __future__ import annotations

import heapq
import multiprocessing
import sys
from collections import Counter
from typing import Any

from .engine import Engine
from .shares import lines_of
from .size import Size


def start(cores: int, size: Size) -> Engine:
    return Engine(sys.version.split()[0], [word_count], lambda _: (cores, size))


def word_count(cores: int, size: Size) -> Any:
    counts: Counter[str] = Counter()
    with multiprocessing.Pool(cores) as pool:
        for part in pool.starmap(_count, [(size.text, part, cores) for part in range(cores)]):
            counts.update(part)
    return heapq.nsmallest(5, counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _count(path: str, part: int, parts: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in lines_of(path, part, parts):
        counts.update(line.split())
    return counts
