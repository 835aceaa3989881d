"""SELECTs as texts: what is still open, so that a node above writes into it and not around it.

DuckDB parses and binds each level of a query, with its list of columns; a level that only passes columns on has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.plan.expressions import Attribute


class OpenText(str):
    """``FROM tables [WHERE condition]``: all columns, or what a SELECT put before it makes of them."""

    __slots__ = ()


class JoinedText(OpenText):
    """``FROM tables``."""

    __slots__ = ()


class SortedText(str):
    """``FROM tables ORDER BY keys``."""

    __slots__ = ()


def selected(columns: str, text: str) -> str:
    """A SELECT of these columns over a text."""
    return f"SELECT {columns} {text}" if isinstance(text, OpenText) else f"SELECT {columns} FROM ({text})"


def as_table(text: str) -> str:
    """What stands for a text after FROM and JOIN."""
    if not isinstance(text, JoinedText):
        return f"({text})"
    return f"({text.removeprefix('FROM ')})"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def once(attributes: Sequence[Attribute]) -> list[Attribute]:
    return list({one.id: one for one in attributes}.values())


def columns_of(attributes: Sequence[Attribute]) -> str:
    return ", ".join(f"c{one.id}" for one in once(attributes)) or "1 AS nothing"


def final(one: Attribute) -> str:
    """A column as its type says: decimals may be wider or narrower on the way."""
    waiting: list[Any] = [one.dtype]
    while waiting:
        dtype = waiting.pop()
        if isinstance(dtype, t.DecimalType):
            from minispark.sql.convert.physical import duck_type

            return f"CAST(c{one.id} AS {duck_type(one.dtype)})"
        if isinstance(dtype, t.ArrayType):
            waiting.append(dtype.elementType)
        elif isinstance(dtype, t.MapType):
            waiting += (dtype.keyType, dtype.valueType)
        elif isinstance(dtype, t.StructType):
            waiting += [field.dataType for field in dtype.fields]
    return f"c{one.id}"
