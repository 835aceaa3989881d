"""A traceback made of file names, lines and functions, as if the frames of a worker were the driver's own.

Whatever shows tracebacks (the interpreter, pytest, a notebook, a debugger's post mortem) then shows the user's source.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType, TracebackType

FRAMES_MAX = 200
"""Of a deeper recursion the outermost and the innermost halves are kept."""
_LINE_ONLY = 0x80 | 13 << 3
"""In a code object's location table: an entry for up to 8 code units that has a line and no columns."""


def traceback_of(frames: Iterable[tuple[str, int, str]]) -> TracebackType | None:
    """A traceback whose entries show these files, lines and functions, outermost first; None for no frames.

    >>> import traceback
    >>> print(*traceback.format_tb(traceback_of([("/app/job.py", 7, "parse")])), end="")
      File "/app/job.py", line 7, in parse
    """
    entries = list(frames)
    if len(entries) > FRAMES_MAX:
        entries = entries[: FRAMES_MAX // 2] + entries[-FRAMES_MAX // 2 :]
    made: TracebackType | None = None
    for file, line, function in reversed(entries):
        made = TracebackType(made, _frame(file, line, function), 0, line)
    return made


def users_part(traceback: TracebackType | None, is_ours: Callable[[str], bool]) -> TracebackType | None:
    """The traceback without the frames of the files for which ``is_ours`` is true."""
    entries: list[TracebackType] = []
    while traceback is not None:
        if not is_ours(traceback.tb_frame.f_code.co_filename):
            entries.append(traceback)
        traceback = traceback.tb_next
    made: TracebackType | None = None
    for entry in reversed(entries):
        made = TracebackType(made, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return made


def _frame(file: str, line: int, function: str) -> FrameType:
    """A frame that ran code of this name: without columns, so that none are pointed at."""
    code = compile("frame()", file, "eval")
    units = len(code.co_code) // 2
    table = b"".join(bytes((_LINE_ONLY | min(8, units - start) - 1, 0)) for start in range(0, units, 8))
    code = code.replace(co_name=function, co_qualname=function, co_firstlineno=line, co_linetable=table)
    frame: FrameType = eval(code, {"frame": sys._getframe, "__name__": "worker"})
    return frame
