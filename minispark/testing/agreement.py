"""Whether an engine's answer is one that the model's promises allow."""

from __future__ import annotations

from itertools import chain, groupby, islice
from typing import Any

from minispark.testing.compare import assert_same_records, canonical, fingerprint
from minispark.testing.oracle import OracleRDD, Order
from minispark.testing.rules import Partitions


def assert_agrees(model: OracleRDD, action: str, actual: Any, *args: Any) -> None:
    """AssertionError unless ``actual`` is an answer that the promises allow to ``model.<action>(*args)``.

    ``glom`` stands for ``glom().collect()``; what is not promised of the layout is not compared, the number of
    partitions always is. ``take`` and ``first`` may give any records where the order is free.
    """
    if action == "glom":
        _assert_same_partitions(model, actual)
    elif action == "collect":
        _assert_same_sequence(model, actual)
    elif action in ("take", "first"):
        taken = [actual] if action == "first" else actual
        _assert_taken(model, taken, 1 if action == "first" else args[0])
    else:
        assert_same_records([actual], [getattr(model, action)(*args)])


def _assert_same_partitions(model: OracleRDD, actual: Partitions) -> None:
    counted = model.layout or not model.by_arrival
    if counted and len(actual) != len(model.partitions):
        raise AssertionError(f"{len(actual)} partitions, {len(model.partitions)} expected")
    if not model.layout:
        _assert_same_sequence(model, list(chain.from_iterable(actual)))
        return
    for index, (got, wanted) in enumerate(zip(actual, model.partitions, strict=True)):
        try:
            _assert_same_sequence(type(model)([wanted], model.order, True, None, model.sort_key), got)
        except AssertionError as error:
            raise AssertionError(f"partition {index}: {error}") from None


def _assert_same_sequence(model: OracleRDD, actual: list[Any]) -> None:
    expected = model.collect()
    assert_same_records(actual, expected, ordered=model.order is Order.LISTED)
    if model.order is Order.SORTED and model.sort_key is not None:
        runs = [list(run) for _, run in groupby(expected, key=model.sort_key)]
        rest = iter(actual)
        for run in runs:
            assert_same_records(islice(rest, len(run)), run)


def _assert_taken(model: OracleRDD, actual: list[Any], num: int) -> None:
    expected = model.take(num)
    if model.order is Order.LISTED:
        assert_same_records(actual, expected, ordered=True)
        return
    if len(actual) != len(expected):
        raise AssertionError(f"{len(actual)} records taken, {len(expected)} expected")
    left = canonical(model.collect())
    marks = list(map(fingerprint, left))
    for record in actual:
        if fingerprint(record) not in marks:
            raise AssertionError(f"{record!r} was taken, but is not in the RDD (so often)")
        marks.remove(fingerprint(record))
