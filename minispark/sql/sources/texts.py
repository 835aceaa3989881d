"""Names and values as DuckDB's SQL writes them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from minispark.sql.convert.physical import duck_type
from minispark.sql.types import DataType


def sql_text(text: str) -> str:
    """A text.

    >>> sql_text("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def sql_name(name: str) -> str:
    """An identifier.

    >>> sql_name('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def sql_value(item: Any, dtype: DataType) -> str:
    """A physical value of a plain type, cast to it."""
    kind = duck_type(dtype)
    if item is None:
        return f"CAST(NULL AS {kind})"
    if isinstance(item, bytes):
        return "'" + "".join(f"\\x{byte:02X}" for byte in item) + "'::BLOB"
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, Decimal):
        return f"CAST({sql_text(f'{item:f}')} AS {kind})"
    if isinstance(item, datetime.datetime):
        return f"CAST({sql_text(item.isoformat(' '))} AS {kind})"
    return f"CAST({sql_text(str(item))} AS {kind})"
