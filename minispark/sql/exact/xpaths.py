"""``xpath`` and its like: parts of XML texts."""

from __future__ import annotations

import math
import struct
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact import xmltree, xpathlanguage
from minispark.sql.exact.jsontext import storable
from minispark.sql.exact.xpathvalues import boolean, evaluate, nodes, number, text

_ABSENT = object()


def _value(xml: str, path: str) -> Any:
    """What an expression gives for a text; _ABSENT if either is empty."""
    if not xml or not path:
        return _ABSENT
    try:
        return evaluate(xpathlanguage.parsed(path), xmltree.parsed(xml))
    except xmltree.XmlError as error:
        raise SparkRuntimeException(f"{xml!r:.200} is not XML: {error}", "INVALID_XML", {}) from error
    except xpathlanguage.XPathError as error:
        raise SparkRuntimeException(str(error), "INVALID_XPATH", {"path": path}) from error


def xpath(xml: str, path: str) -> list[str | None] | None:
    """The values of all nodes found: of texts and attributes, None of elements.

    >>> xpath("<a><b>b1</b><b>b2</b></a>", "a/b/text()")
    ['b1', 'b2']
    """
    found = _value(xml, path)
    if found is _ABSENT:
        return None
    try:
        return [None if one.kind in ("element", "document") else storable(one.value) for one in nodes(found)]
    except xpathlanguage.XPathError as error:
        raise SparkRuntimeException(str(error), "INVALID_XPATH", {"path": path}) from error


def xpath_string(xml: str, path: str) -> str | None:
    """The text of what is found first, or of a value computed.

    >>> xpath_string("<a><b>b</b><c>cc</c></a>", "a/c"), xpath_string("<a/>", "count(a)")
    ('cc', '1')
    """
    found = _value(xml, path)
    return None if found is _ABSENT else storable(text(found))


def xpath_boolean(xml: str, path: str) -> bool | None:
    """Whether anything is found, or a condition holds.

    >>> xpath_boolean("<a><b>1</b></a>", "a/b"), xpath_boolean("<a><b>1</b></a>", "a/b = 2")
    (True, False)
    """
    found = _value(xml, path)
    return None if found is _ABSENT else boolean(found)


def xpath_double(xml: str, path: str) -> float | None:
    """The number found, NaN if there is none.

    >>> xpath_double("<a><b>1</b><b>2</b></a>", "sum(a/b)")
    3.0
    """
    found = _value(xml, path)
    return None if found is _ABSENT else number(found)


def xpath_float(xml: str, path: str) -> float | None:
    """The same in 32 bits."""
    found = xpath_double(xml, path)
    if found is None or not math.isfinite(found):
        return found
    try:
        return float(struct.unpack("<f", struct.pack("<f", found))[0])
    except OverflowError:
        return math.copysign(math.inf, found)


def _whole(xml: str, path: str, bits: int) -> int | None:
    """A number cut to a whole one, as Java casts it: to the nearest there is."""
    found = xpath_double(xml, path)
    if found is None:
        return None
    if found != found:
        return 0
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1
    return int(max(low, min(high, found))) if math.isfinite(found) else low if found < 0 else high


def xpath_int(xml: str, path: str) -> int | None:
    """A whole number of 32 bits, 0 for none."""
    return _whole(xml, path, 32)


def xpath_long(xml: str, path: str) -> int | None:
    """A whole number of 64 bits, 0 for none."""
    return _whole(xml, path, 64)


def xpath_short(xml: str, path: str) -> int | None:
    """The lower 16 bits of a whole number of 32."""
    found = _whole(xml, path, 32)
    return None if found is None else ((found + 0x8000) & 0xFFFF) - 0x8000
