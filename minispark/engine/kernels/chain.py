"""Operators on iterators: how each descriptor runs, and how chains of them are cut.

One-to-one operators become C-level iterators (``map``, ``filter``, ``chain.from_iterable``); the few that must unpack a
pair are generators of ours that hold the record in a local named ``record``, for the error note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

from minispark.engine.kernels.head import Head, ended
from minispark.engine.plan.operators import (
    CombineLocally,
    Filter,
    FlatMap,
    FlatMapValues,
    Glom,
    KeyBy,
    Keys,
    Map,
    MapValues,
    Operator,
    SortLocally,
    Values,
    WholePartition,
)
from minispark.engine.shuffle.localsort import sort_records
from minispark.engine.shuffle.merging import combine_records
from minispark.engine.shuffle.workspace import Workspace

NESTED_MAX = 256
"""Operators nested in one C call chain. Beyond it a batch is computed in rounds, so that no C stack overflows."""

Heads = list[Head]


def run_chain(
    operators: tuple[Operator, ...],
    batches: Iterable[Iterable[Any]],
    partition: int,
    heads: Heads,
    workspace: Workspace,
) -> Iterator[Any]:
    """The records that ``operators`` make of ``batches``; appends the heads it creates to ``heads``."""
    start = 0
    for index, operator in enumerate(operators):
        if isinstance(operator, WholePartition):
            records = _segment(operators[start:index], batches, heads)
            batches = (run_whole(operator, partition, records, workspace),)
            start = index + 1
    return _segment(operators[start:], batches, heads)


def run_whole(operator: WholePartition, partition: int, records: Iterator[Any], workspace: Workspace) -> Iterator[Any]:
    """An operator over the iterator of the partition."""
    if isinstance(operator, Glom):
        return _glom(records)
    if isinstance(operator, CombineLocally):
        how = operator.exchange
        return combine_records(records, how.create, how.merge_value, how.merge_combiners, workspace)
    if isinstance(operator, SortLocally):
        return sort_records(records, operator.key, operator.ascending, workspace)
    return _lazy(operator.function, partition, records)


def _lazy(
    function: Callable[[int, Iterator[Any]], Iterable[Any]], partition: int, records: Iterator[Any]
) -> Iterator[Any]:
    yield from function(partition, records)


def _glom(records: Iterator[Any]) -> Iterator[list[Any]]:
    yield list(records)


def _segment(operators: tuple[Operator, ...], batches: Iterable[Iterable[Any]], heads: Heads) -> Iterator[Any]:
    head = Head()
    heads.append(head)
    if not operators:
        return head.records(batches)
    if len(operators) > NESTED_MAX:
        batches = _in_rounds(operators, batches)
        return head.records(batches)
    records = head.records(batches)
    for operator in operators:
        records = _KERNELS[type(operator)](operator, records)
    return chain(records, ended(head))


def _in_rounds(operators: tuple[Operator, ...], batches: Iterable[Iterable[Any]]) -> Iterator[list[Any]]:
    rounds = [operators[i : i + NESTED_MAX] for i in range(0, len(operators), NESTED_MAX)]
    for batch in batches:
        records = list(batch)
        for part in rounds:
            records = list(_segment(part, (records,), []))
        yield records


# --- one kernel per operator --------------------------------------------------------------------------------------


def _map(operator: Map, records: Iterator[Any]) -> Iterator[Any]:
    return map(operator.function, records)


def _filter(operator: Filter, records: Iterator[Any]) -> Iterator[Any]:
    return filter(operator.function, records)


def _flat_map(operator: FlatMap, records: Iterator[Any]) -> Iterator[Any]:
    return chain.from_iterable(map(operator.function, records))


def _key_by(operator: KeyBy, records: Iterator[Any]) -> Iterator[Any]:
    function = operator.function
    return ((function(record), record) for record in records)


def _keys(operator: Keys, records: Iterator[Any]) -> Iterator[Any]:
    return map(itemgetter(0), records)


def _values(operator: Values, records: Iterator[Any]) -> Iterator[Any]:
    return map(itemgetter(1), records)


def _map_values(operator: MapValues, records: Iterator[Any]) -> Iterator[Any]:
    function = operator.function
    for record in records:
        try:
            key, value = record
        except ValueError:
            key, value = record[0], record[1]  # PySpark takes the first two of a longer record
        yield key, function(value)


def _flat_map_values(operator: FlatMapValues, records: Iterator[Any]) -> Iterator[Any]:
    function = operator.function
    for record in records:
        try:
            key, values = record
        except ValueError:
            key, values = record[0], record[1]
        for value in function(values):
            yield key, value


_KERNELS: dict[type, Callable[[Any, Iterator[Any]], Iterator[Any]]] = {
    Map: _map,
    Filter: _filter,
    FlatMap: _flat_map,
    KeyBy: _key_by,
    Keys: _keys,
    Values: _values,
    MapValues: _map_values,
    FlatMapValues: _flat_map_values,
}
