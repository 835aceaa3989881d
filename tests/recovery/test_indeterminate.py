"""Functions that give other records each time, and an output of theirs that is lost: no answer mixes the two."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import IndeterminateError
from minispark.testing.marks import Marks

pytestmark = [pytest.mark.chaos, pytest.mark.matrix(37)]

RECORDS = 40_000
"""So many that a map output is not read at once: what is lost between two reads is missed."""


def spoil(local: Path) -> None:
    """Damage the output of the first map task of the first shuffle."""
    for path in local.rglob("s1-0-*"):
        content = bytearray(path.read_bytes())
        for place in range(0, len(content) // 2, 16):
            content[place] ^= 1
        path.write_bytes(content)


def drawn(sc: Any, marks: Marks) -> Any:
    """Pairs whose value tells which run of its map task made them."""

    def draw(index: int, records: Any) -> Any:
        marks.leave(index)
        run = marks.read().count(str(index))
        return ((x, (index, run)) for x in records)

    return sc.parallelize(range(RECORDS), 2).mapPartitionsWithIndex(draw).partitionBy(2)


def test_results_given_before_are_not_followed_by_others(bench: Any, marks: Marks) -> None:
    sc, local = bench.start("local[1]"), bench.local

    def read(index: int, records: Any) -> Any:
        found = list(records)
        if index == 0 and marks.first("damage"):
            spoil(local)
        return found

    with pytest.raises(IndeterminateError, match="different content.*deterministic") as caught:
        drawn(sc, marks).mapPartitionsWithIndex(read).collect()
    assert any("persist or checkpoint" in note for note in caught.value.__notes__)
    assert sc.parallelize(range(10), 2).sum() == 45


def test_what_was_computed_from_the_lost_one_is_computed_again(bench: Any, marks: Marks) -> None:
    sc, local = bench.start("local[1]"), bench.local

    def read(index: int, records: Any) -> Any:
        found = list(records)
        if index == 0 and marks.first("damage"):
            spoil(local)
        return ((x // 7, made) for x, made in found)

    made = drawn(sc, marks).mapPartitionsWithIndex(read).partitionBy(3).values().collect()
    assert len(made) == RECORDS
    assert set(made) == {(0, 2), (1, 1)}, "of the first map task only the second run"
