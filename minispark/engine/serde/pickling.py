"""Pickle where a reference to a class or function suffices, cloudpickle where it must travel by value.

Whatever lives in ``__main__`` does not exist under that name in another process, although plain pickle, run in the
process that defines it, would happily write a reference. Such a reference cannot be written without the module's name,
so a pickle that does not contain ``__main__`` holds none; one that does (perhaps only as data) is made again by value.
"""

from __future__ import annotations

import pickle
import sys
from typing import Any

PROTOCOL = 5


def dumps(obj: Any) -> tuple[bytes, bool]:
    """The pickle of ``obj`` and whether anything in it may travel by value.

    Raises what the object's own pickling raised (PicklingError, TypeError, ... whatever a ``__reduce__`` raises).
    """
    try:
        data = pickle.dumps(obj, PROTOCOL)
    except MemoryError:
        raise
    except Exception:  # by value there may be a way; if not, cloudpickle's error is the better one
        return dumps_by_value(obj), True
    if _names_local_module(data):
        return dumps_by_value(obj), True
    return data, False


def dumps_by_value(obj: Any) -> bytes:
    """cloudpickle's pickle: functions and classes of ``__main__``, and local ones, by value."""
    import cloudpickle  # costs 25 ms, and most programs' records never need it

    data: bytes = cloudpickle.dumps(obj, PROTOCOL)
    return data


def _names_local_module(data: bytes) -> bool:
    if b"__main__" in data:
        return True
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:  # then nobody can have registered a module
        return False
    return any(name.encode() in data for name in cloudpickle.list_registry_pickle_by_value())
