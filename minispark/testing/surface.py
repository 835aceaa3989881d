"""What a program can see of an API: the names, the arguments and the defaults, as lines of text to compare.

Imports nothing but the standard library, so that a recorder can use it inside another engine's environment.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

_SPECIAL = ("__add__", "__enter__", "__exit__", "__iter__", "__len__", "__iadd__", "__getitem__")


def surface(names: Iterable[str]) -> list[str]:
    """The public surface of functions and classes named by ``module:name``, one line for each member.

    A default that is not a plain value shows as its type. A class's own line is how it is made, and its bases among
    the builtin exceptions.

    >>> surface(["string:Formatter"])[:2]
    ['string:Formatter()', 'string:Formatter.check_unused_args(self, used_args, args, kwargs)']
    """
    lines = []
    for name in names:
        module, _, attribute = name.partition(":")
        item = getattr(import_module(module), attribute)
        if inspect.isclass(item):
            lines += [f"{name}{_made(item)}", *(f"{name}.{line}" for line in _members(item))]
        else:
            lines.append(f"{name}{_arguments(item)}")
    return lines


def _made(cls: type) -> str:
    if not issubclass(cls, BaseException):
        return _arguments(cls)
    known = [base.__name__ for base in cls.__mro__ if base.__module__ == "builtins"]
    return f"{_arguments(cls)} is {', '.join(known[:-1])}"


def _members(cls: type) -> Iterator[str]:
    for name in sorted(dir(cls)):
        if name.startswith("_") and name not in _SPECIAL:
            continue
        item = inspect.getattr_static(cls, name)
        if isinstance(item, (classmethod, staticmethod)):
            yield f"{name}{_arguments(getattr(cls, name))} {type(item).__name__}"
        elif inspect.isfunction(item):
            yield f"{name}{_arguments(item)}"
        elif isinstance(item, property):
            yield f"{name} property" if item.fset is None else f"{name} property, may be set"
        elif inspect.ismemberdescriptor(item):  # a field in __slots__
            yield f"{name} property"
        elif not callable(item) and not inspect.isdatadescriptor(item):
            yield f"{name} = {item!r}" if _is_plain(item) else f"{name} value"


def _arguments(function: Any) -> str:
    parts = []
    by_keyword_alone = False
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not by_keyword_alone:
            parts.append("*")
        by_keyword_alone = parameter.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY)
        stars = _stars(parameter)
        default = "" if parameter.default is parameter.empty else f"={_shown(parameter.default)}"
        parts.append(f"{stars}{parameter.name}{default}")
    return f"({', '.join(parts)})"


def _stars(parameter: inspect.Parameter) -> str:
    if parameter.kind is parameter.VAR_POSITIONAL:
        return "*"
    return "**" if parameter.kind is parameter.VAR_KEYWORD else ""


def _shown(default: Any) -> str:
    return repr(default) if _is_plain(default) else f"<{type(default).__name__}>"


def _is_plain(item: Any) -> bool:
    return isinstance(item, (str, int, float, tuple, type(None))) or type(item).__name__ == "StorageLevel"
