"""The reduce side of each exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from minispark.engine.core.errors import InternalError
from minispark.engine.kernels.current import Counters
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.joins import EMITTERS
from minispark.engine.kernels.sorting import read_sorted
from minispark.engine.plan.exchanges import Combine, Distinct, Group, Plain, Sort, Spread
from minispark.engine.plan.program import ReadStep
from minispark.engine.plan.shares import Slice
from minispark.engine.serde.codec import decode
from minispark.engine.shuffle.merging import Pairs, merge_combined, merge_distinct, merge_groups

Batches = Iterable[Iterable[Any]]


def read_shuffle(
    step: ReadStep, partition: int, environment: Environment, counters: Counters, part: Slice | None = None
) -> Iterator[Any]:
    """The records of one reducer, or of a slice of its chunks, where they are read as they come or combined."""
    exchange = step.exchange
    if isinstance(exchange, Sort):
        return read_sorted(step, partition, environment, counters)
    if isinstance(exchange, Combine):
        chunks = _combiners(step, partition, environment, counters, part)
        return merge_combined(chunks, exchange.merge_combiners, environment.workspace)
    chunks = environment.read_chunks(step.shuffle_id, partition, counters, part)
    if isinstance(exchange, Distinct):
        return merge_distinct(chunks, environment.workspace)
    if isinstance(exchange, (Plain, Spread)):
        return chain.from_iterable(map(decode, chunks))
    if isinstance(exchange, Group):
        return EMITTERS["groupByKey"](merge_groups([chunks], environment.workspace))
    raise InternalError(f"no reader for exchange {type(exchange).__name__}")


def _combiners(
    step: ReadStep, partition: int, environment: Environment, counters: Counters, part: Slice | None
) -> Iterator[bytes]:
    """The chunks of a partition: its own, or those of what tasks have combined of it before. What these have written
    has one reducer, whichever the partition."""
    for held in step.held:
        if held.partition == partition:
            return environment.read_chunks(held.shuffle_id, 0, counters, held.tasks)
    return environment.read_chunks(step.shuffle_id, partition if step.partitions > 1 else 0, counters, part)


def read_groups(
    sides: list[int | Batches],
    emit: str,
    partition: int,
    environment: Environment,
    counters: Counters,
    slices: tuple[Slice | None, ...] = (),
) -> Iterator[Any]:
    """Sides grouped by key: each the id of a shuffle, or batches of records that are partitioned alike already. Of a
    shuffle with a slice (by the place of its side) that alone is read."""
    opened: list[Iterable[bytes] | Pairs] = [
        environment.read_chunks(side, partition, counters, part)
        if isinstance(side, int)
        else Pairs(chain.from_iterable(side))
        for side, part in zip(sides, slices or (None,) * len(sides), strict=True)
    ]
    return EMITTERS[emit](merge_groups(opened, environment.workspace))
