"""Where the program made an expression: a note beside it that no comparison sees, for errors to tell.

An expression read from a text has the place in the text, one made by a Column's method or a function the line of the
program that called it. What analysis makes of an expression takes its site over, and so do its copies over other
children: where an expression of a running query fails, its site is still known.
"""

from __future__ import annotations

import sys
from typing import Any, TypeVar

from minispark.engine.core.querycontext import FrameContext, QueryContext
from minispark.engine.plan.callsite import is_engine_file

E = TypeVar("E")
SITE = ("site",)
"""The slot of those expressions that have one (``value(aside=SITE)``)."""


def site_of(one: Any) -> QueryContext | None:
    """Where an expression was made, None where that is not known."""
    found = getattr(one, "site", None)
    if type(found) is tuple:
        return FrameContext(found[0], f"{found[1]}:{found[2]}")
    return found


def made_here(one: E, fragment: str | None = None) -> E:
    """The expression, which the program's current line made, by a method of this name or by that which it called."""
    slot = getattr(type(one), "site", None)
    if slot is None or hasattr(one, "site"):
        return one
    called = frame = sys._getframe(1)
    code = frame.f_code
    while _engine_files.get(code.co_filename) or _is_engine(code.co_filename):
        if frame.f_back is None:
            break
        called, frame = frame, frame.f_back
        code = frame.f_code
    slot.__set__(one, (fragment or called.f_code.co_name, code.co_filename, frame.f_lineno))
    return one


_engine_files: dict[str, bool] = {}


def _is_engine(file: str) -> bool:
    found = _engine_files.get(file)
    if found is None:
        found = _engine_files[file] = is_engine_file(file)
    return found


def kept(old: Any, new: E) -> E:
    """The new expression, which stands where the old one did."""
    found = getattr(old, "site", None)
    if found is not None and getattr(new, "site", found) is found:
        slot = getattr(type(new), "site", None)
        if slot is not None:
            slot.__set__(new, found)
    return new


def spread(site: Any, one: Any) -> None:
    """Give a site to an expression and to all in it that have none, such as casts that analysis put in."""
    waiting = [one]
    while waiting:
        part = waiting.pop()
        slot = getattr(type(part), "site", None)
        if slot is None:
            waiting += part.children if part is one or not getattr(part, "inner", ()) else ()
        elif getattr(part, "site", None) is None:
            slot.__set__(part, site)
            waiting += part.children
