"""Ray Data, with batches of columns where its documentation advises them."""

from __future__ import annotations

import json
import logging
from typing import Any

import ray
import ray.data
from ray.data.aggregate import Sum

from .engine import Engine
from .shares import event
from .size import MIX, SLICES, Size
from .workloads import random_pairs


def start(cores: int, size: Size) -> Engine:
    ray.init(
        num_cpus=cores, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR, _temp_dir=size.folder
    )
    ray.data.DataContext.get_current().enable_progress_bars = False
    if ray.data.from_items([1, 2, 3]).map(lambda row: {"item": row["item"] + 1}).sum("item") != 9:
        raise RuntimeError("Ray cannot add one")
    programs = (word_count, sum_of_ints, sort_by_key, group_by_key, json_sums, distinct)
    return Engine(ray.__version__, programs, lambda _: (size,))


def word_count(size: Size) -> Any:
    words = ray.data.read_text(size.text).flat_map(lambda row: [{"word": word} for word in row["text"].split()])
    best = words.groupby("word").count().sort("count()", descending=True).take(5)
    return [[row["word"], row["count()"]] for row in best]


def sum_of_ints(size: Size) -> Any:
    numbers = ray.data.range(size.records(10_000_000), override_num_blocks=SLICES)
    trebled = numbers.map_batches(lambda batch: {"id": batch["id"] * 3})
    return int(trebled.map_batches(lambda batch: {"id": batch["id"][batch["id"] % 2 == 0]}).sum("id"))


def sort_by_key(size: Size) -> Any:
    count = size.records(2_000_000) // SLICES
    seeds = ray.data.range(SLICES, override_num_blocks=SLICES)
    pairs = seeds.flat_map(lambda row: [{"key": key, "seed": seed} for key, seed in random_pairs(row["id"], count)])
    first = last = None
    in_order = True
    for batch in pairs.sort("key").iter_batches(batch_size=None):
        keys = batch["key"]
        if len(keys):
            in_order &= bool((keys[1:] >= keys[:-1]).all()) and (last is None or last <= int(keys[0]))
            first, last = int(keys[0]) if first is None else first, int(keys[-1])
    return [first, last, in_order]


def group_by_key(size: Size) -> Any:
    numbers = ray.data.range(size.records(3_000_000), override_num_blocks=SLICES)
    pairs = numbers.map_batches(lambda batch: {"key": batch["id"] * MIX % 50_021, "x": batch["id"]})
    sums = pairs.groupby("key").aggregate(Sum("x", alias_name="sum"))
    return int(sums.map_batches(lambda batch: {"rest": batch["sum"] % 1_013}).sum("rest"))


def json_sums(size: Size) -> Any:
    lines = ray.data.range(size.records(400_000), override_num_blocks=SLICES).map(
        lambda row: {"line": json.dumps(event(row["id"]))}
    )
    sales = lines.map(lambda row: json.loads(row["line"])).filter(lambda row: row["cents"] >= 100)
    sums = sales.select_columns(["user", "cents"]).groupby("user").sum("cents")
    best = sums.sort(["sum(cents)", "user"], descending=[True, False]).take(3)
    return [[row["user"], row["sum(cents)"]] for row in best]


def distinct(size: Size) -> Any:
    numbers = ray.data.range(size.records(4_000_000), override_num_blocks=SLICES)
    return len(numbers.map_batches(lambda batch: {"x": batch["id"] * 48_271 % 700_001}).unique("x"))
