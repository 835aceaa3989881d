"""User functions, and programs that hold them, to bytes and back, by value where a worker could not import them.

cloudpickle takes 35 us for a small lambda (plain pickle cannot take it at all); nothing is gained by guessing first.
"""

from __future__ import annotations

import pickle
from typing import Any

from minispark.engine.core.errors import ClosureError, MinisparkError
from minispark.engine.core.parts import Buffer
from minispark.engine.serde.culprit import describe, find_culprit, safe_text
from minispark.engine.serde.pickling import dumps_by_value


def dumps(obj: Any, what: str) -> bytes:
    """``obj`` for ``loads`` in another process. ``what`` says to the user what it is.

    Raises ClosureError with the path to the part that cannot travel: ``f.<closure>.reader -> socket.socket``. An error
    of minispark's own (a context used in a function, say) passes through with that path as a note.
    """
    try:
        return dumps_by_value(obj)
    except MemoryError:
        raise
    except MinisparkError as error:
        error.add_note(f"reached through {find_culprit(obj, 'object')[0]}")
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {safe_text(error)}"
        raise ClosureError(
            f"{what} cannot be sent to a worker: {describe(obj, 'object')} ({reason}); "
            "create it inside the function, once per partition with mapPartitions"
        ) from None


def loads(data: Buffer) -> Any:
    """What ``dumps`` was given. The bytes must be trusted."""
    return pickle.loads(data)
