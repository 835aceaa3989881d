"""A join without a shuffle of one side: its records meet a table of all the other side's, in each task.

The table is granted memory and cannot be spilled, so it may take a small share only. A side that turns out larger, as
objects, is merged with the task's records by key as a reducer does it, through disk if need be: slower, and the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.environment import Environment
from minispark.engine.kernels.joins import EMITTERS
from minispark.engine.plan.partitioners import portable_hash
from minispark.engine.plan.program import BroadcastJoinStep
from minispark.engine.shuffle.groups import GroupTable
from minispark.engine.shuffle.merging import Pairs, merge_groups
from minispark.engine.shuffle.mistakes import first_unhashable, keys_of
from minispark.engine.shuffle.nan import unify_kinds
from minispark.engine.shuffle.pace import Pace

TABLE_SHARE = 1 / 8
"""Of a worker's memory, for the small side as objects."""
BATCH_RECORDS = 1 << 14
_LEFT = 0
_OUTER = ("leftOuterJoin", "rightOuterJoin")
_HASHED_BY_VALUE = {int, float, str, bytes, bool, type(None)}

Columns = tuple[list[Any], list[Any]]


def broadcast_join(
    step: BroadcastJoinStep, batches: Iterable[Iterable[Any]], partition: int, environment: Environment, task: TaskState
) -> Iterator[Iterable[Any]]:
    """The join's records, a batch at a time, that have a partner or need none among ``batches``.

    Raises for keys what routing them raises, and MapOutputLost.
    """
    columns = _columns(chain.from_iterable(batches), (step.owner, partition), task)
    table = _table(step, environment, task)
    if table is None:
        yield _merged(step, columns, environment, task)
        return
    lookup = table.get
    lonely = (None,) if step.emit in _OUTER else ()
    for keys, values in columns:
        found = map(lookup, keys, repeat(lonely))
        if step.small_side == _LEFT:
            yield ((key, (w, v)) for key, v, ws in zip(keys, values, found, strict=True) for w in ws)
        else:
            yield ((key, (v, w)) for key, v, ws in zip(keys, values, found, strict=True) for w in ws)


def _columns(records: Iterator[Any], owner: tuple[int, int], task: TaskState) -> Iterator[Columns]:
    """Keys and values of the side that is not shuffled, a batch at a time, the keys ready to be looked up."""
    pace = Pace(task.environment.memory.batch_bytes, BATCH_RECORDS)
    while True:
        own, task.owner = task.owner, owner
        try:
            batch = pace.take(records)
        finally:
            task.owner = own
        if not batch:
            return
        yield _split(batch)


def _split(batch: list[Any]) -> Columns:
    """Raises TypeError for a record that is no pair, and what a shuffle raises for a key that it cannot route."""
    keys = keys_of(batch)
    values = [value for _, value in batch]
    if not set(map(type, keys)) <= _HASHED_BY_VALUE:
        try:
            for key in keys:
                portable_hash(key)
        except TypeError:
            mistake = first_unhashable(keys)
            if mistake is not None:
                raise mistake from None
            raise
    return unify_kinds(keys), values


def _table(step: BroadcastJoinStep, environment: Environment, task: TaskState) -> dict[Any, list[Any]] | None:
    """Values by key of the small side; None if they take too much memory."""
    memory = environment.memory
    bytes_max = memory.limit_bytes * TABLE_SHARE
    grant = memory.register("the small side of a join")
    groups = GroupTable(1, int(bytes_max))
    for data in _chunks(step, environment, task):
        groups.absorb(0, data)
        if not grant.resize(groups.held_bytes()) or grant.bytes > bytes_max:
            grant.resize(0)
            grant.release()
            return None
    keys, values = groups.take()
    return dict(zip(keys, values, strict=True))


def _chunks(step: BroadcastJoinStep, environment: Environment, task: TaskState) -> Iterator[bytes]:
    """All reducers' chunks of the small side."""
    for reducer in range(step.reducers):
        yield from environment.read_chunks(step.shuffle_id, reducer, task.counters)


def _merged(
    step: BroadcastJoinStep, columns: Iterator[Columns], environment: Environment, task: TaskState
) -> Iterator[Any]:
    streamed = Pairs(chain.from_iterable(zip(keys, values, strict=True) for keys, values in columns))
    small = _chunks(step, environment, task)
    sides: list[Iterable[bytes] | Pairs] = [small, streamed] if step.small_side == _LEFT else [streamed, small]
    return EMITTERS[step.emit](merge_groups(sides, environment.workspace))
