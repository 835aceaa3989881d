"""A side channel for tests: what tasks did, seen from outside the engine and surviving their processes' death."""

from __future__ import annotations

import os
from pathlib import Path


class Marks:
    """Lines that functions leave in a file when they run, wherever that is. Travels to workers as its path.

    >>> import tempfile
    >>> marks = Marks(tempfile.mkdtemp() + "/marks")
    >>> marks.leave("first"), marks.leave(2), marks.read()
    (None, None, ['first', '2'])
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)

    def leave(self, mark: object) -> None:
        """Append a line. One write of an appending file: lines of several processes do not mix."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{mark}\n".encode())
        finally:
            os.close(descriptor)

    def first(self, name: object) -> bool:
        """True for exactly one caller of all processes: to do something once, such as failing at a first attempt."""
        try:
            os.close(os.open(f"{self.path}.{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return False
        return True

    def read(self) -> list[str]:
        """All lines so far, in order."""
        return Path(self.path).read_text().splitlines() if os.path.exists(self.path) else []

    def clear(self) -> None:
        """Forget the lines (not what ``first`` remembers)."""
        Path(self.path).unlink(missing_ok=True)

    def __len__(self) -> int:
        return len(self.read())
