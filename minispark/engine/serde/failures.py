"""Exceptions as data, and back: the user's own type where it survives the way, its text and frames in any case."""

from __future__ import annotations

import pickle
import traceback
from types import TracebackType

from minispark.engine.core.errors import MinisparkError
from minispark.engine.core.outcomes import Failure
from minispark.engine.plan.callsite import is_engine_file
from minispark.engine.serde.culprit import safe_text, type_name
from minispark.engine.serde.pickling import dumps_by_value


class UserFunctionError(MinisparkError):
    """A user's function raised an exception that cannot be rebuilt here; its type's name, text and frames are in the
    message."""


def capture(error: BaseException, notes: tuple[str, ...] = ()) -> Failure:
    """``error`` as data. Nothing of the exception's own that raises (``__reduce__``, ``__str__``) gets in the way."""
    own = tuple(map(str, getattr(error, "__notes__", ())))
    return Failure(
        type_name=type_name(type(error)),
        text=safe_text(error),
        frames=tuple(_frames(error.__traceback__)),
        notes=(*own, *notes),
        pickled=_pickled(error),
    )


def restore(failure: Failure) -> BaseException:
    """The exception again, with the worker's frames and the notes attached as notes."""
    error = _unpickled(failure)
    if error is None:
        error = UserFunctionError(f"{failure.type_name}: {failure.text}")
    error.__traceback__ = None
    known = set(getattr(error, "__notes__", ()))
    if failure.frames:
        error.add_note("Traceback in the worker (most recent call last):\n" + "".join(failure.frames).rstrip("\n"))
    for note in failure.notes:
        if note not in known:
            error.add_note(note)
    return error


def _frames(tb: TracebackType | None) -> list[str]:
    """The user's own frames, formatted; the engine's are left out."""
    summary = traceback.extract_tb(tb)
    return traceback.format_list([frame for frame in summary if not is_engine_file(frame.filename)])


def _pickled(error: BaseException) -> bytes | None:
    """The exception's pickle if it can be read back as the same type, else None."""
    try:
        data = dumps_by_value(error)
        return data if type_name(type(pickle.loads(data))) == type_name(type(error)) else None
    except BaseException:  # a user's __reduce__ or __init__ may raise anything
        return None


def _unpickled(failure: Failure) -> BaseException | None:
    if failure.pickled is None:
        return None
    try:
        error = pickle.loads(failure.pickled)
    except BaseException:  # as above, in this process
        return None
    return error if isinstance(error, BaseException) else None
