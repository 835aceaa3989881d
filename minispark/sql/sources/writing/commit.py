"""How written files appear: all at once, by rename, after the last row; a write that fails leaves what there was.

Files of a job are made in a directory of their own beside the target. Local targets that are replaced are moved aside,
and come back if the new files cannot take their place. Other file systems get copies of the files, ``_SUCCESS`` last.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence

from minispark.engine.formats.filesystems import filesystem_of
from minispark.sql.sources.listing import overlooked

_PIECE = 8 << 20
_SUCCESS = "_SUCCESS"


class Output:
    """A directory that a job fills. ``folder`` takes the files, laid out as they are to be in ``target``."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.remote = "://" in target
        if self.remote:
            self.folder = tempfile.mkdtemp(prefix="minispark-write-")
            return
        self.target = os.path.realpath(target)
        parent, name = os.path.split(self.target)
        os.makedirs(parent, exist_ok=True)
        self.folder = tempfile.mkdtemp(prefix=f"._{name}.minispark-", dir=parent)
        os.chmod(self.folder, 0o777 & ~_umask())

    def path(self, *parts: str) -> str:
        """The path of a file to write, its directory made."""
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def abandon(self) -> None:
        """Remove what was written."""
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- giving the files their place --------------------------------------------------------------------------------

    def add(self, mark: bool = True) -> None:
        """Add the files to what is in the target."""
        files = _files(self.folder)
        if self.remote:
            self._upload(files, mark)
            return
        os.makedirs(self.target, exist_ok=True)
        for name in files:
            place = os.path.join(self.target, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            os.rename(os.path.join(self.folder, name), place)
        self.abandon()
        if mark:
            _touch(self.target)

    def replace(self, mark: bool = True) -> None:
        """Put the files in the place of all that is in the target."""
        if self.remote:
            filesystem_of(self.target).remove_tree(self.target)
            self._upload(_files(self.folder), mark)
            return
        if mark:
            _touch(self.folder)
        _swap(self.folder, self.target)

    def replace_directories(self, names: Sequence[str], mark: bool = True) -> None:
        """Put the files in the place of what is in some directories below the target, and leave the others."""
        if self.remote:
            for name in names:
                filesystem_of(self.target).remove_tree(f"{self.target}/{name}")
            self._upload(_files(self.folder), mark)
            return
        for name in names:
            new = os.path.join(self.folder, name)
            old = os.path.join(self.target, name)
            if os.path.isdir(new):
                os.makedirs(os.path.dirname(old), exist_ok=True)
                _swap(new, old)
            else:
                shutil.rmtree(old, ignore_errors=True)
        self.abandon()
        if mark:
            os.makedirs(self.target, exist_ok=True)
            _touch(self.target)

    def _upload(self, files: Sequence[str], mark: bool) -> None:
        there = filesystem_of(self.target)
        for name in files:
            folder = os.path.dirname(name)
            if folder or name == files[0]:
                there.make_directory(f"{self.target}/{folder}".rstrip("/"))
            with (
                open(os.path.join(self.folder, name), "rb") as source,
                there.open_new(f"{self.target}/{name}") as copy,
            ):
                while data := source.read(_PIECE):
                    copy.write(data)
        if mark:
            with there.open_new(f"{self.target}/{_SUCCESS}"):
                pass
        self.abandon()


def has_data(target: str) -> bool:
    """Whether a target exists."""
    return filesystem_of(target).exists(target)


def _files(folder: str) -> list[str]:
    found = []
    for top, folders, files in os.walk(folder):
        folders.sort()
        found += [os.path.relpath(os.path.join(top, file), folder) for file in sorted(files) if not _hidden(file)]
    return found


def _hidden(name: str) -> bool:
    return overlooked(name) and name != _SUCCESS


def _swap(new: str, target: str) -> None:
    if not os.path.lexists(target):
        os.rename(new, target)
        return
    if os.path.isdir(target):
        os.chmod(new, os.stat(target).st_mode & 0o7777)
    parent, name = os.path.split(target)
    aside = os.path.join(parent, f"._{name}.old-{os.urandom(8).hex()}")
    os.rename(target, aside)
    try:
        os.rename(new, target)
    except OSError:
        os.rename(aside, target)
        raise
    if os.path.isdir(aside):
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.unlink(aside)


def _touch(folder: str) -> None:
    with open(os.path.join(folder, _SUCCESS), "wb"):
        pass


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
