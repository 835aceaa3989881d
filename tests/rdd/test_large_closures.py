"""Functions that drag much data along: named in a warning, sent once to each worker, and they work."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from minispark import SparkContext
from minispark.engine.runtime import closuresizes
from minispark.errors import ClosureError, LargeClosureWarning

TABLE = {"numbers": np.zeros(2_000_000)}
SIZE = "15.3 MiB"


@pytest.fixture(autouse=True)
def large_from_10_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closuresizes, "LARGE_BYTES", 10 << 20)


def by_closure() -> Callable[[int], Any]:
    table = np.zeros(2_000_000)

    def look_up(x: int) -> float:
        return float(table[x])

    return look_up


def by_global() -> Callable[[int], Any]:
    def look_up(x: int) -> float:
        return float(TABLE["numbers"][x])

    look_up.__module__ = "__main__"  # as in a script: it travels with what it uses
    return look_up


def by_default() -> Callable[[int], Any]:
    def look_up(x: int, table: Any = bytes(16_000_000)) -> int:
        return int(table[x])

    return look_up


def by_object() -> Callable[[int], Any]:
    class Model:
        def __init__(self) -> None:
            self.layers = [{"weights": np.zeros(2_000_000)}, {"weights": np.zeros(3)}]

        def score(self, x: int) -> float:
            return float(self.layers[0]["weights"][x])

    model = Model()
    return lambda x: model.score(x)


def by_method() -> Callable[[int], Any]:
    class Model:
        def __init__(self) -> None:
            self.text = "x" * 16_000_000

        def score(self, x: int) -> int:
            return len(self.text[x])

    return Model().score


def by_partial() -> Callable[[int], Any]:
    return functools.partial(lambda table, x: int(table[x]), bytes(16_000_000))


def by_function() -> Callable[[int], Any]:
    inner = by_closure()
    return lambda x: inner(x)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "path", "kind", "expression"),
    [
        (by_closure, "look_up.<closure>.table", "numpy.ndarray", "table"),
        (by_global, "look_up.<globals>.TABLE['numbers']", "numpy.ndarray", "TABLE['numbers']"),
        (by_default, "look_up.<default>.table", "bytes", "table"),
        (by_object, ".<closure>.model.layers[0]['weights']", "numpy.ndarray", "model.layers[0]['weights']"),
        (by_method, "__self__.text", "str", "self.text"),
        (by_partial, ".args[0]", "bytes", ""),
        (by_function, ".<closure>.inner.<closure>.table", "numpy.ndarray", "table"),
    ],
)
def test_the_warning_names_the_variable_and_the_users_line(
    sc: SparkContext, make: Callable[[], Callable[[int], Any]], path: str, kind: str, expression: str
) -> None:
    function = make()
    with pytest.warns(LargeClosureWarning) as caught:
        found = sc.parallelize([0, 1], 2).map(function).collect()
    assert len(found) == 2
    (warned,) = caught
    text = str(warned.message)
    assert f"the function of map at {__file__}:" in text
    assert path + ": " in text and f" MiB {kind}; broadcast it: sc.broadcast(" in text
    assert f"sc.broadcast({expression})" in text or not expression
    assert warned.filename == __file__


@pytest.mark.slow
def test_it_is_told_once(sc: SparkContext) -> None:
    rdd = sc.parallelize([0, 1], 2).map(by_closure())
    with pytest.warns(LargeClosureWarning) as caught:
        for _ in range(3):
            assert rdd.map(lambda x: (x, 1)).groupByKey().count() == 1
            assert rdd.count() == 2
    assert len(caught) == 1


def test_small_functions_are_not_looked_at(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closuresizes, "_explained", lambda program: pytest.fail("looked"))
    table = np.zeros(1000)
    assert sc.parallelize([0], 1).map(lambda x: float(table[x])).collect() == [0.0]


def test_one_that_no_message_could_hold_is_refused_where_it_is_submitted(
    sc: SparkContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closuresizes, "PROGRAM_BYTES_MAX", 12 << 20)
    with pytest.raises(ClosureError, match=r"look_up.<closure>.table: 15.3 MiB numpy.ndarray.*may take 12.0 MiB"):
        sc.parallelize([0], 1).map(by_closure()).collect()
    assert sc.parallelize([0], 1).map(lambda x: x).collect() == [0]
