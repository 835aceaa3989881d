"""Classes of characters in Java's regular expressions, as Python's ``re`` writes them.

A class is text for between brackets (``a-z0-9``). ``re`` has neither ``\\p{...}`` nor set operations: properties become
ranges of code points, made once for each; intersections and nested negations become lookaheads.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_POSIX = {
    "Lower": "a-z", "Upper": "A-Z", "ASCII": "\\x00-\\x7f", "Alpha": "a-zA-Z", "Digit": "0-9", "Alnum": "a-zA-Z0-9",
    "Punct": "!-/:-@\\[-`{-~", "Graph": "!-~", "Print": " -~", "Blank": " \\t", "Cntrl": "\\x00-\\x1f\\x7f",
    "XDigit": "0-9a-fA-F", "Space": " \\t\\n\\x0b\\f\\r",
}  # fmt: skip

SPACES = _POSIX["Space"]
HORIZONTAL = " \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000"
VERTICAL = "\\n\\x0b\\f\\r\\x85\\u2028\\u2029"

_TESTS = {
    "javalowercase": str.islower, "javauppercase": str.isupper, "javaalphabetic": str.isalpha,
    "javaletter": str.isalpha, "javadigit": str.isdecimal, "javatitlecase": str.istitle,
    "islowercase": str.islower, "isuppercase": str.isupper, "isalphabetic": str.isalpha, "isdigit": str.isdecimal,
    "isletter": str.isalpha,
}  # fmt: skip
_LISTED = {
    "javawhitespace": "\\t-\\r\\x1c- \\u1680\\u2000-\\u2006\\u2008-\\u200a\\u2028\\u2029\\u205f\\u3000",
    "javaspacechar": " \\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
    "iswhite_space": "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
    "iscontrol": "\\x00-\\x1f\\x7f-\\x9f",
    "isideographic": "\\u3006\\u3007\\u3021-\\u3029\\u3038-\\u303a\\u3400-\\u4dbf\\u4e00-\\u9ffc\\uf900-\\ufa6d"
    "\\ufa70-\\ufad9\\U00017000-\\U000187f7\\U00020000-\\U0002a6dd\\U0002a700-\\U0002ebe0\\U0002f800-\\U0003134a",
    "all": "\\x00-\\U0010ffff",
    "l1": "\\x00-\\xff",
}
_GENERAL = (
    ["Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No"]
    + ["Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"]
    + ["C", "L", "M", "N", "P", "S", "Z"]
)


@lru_cache(64)
def property_class(name: str) -> str | None:
    """The characters that ``\\p{name}`` stands for; None for a name that is not known.

    >>> property_class("Alpha"), property_class("Foo")
    ('a-zA-Z', None)
    """
    if name in _POSIX:
        return _POSIX[name]
    key, _, given = name.lower().partition("=")
    if given:
        prefix = {"script": "is", "sc": "is", "general_category": "", "gc": ""}.get(key)
        return None if prefix is None else property_class(prefix + (given if prefix else given.capitalize()))
    bare = name[2:] if name.startswith("Is") else name
    if bare in _GENERAL:
        return _ranges(tuple(kind for kind in _GENERAL if len(kind) == 2 and kind.startswith(bare)))
    if name == "LC":
        return _ranges(("Ll", "Lt", "Lu"))
    found = _LISTED.get(key)
    if found is not None:
        return found
    if key in _TESTS:
        return _spans(_TESTS[key])
    if key == "ispunctuation":
        return property_class("P")
    if key.startswith("is"):
        from minispark.sql.exact.scripts import SCRIPTS

        script = SCRIPTS.get(key[2:])
        if script is not None:
            return "".join([_hex(part) for part in script.split()])
    return None


def _hex(part: str) -> str:
    first, _, last = part.partition("-")
    return span(int(first, 16), int(last or first, 16))


def span(first: int, last: int) -> str:
    """A range between brackets."""
    return _escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}"


def _escaped(code: int) -> str:
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _ranges(kinds: tuple[str, ...]) -> str:
    return _spans(lambda character: unicodedata.category(character) in kinds)


def _spans(test: Callable[[str], bool]) -> str:
    found: list[str] = []
    start = -1
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and test(chr(code))
        if inside and start < 0:
            start = code
        elif not inside and start >= 0:
            found.append(span(start, code - 1))
            start = -1
    return "".join(found)


class ClassNode:
    """A bracketed class being read: what is in it, and classes that it is intersected with."""

    def __init__(self, negated: bool = False) -> None:
        self.negated = negated
        self.text = ""
        """Members for between brackets."""
        self.nested: list[str] = []
        """Members that need patterns of their own."""
        self.others: list[str] = []
        """Patterns of what came before ``&&``."""

    def intersect(self) -> None:
        """``&&``: what follows is the other side."""
        self.others.append(self._members())
        self.text, self.nested = "", []

    def empty(self) -> bool:
        """Whether nothing was read into this side."""
        return not self.text and not self.nested

    def pattern(self) -> str:
        """A pattern of one character."""
        if not self.nested and not self.others:
            return f"[{'^' if self.negated else ''}{self.text}]"
        sides = [*self.others, *([] if self.empty() else [self._members()])]
        found = "".join([f"(?={side})" for side in sides[:-1]]) + sides[-1]
        return f"(?:(?!{found})[\\x00-\\U0010ffff])" if self.negated else f"(?:{found})"

    def _members(self) -> str:
        parts = ([f"[{self.text}]"] if self.text else []) + self.nested
        return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def literal_in_class(character: str) -> str:
    """A character between brackets."""
    return re.escape(character) if character in "\\]^-[&~|" else character
