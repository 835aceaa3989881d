"""User functions that an operator of ours computes with provably the same answer, faster."""

from __future__ import annotations

import dis
import operator
from functools import lru_cache
from types import CodeType, FunctionType
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


def paired_count(function: Any) -> int | None:
    """The integer ``n`` of a function whose bytecode says ``(a, n)`` of its only argument ``a``; None for any other.

    >>> paired_count(lambda w: (w, 1)), paired_count(lambda w: (w, True)), paired_count(lambda w: (1, w))
    (1, None, None)
    """
    if type(function) is not FunctionType or function.__defaults__:
        return None
    return _paired_by(function.__code__)


@lru_cache(maxsize=256)
def _paired_by(code: CodeType) -> int | None:
    """Every map task asks, and disassembling takes as long as a small task."""
    if code.co_argcount != 1 or code.co_posonlyargcount or code.co_kwonlyargcount or code.co_flags & 0x2C:
        return None
    if len(code.co_code) > _PAIR_BYTES_MAX or code.co_cellvars or code.co_exceptiontable:
        return None
    match [i for i in dis.get_instructions(code) if i.opname not in ("RESUME", "NOP")]:
        case [argument, constant, pair, end]:
            pass
        case _:
            return None
    value = constant.argval
    if (
        (argument.opname.startswith("LOAD_FAST") and argument.argval == code.co_varnames[0])
        and (constant.opname in ("LOAD_CONST", "LOAD_SMALL_INT") and type(value) is int)
        and (pair.opname == "BUILD_TUPLE" and pair.arg == 2 and end.opname == "RETURN_VALUE")
    ):
        return value
    return None


_PAIR_BYTES_MAX = 32
"""More code than a pair can need: not worth disassembling."""
