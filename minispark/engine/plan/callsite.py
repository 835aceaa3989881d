"""Where in the user's program an operator was called: for stage names, error notes and explanations."""

from __future__ import annotations

import os
import sys

from minispark.engine.core.values import value

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
_PROGRAMS = _PACKAGE + "cli" + os.sep


@value
class CallSite:
    """``operation`` as the user wrote it (``reduceByKey``), and the user's file and line."""

    operation: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.operation} at {os.path.basename(self.file)}:{self.line}"

    @property
    def full(self) -> str:
        return f"{self.operation} at {self.file}:{self.line}"


def is_engine_file(filename: str) -> bool:
    """Whether a code object's file is the engine's (minispark's tests and the programs of its commands are users)."""
    return filename.startswith(_PACKAGE) and not filename.startswith(_PROGRAMS)


def call_site() -> CallSite:
    """The innermost frame outside minispark, and the public method of minispark's that it called."""
    frame = sys._getframe(1)
    operation = frame.f_code.co_name
    while frame.f_back is not None and is_engine_file(frame.f_code.co_filename):
        operation = frame.f_code.co_name
        frame = frame.f_back
    return CallSite(operation, frame.f_code.co_filename, frame.f_lineno)
