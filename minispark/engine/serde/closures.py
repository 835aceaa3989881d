"""Programs and functions to bytes: by value where they live in ``__main__`` or in another function."""

from __future__ import annotations

import pickle
from typing import Any

from minispark.engine.core.errors import ClosureError, MinisparkError
from minispark.engine.serde.culprit import describe, safe_text
from minispark.engine.serde.pickling import dumps_by_value


def dumps(obj: Any, what: str) -> bytes:
    """The pickle of something that holds user functions; ``what`` names it in errors.

    Raises ClosureError with the path to the part that cannot travel (``f.<closure>.reader -> socket``); an error of the
    engine's own raised on the way, such as an RDD that finds itself captured, passes unchanged.
    """
    try:
        return dumps_by_value(obj)
    except (MinisparkError, MemoryError):
        raise
    except Exception as error:
        raise ClosureError(
            f"{what} cannot travel to a worker: {describe(obj, 'f')} ({type(error).__name__}: {safe_text(error)}); "
            "open such things inside the function, or once per partition in mapPartitions"
        ) from error


def loads(data: bytes) -> Any:
    """The inverse of ``dumps``; the bytes must be trusted."""
    return pickle.loads(data)
