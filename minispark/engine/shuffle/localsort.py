"""Sorting the pairs of one partition, which all belong there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from minispark.engine.shuffle.mistakes import not_a_pair
from minispark.engine.shuffle.pace import Pace
from minispark.engine.shuffle.runs import RowSorter
from minispark.engine.shuffle.sort import SortKey
from minispark.engine.shuffle.workspace import Workspace


def sort_records(
    records: Iterable[Any], sort_key: SortKey, ascending: bool, workspace: Workspace
) -> Iterator[tuple[Any, Any]]:
    """The ``(key, value)`` pairs in order of ``sort_key(key)`` (None: the key itself), equal ones as they came.

    Within the granted memory, through sorted runs on disk. Reads when the first record is asked for. Raises TypeError
    for a record that is no pair, and whatever comparing two keys raises.
    """
    sorter = RowSorter(ascending, workspace)
    pace = Pace(workspace.memory.batch_bytes)
    iterator = iter(records)
    while batch := pace.take(iterator):
        sorter.add(_rows(batch, sort_key))
    rows = sorter.rows()
    yield from rows if sort_key is None else map(itemgetter(1, 2), rows)


def _rows(batch: list[Any], sort_key: SortKey) -> list[tuple[Any, ...]]:
    """Rows that begin with what they are sorted by."""
    try:
        pairs = [(key, value) for key, value in batch]
    except (TypeError, ValueError):
        mistake = not_a_pair(batch)
        if mistake is not None:
            raise mistake from None
        raise
    return pairs if sort_key is None else [(sort_key(key), key, value) for key, value in pairs]
