"""Broadcast variables: read-only values that every worker loads at most once."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar

from minispark.engine.core.errors import BroadcastDestroyedError, ContextInTaskError
from minispark.engine.kernels.shared_data import load_shared
from minispark.engine.serde.closures import dumps
from minispark.rdd.boundary import users_boundary

if TYPE_CHECKING:
    from minispark.engine.runtime.session import Session

T = TypeVar("T")


@users_boundary
class Broadcast(Generic[T]):
    """A read-only value that each worker loads at most once, when a task first asks for it (``pyspark.Broadcast``).

    What a task changes in its copy reaches neither the driver nor other workers. Large buffers (numpy arrays, Arrow
    columns) are no copy: all workers share one, which they cannot write to; copy an array before changing it.

    >>> table = sc.broadcast({"a": 1})
    >>> sc.parallelize(["a", "b"]).map(lambda k: table.value.get(k, 0)).collect()
    [1, 0]
    """

    def __init__(self, session: Session, value: T) -> None:
        self._session = session
        self._value = value
        self._id, self._path = session.share(value)
        self._destroyed = False

    @property
    def value(self) -> T:
        """The value; in a task, the worker's own copy, but for large arrays. Raises BroadcastDestroyedError after
        ``destroy``."""
        self._check()
        return self._value

    def unpersist(self, blocking: bool = False) -> None:
        """Have the workers drop their copies; a task that uses the broadcast later loads it again.

        A worker drops its copy before its next task, so there is nothing that ``blocking`` could wait for.

        >>> numbers = sc.broadcast([1, 2])
        >>> numbers.unpersist()
        >>> sc.parallelize([0]).flatMap(lambda _: numbers.value).collect()
        [1, 2]
        """
        self._check()
        self._session.drop_copies(self._id)

    def destroy(self, blocking: bool = False) -> None:
        """Remove the stored value and the workers' copies. Using the broadcast afterwards raises
        BroadcastDestroyedError, where a job is described or submitted."""
        self._check()
        self._destroyed = True
        self._session.unshare(self._id)

    def dump(self, value: T, f: BinaryIO) -> None:
        """Write ``value``, pickled, to an open file, and close it. Raises PicklingError where it cannot be pickled."""
        try:
            data = dumps(value, "the broadcast value")
        except Exception as error:
            raise pickle.PicklingError(f"Could not serialize broadcast: {type(error).__name__}: {error}") from error
        f.write(data)
        f.close()

    def load(self, file: BinaryIO) -> T:
        """The value that ``dump`` wrote to an open file. Only for files that one trusts: it is unpickled."""
        value: T = pickle.load(file)
        return value

    def load_from_path(self, path: str) -> T:
        """As ``load``, from a path.

        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "value")
        >>> numbers = sc.broadcast([1, 2])
        >>> numbers.dump(numbers.value, open(path, "wb"))
        >>> numbers.load_from_path(path)
        [1, 2]
        """
        with open(path, "rb") as file:
            return self.load(file)

    def _check(self) -> None:
        if self._destroyed:
            raise BroadcastDestroyedError(
                f"Attempted to use Broadcast({self._id}) after it was destroyed; make another with sc.broadcast(...)"
            )

    def _canonical_(self, canonical: Any) -> None:
        """By the content that tasks see."""
        self._check()
        canonical.token("broadcast")
        canonical.put(self._session.shared_value(self._id))

    def __reduce__(self) -> tuple[Any, ...]:
        self._check()
        return BroadcastInTask, (self._id, self._path)

    def __repr__(self) -> str:
        return f"Broadcast({self._id})"


class BroadcastInTask(Broadcast[Any]):
    """A broadcast as tasks see it."""

    def __init__(self, data_id: int, path: str) -> None:
        self._id = data_id
        self._path = path
        self._destroyed = False

    @property
    def value(self) -> Any:
        return load_shared(self._id, self._path)

    def unpersist(self, blocking: bool = False) -> None:
        raise ContextInTaskError(f"Broadcast({self._id}) is unpersisted inside a task; only the driver can do that")

    def destroy(self, blocking: bool = False) -> None:
        raise ContextInTaskError(f"Broadcast({self._id}) is destroyed inside a task; only the driver can do that")
