"""Small functions for programs under test: named, so that a failing program can be printed and run again.

Those with parameters are made by a factory (``plus(3)``), so that closures travel too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from minispark.testing.compare import canonical

Function = Callable[..., Any]


class Named:
    """A function made by a factory, which shows as the call that makes it."""

    def __init__(self, text: str, function: Function) -> None:
        self.text = text
        self.function = function

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)

    def __repr__(self) -> str:
        return self.text


# --- numbers ---------------------------------------------------------------------------------------------------------


def plus(n: int) -> Function:
    return Named(f"plus({n})", lambda x: x + n)


def remainder(n: int) -> Function:
    return Named(f"remainder({n})", lambda x: x % n)


def multiple_of(n: int) -> Function:
    return Named(f"multiple_of({n})", lambda x: x % n == 0)


def looked_up(table: Any, size: int) -> Function:
    """Through a broadcast ``{remainder: value}``."""
    return Named(f"looked_up(table, {size})", lambda x: table.value[x % size])


def counted(total: Any) -> Function:
    """The record as it is, after adding 1 to an accumulator."""

    def count(record: Any) -> Any:
        total.add(1)
        return record

    return Named("counted(total)", count)


def square(x: int) -> int:
    return x * x


def countdown(x: int) -> list[int]:
    return list(range(x % 4, 0, -1))


def twice(x: Any) -> Iterator[Any]:
    yield x
    yield x


def negative(x: int) -> int:
    return -x


# --- text ------------------------------------------------------------------------------------------------------------


def upper(text: str) -> str:
    return text.upper()


def characters(text: str) -> list[str]:
    return list(text)


def is_long(text: str) -> bool:
    return len(text) > 1


def framed(value: Any) -> str:
    return f"<{value!r}>"


def longer(left: str, right: str) -> str:
    """A choice of one of the two that does not depend on their order."""
    return max(left, right, key=lambda text: (len(text), text))


# --- pairs and values ----------------------------------------------------------------------------------------------


def one_each(record: Any) -> tuple[Any, int]:
    return (record, 1)


def swapped(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    return (pair[1], pair[0])


def boxed(value: Any) -> list[Any]:
    return [value]


def put_in(box: list[Any], value: Any) -> list[Any]:
    box.append(value)
    return box


def poured(box: list[Any], other: list[Any]) -> list[Any]:
    box.extend(other)
    return box


def both_lists(sides: tuple[Iterable[Any], Iterable[Any]]) -> tuple[list[Any], list[Any]]:
    return (list(sides[0]), list(sides[1]))


def both_canonical(sides: tuple[Iterable[Any], Iterable[Any]]) -> tuple[list[Any], list[Any]]:
    return (canonical(sides[0]), canonical(sides[1]))


def settled(record: Any) -> Any:
    """Of numbers that are one key to a dict, the one that stands for all: an int where it can be, and one zero.

    After a grouping, because nobody promises which of 1, 1.0 and True the group is called by.
    """
    if isinstance(record, tuple):
        return tuple(map(settled, record))
    if isinstance(record, list):
        return list(map(settled, record))
    if isinstance(record, (int, float)) and record == record and record not in (float("inf"), -float("inf")):
        return int(record) if record == int(record) else record
    return record


# --- whole partitions ------------------------------------------------------------------------------------------------


def doubled(records: Iterable[Any]) -> Iterator[Any]:
    for record in records:
        yield record
        yield record


def size_only(records: Iterable[Any]) -> list[int]:
    return [sum(1 for _ in records)]


def with_position(index: int, records: Iterable[Any]) -> Iterator[tuple[int, int, Any]]:
    for position, record in enumerate(records):
        yield (index, position, record)


def first_of_each(records: Iterator[Any]) -> list[Any]:
    """Leaves the rest of its input unread."""
    return [record for record, _ in zip(records, range(1), strict=False)]


RECORD_BY_RECORD: frozenset[Function] = frozenset({doubled})
"""Functions of a partition whose result is that of each record alone."""

ORDER_FREE: frozenset[Function] = frozenset({doubled, size_only})
"""Functions of a partition that do not care about its order."""
