"""The text of one of Java's regular expressions, read sign by sign: escapes of characters and of classes of them."""

from __future__ import annotations

import re
from typing import NoReturn

from minispark.sql.exact import charclasses as classes

_SIMPLE = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_CLASSES = {
    "d": "0-9", "w": "a-zA-Z0-9_", "s": classes.SPACES, "h": classes.HORIZONTAL, "v": classes.VERTICAL,
}  # fmt: skip


class PatternError(ValueError):
    """The text is no pattern of Java's, or (``unsupported``) none that can be said in Python's."""

    def __init__(self, message: str, unsupported: bool = False) -> None:
        super().__init__(message)
        self.unsupported = unsupported


class Reading:
    """A pattern, and how far it has been read. ``flags`` are those that hold there."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.flags = frozenset[str]()
        self.folding = False
        """Whether the scope around the one being written ignores case."""
        self.groups = 0
        self.closed: set[int] = set()
        self.names: dict[str, int] = {}

    def more(self) -> bool:
        return self.at < len(self.text)

    def peek(self, count: int = 1) -> str:
        return self.text[self.at : self.at + count]

    def take(self) -> str:
        if not self.more():
            self.fail("the pattern ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def taken(self, text: str) -> bool:
        if self.text.startswith(text, self.at):
            self.at += len(text)
            return True
        return False

    def fail(self, why: str, unsupported: bool = False) -> NoReturn:
        raise PatternError(f"{why} near position {self.at}", unsupported)

    def class_escape(self, character: str) -> tuple[bool, str] | None:
        """Whether it is negated, and its characters."""
        lower = character.lower()
        if "U" in self.flags and lower in "dws":
            return character != lower, f"\\{lower}"
        if lower in _CLASSES:
            return character != lower, _CLASSES[lower]
        if character not in "pP":
            return None
        if self.taken("{"):
            end = self.text.find("}", self.at)
            if end < 0:
                self.fail("an unclosed \\p{")
            name = self.text[self.at : end]
            self.at = end + 1
        else:
            name = self.take()
        found = classes.property_class(name)
        if found is None:
            scripted = name.lower().startswith(("in", "is", "block", "blk", "script", "sc", "java"))
            self.fail(f"\\p{{{name}}} is not known", unsupported=scripted)
        return character == "P", found

    def code(self, character: str) -> str:
        """The character that an escape stands for."""
        if character in _SIMPLE:
            return _SIMPLE[character]
        if character == "0":
            found = re.compile(r"[0-3][0-7]{2}|[0-7]{1,2}").match(self.text, self.at)
            return self.numbered(found, 8)
        if character == "x":
            found = re.compile(r"\{([0-9a-fA-F]+)\}|[0-9a-fA-F]{2}").match(self.text, self.at)
            return self.numbered(found, 16)
        if character == "u":
            unit = self.numbered(re.compile("[0-9a-fA-F]{4}").match(self.text, self.at), 16)
            if "\ud800" <= unit < "\udc00" and self.taken("\\u"):
                low = self.numbered(re.compile("[0-9a-fA-F]{4}").match(self.text, self.at), 16)
                return (unit + low).encode("utf-16", "surrogatepass").decode("utf-16")
            return unit
        if character == "N" and self.taken("{"):
            return self.spelled_out()
        if character == "c":
            return chr(ord(self.take()) ^ 64)
        if character.isascii() and character.isalpha():
            self.fail(f"an unknown escape \\{character}")
        return character

    def spelled_out(self) -> str:
        """The character of a name in braces, as ``\\N{LATIN SMALL LETTER A}`` has it."""
        import unicodedata

        name, closed, _ = self.text[self.at :].partition("}")
        self.at += len(name) + 1
        try:
            return unicodedata.lookup(name if closed else "")
        except KeyError:
            self.fail(f"there is no character {name}")

    def numbered(self, found: re.Match[str] | None, base: int) -> str:
        if found is None:
            self.fail("an illegal number of a character")
        self.at = found.end()
        number = int(found[0].strip("{}"), base)
        if number > 0x10FFFF:
            self.fail("an illegal number of a character")
        return chr(number)
