"""The reduce side of a sort, and the one small task between its two sides that finds the bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.current import Counters
from minispark.engine.kernels.environment import Environment
from minispark.engine.plan.exchanges import Sort
from minispark.engine.plan.program import BoundsStep, ReadStep
from minispark.engine.plan.shares import skewed
from minispark.engine.serde.codec import decode
from minispark.engine.shuffle.sort_read import (
    BYTES,
    SortOrder,
    bounds_of,
    count_sorted,
    merge_sorted,
    range_sizes,
    read_samples,
)


def read_bounds(step: BoundsStep, environment: Environment, counters: Counters) -> list[Any]:
    """The upper bounds of all ranges but the last, from the samples in every map output; ``counters`` are told what
    that means for the ranges. Where ranges of as many records would leave one skewed, they are of as many bytes."""
    outputs = environment.map_outputs(step.shuffle_id)
    samples = read_samples(outputs, environment.readers)
    bounds = bounds_of(samples, step.partitions)
    sizes = range_sizes(samples, bounds, step.partitions, BYTES)
    least = environment.settings.balanced_bytes_min
    if least is not None and skewed(sizes, least):
        others = bounds_of(samples, step.partitions, BYTES)
        balanced = range_sizes(samples, others, step.partitions, BYTES)
        if max(balanced) < max(sizes):
            bounds, sizes = others, balanced
            counters.by_bytes = True
    records = range_sizes(samples, bounds, step.partitions)
    counters.range_records = records if step.ascending else records[::-1]
    counters.range_bytes = sizes if step.ascending else sizes[::-1]
    return bounds


def count_range(step: ReadStep, partition: int, environment: Environment, counters: Counters) -> int:
    """How many pairs one range has, without putting them in order."""
    order, bounds = _order(step), _bounds(step, environment, counters)
    return count_sorted(environment.map_outputs(step.shuffle_id), bounds, partition, order, environment.readers)


def read_sorted(step: ReadStep, partition: int, environment: Environment, counters: Counters) -> Iterator[Any]:
    """The pairs of one range, in order."""
    order, bounds = _order(step), _bounds(step, environment, counters)
    outputs = environment.map_outputs(step.shuffle_id)
    return merge_sorted(outputs, bounds, partition, order, environment.readers, environment.workspace, counters.shuffle)


def _order(step: ReadStep) -> SortOrder:
    exchange = step.exchange
    if not isinstance(exchange, Sort):
        raise InternalError(f"a sort is read as {type(exchange).__name__}")
    return SortOrder(exchange.key, exchange.ascending, step.partitions)


def _bounds(step: ReadStep, environment: Environment, counters: Counters) -> list[Any]:
    bounds: list[Any] = []
    if step.bounds_id is not None:
        for chunk in environment.read_chunks(step.bounds_id, 0, counters):
            (bounds,) = decode(chunk)
    return bounds
