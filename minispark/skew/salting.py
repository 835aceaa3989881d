"""One side of a salted join: which records of it get a salt, and which are copied to every salt.

Keys become ``(key, salt)``. Of each hot key one side is *spread*: every record gets one salt; the other is *copied*:
every record goes to each salt. So each pair of records that share a key meets exactly once. Other keys have salt 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.shuffle.nan import NAN
from minispark.skew.keysets import KeySet
from minispark.skew.pairs import refused
from minispark.skew.salts import salts_of

MET_MAX = 65_536
"""So many keys a task remembers, to tell of each once. Of more it tells again, which costs time and changes nothing."""


@value
class Keys:
    """Which keys are hot: those of a set, or ``every`` one."""

    some: KeySet = KeySet(())
    every: bool = False

    @property
    def has(self) -> Callable[[Any], bool]:
        return _yes if self.every else self.some.has

    def __bool__(self) -> bool:
        return self.every or len(self.some) > 0


NO_KEYS = Keys()
EVERY_KEY = Keys(every=True)


def _yes(key: Any) -> bool:
    hash(key)  # as a set would
    return True


class SaltedSide:
    """Pairs with keys ``(key, salt)``: a function for ``mapPartitionsWithIndex``.

    With ``marks``, each partition tells salt 0 of every key that is spread by ``()`` that it has the key, and values
    there are ``(value,)``: so salt 0 knows whether a record of the other side has met any.
    """

    def __init__(self, salts: int, spread: Keys, copied: Keys, marks: bool) -> None:
        self.salts = salts
        self.spread = spread
        self.copied = copied
        self.marks = marks

    def __call__(self, partition: int, records: Iterator[Any]) -> Iterator[Any]:
        is_spread = self.spread.has
        is_copied = self.copied.has if self.copied else None
        next_salt = salts_of(partition, self.salts).__next__
        every_salt = range(self.salts)
        marks, news = self.marks, News()
        for record in records:
            try:
                key, value = record
                spread = is_spread(key)
                copied = not spread and is_copied is not None and is_copied(key)
            except Exception as error:
                refused(record, error)
            if spread:
                salt = next_salt()
                if marks:
                    if key not in news.met and news.of(key) and salt:
                        yield (key, 0), ()
                    if not salt:
                        value = (value,)
                yield (key, salt), value
            elif copied:
                for salt in every_salt:
                    yield (key, salt), value
            else:
                yield (key, 0), value


class KeysOnce:
    """``(key, None)`` of each key of a partition: a function for ``mapPartitions``, for joins that ask only whether a
    key is there. Where there are more than ``MET_MAX`` keys some come again."""

    def __call__(self, records: Iterable[Any]) -> Iterator[Any]:
        news = News()
        for record in records:
            try:
                key, _ = record
                new = news.of(key)
            except Exception as error:
                refused(record, error)
            if new:
                yield key, None


class News:
    """Which keys are new to a task. One in ``met`` is not; of others ``of`` tells."""

    __slots__ = ("met",)

    def __init__(self) -> None:
        self.met: set[Any] = set()

    def of(self, key: Any) -> bool:
        met = self.met
        if type(key) is float and key != key:
            key = NAN
        if key in met:
            return False
        if len(met) < MET_MAX:
            met.add(key)
        return True
