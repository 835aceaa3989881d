"""Functions that cut a line of text into words, recognised by what they are or by their bytecode."""

from __future__ import annotations

import dis
from types import FunctionType
from typing import Any

from minispark.engine.core.values import value

_NOTHING = frozenset({"RESUME", "NOP", "PRECALL", "PUSH_NULL", "CACHE"})
_CODE_BYTES_MAX = 64
"""More code than one call can need: not worth disassembling."""


@value
class Cut:
    """How lines become words: at each ``separator``, one character of ASCII; None for runs of white space."""

    separator: str | None


def cut_of(function: Any) -> Cut | None:
    """How ``function(line)`` cuts a line, if it is ``line.split()`` or ``line.split(separator)``.

    >>> cut_of(lambda line: line.split()), cut_of(str.split), cut_of(lambda line: line.split(","))
    (Cut(separator=None), Cut(separator=None), Cut(separator=','))
    >>> cut_of(lambda line: line.split(", ")), cut_of(lambda line: line.upper().split()), cut_of(len)
    (None, None, None)
    """
    if function is str.split:
        return Cut(None)
    if type(function) is not FunctionType or function.__defaults__:
        return None
    code = function.__code__
    if code.co_argcount != 1 or code.co_kwonlyargcount or code.co_flags & 0x2C or code.co_exceptiontable:
        return None
    if len(code.co_code) > _CODE_BYTES_MAX or code.co_cellvars:
        return None
    separator = None
    match [i for i in dis.get_instructions(code) if i.opname not in _NOTHING]:
        case [line, method, call, end]:
            arguments = 0
        case [line, method, constant, call, end]:
            arguments, separator = 1, constant.argval
            if constant.opname != "LOAD_CONST" or not _is_one_ascii_character(separator):
                return None
        case _:
            return None
    if (
        (line.opname.startswith("LOAD_FAST") and line.argval == code.co_varnames[0])
        and (method.opname in ("LOAD_METHOD", "LOAD_ATTR") and method.argval == "split")
        and (call.opname == "CALL" and call.arg == arguments and end.opname == "RETURN_VALUE")
    ):
        return Cut(separator)
    return None


def _is_one_ascii_character(separator: Any) -> bool:
    return type(separator) is str and len(separator) == 1 and separator.isascii()
