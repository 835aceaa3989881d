"""A failed job as an exception at the user's boundary."""

from __future__ import annotations

from minispark.engine.core import errors
from minispark.engine.scheduler.events import JobFailed
from minispark.engine.serde.failures import restore


def to_exception(failed: JobFailed) -> BaseException:
    """The user's own exception where a user's function raised, else the engine's class that ``failed.kind`` names."""
    if failed.failure is not None and failed.kind == "user":
        return restore(failed.failure)
    kind = getattr(errors, failed.kind, errors.InternalError)
    error: BaseException = kind(failed.message)
    if failed.failure is not None:
        for note in failed.failure.notes:
            error.add_note(note)
        if failed.failure.frames:
            error.add_note("in the worker:\n" + "".join(failed.failure.frames))
    return error
