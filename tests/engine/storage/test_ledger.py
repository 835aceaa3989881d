"""The ledger: what was written is read again, and nothing else ever is."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.storage.ledger import Ledger

KEY = bytes(32)
RECORDS = [("out", 0, "file", b"report"), ("gone", 0), ("out", 1, "other", b"")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ledger"
    ledger = Ledger(str(path), KEY, "name")
    for record in RECORDS:
        ledger.append(record)
    return path


def read(path: Path, key: bytes = KEY, name: str = "name") -> list[tuple[object, ...]]:
    return Ledger(str(path), key, name).read()


def test_records_are_read_in_order(path: Path) -> None:
    assert read(path) == RECORDS


def test_a_missing_one_is_empty(tmp_path: Path) -> None:
    assert read(tmp_path / "none") == []


def test_a_later_writer_goes_on(path: Path) -> None:
    ledger = Ledger(str(path), KEY, "name")
    ledger.read()
    ledger.append(("more",))
    assert read(path) == [*RECORDS, ("more",)]


def test_another_key_or_name_sees_nothing(path: Path) -> None:
    assert read(path, key=b"1" * 32) == read(path, name="other") == []


@pytest.mark.matrix(59)
def test_whatever_byte_is_changed_ends_the_list_before_it(path: Path) -> None:
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes((data[place] ^ 1,)) + data[place + 1 :])
        found = read(path)
        assert found == RECORDS[: len(found)] and len(found) < len(RECORDS)


@pytest.mark.parametrize("cut", [1, 5, 30])
def test_a_torn_end_is_written_over(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:-cut])
    ledger = Ledger(str(path), KEY, "name")
    kept = ledger.read()
    assert kept == RECORDS[: len(kept)] and len(kept) < 3
    ledger.append(("again",))
    assert read(path) == [*kept, ("again",)]


def test_what_cannot_be_written_ends_the_writing(tmp_path: Path) -> None:
    ledger = Ledger(str(tmp_path / "none" / "ledger"), KEY, "name")
    ledger.append(("lost",))
    assert ledger.broken
    (tmp_path / "none").mkdir()
    ledger.append(("late",))
    assert read(tmp_path / "none" / "ledger") == []


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    ledger = Ledger(str(link), KEY, "name")
    assert ledger.read() == []
    ledger.append(("through",))
    assert ledger.broken and read(path) == RECORDS
