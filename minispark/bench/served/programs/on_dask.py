"""Dask Bag, as its documentation writes such programs, on processes that stay.

Bags are not sorted and have no joins of two large sides; what they cannot express is left out.
"""

from __future__ import annotations

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from operator import add
from typing import Any

import dask
import dask.bag as db

from .engine import Engine
from .shares import event
from .size import MIX, SLICES, Size


def start(cores: int, size: Size) -> Engine:
    pool = ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn"))
    dask.config.set(scheduler="processes", pool=pool, num_workers=cores)
    if db.from_sequence([1, 2, 3], npartitions=2).map(lambda x: x + 1).compute() != [2, 3, 4]:
        raise RuntimeError("Dask cannot add one")
    programs = (
        word_count, word_count_foldby, sum_of_ints, group_by_key, join, skewed_join, json_sums, distinct, many_jobs,
        many_tasks,
    )  # fmt: skip
    return Engine(dask.__version__, programs, lambda _: (size,))


def _words(size: Size) -> Any:
    block = max(os.path.getsize(size.text) // SLICES, 1)
    return db.read_text(size.text, blocksize=block).map(str.split).flatten()


def word_count(size: Size) -> Any:
    counts = _words(size).frequencies()
    return counts.topk(5, key=_by_count).compute()


def word_count_foldby(size: Size) -> Any:
    counts = _words(size).foldby(lambda word: word, lambda count, _: count + 1, 0, add, 0)
    return counts.topk(5, key=_by_count).compute()


def _by_count(pair: tuple[str, int]) -> int:
    return pair[1]


def sum_of_ints(size: Size) -> Any:
    numbers = db.range(size.records(10_000_000), npartitions=SLICES)
    return numbers.map(lambda x: x * 3).filter(lambda x: x % 2 == 0).sum().compute()


def group_by_key(size: Size) -> Any:
    numbers = db.range(size.records(3_000_000), npartitions=SLICES)
    sums = numbers.foldby(lambda x: x * MIX % 50_021, add, 0, add, 0)
    return sums.map(lambda pair: pair[1] % 1_013).sum().compute()


def join(size: Size) -> Any:
    keys = size.records(300_007)
    names = [(x, f"name-{x}") for x in range(keys)]
    left = db.range(size.records(1_000_000), npartitions=SLICES).map(lambda x: (x * MIX % keys, x))
    joined = left.join(names, on_other=lambda pair: pair[0], on_self=lambda pair: pair[0])
    return joined.map(lambda both: both[1][1] % 5 + len(both[0][1])).sum().compute()


def skewed_join(size: Size) -> Any:
    keys = size.records(100_003)
    values = [(x, x * 3) for x in range(keys)]
    left = db.range(size.records(2_000_000), npartitions=SLICES).map(lambda x: (x * MIX % keys if x % 5 == 0 else 7, x))
    joined = left.join(values, on_other=lambda pair: pair[0], on_self=lambda pair: pair[0])
    return joined.map(lambda both: both[0][1] & 15).sum().compute()


def json_sums(size: Size) -> Any:
    lines = db.range(size.records(400_000), npartitions=SLICES).map(lambda i: json.dumps(event(i)))
    sales = lines.map(json.loads).filter(lambda e: e["cents"] >= 100)
    sums = sales.foldby(lambda e: e["user"], lambda total, e: total + e["cents"], 0, add, 0)
    return sums.topk(3, key=lambda pair: (pair[1], [-ord(letter) for letter in pair[0]])).compute()


def distinct(size: Size) -> Any:
    numbers = db.range(size.records(4_000_000), npartitions=SLICES).map(lambda x: x * 48_271 % 700_001)
    return numbers.distinct().count().compute()


def many_jobs(size: Size) -> Any:
    numbers = db.range(100, npartitions=4)
    return [numbers.map(lambda x, job=job: x * job).sum().compute() for job in range(100)]


def many_tasks(size: Size) -> Any:
    return db.range(5_000, npartitions=5_000).map(lambda x: x + 1).sum().compute()
