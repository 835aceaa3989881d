"""The twelve workloads: RDD programs on nothing but PySpark's API.

Each takes a context and the work's ``Size`` and returns a small answer, equal on every engine.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from operator import add
from typing import Any

from .shares import event
from .size import MIX, SLICES, Size


def word_count(sc: Any, size: Size) -> Any:
    counts = sc.textFile(size.text, SLICES).flatMap(lambda line: line.split()).map(lambda word: (word, 1))
    return counts.reduceByKey(add, SLICES).takeOrdered(5, key=lambda pair: (-pair[1], pair[0]))


def sum_of_ints(sc: Any, size: Size) -> Any:
    numbers = sc.parallelize(range(size.records(10_000_000)), SLICES)
    return numbers.map(lambda x: x * 3).filter(lambda x: x % 2 == 0).sum()


def random_pairs(seed: int, count: int) -> Iterator[tuple[int, int]]:
    draw = random.Random(seed).getrandbits
    return ((draw(40), seed) for _ in range(count))


def sort_by_key(sc: Any, size: Size) -> Any:
    count = size.records(2_000_000) // SLICES
    pairs = sc.parallelize(range(SLICES), SLICES).flatMap(lambda seed: random_pairs(seed, count))
    ordered = pairs.sortByKey(numPartitions=SLICES)

    def ends(records: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
        keys = [key for key, _ in records]
        if keys:
            yield keys[0], keys[-1], all(a <= b for a, b in zip(keys, keys[1:], strict=False))

    found = ordered.mapPartitions(ends).collect()
    in_order = all(found[i][1] <= found[i + 1][0] for i in range(len(found) - 1)) and all(ok for _, _, ok in found)
    return [found[0][0], found[-1][1], in_order]


def group_by_key(sc: Any, size: Size) -> Any:
    pairs = sc.parallelize(range(size.records(3_000_000)), SLICES).map(lambda x: (x * MIX % 50_021, x))
    return pairs.groupByKey(SLICES).mapValues(lambda values: sum(values) % 1_013).values().sum()


def join(sc: Any, size: Size) -> Any:
    names = size.records(300_007)
    left = sc.parallelize(range(size.records(1_000_000)), SLICES).map(lambda x: (x * MIX % names, x))
    right = sc.parallelize(range(names), SLICES).map(lambda x: (x, f"name-{x}"))
    return left.join(right, SLICES).map(lambda pair: pair[1][0] % 5 + len(pair[1][1])).sum()


def skewed_join(sc: Any, size: Size) -> Any:
    keys = size.records(100_003)
    left = sc.parallelize(range(size.records(2_000_000)), SLICES).map(
        lambda x: (x * MIX % keys if x % 5 == 0 else 7, x)
    )
    right = sc.parallelize(range(keys), SLICES).map(lambda x: (x, x * 3))
    return left.join(right, SLICES).map(lambda pair: pair[1][1] & 15).sum()


def json_sums(sc: Any, size: Size) -> Any:
    lines = sc.parallelize(range(size.records(400_000)), SLICES).map(lambda i: json.dumps(event(i)))
    sales = lines.map(json.loads).filter(lambda e: e["cents"] >= 100).map(lambda e: (e["user"], e["cents"]))
    return sales.reduceByKey(add, SLICES).takeOrdered(3, key=lambda pair: (-pair[1], pair[0]))


PAGERANK_ROUNDS = 6


def links_of(node: int, nodes: int) -> list[int]:
    draw = random.Random(node).random
    return [int(nodes * draw() ** 3) for _ in range(1 + node % 9)]


def pagerank(sc: Any, size: Size) -> Any:
    nodes = size.records(50_000)
    links = sc.parallelize(range(nodes), SLICES).map(lambda node: (node, links_of(node, nodes))).cache()
    ranks = links.mapValues(lambda _: 1.0)
    for _ in range(PAGERANK_ROUNDS):
        given = links.join(ranks, SLICES).flatMap(lambda pair: [(n, pair[1][1] / len(pair[1][0])) for n in pair[1][0]])
        ranks = given.reduceByKey(add, SLICES).mapValues(lambda rank: 0.15 + 0.85 * rank)
    best = ranks.takeOrdered(3, key=lambda pair: (-pair[1], pair[0]))
    links.unpersist()
    return [[node, round(rank, 3)] for node, rank in best]


def distinct(sc: Any, size: Size) -> Any:
    numbers = sc.parallelize(range(size.records(4_000_000)), SLICES).map(lambda x: x * 48_271 % 700_001)
    return numbers.distinct(SLICES).count()


def many_jobs(sc: Any, size: Size) -> Any:
    numbers = sc.parallelize(range(100), 4)
    return [numbers.map(lambda x, job=job: x * job).sum() for job in range(100)]


def many_tasks(sc: Any, size: Size) -> Any:
    return sc.parallelize(range(5_000), 5_000).map(lambda x: x + 1).sum()


def many_blocks(sc: Any, size: Size) -> Any:
    pairs = sc.parallelize(range(size.records(200_000)), 200).map(lambda x: (x % 5_003, 1))
    return sorted(pairs.reduceByKey(add, 200).collect())[:3]


WORKLOADS: tuple[Callable[[Any, Size], Any], ...] = (
    word_count, sum_of_ints, sort_by_key, group_by_key, join, skewed_join, json_sums, pagerank, distinct,
    many_jobs, many_tasks, many_blocks,
)  # fmt: skip
