"""Sketches and bitmaps."""

from __future__ import annotations

from minispark.sql.library.function import Function

FUNCTIONS: tuple[Function, ...] = ()
