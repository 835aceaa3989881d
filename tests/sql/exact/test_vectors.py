"""Exact functions that work by columns give what their twins for single values give, bit for bit."""

from __future__ import annotations

import datetime
import itertools
import math
import random
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from minispark.sql.exact import averages, hashes, hashvectors
from minispark.sql.fused.vectors import vector

CHANCE = random.Random(5)


def _type(name: str, **parts: Any) -> Any:
    return SimpleNamespace(typeName=lambda: name, **parts)


def _text(length: int) -> str:
    return "".join(CHANCE.choice("abcé日") for _ in range(length))


_MOMENT = datetime.datetime(1969, 1, 1, 2, 3, 4, 5)
COLUMNS: list[tuple[Any, pa.DataType, Any]] = [
    (_type("integer"), pa.int32(), lambda: CHANCE.choice((0, -1, CHANCE.randrange(-(2**31), 2**31)))),
    (_type("byte"), pa.int8(), lambda: CHANCE.randrange(-128, 128)),
    (_type("boolean"), pa.bool_(), lambda: CHANCE.random() < 0.5),
    (_type("long"), pa.int64(), lambda: CHANCE.choice((0, -1, CHANCE.randrange(-(2**63), 2**63)))),
    (_type("float"), pa.float32(), lambda: CHANCE.choice((0.0, -0.0, math.nan, math.inf, 1.5))),
    (_type("double"), pa.float64(), lambda: CHANCE.choice((-0.0, math.nan, -math.inf, CHANCE.random()))),
    (_type("string collate UTF8_BINARY"), pa.string(), lambda: _text(CHANCE.choice((0, 3, 9, 40, 300)))),
    (_type("binary"), pa.binary(), lambda: CHANCE.randbytes(CHANCE.randrange(100))),
    (_type("date"), pa.date32(), lambda: CHANCE.choice((datetime.date(1969, 1, 1), datetime.date(2024, 5, 6)))),
    (_type("timestamp"), pa.timestamp("us"), lambda: CHANCE.choice((_MOMENT, datetime.datetime(2024, 5, 6)))),
    (_type("decimal", precision=18, scale=2), pa.decimal128(18, 2), lambda: Decimal(CHANCE.randrange(-99, 99)) / 4),
]


@pytest.mark.parametrize("first", [0, 7])
def test_hashes_by_columns(first: int) -> None:
    types = tuple(kind for kind, _, _ in COLUMNS)
    arrays = [
        pa.array([None if CHANCE.random() < 0.2 else one() for _ in range(100)], kind).slice(first)
        for _, kind, one in COLUMNS
    ]
    for one, other in ((hashvectors.murmur3, hashes.murmur3_of), (hashvectors.xxh64, hashes.xxh64_of)):
        for some in (slice(None), *(slice(at, at + 1) for at in range(len(types)))):
            found = one(types[some])(*map(vector, arrays[some])).values.tolist()
            assert found == list(map(other(types[some]), *(array.to_pylist() for array in arrays[some])))


def _looped(values: list[float]) -> tuple[list[float], float]:
    average, before = 0.0, []
    for place, item in enumerate(values, 1):
        before.append(average)
        average += (item - average) / place
    return before, average


def _same(one: Any, other: Any) -> bool:
    return all(map(lambda a, b: a == b or (a != a and b != b), one, other))


def test_running_averages_of_a_long_group_are_those_of_a_loop() -> None:
    chance = np.random.default_rng(3)
    magnitudes = chance.normal(0, 1, 9000) * 10 ** chance.uniform(-12, 12, 9000)
    broken = np.concatenate([chance.random(700), [math.inf], chance.random(100), [math.nan, 1.0]])
    for values in (chance.random(30_000), chance.normal(0, 1, 9000), magnitudes, broken, chance.normal(0, 1e308, 900)):
        with np.errstate(all="ignore"):
            before, last = averages.running_averages(values, np.array([0, len(values)]))
        expected, end = _looped(values.tolist())
        assert _same(before.tolist(), expected)
        assert _same([float(last[0])], [end])


def test_running_averages_of_many_groups_are_those_of_loops() -> None:
    chance = np.random.default_rng(4)
    offsets = np.concatenate([[0], np.cumsum(chance.integers(0, 40, averages.TOGETHER_LEAST + 50))])
    values = chance.random(offsets[-1])
    before, last = averages.running_averages(values, offsets)
    for group, (first, end) in enumerate(itertools.pairwise(offsets)):
        expected, final = _looped(values[first:end].tolist())
        assert (before[first:end].tolist(), float(last[group])) == (expected, final)
