"""``@value``: frozen, slotted classes of named fields that cost almost nothing to define.

The standard ``@dataclass(frozen=True, slots=True)`` takes 0.4 to 1.2 ms a class, since it generates and compiles eight
functions; a hundred of them were a third of the time to the first result. Here comparison, repr and pickling are shared
functions, and ``__init__`` is compiled when a class is first instantiated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform, overload
from weakref import WeakKeyDictionary

T = TypeVar("T", bound=type)
V = TypeVar("V")


@overload
def value(cls: T) -> T: ...
@overload
def value(
    *, eq: bool = True, weakref_slot: bool = False, guarded: bool = True, aside: tuple[str, ...] = ()
) -> Callable[[T], T]: ...
@dataclass_transform(frozen_default=True, eq_default=True)
def value(
    cls: Any = None,
    *,
    eq: bool = True,
    weakref_slot: bool = False,
    guarded: bool = True,
    aside: tuple[str, ...] = (),
) -> Any:
    """Make a class of its annotated fields: positional or keyword arguments, in order, with defaults as written.

    Instances cannot be changed, compare and hash by type and fields (by identity with ``eq=False``), and pickle by
    calling the class. A ``__post_init__`` is called if there is one. With ``guarded=False`` only the type checker
    refuses to change an instance, which makes one in a third of the time: for what is made several times a task.
    ``aside`` names slots for notes about an instance, which are no part of its value: unset at first, not compared,
    not pickled and not copied.

    >>> @value
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> Point(1), Point(1) == Point(1, 0), replace(Point(1), y=2)
    (Point(x=1, y=0), True, Point(x=1, y=2))
    """
    if cls is None:
        return lambda wrapped: _make(wrapped, eq, weakref_slot, guarded, aside)
    return _make(cls, eq, weakref_slot, guarded, aside)


def field_names(cls: Any) -> tuple[str, ...]:
    """The fields of a value class or instance, in order."""
    names: tuple[str, ...] = cls.__match_args__
    return names


def replace(instance: V, **changes: Any) -> V:
    """A copy with some fields changed."""
    cls: Any = type(instance)
    copy = _copies.get(cls)
    if copy is None:
        copy = _copies[cls] = _compile_copy(cls)
    made: V = copy(instance, **changes)
    return made


_copies: WeakKeyDictionary[type, Callable[..., Any]] = WeakKeyDictionary()
_SAME = object()


def _compile_copy(cls: Any) -> Callable[..., Any]:
    """A function of an instance and its changes: shorter by half than to ask for each field by its name."""
    names = field_names(cls)
    arguments = "".join(f", {name}=SAME" for name in names)
    fields = ", ".join(f"SELF.{name} if {name} is SAME else {name}" for name in names)
    scope: dict[str, Any] = {"CLASS": cls, "SAME": _SAME}
    exec(f"def replace(SELF, /{arguments}):\n return CLASS({fields})", scope)
    copy: Callable[..., Any] = scope["replace"]
    return copy


def _make(cls: Any, eq: bool, weakref_slot: bool, guarded: bool, aside: tuple[str, ...]) -> Any:
    annotations = cls.__dict__.get("__annotations__", {})
    names = tuple(name for name, kind in annotations.items() if not str(kind).startswith("ClassVar"))
    body = {name: item for name, item in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    defaults = {name: body.pop(name) for name in names if name in body}
    body["__slots__"] = (*names, *aside, *(("__weakref__",) if weakref_slot else ()))
    body["__match_args__"] = names
    body["__init__"] = _first_init(names, defaults, guarded)
    if guarded:
        body["__setattr__"] = body["__delattr__"] = _refuse
    body["__reduce__"] = _reduce
    if eq:
        body["__eq__"] = _eq
        body["__hash__"] = _hash
        body.setdefault("__repr__", _repr)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _first_init(names: tuple[str, ...], defaults: dict[str, Any], guarded: bool) -> Callable[..., None]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        cls = type(self)
        cls.__init__ = _compile_init(cls, names, defaults, guarded)
        cls.__init__(self, *args, **kwargs)

    return __init__


def _compile_init(cls: Any, names: tuple[str, ...], defaults: dict[str, Any], guarded: bool) -> Callable[..., None]:
    scope: dict[str, Any] = {f"set_{name}": getattr(cls, name).__set__ for name in names if guarded}
    scope |= {f"default_{name}": default for name, default in defaults.items()}
    arguments = "".join(f", {name}=default_{name}" if name in defaults else f", {name}" for name in names)
    lines = [f" set_{name}(self, {name})" if guarded else f" self.{name} = {name}" for name in names]
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__(self{arguments}):\n" + "\n".join(lines or [" pass"]), scope)
    init: Callable[..., None] = scope["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__match_args__])


def _eq(self: Any, other: Any) -> Any:
    if type(self) is not type(other):
        return NotImplemented
    return self is other or _values(self) == _values(other)


def _hash(self: Any) -> int:
    return hash((type(self), _values(self)))


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({fields})"


def _reduce(self: Any) -> tuple[Any, ...]:
    return type(self), _values(self)


def _refuse(self: Any, name: str, item: Any = None) -> None:
    raise AttributeError(f"{type(self).__qualname__} is a value: its field {name!r} cannot be changed")
