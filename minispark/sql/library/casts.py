"""Conversions between types as Spark's CAST makes them."""

from __future__ import annotations

from minispark.sql import types as t
from minispark.sql.library.function import Emitting, Function

FUNCTIONS: tuple[Function, ...] = ()


def castable(source: t.DataType, target: t.DataType, ansi: bool) -> bool:
    """Whether Spark allows the cast at all."""
    return True


def cast(emit: Emitting, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str:
    """SQL of the value ``sql`` of one type as another. ``mode`` is ``ansi`` (errors), ``try`` (null) or ``legacy``."""
    word = "TRY_CAST" if mode == "try" else "CAST"
    if isinstance(source, (t.DoubleType, t.FloatType)) and isinstance(target, t.IntegralType):
        sql = f"trunc({sql})"
    return f"{word}({sql} AS {emit.duck(target)})"
