"""A failed job as an exception at the user's boundary."""

from __future__ import annotations

import os
from opcode import opmap
from types import TracebackType
from typing import TypeVar

from minispark.engine.core import errors
from minispark.engine.plan.callsite import is_engine_file
from minispark.engine.scheduler.events import JobFailed
from minispark.engine.serde.failures import restore
from minispark.engine.serde.tracebacks import users_part

_LIBRARY = os.path.dirname(os.__file__)
CTRL_C = "KeyboardInterrupt"
E = TypeVar("E", bound=BaseException)
_MARK = "_minispark_delivered"
_NEXT_STEPS: dict[type[BaseException], str] = {
    errors.PoisonTaskError: "look at what the worker said last and at its peak memory; smaller partitions "
    "(repartition), less data in each record, or a higher spark.task.maxFailures where the machine is to blame",
    errors.OutOfMemoryTaskError: "more partitions (repartition, or the shuffle's numPartitions), a lower "
    "spark.python.worker.memory, so that the engine spills earlier, or fewer workers (local[N]); what the program's "
    "own functions build up (a list of all values of a key, a module's cache) the engine cannot spill",
    errors.StageAbortedError: "find what loses files under spark.local.dir, or name directories on a sound disk there",
    errors.IndeterminateError: "persist or checkpoint the RDD whose function gives other records each time",
    errors.DiskFullError: "free some space, or name more directories in SPARK_LOCAL_DIRS",
    errors.DiskQuotaError: "raise spark.minispark.local.quota, or unpersist RDDs and destroy broadcasts that are done "
    "with",
    errors.LocalDirectoryError: "name usable directories in SPARK_LOCAL_DIRS or spark.local.dir",
}

_STANDING_FOR = {"MemoryError": "OutOfMemoryTaskError"}
"""What tasks failed of, time and again, and the class that says whose fault it is."""


def to_exception(failed: JobFailed, inline: bool = False) -> BaseException:
    """The user's own exception where a user's function raised, else the engine's class that ``failed.kind`` names.

    Where tasks run ``inline``, in the user's own thread, a KeyboardInterrupt in one of them is the user's Ctrl-C.
    """
    if failed.failure is not None and failed.kind == "user":
        if inline and failed.failure.type_name == CTRL_C:
            return KeyboardInterrupt()
        return restore(failed.failure)
    kind = getattr(errors, _STANDING_FOR.get(failed.kind, failed.kind), errors.InternalError)
    error: BaseException = kind(failed.message)
    if failed.failure is not None:
        for note in failed.failure.notes:
            error.add_note(note)
        if failed.failure.frames:
            error.add_note("in the worker:\n" + "\n".join(line.rstrip("\n") for line in failed.failure.frames))
    if failed.stage_id is not None and isinstance(error, errors.EnvironmentFault):
        places = ("stage", failed.stage_id), ("partition", failed.partition), ("attempt", failed.attempt_number)
        error.add_note("in " + ", ".join(f"{name} {number}" for name, number in places if number is not None))
    if kind in _NEXT_STEPS:
        error.add_note(f"next: {_NEXT_STEPS[kind]}")
    return error


def delivered(error: E) -> E:
    """Mark an exception that tells of the user's program: the engine's frames in its traceback help nobody."""
    if not isinstance(error, errors.InternalError):
        try:
            setattr(error, _MARK, True)
        except Exception:  # a user's class may forbid it; then its traceback is longer
            pass
    return error


def leave_users_frames(error: BaseException) -> None:
    """Take the engine's frames out of a traceback that it has no part in: of what a task raised, of the user's own
    mistakes, of Ctrl-C, and of what a function of the user's raised when the engine called it in this process."""
    if getattr(error, _MARK, False):
        error.__traceback__ = _after_engine(error.__traceback__)
    elif isinstance(error, (errors.UserMistake, KeyboardInterrupt)):
        error.__traceback__ = None
    elif _is_refusal(error):
        delivered(error).__traceback__ = None
    elif _is_users(error.__traceback__):
        error.__traceback__ = users_part(error.__traceback__, _is_ours)


def _after_engine(traceback: TracebackType | None) -> TracebackType | None:
    """What follows the innermost frame of the engine's: the frames of the worker."""
    part = traceback
    while traceback is not None:
        if is_engine_file(traceback.tb_frame.f_code.co_filename):
            part = traceback.tb_next
        traceback = traceback.tb_next
    return part


_RAISE = opmap["RAISE_VARARGS"]


def _is_refusal(error: BaseException) -> bool:
    """Whether the engine, called by the user, meant to say this about what it was given: a call that does not fit the
    method, what a ``raise`` of ours raised, or a file that the system refused. A bug of ours is none of these: it is an
    InternalError, a failed assertion, or raised by whatever instruction went wrong."""
    if error.__traceback__ is None or isinstance(error, (errors.InternalError, AssertionError)):
        return False
    last = error.__traceback__
    if last.tb_next is None and isinstance(error, TypeError):  # it got no further than the boundary
        caller = last.tb_frame.f_back
        return caller is not None and not is_engine_file(caller.f_code.co_filename)
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    if isinstance(error, OSError) and error.filename is not None:
        return _is_ours(code.co_filename)
    return is_engine_file(code.co_filename) and code.co_code[last.tb_lasti] == _RAISE


def _is_users(traceback: TracebackType | None) -> bool:
    """Whether code of the user's raised it, and neither the engine nor a library that it called."""
    if traceback is None:
        return False
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    name = traceback.tb_frame.f_code.co_filename
    return not (_is_ours(name) or "/site-packages/" in name)


def _is_ours(filename: str) -> bool:
    """A file of the engine's, or of the standard library that it works with."""
    return is_engine_file(filename) or filename.startswith(_LIBRARY)
