"""The values of one key, as ``groupByKey`` and ``cogroup`` give them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sized
from typing import Any, Generic, TypeVar

V = TypeVar("V")


class ResultIterable(Generic[V]):
    """An iterable of known length that can be read again and again (``pyspark.resultiterable.ResultIterable``).

    >>> values = ResultIterable([1, 2])
    >>> len(values), list(values), list(values)
    (2, [1, 2], [1, 2])
    """

    __slots__ = ("data", "maxindex")

    def __init__(self, data: Any) -> None:
        self.data: Iterable[V] = data
        self.maxindex = len(data) if isinstance(data, Sized) else 0

    def __iter__(self) -> Iterator[V]:
        return iter(self.data)

    def __len__(self) -> int:
        return self.maxindex
