"""Constants as DuckDB's SQL, exact and typed."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from minispark.sql import types as t
from minispark.sql.convert.physical import duck_type, physical_names


def text_sql(text: str) -> str:
    """A string.

    Braces and zero characters are written as ``chr``: templates give braces a meaning, C strings zeros an end.
    """
    quoted = "'" + text.replace("'", "''") + "'"
    if "{" in text or "\0" in text or "\1" in text:
        quoted = quoted.replace("{", "'||chr(123)||'").replace("\0", "'||chr(0)||'").replace("\1", "'||chr(1)||'")
        return f"({quoted})"
    return quoted


def literal_sql(item: Any, dtype: t.DataType) -> str:
    """A physical Python value of a type as SQL of just that DuckDB type."""
    kind = duck_type(dtype)
    if item is None:
        return f"(NULL::{kind})" if kind.endswith("]") else f"NULL::{kind}"
    if isinstance(dtype, t.BooleanType):
        return "true" if item else "false"
    if isinstance(dtype, (t.DoubleType, t.FloatType)):
        shown = "nan" if math.isnan(item) else repr(float(item))
        return f"'{shown}'::{kind}"
    if isinstance(item, str):
        return text_sql(item)
    if isinstance(item, (bytes, bytearray)):
        return f"from_hex('{bytes(item).hex()}')"
    if isinstance(item, Decimal):
        return f"'{item:f}'::{kind}"
    if isinstance(item, datetime.datetime):
        return f"TIMESTAMP '{item.isoformat(' ', 'microseconds')}'"
    if isinstance(item, datetime.date):
        return f"DATE '{item.isoformat()}'"
    if isinstance(item, datetime.time):
        return f"TIME '{item.isoformat('microseconds')}'"
    if isinstance(dtype, t.CalendarIntervalType):
        months, days, nanoseconds = item
        return f"(to_months({int(months)}) + to_days({int(days)}) + to_microseconds({int(nanoseconds) // 1000}))"
    if isinstance(dtype, t.ArrayType):
        return f"([{', '.join(literal_sql(one, dtype.elementType) for one in item)}]::{kind})"
    if isinstance(dtype, t.MapType):
        keys = ", ".join(literal_sql(key, dtype.keyType) for key, _ in item)
        values = ", ".join(literal_sql(one, dtype.valueType) for _, one in item)
        return f"(map([{keys}], [{values}])::{kind})"
    if isinstance(dtype, (t.StructType, t.VariantType)):
        return _struct_sql(item, dtype, kind)
    return f"{int(item)}::{kind}" if item >= 0 else f"({int(item)})::{kind}"


def _struct_sql(item: Any, dtype: t.DataType, kind: str) -> str:
    if isinstance(dtype, t.VariantType):
        parts = ", ".join(literal_sql(item[name], t.BinaryType()) for name in ("value", "metadata"))
        return f"row({parts})::{kind}"
    assert isinstance(dtype, t.StructType)
    values = [item[name] for name in physical_names(dtype)] if isinstance(item, Mapping) else list(item)
    parts = ", ".join(literal_sql(one, field.dataType) for one, field in zip(values, dtype.fields, strict=True))
    return f"row({parts})::{kind}"
