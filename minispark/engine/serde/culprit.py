"""Which part of an object cannot be pickled, as a path a reader can follow: ``f.<closure>.reader -> socket``.

Only run once something failed, so it may try again and again: it descends into the first part that fails by itself.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from minispark.engine.serde.pickling import dumps_by_value

_DEPTH_MAX = 64
_PARTS_MAX = 10_000
_FACADES = "minispark.rdd."
_INSTEAD = (
    "let the function return plain data (a path, an id, the content), and open what it stands for where it is used"
)

Parts = Iterator[tuple[str, Any]]


def find_culprit(obj: Any, root: str) -> tuple[str, Any]:
    """The path and value of the innermost part of ``obj`` found that cannot be pickled; ``obj`` itself if no part."""
    path, seen, named = root, {id(obj)}, False
    for _ in range(_DEPTH_MAX):
        if not named and isinstance(obj, types.FunctionType):  # who wrote it knows the function, not what holds it
            path, named = function_name(obj), True
        if type(obj).__module__.startswith(_FACADES):  # its own parts tell the user nothing
            break
        for suffix, part in islice(parts_of(obj), _PARTS_MAX):
            if id(part) not in seen and not _travels(part):
                seen.add(id(part))
                path, obj = path + suffix, part
                break
        else:
            break
    return path, obj


def function_name(function: types.FunctionType) -> str:
    """``name``, or for a lambda where it is written."""
    if function.__name__ != "<lambda>":
        return function.__name__
    code = function.__code__
    return f"<lambda at {code.co_filename.rpartition('/')[2]}:{code.co_firstlineno}>"


def describe(obj: Any, root: str) -> str:
    """``path -> type`` of the culprit."""
    path, culprit = find_culprit(obj, root)
    return f"{path} -> {type_name(type(culprit))}"


def describe_record(records: Iterable[Any], error: BaseException) -> str:
    """What to say about the first of ``records`` that cannot be pickled, ``error`` being what happened to them all."""
    reason = f"{type(error).__name__}: {safe_text(error)}"
    for record in records:
        if not _travels(record):
            kind = type_name(type(record))
            path = describe(record, "record")
            return f"a record of type {kind} cannot be pickled: {path} ({reason}); {_INSTEAD}"
    return f"records cannot be pickled ({reason}); {_INSTEAD}"


def type_name(kind: type) -> str:
    """A type's name as a user would write it."""
    name = getattr(kind, "__qualname__", repr(kind))
    module = getattr(kind, "__module__", "builtins")
    return str(name) if module in ("builtins", "__main__") else f"{module}.{name}"


def safe_text(obj: object) -> str:
    """``str(obj)``, or a remark if that raises."""
    try:
        return str(obj)
    except Exception as error:
        return f"<str() of this {type(obj).__name__} raised {type(error).__name__}>"


def _travels(obj: Any) -> bool:
    try:
        dumps_by_value(obj)
    except MemoryError:
        raise
    except Exception:
        return False
    return True


def parts_of(obj: Any) -> Parts:
    """What ``obj`` would take along, each with the piece of path that leads there."""
    if isinstance(obj, types.FunctionType):
        return _function_parts(obj)
    if isinstance(obj, types.MethodType):
        return iter((("", obj.__func__), (".__self__", obj.__self__)))
    if isinstance(obj, functools.partial):
        return iter(((".func", obj.func), (".args", obj.args), (".keywords", obj.keywords)))
    if isinstance(obj, dict):
        return _dict_parts(obj)
    if isinstance(obj, (list, tuple, set, frozenset)):
        return ((f"[{index}]", part) for index, part in enumerate(obj))
    return _attribute_parts(obj)


def _function_parts(function: types.FunctionType) -> Parts:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield f".<closure>.{name}", cell.cell_contents
        except ValueError:  # a cell not filled yet
            continue
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    defaults = function.__defaults__ or ()
    for name, part in zip(names[len(names) - len(defaults) :], defaults, strict=True):
        yield f".<default>.{name}", part
    for name, part in (function.__kwdefaults__ or {}).items():
        yield f".<default>.{name}", part
    for name in sorted(_global_names(function.__code__)):
        if name in function.__globals__:
            yield f".<globals>.{name}", function.__globals__[name]
    for name, part in vars(function).items():
        yield f".{name}", part


def _global_names(code: types.CodeType) -> set[str]:
    """Names that the code and the functions nested in it may look up among globals."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _global_names(constant)
    return names


def _dict_parts(items: dict[Any, Any]) -> Parts:
    for key, part in items.items():
        yield f"[{_short(key)}]", part
        yield f".<key {_short(key)}>", key


def _attribute_parts(obj: Any) -> Parts:
    for name, part in dict(getattr(obj, "__dict__", {})).items():
        if not (isinstance(obj, type) and name.startswith("__") and name in ("__dict__", "__weakref__")):
            yield f".{name}", part
    for kind in type(obj).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(obj, name):
                yield f".{name}", getattr(obj, name)


def _short(key: Any) -> str:
    try:
        return f"{key!r:.40}"
    except Exception:  # a user's __repr__
        return f"<{type(key).__name__}>"
