"""Rows as instances of a dataclass: types are checked once, against the schema, and not at each row."""

from __future__ import annotations

import dataclasses
import datetime
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from minispark.errors import PySparkTypeError, PySparkValueError
from minispark.sql import types as t
from minispark.sql.row import Row

Make = Callable[[Any], Any]

_PLAIN: dict[type, tuple[type[t.DataType], ...]] = {
    bool: (t.BooleanType,),
    int: (t.IntegralType,),
    float: (t.FloatType, t.DoubleType),
    Decimal: (t.DecimalType,),
    str: (t.StringType, t.CharType, t.VarcharType),
    bytes: (t.BinaryType,),
    datetime.datetime: (t.TimestampType, t.TimestampNTZType),
    datetime.date: (t.DateType,),
    datetime.time: (t.TimeType,),
    datetime.timedelta: (t.DayTimeIntervalType,),
    Row: (t.StructType,),
    t.VariantVal: (t.VariantType,),
    type(None): (t.NullType,),
}
_LISTS = (list, Sequence, Iterable, typing.Sequence, typing.Iterable)
_DICTS = (dict, Mapping, typing.Mapping)


T = typing.TypeVar("T")


def instances_of(cls: type[T], schema: t.StructType) -> Callable[[Iterable[Row]], Iterator[T]]:
    """A function from rows of ``schema`` to instances of the dataclass ``cls``: its fields are columns by name, nested
    dataclasses structs. Other columns are left out, fields with a default may have none.

    Raises PySparkTypeError for what is no dataclass, for a field without a column, and for one whose type does not take
    the column's; the function PySparkValueError for None in a field that takes none.

    >>> @dataclasses.dataclass
    ... class Point:
    ...     x: int
    ...     y: float | None = None
    >>> list(instances_of(Point, t.StructType.fromDDL("y double, x int"))([Row(y=None, x=1)]))
    [Point(x=1, y=None)]
    """
    make = _maker(cls, schema, "")
    return lambda rows: map(make, rows)


def _maker(cls: Any, schema: t.StructType, where: str) -> Make:
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        raise PySparkTypeError(
            f"{cls!r:.200} is no dataclass",
            "NOT_EXPECTED_TYPE",
            {"arg_name": "cls", "expected_type": "dataclass", "arg_type": type(cls).__name__},
        )
    hints = typing.get_type_hints(cls)
    places = []
    for field in dataclasses.fields(cls):
        if not field.init:
            continue
        column = _column(schema, field.name)
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if column is None and optional:
            continue
        if column is None:
            raise PySparkTypeError(
                f"no column for field {where}{field.name} of {cls.__name__}; the columns are "
                f"{', '.join(schema.names):.300}",
                "FIELD_NOT_FOUND",
                {"field_name": f"{where}{field.name}", "data_type": schema.simpleString()},
            )
        made = _value_maker(hints[field.name], schema.fields[column].dataType, f"{where}{field.name}")
        places.append((field.name, column, made))

    def make(row: Any) -> Any:
        return cls(**{name: made(row[column]) for name, column, made in places})

    return make


def _column(schema: t.StructType, name: str) -> int | None:
    if name in schema.names:
        return schema.names.index(name)
    lowered = [column.lower() for column in schema.names]
    return lowered.index(name.lower()) if lowered.count(name.lower()) == 1 else None


def _value_maker(hint: Any, dtype: t.DataType, name: str) -> Make:
    """From a collected value to the field's."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _union(inner, hint, dtype, name)
    if hint is Any:
        return lambda item: item
    if isinstance(hint, type) and dataclasses.is_dataclass(hint) and isinstance(dtype, t.StructType):
        return _present(_maker(hint, dtype, f"{name}."), name)
    if (origin or hint) in _LISTS and isinstance(dtype, t.ArrayType):
        element = _value_maker(inner[0], dtype.elementType, f"{name}[]") if inner else None
        return _present(lambda item: item if element is None else list(map(element, item)), name)
    if (origin or hint) in _DICTS and isinstance(dtype, t.MapType):
        if not inner:
            return _present(lambda item: item, name)
        key = _value_maker(inner[0], dtype.keyType, f"{name} (key)")
        value = _value_maker(inner[1], dtype.valueType, f"{name} (value)")
        return _present(lambda item: {key(one): value(other) for one, other in item.items()}, name)
    if isinstance(hint, type) and isinstance(dtype, _PLAIN.get(hint, ())):
        return _present(lambda item: item, name)
    if isinstance(dtype, t.UserDefinedType):
        return _present(lambda item: item, name)
    raise PySparkTypeError(
        f"field {name} is declared as {getattr(hint, '__name__', hint)}, and its column is {dtype.simpleString()}",
        "FIELD_TYPE_MISMATCH",
        {"obj": str(hint), "data_type": dtype.simpleString()},
    )


def _union(hints: tuple[Any, ...], hint: Any, dtype: t.DataType, name: str) -> Make:
    errors = []
    for one in hints:
        if one is type(None):
            continue
        try:
            make = _value_maker(one, dtype, name)
        except PySparkTypeError as error:
            errors.append(error)
            continue
        return _optional(make) if type(None) in hints else make
    if isinstance(dtype, t.NullType) and type(None) in hints:
        return lambda item: None
    raise errors[0]


def _optional(make: Make) -> Make:
    return lambda item: None if item is None else make(item)


def _present(make: Make, name: str) -> Make:
    def checked(item: Any) -> Any:
        if item is None:
            raise PySparkValueError(
                f"field {name} is None in a row; declare it as optional, or filter such rows out",
                "FIELD_NOT_NULLABLE_WITH_NAME",
                {"field_name": name},
            )
        return make(item)

    return checked
