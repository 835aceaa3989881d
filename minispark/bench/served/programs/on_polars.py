"""Polars: columns and expressions, no Python functions. It runs what its expressions can say."""

from __future__ import annotations

import os
from typing import Any

from .engine import Engine
from .size import MIX, Size


def start(cores: int, size: Size) -> Engine:
    os.environ["POLARS_MAX_THREADS"] = str(cores)
    import polars

    if (polars.Series([1, 2, 3]) + 1).to_list() != [2, 3, 4]:
        raise RuntimeError("Polars cannot add one")
    programs = (word_count, sum_of_ints, group_by_key, join, skewed_join, distinct, many_jobs)
    return Engine(polars.__version__, programs, lambda _: (polars, size))


def word_count(pl: Any, size: Size) -> Any:
    lines = pl.scan_csv(size.text, has_header=False, new_columns=["line"], separator="\x01", quote_char=None)
    words = lines.select(pl.col("line").str.split(" ").explode().alias("word"))
    counts = words.group_by("word").len().sort(["len", "word"], descending=[True, False]).head(5)
    return [list(row) for row in counts.collect(engine="streaming").rows()]


def _numbers(pl: Any, count: int) -> Any:
    return pl.select(pl.int_range(count, dtype=pl.Int64).alias("x")).lazy()


def sum_of_ints(pl: Any, size: Size) -> Any:
    trebled = _numbers(pl, size.records(10_000_000)).select(pl.col("x") * 3)
    return trebled.filter(pl.col("x") % 2 == 0).sum().collect().item()


def group_by_key(pl: Any, size: Size) -> Any:
    pairs = _numbers(pl, size.records(3_000_000)).with_columns(key=pl.col("x") * MIX % 50_021)
    return pairs.group_by("key").agg(pl.col("x").sum() % 1_013).select(pl.col("x").sum()).collect().item()


def join(pl: Any, size: Size) -> Any:
    keys = size.records(300_007)
    left = _numbers(pl, size.records(1_000_000)).with_columns(key=pl.col("x") * MIX % keys)
    right = _numbers(pl, keys).select(key="x", name=pl.format("name-{}", "x"))
    both = left.join(right, on="key")
    return both.select((pl.col("x") % 5 + pl.col("name").str.len_bytes()).sum()).collect().item()


def skewed_join(pl: Any, size: Size) -> Any:
    keys = size.records(100_003)
    key = pl.when(pl.col("x") % 5 == 0).then(pl.col("x") * MIX % keys).otherwise(7)
    left = _numbers(pl, size.records(2_000_000)).select(key=key)
    right = _numbers(pl, keys).select(key="x", value=pl.col("x") * 3)
    return left.join(right, on="key").select((pl.col("value") & 15).sum()).collect().item()


def distinct(pl: Any, size: Size) -> Any:
    return _numbers(pl, size.records(4_000_000)).select((pl.col("x") * 48_271 % 700_001).n_unique()).collect().item()


def many_jobs(pl: Any, size: Size) -> Any:
    return [_numbers(pl, 100).select((pl.col("x") * job).sum()).collect().item() for job in range(100)]
