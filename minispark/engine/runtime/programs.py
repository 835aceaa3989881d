"""Stage programs as bytes, for workers."""

from __future__ import annotations

from minispark.engine.core.errors import ClosureError, ContextInTaskError
from minispark.engine.plan.program import StageProgram
from minispark.engine.plan.sites import user_functions
from minispark.engine.serde.closures import dumps


def pickled_program(program: StageProgram) -> bytes:
    """Raises ClosureError, or ContextInTaskError, naming the operator whose function cannot travel."""
    try:
        return dumps(program, program.name)
    except ClosureError:
        for part in user_functions(program):
            if part.site is not None:
                dumps(part.function, f"the function of {part.site.full}")
        raise
    except ContextInTaskError as error:
        for part in user_functions(program):
            if part.site is not None and not _travels(part.function):
                error.add_note(f"in {part.site.full}")
                break
        raise


def _travels(function: object) -> bool:
    try:
        dumps(function, "a function")
    except ContextInTaskError:
        return False
    return True
