"""The work of ``narrow`` as plain loops: each takes the size, which part it is, and of how many.

The parts' answers add up to the whole's.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from .size import Size

LOG = re.compile(r"(\w+) \[(\d+)\] user=(\w+) path=(/\S*)")


def event(i: int) -> dict[str, Any]:
    return {"id": i, "user": f"user-{i % 991}", "cents": i % 1_009, "labels": ["new", str(i % 17)]}


def log_line(i: int) -> str:
    return f"INFO [{i}] user=u{i % 997} path=/shop/{i % 89}/item"


def find_words(line: str) -> int:
    match = LOG.match(line)
    return len(match[3]) + len(match[4]) if match else 0


def digest(i: int) -> int:
    text = b"%d" % i
    for _ in range(3):
        text = hashlib.sha256(text).digest()
    return text[0]


def add_pairs(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for word, count in pairs:
        sums[word] = sums.get(word, 0) + count
    return sums


def total(sums: dict[str, int]) -> int:
    return sum(sums.values())


def share_of(count: int, part: int, parts: int) -> range:
    """
    >>> [share_of(10, part, 3) for part in range(3)]
    [range(0, 3), range(3, 6), range(6, 10)]
    """
    return range(count * part // parts, count * (part + 1) // parts)


def lines_of(path: str, part: int, parts: int) -> Iterator[str]:
    """The lines that begin in this part of the file's bytes."""
    bounds = share_of(os.path.getsize(path), part, parts)
    with open(path, "rb") as file:
        if bounds.start:
            file.seek(bounds.start - 1)
            file.readline()
        left = bounds.stop - file.tell()
        for line in file:
            if left <= 0:
                return
            left -= len(line)
            yield line.decode()


def narrow_sum(size: Size, part: int, parts: int) -> int:
    numbers = share_of(size.records(10_000_000), part, parts)
    return sum(filter(lambda x: x % 2 == 0, map(lambda x: x * 3, numbers)))  # noqa: C417 (the fastest plain Python)


def narrow_json(size: Size, part: int, parts: int) -> int:
    lines = (json.dumps(event(i)) for i in share_of(size.records(400_000), part, parts))
    return sum(e["cents"] for e in map(json.loads, lines) if e["cents"] >= 100)


def narrow_words(size: Size, part: int, parts: int) -> int:
    words = chain.from_iterable(line.split() for line in lines_of(size.text, part, parts))
    return total(add_pairs((word, 1) for word in words))


def cpu_regex(size: Size, part: int, parts: int) -> int:
    return sum(map(find_words, map(log_line, share_of(size.records(600_000), part, parts))))


def cpu_digest(size: Size, part: int, parts: int) -> int:
    return sum(map(digest, share_of(size.records(400_000), part, parts)))


SHARES: tuple[Callable[[Size, int, int], int], ...] = (narrow_sum, narrow_json, narrow_words, cpu_regex, cpu_digest)
