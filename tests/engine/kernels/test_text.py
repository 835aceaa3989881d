"""Lines belong to exactly one split, wherever the borders fall."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minispark.engine.core.errors import InputChangedError
from minispark.engine.kernels import text
from minispark.engine.plan.nodes import TextSplit

bodies = st.lists(st.sampled_from([b"a", b"bc", "é".encode(), b"\n", b"\r", b"\r\n"]), max_size=30).map(b"".join)


def split(path: Path, start: int, end: int) -> TextSplit:
    status = os.stat(path)
    return TextSplit(str(path), start, end, status.st_size, status.st_mtime_ns)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(body=bodies, data=st.data(), read_bytes=st.sampled_from([1, 2, 3, 7, 1 << 20]))
def test_splits_partition_the_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes, data: st.DataObject, read_bytes: int
) -> None:
    monkeypatch.setattr(text, "READ_BYTES", read_bytes)
    path = tmp_path / "lines"
    path.write_bytes(body)
    inner = data.draw(st.lists(st.integers(0, len(body)), max_size=5))
    borders = sorted({0, len(body), *inner})
    lines = [
        line
        for start, end in zip(borders, borders[1:], strict=False)
        for batch in text.read_lines(split(path, start, end), use_unicode=False)
        for line in batch
    ]
    assert lines == body.splitlines()


def test_decoded_lines_end_at_newlines_only(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes("a\u2028b\x0bc\r\nd\re".encode())
    batches = text.read_lines(split(path, 0, path.stat().st_size), True)
    assert [line for batch in batches for line in batch] == ["a\u2028b\x0bc", "d", "e"]


def test_an_empty_split_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"")
    assert list(text.read_lines(split(path, 0, 0), True)) == []


def test_bytes_that_are_not_utf8_name_file_and_offset(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"good\nb\xffd\n")
    with pytest.raises(UnicodeDecodeError) as caught:
        list(text.read_lines(split(path, 0, 9), True))
    assert f"{path}, byte 6: not UTF-8" in str(caught.value)
    assert list(text.read_lines(split(path, 0, 9), False)) == [[b"good", b"b\xffd"]]


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"one\n")
    planned = split(path, 0, 4)
    path.write_bytes(b"one\ntwo\n")
    with pytest.raises(InputChangedError, match="changed while it was being read"):
        list(text.read_lines(planned, True))
