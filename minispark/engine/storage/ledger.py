"""An authenticated list of records on disk, to which one process appends.

Each record carries a keyed digest of itself and of all before it, bound to the ledger's name: what was planted, moved,
changed or torn ends the list before it, and is overwritten by the next record.
"""

from __future__ import annotations

import marshal
import os
import struct
from typing import Any

from minispark.engine.storage.digests import DIGEST_BYTES, chain_digest

_HEAD = struct.Struct("=I")
Record = tuple[Any, ...]


class Ledger:
    """The ledger called ``name`` at ``path``; records are tuples of what marshal takes exactly.

    A record that cannot be written ends the writing for good: the list stays what it was.
    """

    def __init__(self, path: str, key: bytes, name: str) -> None:
        self._path = path
        self._key = key
        self._chain = chain_digest(key, b"ledger", name.encode())
        self._end = 0
        self.broken = False

    def read(self) -> list[Record]:
        """All records that can be trusted. To be called once, before the first ``append``."""
        try:
            with open(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
                data = file.read()
        except OSError:
            return []
        records: list[Record] = []
        while (body := self._next(data)) is not None:
            records.append(marshal.loads(body))
        return records

    def append(self, record: Record) -> None:
        """Add a record behind those that were read."""
        if self.broken:
            return
        body = marshal.dumps(record, 2)
        chain = self._digest(body)
        data = _HEAD.pack(len(body)) + body + chain
        try:
            fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                os.ftruncate(fd, self._end)
                if os.pwrite(fd, data, self._end) != len(data):
                    self.broken = True
                    return
            finally:
                os.close(fd)
        except OSError:
            self.broken = True
            return
        self._end += len(data)
        self._chain = chain

    def _next(self, data: bytes) -> bytes | None:
        start = self._end + _HEAD.size
        if start > len(data):
            return None
        end = start + _HEAD.unpack_from(data, self._end)[0]
        if end + DIGEST_BYTES > len(data):
            return None
        body = data[start:end]
        chain = self._digest(body)
        if chain != data[end : end + DIGEST_BYTES]:
            return None
        self._chain = chain
        self._end = end + DIGEST_BYTES
        return body

    def _digest(self, body: bytes) -> bytes:
        return chain_digest(self._key, self._chain, body)
