"""JSON trees and plain values as text, as Jackson's generators write them."""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from typing import Any

from minispark.sql.exact.jsontree import FloatText, IntText, Members

_UPPER_HEX = re.compile(r"[\x0b\x0e\x0f\x1a-\x1f]")
_WIDE = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")


def quoted(text: str) -> str:
    """A string as JSON.

    >>> print(quoted('a"b/\\n\\x1f'))
    "a\\"b/\\n\\u001F"
    """
    if _UPPER_HEX.search(text):
        pieces = _UPPER_HEX.split(text)
        odd = _UPPER_HEX.findall(text)
        made = encode_basestring(pieces[0])[:-1]
        for character, piece in zip(odd, pieces[1:], strict=True):
            made += f"\\u{ord(character):04X}" + encode_basestring(piece)[1:-1]
        return made + '"'
    return encode_basestring(text)


def quoted_for_bytes(text: str) -> str:
    """A string as JSON where it is written as bytes: characters beyond 16 bits become two escapes."""
    made = quoted(text)
    return made if made.isascii() else _WIDE.sub(_escaped, made)


def double_text(number: float) -> str:
    """A double as Java writes it, in the shortest digits that give it back.

    >>> [double_text(x) for x in (1.0, 1e7, 0.001, 1.5e-7, -0.0, float("inf"))]
    ['1.0', '1.0E7', '0.001', '1.5E-7', '-0.0', 'Infinity']
    """
    return java_text(repr(number))


def java_text(shortest: str) -> str:
    """Digits as Python writes a float, as Java lays them out."""
    if shortest in _NAMES:
        return _NAMES[shortest]
    sign, body = ("-", shortest[1:]) if shortest[0] == "-" else ("", shortest)
    mantissa, _, exponent = body.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return sign + "0.0"
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if -3 < point <= 7:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{digits}"
        digits = digits.ljust(point + 1, "0")
        return f"{sign}{digits[:point]}.{digits[point:]}"
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{point - 1}"


_NAMES = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def number_text(tree: FloatText) -> str:
    """A number that was read, as it is written again: as a double, in quotes where it is none."""
    made = double_text(float(tree))
    return f'"{made}"' if made[-1] in "Ny" else made


def tree_text(tree: Any, wide: bool = False) -> str:
    """A tree of :mod:`jsontree` as compact JSON; ``wide`` keeps characters beyond 16 bits, which bytes escape.

    >>> from minispark.sql.exact.jsontree import JsonRules, reader_of
    >>> tree_text(reader_of(JsonRules())('{"a": [1.50, -0, null], "b": true}'))
    '{"a":[1.5,0,null],"b":true}'
    """
    if isinstance(tree, str):
        if isinstance(tree, IntText):
            return "0" if tree == "-0" else str(tree)
        if isinstance(tree, FloatText):
            return number_text(tree)
        return quoted(tree) if wide else quoted_for_bytes(tree)
    if tree is None:
        return "null"
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, Members):
        quote = quoted if wide else quoted_for_bytes
        return "{" + ",".join([f"{quote(name)}:{tree_text(item, wide)}" for name, item in tree]) + "}"
    return "[" + ",".join([tree_text(item, wide) for item in tree]) + "]"


def storable(text: str) -> str:
    """A text without halves of surrogate pairs, which Spark stores as question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x10000:
        return f"\\u{code:04X}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04X}\\u{0xDC00 + (code & 0x3FF):04X}"
