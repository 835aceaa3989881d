"""Which part of an object makes its pickle large, as a path a reader can follow: ``f.<closure>.table``.

Only run for what is known to be large. Buffers and bytes are counted where they lie; nothing is copied.
"""

from __future__ import annotations

import io
import pickle
import re
import types
from itertools import islice
from typing import Any

from minispark.engine.serde.culprit import function_name, parts_of
from minispark.engine.serde.pickling import pickler_to

_DEPTH_MAX = 32
_PARTS_MAX = 10_000
_SECTION = re.compile(r"\.<(closure|globals|default)>")


def heaviest_part(obj: Any) -> tuple[str, Any, int]:
    """Path, value and bytes of the innermost part that is more than half of the pickle of what holds it.

    >>> heaviest_part({"small": 1, "large": {"deep": bytes(1000)}})[0]
    "object['large']['deep']"
    """
    path, size, named = "object", pickled_bytes(obj), False
    for _ in range(_DEPTH_MAX):
        if not named and isinstance(obj, types.FunctionType):  # who wrote it knows the function, not what holds it
            path, named = function_name(obj), True
        parts = [(pickled_bytes(part), suffix, part) for suffix, part in islice(parts_of(obj), _PARTS_MAX)]
        largest, suffix, part = max(parts, key=lambda found: found[0], default=(0, "", None))
        if largest * 2 <= size or part is obj:
            break
        path, obj, size = path + suffix, part, largest
    return path, obj, size


def expression_of(path: str) -> str:
    """How the function's code names what a path leads to.

    >>> expression_of("f.<closure>.self.tables['a']"), expression_of("f.__self__.table")
    ("self.tables['a']", 'self.table')
    """
    if _SECTION.search(path):
        return _SECTION.split(path)[-1].lstrip(".")
    return re.sub(r"^.*?\.__self__", "self", path)


def pickled_bytes(obj: Any) -> int:
    """Bytes of the pickle of ``obj`` by value; 0 if it cannot be pickled."""
    counter = _Counter()
    try:
        pickler_to(counter, counter.add, by_value=True).dump(obj)
    except MemoryError:
        raise
    except Exception:  # what a __reduce__ raises: it is counted with what holds it, if that says how
        return 0
    return counter.bytes


class _Counter(io.RawIOBase):
    """A file that counts what is written to it."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: Any) -> int:
        self.bytes += len(data)
        return len(data)

    def add(self, buffer: pickle.PickleBuffer) -> bool:
        self.bytes += len(buffer.raw())
        return False
