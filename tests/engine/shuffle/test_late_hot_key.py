"""A key that is rare at first and huge later stays one group, its values in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from minispark.engine.serde.codec import encode
from minispark.engine.shuffle.merging import Chunks, Pairs, merge_groups
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.spillfile import SpillSpace


def chunks(side: int) -> list[list[tuple[Any, int]]]:
    rare = [[(f"k{i % 3001}", (side, c, i)) for i in range(3000)] + [("hot", (side, c, -1))] for c in range(6)]
    return rare + [[("hot", (side, c, i)) for i in range(5000)] for c in range(20)]


@pytest.mark.slow
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("narrow", [False, True])
def test_one_group_a_key(tmp_path: Path, sides: int, narrow: bool) -> None:
    workspace = Workspace(
        MemoryManager(1 << 20, measure=lambda: 0), SpillSpace(LocalDirectories((str(tmp_path),)), b"k" * 32)
    )
    data = [chunks(side) for side in range(sides)]
    inputs: list[Chunks | Pairs] = [
        Pairs(pair for chunk in side for pair in chunk) if narrow else [encode(chunk) for chunk in side]
        for side in data
    ]
    expected: dict[str, list[list[Any]]] = {}
    for side, pieces in enumerate(data):
        for chunk in pieces:
            for key, value in chunk:
                expected.setdefault(key, [[] for _ in range(sides)])[side].append(value)
    merged = list(merge_groups(inputs, workspace))
    assert workspace.spills.bytes > 0
    assert len(merged) == len(expected)
    for key, groups in merged:
        assert [list(group) for group in groups] == expected[key]
        assert [len(group) for group in groups] == list(map(len, expected[key]))
