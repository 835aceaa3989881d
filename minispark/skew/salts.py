"""Salts: what a hot key's records get, so that they part; and the way to the reducers.

A salt depends on the record's place alone, that is on its partition and how many records got one there before: a task
that runs again gives the same ones. Places are spread by an additive recurrence in two dimensions (Roberts, 2018), not
by a remainder, so that records get all salts alike even where keys take turns, or where partitions hold few of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any

from minispark.engine.plan.partitioners import portable_hash

_BITS = 64
_MASK = (1 << _BITS) - 1
_BY_PLACE = 0xC13FA9A902A6328F
_BY_PARTITION = 0x91E10DA5C79E7B1D
"""The inverses of the plastic number and of its square, as fractions of 2**64."""


PERIOD = 8191
"""Salts come again after so many records, read from a list then: a prime, as hardly any data repeat after so many."""


def salts_of(partition: int, salts: int) -> Iterator[int]:
    """The salts of a partition's records in turn, each from 0 to ``salts`` - 1; without end.

    >>> from collections import Counter
    >>> from itertools import islice
    >>> drawn = list(islice(salts_of(0, 8), 8000))
    >>> max(Counter(drawn).values()) - min(Counter(drawn).values()) < 4
    True
    >>> set(drawn[::8]) == set(range(8))
    True
    """
    return cycle(islice(_points(partition, salts), PERIOD))


def _points(partition: int, salts: int) -> Iterator[int]:
    point = partition * _BY_PARTITION & _MASK
    while True:
        yield point * salts >> _BITS
        point = point + _BY_PLACE & _MASK


def route(salted: tuple[Any, int]) -> int:
    """Where ``(key, salt)`` goes: salt 0 where the plain key would, each other one reducer on."""
    key, salt = salted
    return portable_hash(key) + salt
