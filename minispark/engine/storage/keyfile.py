"""Key files: what authenticates files that outlive their context, known to their user alone."""

from __future__ import annotations

import os
import stat

KEY_BYTES = 32


def read_key(path: str) -> bytes | None:
    """The key; None if the file is not this user's own of mode 0600, or no key. A link is not followed: OSError."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        status, key = os.fstat(file.fileno()), file.read(KEY_BYTES + 1)
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077 or len(key) != KEY_BYTES:
        return None
    return key
