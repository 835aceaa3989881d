"""Arrays of byte strings as Java serializes them: the values in PySpark's pickle files.

The stream of a ``byte[][]`` (Java Object Serialization, version 5) has one shape, so it is written and read as such.
"""

from __future__ import annotations

import struct

_OUTER = bytes.fromhex("aced0005 75 72 0003 5b5b42 4bfd19156767db37 02 0000 78 70")
_INNER = bytes.fromhex("75 72 0002 5b42 acf317f8060854e0 02 0000 78 70")
_INNER_AGAIN = bytes.fromhex("75 71 007e0002")


def write_java_array(items: list[bytes]) -> bytes:
    """The serialized ``byte[][]``."""
    parts = [_OUTER, struct.pack(">i", len(items))]
    for number, item in enumerate(items):
        parts += [_INNER_AGAIN if number else _INNER, struct.pack(">i", len(item)), item]
    return b"".join(parts)


def read_java_array(data: bytes | bytearray) -> list[bytes]:
    """The items of a serialized ``byte[][]``. Raises ValueError for anything else.

    >>> read_java_array(write_java_array([b"a", b"", b"bc"]))
    [b'a', b'', b'bc']
    """
    data = bytes(data)
    if not data.startswith(_OUTER):
        raise ValueError("it holds Java objects, not Python's pickles")
    position = len(_OUTER) + 4
    items = []
    for _ in range(struct.unpack_from(">i", data, len(_OUTER))[0]):
        for start in (_INNER, _INNER_AGAIN):
            if data.startswith(start, position):
                position += len(start)
                break
        else:
            raise ValueError("it holds Java objects, not Python's pickles")
        end = position + 4 + struct.unpack_from(">i", data, position)[0]
        items.append(data[position + 4 : end])
        position = end
    return items
