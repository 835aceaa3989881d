"""The answers of all programs from the plainest fast Python in one process.

They are what every engine's answer is checked against; and the time of one, divided by the number of cores, is about
what an engine that calls the user's Python functions record by record can reach on that many.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

from . import shuffles
from .shares import SHARES, event
from .size import MIX, SLICES, Size
from .workloads import PAGERANK_ROUNDS, WORKLOADS, links_of, random_pairs


def word_count(size: Size) -> Any:
    counts: Counter[str] = Counter()
    with open(size.text, encoding="utf-8") as file:
        for line in file:
            counts.update(line.split())
    return heapq.nsmallest(5, counts.items(), key=lambda pair: (-pair[1], pair[0]))


def sum_of_ints(size: Size) -> Any:
    def treble(x: int) -> int:
        return x * 3

    def even(x: int) -> bool:
        return x % 2 == 0

    return sum(filter(even, map(treble, range(size.records(10_000_000)))))


def sort_by_key(size: Size) -> Any:
    count = size.records(2_000_000) // SLICES
    pairs = [pair for seed in range(SLICES) for pair in random_pairs(seed, count)]
    pairs.sort(key=lambda pair: pair[0])
    return [pairs[0][0], pairs[-1][0], True]


def group_by_key(size: Size) -> Any:
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for x in range(size.records(3_000_000)):
        groups[x * MIX % 50_021].append(x)
    return sum(sum(values) % 1_013 for values in groups.values())


def join(size: Size) -> Any:
    keys = size.records(300_007)
    names = {x: f"name-{x}" for x in range(keys)}
    return sum(x % 5 + len(names[x * MIX % keys]) for x in range(size.records(1_000_000)))


def skewed_join(size: Size) -> Any:
    keys = size.records(100_003)
    values = {x: x * 3 for x in range(keys)}
    chosen = (x * MIX % keys if x % 5 == 0 else 7 for x in range(size.records(2_000_000)))
    return sum(values[key] & 15 for key in chosen)


def json_sums(size: Size) -> Any:
    sums: defaultdict[str, int] = defaultdict(int)
    for i in range(size.records(400_000)):
        sale = json.loads(json.dumps(event(i)))
        if sale["cents"] >= 100:
            sums[sale["user"]] += sale["cents"]
    return heapq.nsmallest(3, sums.items(), key=lambda pair: (-pair[1], pair[0]))


def pagerank(size: Size) -> Any:
    nodes = size.records(50_000)
    links = [links_of(node, nodes) for node in range(nodes)]
    ranks = dict.fromkeys(range(nodes), 1.0)
    for _ in range(PAGERANK_ROUNDS):
        given: defaultdict[int, float] = defaultdict(float)
        for node, rank in ranks.items():
            share = rank / len(links[node])
            for linked in links[node]:
                given[linked] += share
        ranks = {node: 0.15 + 0.85 * rank for node, rank in given.items()}
    best = heapq.nsmallest(3, ranks.items(), key=lambda pair: (-pair[1], pair[0]))
    return [[node, round(rank, 3)] for node, rank in best]


def distinct(size: Size) -> Any:
    return len({x * 48_271 % 700_001 for x in range(size.records(4_000_000))})


def many_jobs(size: Size) -> Any:
    return [sum(x * job for x in range(100)) for job in range(100)]


def many_tasks(size: Size) -> Any:
    return sum(x + 1 for x in range(5_000))


def many_blocks(size: Size) -> Any:
    return sorted(Counter(x % 5_003 for x in range(size.records(200_000))).items())[:3]


def broadcast_dict(size: Size) -> Any:
    count = size.records(700_000)
    return sum(len(f"the name of number {x * MIX % count}") for x in range(80_000))


def broadcast_array(size: Size) -> Any:
    return sum(range(size.records(12_500_000)))


def cache_hit(size: Size) -> Any:
    return sum(len(f"name-{x}") for x in range(size.records(1_000_000)))


def lost_output(size: Size) -> Any:
    return sum(range(size.records(2_000_000)))


def tasks_50000(size: Size) -> Any:
    return sum(range(1, 50_001))


def shuffle_combined(size: Size) -> Any:
    sums: defaultdict[int, int] = defaultdict(int)
    for x in range(size.records(2_000_000)):
        sums[x * MIX % shuffles.KEYS] += x
    return sum(total % 1_013 for total in sums.values())


def shuffle_by_hash(size: Size) -> Any:
    return sum(x * MIX % shuffles.KEYS ^ x for x in range(size.records(2_000_000)))


def rows(size: Size, measure: Callable[[int], int]) -> int:
    return sum(map(measure, range(size.records(200_000))))


def _whole(share: Callable[[Size, int, int], int]) -> Callable[[Size], int]:
    return lambda size: share(size, 0, 1)


ANSWERS: dict[str, Callable[[Size], Any]] = {
    **{program.__name__: globals()[program.__name__] for program in WORKLOADS},
    **{share.__name__: _whole(share) for share in SHARES},
    "word_count_foldby": word_count,
    "broadcast_dict": broadcast_dict,
    "broadcast_array": broadcast_array,
    "cache_hit": cache_hit,
    "checkpoint": cache_hit,
    "lost_output": lost_output,
    "tasks_50000": tasks_50000,
    "shuffle_combined": shuffle_combined,
    "shuffle_uncombined": shuffle_combined,
    "shuffle_32_partitions": shuffle_combined,
    "shuffle_256_partitions": shuffle_combined,
    "shuffle_by_hash": shuffle_by_hash,
    "shuffle_by_sort": shuffle_by_hash,
    "rows_text": lambda size: rows(size, lambda x: len(shuffles.make_text(x))),
    "rows_float": lambda size: rows(size, lambda x: x),
    "rows_tuple": lambda size: rows(size, lambda x: x + x % 7),
    "rows_dict": lambda size: rows(size, lambda x: x + 2),
    "rows_object": lambda size: rows(size, lambda x: x + 4),
    "rows_array": lambda size: rows(size, lambda x: 32 * x),
    "rows_noise": lambda size: rows(size, lambda x: 200 + shuffles.make_noise(x)[7]),
    "rows_repeats": lambda size: rows(size, lambda x: 200 + shuffles.make_repeats(x)[7]),
}
"""By the program's name: what every engine must answer."""
