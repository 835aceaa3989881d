"""Pipelines without a shuffle: all that an engine adds to the user's functions is its own cost.

``shares`` has the same work as plain loops over a part of the records, which as many plain processes can do at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .shares import add_pairs, digest, event, find_words, log_line, total
from .size import SLICES, Size


def narrow_sum(sc: Any, size: Size) -> Any:
    """Engines that understand simple functions are told not to, where they can be: here functions are called."""
    numbers = sc.parallelize(range(size.records(10_000_000)), SLICES)
    return numbers.map(lambda x: x * 3).filter(lambda x: x % 2 == 0).sum()


def narrow_json(sc: Any, size: Size) -> Any:
    lines = sc.parallelize(range(size.records(400_000)), SLICES).map(lambda i: json.dumps(event(i)))
    return lines.map(json.loads).filter(lambda e: e["cents"] >= 100).map(lambda e: e["cents"]).sum()


def narrow_words(sc: Any, size: Size) -> Any:
    """Word count's map side, combined by a function of the user's."""
    pairs = sc.textFile(size.text, SLICES).flatMap(lambda line: line.split()).map(lambda word: (word, 1))
    return pairs.mapPartitions(lambda words: [total(add_pairs(words))]).sum()


def cpu_regex(sc: Any, size: Size) -> Any:
    return sc.parallelize(range(size.records(600_000)), SLICES).map(log_line).map(find_words).sum()


def cpu_digest(sc: Any, size: Size) -> Any:
    return sc.parallelize(range(size.records(400_000)), SLICES).map(digest).sum()


NARROW: tuple[Callable[[Any, Size], Any], ...] = (narrow_sum, narrow_json, narrow_words, cpu_regex, cpu_digest)
