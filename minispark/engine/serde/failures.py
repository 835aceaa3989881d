"""Exceptions as data: what a worker can tell about one, and how it becomes an exception again for the user."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator
from types import TracebackType

from minispark.engine.core.errors import MinisparkError, UserFunctionError
from minispark.engine.core.outcomes import Failure
from minispark.engine.plan.callsite import is_engine_file
from minispark.engine.serde.culprit import safe_text, type_name
from minispark.engine.serde.pickling import dumps
from minispark.engine.serde.tracebacks import traceback_of

_PICKLED_BYTES_MAX = 1 << 20
_TEXT_CHARS_MAX = 100_000
_CHAIN_MAX = 8
_LIBRARY = os.path.dirname(os.__file__)
_PICKLER = "/cloudpickle/cloudpickle.py"
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def capture(error: BaseException, notes: Iterable[str] = ()) -> Failure:
    """The exception with its type's name, its text and the frames of the user's code, whatever its methods do."""
    return Failure(
        type_name=type_name(type(error)),
        text=safe_text(error)[:_TEXT_CHARS_MAX],
        frames=_formatted(error),
        notes=tuple(notes),
        pickled=_pickled(error),
        trace=tuple((name, line, function) for name, line, function, _ in _user_frames(error.__traceback__)),
    )


def restore(failure: Failure) -> BaseException:
    """The user's own exception where it survived; else UserFunctionError naming its type.

    So do SystemExit, KeyboardInterrupt and StopIteration, so that no task can end the driver or a loop in it.
    """
    error = _unpickled(failure)
    if error is None:
        error = UserFunctionError(failure.summary)
    for note in failure.notes:
        _add_note(error, note)
    if _CAUSE in failure.frames or _CONTEXT in failure.frames:
        _add_note(error, "in the worker:\n" + "".join(failure.frames).rstrip())
    return error.with_traceback(traceback_of(failure.trace))


def _pickled(error: BaseException) -> bytes | None:
    """The exception's pickle, if it reads back as the same."""
    if not isinstance(error, Exception) or isinstance(error, (StopIteration, StopAsyncIteration)):
        return None
    try:
        data, _ = dumps(error)
        if len(data) > _PICKLED_BYTES_MAX:
            return None
        back = pickle.loads(data)
        return data if type(back) is type(error) and str(back) == str(error) else None
    except BaseException:  # whatever a user's __reduce__, __init__ or __str__ raises: the text has to do
        return None


def _unpickled(failure: Failure) -> BaseException | None:
    if failure.pickled is None:
        return None
    try:
        error = pickle.loads(failure.pickled)
    except BaseException:  # the class cannot be imported here, or its __init__ raises
        return None
    return error if isinstance(error, Exception) else None


def _add_note(error: BaseException, note: str) -> None:
    try:
        error.add_note(note)
    except Exception:  # a user's class may forbid it
        pass


def _formatted(error: BaseException) -> tuple[str, ...]:
    """The user's frames, those of the exceptions that led to this one before its own."""
    from traceback import format_list  # only when something failed

    lines: list[str] = []
    for link, text in reversed(list(_chain(error))):
        if link is not error:
            lines.extend(format_list(_user_frames(link.__traceback__)))
            lines.append(f"{type_name(type(link))}: {safe_text(link)[:1000]}\n")
            lines.append(text)
        else:
            lines.extend(format_list(_user_frames(error.__traceback__)))
    return tuple(lines)


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """The exception and those that led to it, each with the words that join it to the one before."""
    link: BaseException | None = error
    text = ""
    for _ in range(_CHAIN_MAX):
        if link is None or (text and isinstance(error, MinisparkError) and not _has_users_frame(link)):
            return
        yield link, text
        if link.__cause__ is not None:
            link, text = link.__cause__, _CAUSE
        else:
            link, text = None if link.__suppress_context__ else link.__context__, _CONTEXT


def _has_users_frame(error: BaseException) -> bool:
    """Whether code of the user's raised it, and not the standard library on behalf of the engine."""
    return any(not name.startswith(_LIBRARY) for name, _, _, _ in _user_frames(error.__traceback__))


def _user_frames(traceback: TracebackType | None) -> list[tuple[str, int, str, str]]:
    """File, line, function and source line of the frames from the user's first one on, without minispark's and the
    interpreter's own; of the standard library's alone where it was called by minispark."""
    from linecache import getline

    frames: list[tuple[str, int, str, str]] = []
    first = -1
    while traceback is not None:
        code = traceback.tb_frame.f_code
        name = code.co_filename
        if not (is_engine_file(name) or name.startswith("<frozen ") or name.endswith(_PICKLER)):
            if first < 0 and not name.startswith(_LIBRARY):
                first = len(frames)
            line = traceback.tb_lineno or code.co_firstlineno
            frames.append((name, line, code.co_name, getline(name, line, traceback.tb_frame.f_globals).strip()))
        traceback = traceback.tb_next
    return frames[max(first, 0) :]
