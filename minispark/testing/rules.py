"""Rules that PySpark defines, the obvious way: where data is cut, and which keys are one."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

Partitions = list[list[Any]]


def cut(records: list[Any] | range, slices: int) -> Partitions:
    """``parallelize``'s layout. A range is cut at ``len * i // slices``; a list first into batches, and these likewise.

    >>> cut(list(range(13)), 5)
    [[0, 1], [2, 3], [4, 5, 6, 7], [8, 9], [10, 11, 12]]
    """
    batch = 1 if isinstance(records, range) else max(1, min(len(records) // slices, 1024))
    batches = -(-len(records) // batch)
    ends = [batches * (i + 1) // slices * batch for i in range(slices)]
    return [list(records[start:end]) for start, end in zip([0, *ends], ends, strict=False)]


def split_lines(content: bytes, minimum: int) -> Partitions:
    r"""``textFile``'s layout: byte ranges of equal size (at most 32 MiB, the last up to a tenth longer); a line belongs
    to the range in which the byte before it lies. Lines end at \n, \r or \r\n.

    >>> split_lines(b"aaaa\nbb\ncc\ndddd\n", 3)
    [['aaaa', 'bb'], ['cc'], ['dddd'], []]
    """
    size = max(1, min(len(content) // max(minimum, 1), 32 << 20))
    ends: list[int] = []
    while (start := ends[-1] if ends else 0) < len(content):
        ends.append(len(content) if (len(content) - start) / size <= 1.1 else start + size)
    parts: Partitions = [[] for _ in ends]
    position = 0
    for line in content.splitlines(keepends=True):  # bytes split at \n, \r and \r\n only
        parts[bisect_left(ends, position)].append(line.rstrip(b"\r\n").decode(errors="replace"))
        position += len(line)
    return parts


def known_hash(key: Any) -> int | None:
    """PySpark's ``portable_hash`` where every process agrees on it: numbers, None, and tuples of these. Else None."""
    if key is None:
        return 0
    if isinstance(key, tuple):
        mixed = 0x345678
        for item in map(known_hash, key):
            if item is None:
                return None
            mixed = ((mixed ^ item) * 1000003) & (2**63 - 1)
        return mixed ^ len(key)
    return hash(key) if isinstance(key, (int, float)) and key == key else None


def dict_key(key: Any) -> Any:
    """Equal for keys of one group: as in a dict, but one NaN for all of a numeric type, at any depth of tuples."""
    if isinstance(key, tuple):
        return ("tuple", *map(dict_key, key))
    return ("NaN", float if isinstance(key, float) else type(key)) if key != key else ("key", key)
