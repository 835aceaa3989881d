"""Frames' aggregates are those of the frames' lists, however many frames are computed at a time."""

from __future__ import annotations

import random

import numpy as np
import pytest

from minispark.sql import types as t
from minispark.sql.exact import framed, moments
from minispark.sql.exact.vectors import Lists, Vector
from minispark.sql.library.function import Bound, Settings

_SETTINGS = Settings("UTC", True, False, lambda name: None)


@pytest.mark.parametrize("name", ["var_samp", "stddev_pop", "kurtosis"])
@pytest.mark.parametrize("grows", [True, False])
def test_each_frame_is_a_list(name: str, grows: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framed, "VALUES_MAX", 50)
    chance = random.Random(7)
    sizes = [0, 1, 30, 3]
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    values = np.array([chance.choice([1e9, 0.1, 7.3, chance.random()]) for _ in range(offsets[-1])])
    valid = np.array([chance.random() > 0.2 for _ in values])
    firsts, lasts, empty = [], [], []
    for size in sizes:
        for place in range(1, size + 1):
            firsts.append(1 if grows else chance.randint(1, place))
            lasts.append(place)
            empty.append(chance.random() < 0.1)
    edges = [Vector(np.array(one), ~np.array(empty)) for one in (firsts, lasts)]
    bound = Bound((t.DoubleType(),), (), (), t.ArrayType(t.DoubleType()), _SETTINGS, (f"moments:{name}", False, None))
    found = framed.frames(bound)(Lists(offsets, Vector(values, valid)), *(Lists(offsets, edge) for edge in edges))
    at = 0
    for start, size in zip(offsets, sizes, strict=False):
        for _ in range(size):
            kept = [] if empty[at] else list(range(start + firsts[at] - 1, start + lasts[at]))
            one = [values[place] for place in kept if valid[place]]
            expected = getattr(moments, name)(Lists(np.array([0, len(one)]), Vector(np.array(one))))
            assert bool(found.items.valid[at]) == bool(expected.valid[0])
            assert not expected.valid[0] or found.items.values[at] == expected.values[0]
            at += 1
