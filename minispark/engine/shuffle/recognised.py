"""User functions that an operator of ours computes with provably the same answer, faster."""

from __future__ import annotations

import operator
from types import FunctionType
from typing import Any


def is_addition(function: Any) -> bool:
    """Whether ``function(a, b)`` is ``a + b``: ``operator.add``, or a function whose bytecode says just that.

    >>> is_addition(lambda x, y: x + y), is_addition(lambda x, y: y + x), is_addition(lambda x, y=1: x + y)
    (True, False, False)
    """
    if function is operator.add:
        return True
    if type(function) is not FunctionType:
        return False
    code, plain = function.__code__, _add.__code__
    return (
        code.co_code == plain.co_code
        and code.co_argcount == 2
        and code.co_flags & 0x2F == plain.co_flags & 0x2F  # neither *args, **kwargs nor a generator
        and not code.co_posonlyargcount
        and not code.co_kwonlyargcount
        and not function.__defaults__
    )


def _add(a: Any, b: Any) -> Any:
    return a + b


def is_identity(function: Any) -> bool:
    """Whether ``function(a)`` is ``a``.

    >>> is_identity(lambda x: x), is_identity(lambda x: x + 1)
    (True, False)
    """
    if type(function) is not FunctionType:
        return False
    code, plain = function.__code__, _same.__code__
    return (
        code.co_code == plain.co_code
        and code.co_argcount == 1
        and code.co_flags & 0x2F == plain.co_flags & 0x2F
        and not code.co_posonlyargcount
        and not code.co_kwonlyargcount
        and not function.__defaults__
    )


def _same(a: Any) -> Any:
    return a
