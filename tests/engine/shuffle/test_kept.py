"""Kept records: read again from memory or disk, and let go of."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.shuffle.kept import KeptRecords
from minispark.engine.shuffle.workspace import Workspace
from minispark.engine.storage.directories import LocalDirectories
from minispark.engine.storage.memory import MemoryManager
from minispark.engine.storage.spillfile import SpillSpace

RECORDS = [(i, "x" * (i % 100)) for i in range(30_000)]


@pytest.fixture(params=[64 << 20, 1 << 20], ids=["roomy", "tight"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    memory = MemoryManager(request.param, measure=lambda: 0)
    return Workspace(memory, SpillSpace(LocalDirectories((str(tmp_path),)), b"key"))


def test_they_are_read_as_often_as_wanted(workspace: Workspace) -> None:
    kept = KeptRecords(iter(RECORDS), workspace)
    for _ in range(2):
        assert [record for block in kept.blocks() for record in block] == RECORDS
    assert workspace.memory.held_bytes < workspace.memory.limit_bytes
    assert (workspace.spills.bytes > 0) == (workspace.memory.limit_bytes == 1 << 20)


def test_drained_they_hold_nothing(workspace: Workspace) -> None:
    kept = KeptRecords(iter(RECORDS), workspace)
    assert [record for block in kept.drain() for record in block] == RECORDS
    assert workspace.memory.held_bytes == 0


def test_they_may_be_made_to_spill_while_they_are_read(workspace: Workspace) -> None:
    kept = KeptRecords(iter(RECORDS), workspace)
    seen = []
    for index, block in enumerate(kept.blocks()):
        if index == 2:
            kept._spill()
        seen += block
    assert seen == RECORDS


def test_nothing_is_kept_of_nothing(workspace: Workspace) -> None:
    assert list(KeptRecords(iter([]), workspace).blocks()) == []
