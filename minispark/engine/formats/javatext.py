"""Values as Java prints them: what Hadoop's ``TextOutputFormat`` writes."""

from __future__ import annotations

import math
from typing import Any

from minispark.engine.formats.writables import writable_of


def as_java_text(item: Any) -> str:
    """The text of the Writable that Spark would make of a value. Raises TypeError where there is none.

    >>> [as_java_text(item) for item in (1, "a", True, b"ab", {"a": 1, 2: None}, 1.5)]
    ['1', 'a', 'true', '61 62', '{a=1, 2=(null)}', '1.5']
    """
    writable_of(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, float):
        return java_double(item)
    if isinstance(item, (bytes, bytearray)):
        return item.hex(" ")
    if isinstance(item, dict):
        return "{" + ", ".join(f"{as_java_text(key)}={as_java_text(each)}" for key, each in item.items()) + "}"
    return "(null)" if item is None else str(item)


def java_double(number: float) -> str:
    """
    >>> [java_double(x) for x in (1.0, -0.0, 0.001, 1e-4, 1e7, 1.25e300, float("inf"), float("nan"))]
    ['1.0', '-0.0', '0.001', '1.0E-4', '1.0E7', '1.25E300', 'Infinity', 'NaN']
    """
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0 or 1e-3 <= abs(number) < 1e7:
        return repr(float(number))
    digits, _, exponent = f"{number!r}".partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    shift = int(exponent or 0)
    significant = (whole + fraction).lstrip("0")
    shift += len(whole) - 1 if whole != "0" else -(len(fraction) - len(fraction.lstrip("0"))) - 1
    rest = significant[1:].rstrip("0") or "0"
    return f"{sign}{significant[0]}.{rest}E{shift}"
