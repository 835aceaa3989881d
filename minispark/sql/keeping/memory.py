"""The bound of what a context keeps in memory for DataFrames, and who makes room for whom."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from minispark.rdd.context import SparkContext


class Holder(Protocol):
    """Who has rows in memory. Both are asked under the memory's lock."""

    def movable(self) -> bool:
        """Whether it could give its memory back now."""

    def give_way(self) -> bool:
        """Give it back, by writing the rows to a file or by dropping them; False where that failed."""

    def free(self) -> None:
        """Give back everything, files too."""


class KeptMemory:
    """At most ``bytes_max`` bytes of kept rows; the least recently used make room for others.

    ``lock`` guards what holders have and in which order they were used; who has it waits for no other lock.
    """

    def __init__(self, bytes_max: int) -> None:
        self.bytes_max = bytes_max
        self.lock = threading.RLock()
        self._taken: dict[int, tuple[weakref.ref[Holder], int]] = {}
        self._holders: weakref.WeakSet[Holder] = weakref.WeakSet()

    @property
    def used(self) -> int:
        """Bytes of rows in memory."""
        with self.lock:
            return sum(size for _, size in self._taken.values())

    def order(self) -> list[Holder]:
        """Who has rows in memory, the least recently used first."""
        with self.lock:
            return [holder for found, _ in list(self._taken.values()) if (holder := found()) is not None]

    def register(self, holder: Holder) -> None:
        """Know a holder, so that its end comes with the context's."""
        self._holders.add(holder)
        weakref.finalize(holder, self._forget, id(holder)).atexit = False

    def take(self, holder: Holder, size: int) -> bool:
        """Whether ``size`` more bytes are the holder's now. Nobody gives way where that would not be enough."""
        with self.lock:
            own = self.bytes_of(holder)
            if own + size > self.bytes_max:
                return False
            others = [other for other in self.order() if other is not holder and other.movable()]
            if self.used + size - sum(map(self.bytes_of, others)) > self.bytes_max:
                return False
            for other in others:
                if self.used + size <= self.bytes_max:
                    break
                other.give_way()
            if self.used + size > self.bytes_max:
                return False
            self._taken.pop(id(holder), None)
            self._taken[id(holder)] = (weakref.ref(holder), own + size)
            return True

    def bytes_of(self, holder: Holder) -> int:
        """What a holder has."""
        found = self._taken.get(id(holder))
        return 0 if found is None else found[1]

    def touch(self, holder: Holder) -> None:
        """It is the one used last."""
        with self.lock:
            found = self._taken.pop(id(holder), None)
            if found is not None:
                self._taken[id(holder)] = found

    def give_back(self, holder: Holder) -> None:
        """Its rows are in memory no more."""
        self._forget(id(holder))

    def close(self) -> None:
        """Free everybody."""
        for holder in list(self._holders):
            holder.free()

    def _forget(self, key: int) -> None:
        with self.lock:
            self._taken.pop(key, None)


SHARE = 2
"""Kept rows take at most this part (a half) of what queries may take."""

_memories: weakref.WeakKeyDictionary[SparkContext, KeptMemory] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def memory_of(context: SparkContext) -> KeptMemory:
    """The context's; sessions on one context share it."""
    with _lock:
        memory = _memories.get(context)
        if memory is None:
            memory = _memories[context] = KeptMemory(context._session.config.sql_memory_bytes // SHARE)
        return memory


def used_by(context: SparkContext) -> int:
    """How many bytes of memory a context's kept rows take now."""
    memory = _memories.get(context)
    return 0 if memory is None else memory.used


def forget_memory(context: SparkContext) -> None:
    """Free all that a context that stops has kept."""
    with _lock:
        memory = _memories.pop(context, None)
    if memory is not None:
        memory.close()
