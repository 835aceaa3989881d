"""Row: a tuple that may know the names of its fields (``pyspark.sql.Row``)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from minispark.errors import (
    PySparkAttributeError,
    PySparkKeyError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)


class Row(tuple[Any, ...]):
    """A tuple of values with names: ``Row(name="Alice", age=11)``, or ``Row("Alice", 11)`` without.

    A row of names makes other rows: ``Person = Row("name", "age")``, then ``Person("Alice", 11)``. Values are read by
    position, by name in brackets or as attributes (a field named as one of tuple's methods in brackets only); ``in``
    looks among the names where there are any. Rows compare, hash and route to partitions as tuples, names apart.

    Raises PySparkValueError for positional and keyword values together, for a name in brackets that is none of the
    fields, and for more values than a row of names has; PySparkAttributeError for an attribute; PySparkKeyError for a
    field that was given no value; PySparkRuntimeError for an assignment.

    >>> row = Row(name="Alice", age=11)
    >>> row, row.age, row["name"], row[0], "age" in row, row == ("Alice", 11)
    (Row(name='Alice', age=11), 11, 'Alice', 'Alice', True, True)
    >>> Person = Row("name", "age")
    >>> Person, Person("Bob", 7)
    (<Row('name', 'age')>, Row(name='Bob', age=7))
    """

    __fields__: Sequence[Any]
    """The names, in order; only rows with names have it."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            raise PySparkValueError(
                "give a Row either values alone or names with values, not both",
                "CANNOT_SET_TOGETHER",
                {"arg_list": "args and kwargs"},
            )
        return named_row(list(kwargs), kwargs.values(), cls) if kwargs else tuple.__new__(cls, args)

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """Names and values; with ``recursive`` also of rows inside, and of rows in lists and in values of dicts there.

        Raises PySparkTypeError for a row without names.

        >>> Row(key=1, value=Row(name="a", age=2)).asDict(True)
        {'key': 1, 'value': {'name': 'a', 'age': 2}}
        """
        if "__fields__" not in self.__dict__:
            raise PySparkTypeError(
                f"{self!r:.200} has no names for its values and makes no dict; make it as Row(name=value, ...)",
                "CANNOT_CONVERT_TYPE",
                {"from_type": "Row", "to_type": "dict"},
            )
        return dict(zip(self.__fields__, map(_as_dicts, self) if recursive else self, strict=False))

    def __contains__(self, item: object) -> bool:
        names = self.__dict__.get("__fields__")
        return tuple.__contains__(self, item) if names is None else item in names

    def __call__(self, *args: Any) -> Row:
        """A row of these values, named by this row's values; fewer values leave the last fields without one."""
        if len(args) > len(self):
            raise PySparkValueError(
                f"{self!r:.200} names {len(self)} fields, and there are {len(args)} values for them",
                "TOO_MANY_VALUES",
                {"expected": str(len(self)), "item": "fields", "actual": str(len(args))},
            )
        return named_row(self, args)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return tuple.__getitem__(self, item)
        names = self.__fields__
        try:
            place = names.index(item)
        except ValueError:
            raise PySparkValueError(f"no field {item!r:.200}; the fields are {_listed(names)}") from None
        if place >= len(self):
            raise PySparkKeyError(f"field {item!r:.200} was given no value", "KEY_NOT_EXISTS", {"key": str(item)})
        return tuple.__getitem__(self, place)

    def __getattr__(self, item: str) -> Any:
        if not item.startswith("__"):
            names = self.__fields__
            try:
                return tuple.__getitem__(self, names.index(item))
            except (ValueError, IndexError):
                pass
            what = f"a Row with a value for {item!r}: its fields are {_listed(names)}, its values {len(self)}"
        else:
            what = "a Row with names, as Row(name=value, ...) makes them" if item == "__fields__" else f"any {item!r}"
        raise PySparkAttributeError(f"this is not {what}", "ATTRIBUTE_NOT_SUPPORTED", {"attr_name": item}) from None

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError(
                f"a Row cannot be changed; make another instead of setting {key!r}", "READ_ONLY", {"object": "Row"}
            )
        _set_attributes(self, {key: value})  # other rows may share what it had

    def __reduce__(self) -> tuple[Any, ...]:
        names = self.__dict__.get("__fields__")
        return (
            (_plain_row, (type(self), tuple(self))) if names is None else (named_row, (names, tuple(self), type(self)))
        )

    def __repr__(self) -> str:
        names = self.__dict__.get("__fields__")
        if names is None:
            return f"<Row({', '.join(map(repr, self))})>"
        return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(names, self, strict=False))})"


def named_row(names: Sequence[Any], values: Any, kind: type[Row] = Row) -> Row:
    """A row of ``values``; ``names`` is kept as it is, and may be shared by many rows."""
    row = tuple.__new__(kind, values)
    row.__dict__["__fields__"] = names
    return row


_set_attributes = Row.__dict__["__dict__"].__set__


def named_rows(names: Sequence[Any], items: Iterable[Iterable[Any]]) -> list[Row]:
    """A row of each of ``items``, all of the same names: in half the time, since they share their attributes too.

    >>> named_rows(["a", "b"], [(1, 2), (3, 4)])
    [Row(a=1, b=2), Row(a=3, b=4)]
    """
    rows = list(map(tuple.__new__, repeat(Row), items))
    deque(map(_set_attributes, rows, repeat({"__fields__": names})), maxlen=0)
    return rows


def _plain_row(kind: type[Row], values: tuple[Any, ...]) -> Row:
    return tuple.__new__(kind, values)


def _as_dicts(item: Any) -> Any:
    if isinstance(item, Row):
        return item.asDict(True)
    if isinstance(item, list):
        return [_as_dicts(one) for one in item]
    if isinstance(item, dict):
        return {key: _as_dicts(one) for key, one in item.items()}
    return item


def _listed(names: Sequence[Any]) -> str:
    return f"{', '.join(map(repr, names)):.300}"
