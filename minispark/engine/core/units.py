"""Sizes and times as Spark's settings write them: ``128m``, ``1g``, ``500ms``, ``30s``."""

from __future__ import annotations

import re

from minispark.engine.core.errors import ConfigurationError

_SIZES = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40, "p": 1 << 50}
_SECONDS = {"us": 1e-6, "ms": 1e-3, "": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_SIZE = re.compile(r"(\d+)\s*([bkmgtp]?)(?:b|ib)?", re.IGNORECASE)
_TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(us|ms|s|min|m|h|d|)", re.IGNORECASE)


def parse_bytes(text: str, default_unit: str = "b") -> int:
    """Bytes of a size such as ``128m``; a bare number is in ``default_unit``.

    >>> parse_bytes("128m"), parse_bytes("1g"), parse_bytes("512", "m")
    (134217728, 1073741824, 536870912)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(f"not a size: {text!r}; write a number and a unit of b, k, m, g or t, such as 128m")
    return int(match[1]) * _SIZES[(match[2] or default_unit).lower()]


def parse_seconds(text: str) -> float:
    """Seconds of a time such as ``500ms``; a bare number is in seconds.

    >>> parse_seconds("500ms"), parse_seconds("2min"), parse_seconds("3")
    (0.5, 120.0, 3.0)
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ConfigurationError(f"not a time: {text!r}; write a number and a unit of us, ms, s, min, h or d")
    return float(match[1]) * _SECONDS[match[2].lower()]


def format_bytes(count: float) -> str:
    """A size for people, in binary units.

    >>> format_bytes(0), format_bytes(2048), format_bytes(5_300_000)
    ('0 B', '2.0 KiB', '5.1 MiB')
    """
    if count < 1024:
        return f"{count:.0f} B"
    for unit in ("KiB", "MiB", "GiB"):
        count /= 1024
        if count < 1024:
            return f"{count:.1f} {unit}"
    return f"{count / 1024:.1f} TiB"
