"""JSON text as a tree that forgets nothing Spark's functions can see: digits of numbers, order and duplicates of keys.

Follows what Jackson's reader accepts under the options of Spark's JSON source. Standard JSON is read by the standard
library's scanner in C; only what that refuses is read again, character by character, by :class:`_Lenient`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from minispark.engine.core.values import value

DEPTH_MAX = 1000
"""How deep Jackson lets arrays and objects nest."""


class JsonError(ValueError):
    """A text is not JSON under the rules given."""


class IntText(str):
    """A whole number, as written."""


class FloatText(str):
    """A number with a fraction or an exponent, as written; or NaN, Infinity, -Infinity."""


class Members(list[tuple[str, Any]]):
    """An object: its members in order, duplicates and all."""


class Absent:
    """What a blank text holds."""


ABSENT = Absent()


@value
class JsonRules:
    """What is accepted beyond the standard: the options of Spark's JSON source, by Spark's defaults."""

    single_quotes: bool = True
    unquoted_names: bool = False
    comments: bool = False
    leading_zeros: bool = False
    non_numeric: bool = True
    any_escape: bool = False
    control_characters: bool = False


HIVE_RULES = JsonRules(non_numeric=False, control_characters=True)
"""What get_json_object, json_tuple and their like accept."""


def rules_of(options: Mapping[str, str]) -> JsonRules:
    """The rules that options in lower case ask for."""

    def flag(name: str, default: bool) -> bool:
        return options[name].lower() == "true" if name in options else default

    return JsonRules(
        single_quotes=flag("allowsinglequotes", True),
        unquoted_names=flag("allowunquotedfieldnames", False),
        comments=flag("allowcomments", False),
        leading_zeros=flag("allownumericleadingzeros", False),
        non_numeric=flag("allownonnumericnumbers", True),
        any_escape=flag("allowbackslashescapinganycharacter", False),
        control_characters=flag("allowunquotedcontrolchars", False),
    )


def reader_of(rules: JsonRules) -> Callable[[str], Any]:
    """A function that gives the first value of a text, or ABSENT for a blank one; what follows is not looked at.

    Raises JsonError.

    >>> reader_of(JsonRules())('{"a": 1.50, "a": [true, null]} and more')
    [('a', '1.50'), ('a', [True, None])]
    """

    def constant(name: str) -> FloatText:
        if rules.non_numeric:
            return FloatText(name)
        raise JsonError(f"{name} is no number here")

    decoder = json.JSONDecoder(
        object_pairs_hook=Members,
        parse_int=IntText,
        parse_float=FloatText,
        parse_constant=constant,
        strict=not rules.control_characters,
    )
    scan = decoder.raw_decode

    def slowly(text: str) -> Any:
        try:
            return _Lenient(text, rules).document()
        except RecursionError:
            raise JsonError("too deep a nesting") from None

    def read(text: str) -> Any:
        start = _BLANK.match(text).end()  # type: ignore[union-attr]  # it matches nothing, too
        if start == len(text) and not rules.comments:
            return ABSENT
        try:
            tree, end = scan(text, start)
        except (ValueError, RecursionError):
            return slowly(text)
        if isinstance(tree, (IntText, FloatText)) and end < len(text) and text[end] not in " \t\r\n":
            return slowly(text)
        return tree

    return read


_BLANK = re.compile(r"[ \t\r\n]*")
_AFTER_NUMBER = " \t\r\n,]}/#"
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_ZEROS = re.compile(r"-?([0-9]+)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_CONSTANT = re.compile(r"NaN|[+-]?INF(?:INITY)?|[+-]?Infinity")
_CONSTANTS = {
    "NaN": "NaN", "+INF": "Infinity", "-INF": "-Infinity", "Infinity": "Infinity", "+Infinity": "Infinity",
    "-Infinity": "-Infinity", "INF": "Infinity",
}  # fmt: skip
_NAME = re.compile(r"[\w$#@*+\-]+")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_PLAIN_RUN = re.compile(r"[^\"'\\\x00-\x1f]+")
_HEX = re.compile(r"[0-9a-fA-F]{4}")


class _Lenient:
    """One reading of one text."""

    def __init__(self, text: str, rules: JsonRules) -> None:
        self.text = text
        self.rules = rules
        self.place = 0

    def document(self) -> Any:
        """The first value."""
        if self.peek() == "":
            return ABSENT
        tree = self.value(0)
        number = isinstance(tree, (IntText, FloatText))
        if number and self.place < len(self.text) and self.text[self.place] not in " \t\r\n":
            raise self.fail("a number goes on with something else")
        return tree

    def fail(self, what: str) -> JsonError:
        return JsonError(f"{what} at character {self.place} of {self.text!r:.100}")

    def peek(self) -> str:
        """The next character that is not blank, or an empty text at the end."""
        while True:
            self.place = _BLANK.match(self.text, self.place).end()  # type: ignore[union-attr]  # likewise
            if not (self.rules.comments and self.text.startswith(("/*", "//"), self.place)):
                return self.text[self.place : self.place + 1]
            mark = "*/" if self.text.startswith("/*", self.place) else "\n"
            end = self.text.find(mark, self.place + 2)
            if end < 0 and mark == "*/":
                raise self.fail("an unfinished comment")
            self.place = len(self.text) if end < 0 else end + len(mark)

    def value(self, depth: int) -> Any:
        if depth > DEPTH_MAX:
            raise self.fail("too deep a nesting")
        first = self.peek()
        if first == "{":
            return self.members(depth)
        if first == "[":
            return self.elements(depth)
        if first == '"' or first == "'" and self.rules.single_quotes:
            return self.string(first)
        for word, meant in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.place):
                self.place += len(word)
                self.ended()
                return meant
        return self.number()

    def ended(self) -> None:
        following = self.text[self.place : self.place + 1]
        if following and (following.isalnum() or following in "_$"):
            raise self.fail("an unknown word")

    def number(self) -> Any:
        if self.rules.non_numeric and (found := _CONSTANT.match(self.text, self.place)):
            if found[0] not in _CONSTANTS:
                raise self.fail("an unknown word")
            self.place = found.end()
            self.ended()
            return FloatText(_CONSTANTS[found[0]])
        found = (_ZEROS if self.rules.leading_zeros else _NUMBER).match(self.text, self.place)
        if not found:
            raise self.fail("neither a value nor an end")
        self.place = found.end()
        if self.place < len(self.text) and self.text[self.place] not in _AFTER_NUMBER:
            raise self.fail("a number goes on with something else")
        text = found[0]
        if self.rules.leading_zeros:
            text = re.sub(r"^(-?)0+(?=[0-9])", r"\1", text)
        return FloatText(text) if found[2] or found[3] else IntText(text)

    def string(self, quote: str) -> str:
        self.place += 1
        parts: list[str] = []
        while True:
            if found := _PLAIN_RUN.match(self.text, self.place):
                parts.append(found[0])
                self.place = found.end()
            character = self.text[self.place : self.place + 1]
            if character == "":
                raise self.fail("an unfinished string")
            if character < " " and not self.rules.control_characters:
                raise self.fail("a control character in a string")
            self.place += 1
            if character == quote:
                return _joined("".join(parts))
            parts.append(self.escaped() if character == "\\" else character)

    def escaped(self) -> str:
        character = self.text[self.place : self.place + 1]
        self.place += 1
        if character == "u":
            found = _HEX.match(self.text, self.place)
            if not found:
                raise self.fail("a \\u without four hexadecimal digits")
            self.place += 4
            return chr(int(found[0], 16))
        if character in _ESCAPES:
            return _ESCAPES[character]
        if character and (self.rules.any_escape or character == "'" and self.rules.single_quotes):
            return character
        raise self.fail("an unknown escape")

    def elements(self, depth: int) -> list[Any]:
        self.place += 1
        found: list[Any] = []
        if self.peek() == "]":
            self.place += 1
            return found
        while True:
            found.append(self.value(depth + 1))
            if self.closed("]"):
                return found

    def members(self, depth: int) -> Members:
        self.place += 1
        found = Members()
        if self.peek() == "}":
            self.place += 1
            return found
        while True:
            name = self.name()
            if self.peek() != ":":
                raise self.fail("a name without a colon")
            self.place += 1
            found.append((name, self.value(depth + 1)))
            if self.closed("}"):
                return found

    def closed(self, mark: str) -> bool:
        following = self.peek()
        if following not in (mark, ",") or not following:
            raise self.fail(f"neither a comma nor {mark!r}")
        self.place += 1
        return following == mark

    def name(self) -> str:
        first = self.peek()
        if first == '"' or first == "'" and self.rules.single_quotes:
            return self.string(first)
        if self.rules.unquoted_names and (found := _NAME.match(self.text, self.place)):
            self.place = found.end()
            return found[0]
        raise self.fail("a member without a name")


def _joined(text: str) -> str:
    """Surrogates that make one character become it."""
    if any("\ud800" <= character <= "\udbff" for character in text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text
