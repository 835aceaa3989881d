"""Pickle where a reference to a class or function suffices, cloudpickle where it must travel by value.

Whatever lives in ``__main__`` does not exist under that name in another process, although plain pickle, run in the
process that defines it, would happily write a reference. Such a reference cannot be written without the module's name,
so a pickle that does not contain ``__main__`` holds none; one that does (perhaps only as data) is made again by value.
"""

from __future__ import annotations

import functools
import io
import pickle
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

from minispark.engine.core.errors import MinisparkError

PROTOCOL = 5


def dumps(obj: Any) -> tuple[bytes, bool]:
    """The pickle of ``obj`` and whether anything in it may travel by value.

    Raises what the object's own pickling raised (PicklingError, TypeError, ... whatever a ``__reduce__`` raises).
    """
    try:
        data = pickle.dumps(obj, PROTOCOL)
    except (MemoryError, MinisparkError):  # of ours: what it is about cannot travel by value either
        raise
    except Exception:  # by value there may be a way; if not, cloudpickle's error is the better one
        return dumps_by_value(obj), True
    if _names_local_module(data):
        return dumps_by_value(obj), True
    return data, False


def dumps_by_value(obj: Any) -> bytes:
    """cloudpickle's pickle: functions and classes of ``__main__``, and local ones, by value."""
    with io.BytesIO() as written:
        _pickler()(written, PROTOCOL).dump(obj)
        return written.getvalue()


@functools.cache
def _pickler() -> type[pickle.Pickler]:
    """cloudpickle's, but a code object keeps its file's name, which releases since 3.1.3 leave out: the traceback of a
    task must show the user's line."""
    import cloudpickle  # costs 25 ms, and most programs' records never need it

    parts_of = cloudpickle.Pickler.dispatch_table[CodeType]

    def reduce_code(code: CodeType) -> tuple[Any, ...]:
        return _code_in, (code.co_filename, *parts_of(code))

    class ByValue(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no annotations
        dispatch_table = cloudpickle.Pickler.dispatch_table.new_child({CodeType: reduce_code})

    return ByValue


def _code_in(filename: str, make: Callable[..., CodeType], parts: tuple[Any, ...]) -> CodeType:
    return make(*parts).replace(co_filename=filename)


def _names_local_module(data: bytes) -> bool:
    if b"__main__" in data:
        return True
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:  # then nobody can have registered a module
        return False
    return any(name.encode() in data for name in cloudpickle.list_registry_pickle_by_value())
