"""Both kinds of file system keep one contract; the remote kind is tried on local files, reached through a URI."""

from __future__ import annotations

from pathlib import Path

import pytest

from minispark.engine.formats.filesystems import filesystem_of
from minispark.engine.formats.protocol import FileSystem


@pytest.fixture(params=["", "local://"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{request.param}{tmp_path}"


def files(place: str) -> FileSystem:
    return filesystem_of(place)


def write(path: str, content: bytes = b"content") -> str:
    with filesystem_of(path).open_new(path) as file:
        file.write(content)
    return path


def test_what_is_written_is_found_and_read(place: str) -> None:
    path = write(f"{place}/file")
    status = files(place).status(path)
    assert (status.path, status.size, status.is_directory) == (path, 7, False)
    assert status.modified_ns > 0
    with files(place).open_read(path) as file:
        file.seek(3)
        assert file.read(2) == b"te"
        assert file.read(100) == b"nt"


def test_globs_match_files_and_directories_by_path(place: str) -> None:
    files(place).make_directory(f"{place}/a/x")
    files(place).make_directory(f"{place}/b/x")
    names = [write(f"{place}/{name}") for name in ("a/x/1", "a/x/2", "b/x/1", "b/3")]
    found = [status.path for status in files(place).glob(f"{place}/*/x/[12]")]
    assert found == names[:3]
    assert [status.path for status in files(place).glob(f"{place}/b/?")] == [f"{place}/b/3", f"{place}/b/x"]
    assert files(place).glob(f"{place}/c*") == []
    assert files(place).glob(f"{place}/c") == []
    assert [status.path for status in files(place).glob(names[0])] == [names[0]]
    assert [status.is_directory for status in files(place).list_directory(f"{place}/b")] == [False, True]


def test_moving_and_removing(place: str) -> None:
    files(place).make_directory(f"{place}/deep/er")
    path = write(f"{place}/deep/er/file")
    files(place).move(path, f"{place}/moved")
    assert not files(place).exists(path)
    assert files(place).exists(f"{place}/moved")
    files(place).remove(f"{place}/moved")
    files(place).remove(f"{place}/moved")
    files(place).remove_tree(f"{place}/deep")
    files(place).remove_tree(f"{place}/deep")
    assert files(place).list_directory(place) == []


def test_what_is_missing_is_a_typed_error(place: str) -> None:
    with pytest.raises(FileNotFoundError):
        files(place).status(f"{place}/missing")
    with pytest.raises(FileNotFoundError):
        files(place).open_read(f"{place}/missing")


def test_an_unknown_file_system_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="nope://host: .*nope"):
        filesystem_of("nope://host/path")


def test_fsspec_is_asked_where_pyarrow_has_no_such_file_system() -> None:
    pytest.importorskip("fsspec")
    path = "memory:///folder/file"
    filesystem_of(path).make_directory("memory:///folder")
    write(path)
    assert [status.path for status in filesystem_of(path).glob("memory:///folder/*")] == [path]
    with filesystem_of(path).open_read(path) as file:
        assert file.read(7) == b"content"
