"""The rows of one kept plan."""

from __future__ import annotations

import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from minispark.engine.core.errors import CheckpointError
from minispark.sql.keeping.files import KeptFile
from minispark.sql.keeping.intake import Intake, Place, TooMuch, written
from minispark.sql.keeping.memory import KeptMemory

Take = Callable[[Any, Iterable[Any]], None]
"""What takes the schema and the batches of a query's result; it may be called again, with those of another run."""


class NotKept(Exception):
    """A store cannot keep its rows now: whoever wants them computes them."""

    def __init__(self, store: Store) -> None:
        super().__init__("the rows are not kept")
        self.store = store


class _Unwritten(Exception):
    """A file could not be written, ``cause`` says why: told apart from what the query itself raises."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _Unwritten(error) from error


class Lent:
    """A store's rows for the time of a ``with``. (A generator would show contextlib as the place that runs a query.)"""

    __slots__ = ("_again", "_store")

    def __init__(self, store: Store, again: bool) -> None:
        self._store = store
        self._again = again

    def __enter__(self) -> Store:
        self._store.lend(self._again)
        return self._store

    def __exit__(self, *failed: object) -> None:
        self._store.take_back()


class Store:
    """Rows that are computed when first asked for, and kept where the level says.

    In memory they make room for others: with ``useDisk`` by going to a file, else by being computed again. A
    ``checkpoint`` is never computed again; if ``lasting``, its file stays behind.
    """

    def __init__(
        self,
        compute: Callable[[Take], None],
        level: Any,
        memory: KeptMemory,
        place: Place,
        checkpoint: bool = False,
        lasting: bool = False,
    ) -> None:
        self.level = level
        self._compute: Callable[[Take], None] | None = compute
        self._memory = memory
        self._place = place
        self._checkpoint = checkpoint
        self._lasting = lasting
        self._rows: Any = None
        self._file: KeptFile | None = None
        self._readers = 0
        self._freed = False
        self._making = threading.Lock()
        self.hopeless = False
        """Whether the rows were found to be more than may be kept."""
        memory.register(self)

    def table(self) -> Any:
        """The rows as a pyarrow.Table of physical columns, for those to whom they are ``lent``."""
        return self._rows

    def lent(self, again: bool = True) -> Lent:
        """Within, the rows are there and stay where they are.

        Raises NotKept where they do not fit, or are not there and must not be computed ``again``, CheckpointError where
        a checkpoint was lost, and what computing raises.
        """
        return Lent(self, again)

    def lend(self, again: bool) -> None:
        """What ``lent`` begins with."""
        with self._making:
            if not self._begin_reading():
                if not again:
                    raise NotKept(self)
                self._make()

    def take_back(self) -> None:
        """What ``lent`` ends with."""
        with self._memory.lock:
            self._readers -= 1
            if self._freed and not self._readers:
                self._drop()

    def free(self) -> None:
        """Give memory and file back, as soon as nobody reads them; the rows are computed again when asked for."""
        with self._memory.lock:
            self._freed = True
            if not self._readers:
                self._drop()

    def _begin_reading(self) -> bool:
        with self._memory.lock:
            if self._rows is not None and self._file is not None and not self._file.sound():
                if self._checkpoint:
                    raise CheckpointError(
                        f"the file of a checkpoint, {self._file.path}, is lost or damaged; there is nothing behind it: "
                        "make the checkpoint again"
                    )
                self._drop()
            if self._rows is None:
                return False
            self._readers += 1
            self._memory.touch(self)
            return True

    def _make(self) -> None:
        if self._compute is None:
            raise CheckpointError("the rows of a checkpoint were freed with their session")
        begun: list[Intake] = []

        def take(schema: Any, batches: Iterable[Any]) -> None:
            while begun:
                begun.pop().discard()
            with _writing():
                begun.append(Intake(self._memory, self, schema, *self._tiers(), self._place))
            for batch in batches:
                with _writing():
                    begun[0].add(batch)

        try:
            self._compute(take)
            with _writing():
                rows, file = begun[0].finish()
        except BaseException as error:
            while begun:
                begun.pop().discard()
            self._give_up(error)
            raise
        with self._memory.lock:
            self._rows, self._readers = rows, 1
            self._own(file)
        if self._checkpoint:
            self._compute = None  # and the plan with it

    def _tiers(self) -> tuple[bool, bool]:
        """Whether the rows may be in memory, and whether on disk."""
        return self.level.useMemory or self.level.useOffHeap, self.level.useDisk or self._checkpoint

    def _give_up(self, error: BaseException) -> None:
        """Raise NotKept where what went wrong was the keeping: a plan's rows can be computed without it."""
        if isinstance(error, TooMuch):
            self.hopeless = error.ever
            raise NotKept(self) from None
        if isinstance(error, _Unwritten):
            if self._checkpoint:
                raise error.cause from None
            warnings.warn(f"rows are computed again each time, as they cannot be kept: {error.cause}", stacklevel=2)
            raise NotKept(self) from None

    def _own(self, file: KeptFile | None) -> None:
        self._file = file
        if file is not None and not self._lasting:
            weakref.finalize(self, file.remove).atexit = False

    def _drop(self) -> None:
        self._rows = None
        file, self._file = self._file, None
        if file is not None and not self._lasting:
            file.remove()
        self._memory.give_back(self)

    # --- for the memory, under its lock ------------------------------------------------------------------------------

    def movable(self) -> bool:
        """Whether its rows are in memory, and nobody reads them."""
        return self._rows is not None and self._file is None and not self._readers

    def give_way(self) -> bool:
        """Go to a file, or drop the rows."""
        file = None
        if self._tiers()[1]:
            try:
                file = written(self._rows, self._place)
            except OSError as error:
                if self._checkpoint:
                    return False
                warnings.warn(f"kept rows are dropped, as they cannot go to a file: {error}", stacklevel=2)
        self._drop()
        if file is not None:
            self._rows = file.table()
            self._own(file)
        return True
