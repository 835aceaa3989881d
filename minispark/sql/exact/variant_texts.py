"""Texts of CSV and XML as variants: as numbers, truth values, dates or moments where they read as such."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkException
from minispark.sql.exact import variant_encoding as encoding
from minispark.sql.exact.variant_encoding import Keys
from minispark.sql.exact.xmltree import Node

if TYPE_CHECKING:
    from minispark.sql.exact.records import Times
    from minispark.sql.exact.variants import Physical
    from minispark.sql.exact.xmlrules import XmlRules

_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
PLAIN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
"""What is a date where no format is given; other texts that name one are moments."""


def of_text(text: str | None, times: Times | None) -> bytes:
    """A text as an encoded variant; ``times`` reads dates and moments, if they are to be."""
    if text is None:
        return encoding.NULL_VALUE
    if _WHOLE.fullmatch(text) and -(1 << 63) <= int(text) < 1 << 63:
        return encoding.of_integer(int(text))
    if _NUMBER.fullmatch(text):
        number = _digits(text)
        if number is not None:
            return encoding.of_decimal(number)
    if text.lower() in ("true", "false"):
        return encoding.of_boolean(text.lower() == "true")
    if times is not None:
        made = _moment(text, times)
        if made is not None:
            return made
    return encoding.of_string(text)


def _digits(text: str) -> Decimal | None:
    """A number that 38 digits hold, with none of them after the point where its exponent puts none there."""
    number = Decimal(text)
    scale = -int(number.as_tuple().exponent)
    if scale < 0:
        if number.adjusted() >= 38:
            return None
        return Decimal(int(number))
    return number if scale <= 38 and len(number.as_tuple().digits) <= 38 else None


def _moment(text: str, times: Times) -> bytes | None:
    from minispark.sql.exact.records import Unconvertible

    readers: list[tuple[Callable[[str], Any], Callable[[Any], bytes]]] = [(times.read_timestamp, encoding.of_timestamp)]
    if times.date_format is not None or PLAIN_DATE.fullmatch(text):
        readers.insert(0, (times.read_date, encoding.of_date))
    for read, encode in readers:
        try:
            return encode(read(text))
        except (Unconvertible, PySparkException):
            continue
    return None


def text_variant(text: str | None, times: Times | None) -> Physical:
    """A text as a variant.

    >>> text_variant("1.50", None)["value"], text_variant("x", None)["value"]
    (b' \\x02\\x96\\x00\\x00\\x00', b'\\x05x')
    """
    return {"value": of_text(text, times), "metadata": Keys().metadata()}


def element_variant(node: Node, rules: XmlRules) -> Physical:
    """An element as a variant: a text alone, or an object of its attributes, texts and elements by name."""
    keys = Keys()
    value = encoding.checked(_element(node, rules, keys))
    return {"value": value, "metadata": keys.metadata()}


def _element(node: Node, rules: XmlRules, keys: Keys) -> bytes:
    parts: dict[str, list[Node | str]] = {}
    for name, text in rules.attributes_of((one.name, one.value) for one in node.attributes):
        parts.setdefault(name, []).append(text)
    for child in node.children:
        if child.kind == "element":
            parts.setdefault(rules.name(child.name), []).append(child)
        elif child.kind == "text" and child.value.strip(" \t\r\n"):
            parts.setdefault(rules.text, []).append(child.value)
    if not parts:
        return encoding.NULL_VALUE
    if list(parts) == [rules.text] and len(parts[rules.text]) == 1:
        return _part(parts[rules.text][0], rules, keys)
    fields: list[tuple[str, bytes]] = []
    for name in sorted(parts, key=encoding.java_order):
        keys.number(name)
        items = [_part(one, rules, keys) for one in parts[name]]
        fields.append((name, items[0] if len(items) == 1 else encoding.of_array(items)))
    return encoding.of_object(fields, keys)


def _part(part: Node | str, rules: XmlRules, keys: Keys) -> bytes:
    if isinstance(part, Node):
        return _element(part, rules, keys)
    made = rules.trimmed(part)
    return of_text(None if made == rules.null else made, None)
