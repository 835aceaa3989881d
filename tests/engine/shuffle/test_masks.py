"""A reducer does not open map outputs that are known to have nothing for it, and never leaves out one that has."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.kernels.current import Counters
from minispark.engine.kernels.environment import Environment, WorkerSettings
from minispark.engine.storage import blockfile
from minispark.engine.storage.blockfile import BlockFileWriter

KEY = bytes(range(32))


def test_reducers_open_what_may_hold_something(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outputs of slots 3 and 67 share a bit: opened in vain, both are read where they hold something."""
    settings = WorkerSettings(KEY, (str(tmp_path),), str(tmp_path), 64 << 20, True, 1 << 20)
    environment = Environment(settings)
    held = [(3,), (67,), (5,), (), (3, 5)]
    for map_id, slots in enumerate(held):
        writer: BlockFileWriter = environment.open_output(7, map_id, 10 + map_id, "")
        for slot in slots:
            writer.append(slot, b"%d of %d" % (slot, map_id), 1)
        writer.commit(b"", 100)
    attempts = b"".join((10 + map_id).to_bytes(8, "little") for map_id in range(len(held)))
    environment.set_outputs(7, attempts)

    opened: list[str] = []
    real = blockfile.BlockFileReader._parse

    def parse(self: blockfile.BlockFileReader, name: str) -> None:
        opened.append(name)
        real(self, name)

    monkeypatch.setattr(blockfile.BlockFileReader, "_parse", parse)

    def read(slot: int) -> list[bytes]:
        opened.clear()
        found = list(environment.read_chunks(7, slot, Counters()))
        environment.readers.close()
        return found

    assert read(5) == [b"5 of 2", b"5 of 4"]
    assert len(opened) == 5  # nothing was known
    assert read(3) == [b"3 of 0", b"3 of 4"]
    assert opened == ["s7-0-10", "s7-1-11", "s7-4-14"]
    assert read(67) == [b"67 of 1"]
    assert read(6) == []
    assert opened == []

    environment.set_outputs(7, attempts)  # others may stand now: nothing is known any more
    assert read(5) == [b"5 of 2", b"5 of 4"]
    assert len(opened) == 5
    environment.set_outputs(7, None)
