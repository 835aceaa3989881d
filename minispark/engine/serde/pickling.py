"""Pickle where a reference to a class or function suffices, cloudpickle where it must travel by value.

Whatever lives in ``__main__`` does not exist under that name in another process, although plain pickle, run in the
process that defines it, would happily write a reference. Such a reference cannot be written without the module's name,
so a pickle that does not contain ``__main__`` holds none; one that does (perhaps only as data) is made again by value.
"""

from __future__ import annotations

import copyreg
import functools
import io
import pickle
import sys
from collections.abc import Callable
from types import CodeType
from typing import Any

from minispark.engine.core.errors import MinisparkError
from minispark.engine.core.parts import Buffer
from minispark.engine.serde.outofband import setting_aside

PROTOCOL = 5
_OURS = "minispark.engine."


def dumps(obj: Any, buffers: list[Buffer] | None = None, fixed_alone: bool = False) -> tuple[bytes, bool]:
    """The pickle of ``obj`` and whether anything in it may travel by value.

    Given a list of ``buffers``, large ones (with ``fixed_alone`` those that nobody can write to) are appended to it
    instead of being copied into the pickle. Raises what the object's own pickling raised (PicklingError, TypeError,
    ... whatever a ``__reduce__`` raises).
    """
    try:
        data = pickle.dumps(obj, PROTOCOL, buffer_callback=_callback(buffers, fixed_alone))
    except (MemoryError, MinisparkError):  # of ours: what it is about cannot travel by value either
        raise
    except Exception:  # by value there may be a way; if not, cloudpickle's error is the better one
        return _again_by_value(obj, buffers, fixed_alone), True
    if names_local_module(data):
        return _again_by_value(obj, buffers, fixed_alone), True
    return data, False


def _again_by_value(obj: Any, buffers: list[Buffer] | None, fixed_alone: bool) -> bytes:
    if buffers is not None:
        buffers.clear()
    return dumps_by_value(obj, buffers, fixed_alone)


def dumps_by_value(obj: Any, buffers: list[Buffer] | None = None, fixed_alone: bool = False) -> bytes:
    """cloudpickle's pickle: functions and classes of ``__main__``, and local ones, by value."""
    with io.BytesIO() as written:
        by_value_pickler()(written, PROTOCOL, buffer_callback=_callback(buffers, fixed_alone)).dump(obj)
        return written.getvalue()


def _callback(buffers: list[Buffer] | None, fixed_alone: bool) -> Callable[[pickle.PickleBuffer], bool] | None:
    return None if buffers is None else setting_aside(buffers, fixed_alone)


def pickler_to(
    file: io.RawIOBase, buffer_callback: Callable[[pickle.PickleBuffer], bool], by_value: bool
) -> pickle.Pickler:
    """A pickler that writes to ``file`` as it goes; what it writes must be looked at (``names_local_module``)."""
    kind = by_value_pickler() if by_value else pickle.Pickler
    return kind(file, PROTOCOL, buffer_callback=buffer_callback)


@functools.cache
def by_value_pickler() -> type[pickle.Pickler]:
    """cloudpickle's, but a code object keeps its file's name, which releases since 3.1.3 leave out: the traceback of a
    task must show the user's line."""
    import cloudpickle  # costs 25 ms, and most programs' records never need it

    parts_of = cloudpickle.Pickler.dispatch_table[CodeType]

    def reduce_code(code: CodeType) -> tuple[Any, ...]:
        return _code_in, (code.co_filename, *parts_of(code))

    class ByValue(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no annotations
        dispatch_table = _Reducers({**cloudpickle.Pickler.dispatch_table, CodeType: reduce_code})

        def reducer_override(self, obj: Any) -> Any:
            if type(obj) is type and obj.__module__.startswith(_OURS):
                return NotImplemented  # a program holds a dozen: cloudpickle would look each up, in 4 us
            return super().reducer_override(obj)

    return ByValue


class _Reducers(dict[type, Callable[..., Any]]):
    """A pickler's dispatch table that also knows what is registered with ``copyreg`` later."""

    def __missing__(self, cls: type) -> Callable[..., Any]:
        return copyreg.dispatch_table[cls]


def _code_in(filename: str, make: Callable[..., CodeType], parts: tuple[Any, ...]) -> CodeType:
    return make(*parts).replace(co_filename=filename)


def names_local_module(data: Buffer) -> bool:
    """Whether a pickle may refer to what exists in this process alone."""
    if b"__main__" in data:
        return True
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:  # then nobody can have registered a module
        return False
    return any(name.encode() in data for name in cloudpickle.list_registry_pickle_by_value())
