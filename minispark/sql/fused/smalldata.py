"""Small data of a program's own, written into the query: quicker than through Arrow, which then need not be loaded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minispark.sql.convert.physical import duck_type
from minispark.sql.plan.nodes import Local
from minispark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    IntegralType,
    StringType,
)

_MOST = 400
"""How many values may be written."""


def small(columns: Sequence[Sequence[Any]], dtypes: Sequence[DataType], rows: int) -> bool:
    """Whether these values can be written into a query, exactly.

    >>> from minispark.sql.types import LongType
    >>> small([[1, 2]], [LongType()], 2), small([["\\0"]], [StringType()], 1)
    (True, False)
    """
    if not 0 < rows * len(dtypes) <= _MOST:
        return False
    return all(_writable(column, dtype) for column, dtype in zip(columns, dtypes, strict=True))


def _writable(column: Sequence[Any], dtype: DataType) -> bool:
    if isinstance(dtype, (BooleanType, IntegralType)):
        return all(item is None or type(item) in (bool, int) for item in column)
    if isinstance(dtype, StringType):
        return all(item is None or (type(item) is str and "\0" not in item and _sound(item)) for item in column)
    if isinstance(dtype, DoubleType):
        return all(item is None or (type(item) is float and math.isfinite(item)) for item in column)
    return isinstance(dtype, DateType) and all(item is None or len(str(item)) == 10 for item in column)


def _sound(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def values_query(node: Local) -> str:
    """The SELECT of a Local's values, its columns named by id."""
    assert node.columns is not None
    names = dict.fromkeys(f"c{one.id}" for one in node.output)
    if not names:
        return f"SELECT 1 AS nothing FROM range({node.rows})"
    casts: dict[str, str] = {}
    for place, one in enumerate(node.output):
        casts.setdefault(f"c{one.id}", f"CAST(v{place} AS {duck_type(one.dtype)}) AS c{one.id}")
    rows: str | None = getattr(node, "values", None)
    if rows is None:
        rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in zip(*node.columns, strict=True))
        object.__setattr__(node, "values", rows)
    given = ", ".join(f"v{place}" for place in range(len(node.output)))
    return f"SELECT {', '.join(casts.values())} FROM (VALUES {rows}) AS t({given})"


def _literal(item: Any) -> str:
    if item is None:
        return "NULL"
    if isinstance(item, bool):
        return "TRUE" if item else "FALSE"
    if isinstance(item, int):
        return str(item)
    if isinstance(item, float):
        text = repr(item)
        return text if "e" in text else f"{text}e0"
    text = item if isinstance(item, str) else str(item)
    return "'" + text.replace("'", "''") + "'"
