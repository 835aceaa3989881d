"""XPath 1.0 as trees of plain tuples."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

Tree = tuple[Any, ...]
"""``(kind, ...)``: ``number``, ``text``, ``negative``, ``call``, ``path``, ``filtered``, ``root`` or an operator."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)|(?P<text>\"[^\"]*\"|'[^']*')|(?P<operator>//|::|\.\.|!=|<=|>=|"
    r"[()\[\].@,/|+\-=<>*$])|(?P<name>[^\W\d][\w.\-]*(?::(?!:)(?:[^\W\d][\w.\-]*|\*))?))"
)
_BINARY = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_NODE_TESTS = ("node", "text", "comment", "processing-instruction")
AXES = (
    "ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self", "following",
    "following-sibling", "namespace", "parent", "preceding", "preceding-sibling", "self",
)  # fmt: skip


class XPathError(ValueError):
    """A text is no XPath expression."""


@lru_cache(256)
def parsed(text: str) -> Tree:
    """The tree of an expression. Raises XPathError.

    >>> parsed("a/@b = 1")
    ('=', ('path', None, (('child', 'a', ()), ('attribute', 'b', ()))), ('number', 1.0))
    """
    reader = _Reader(text)
    tree = reader.binary(0)
    if reader.here[0]:
        raise reader.fail()
    return tree


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise XPathError(f"{text!r:.200} is no XPath expression: {text[place:]!r:.50} is not understood")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            place = found.end()
        self.tokens.append(("", ""))
        self.place = 0

    def fail(self) -> XPathError:
        return XPathError(f"{self.text!r:.200} is no XPath expression: {self.here[1]!r} cannot stand where it does")

    @property
    def here(self) -> tuple[str, str]:
        return self.tokens[self.place]

    def takes(self, *words: str) -> bool:
        if self.here[0] == "operator" and self.here[1] in words:
            self.place += 1
            return True
        return False

    def must(self, word: str) -> None:
        if not self.takes(word):
            raise self.fail()

    def binary(self, level: int) -> Tree:
        if level == len(_BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while self.here[0] in ("operator", "name") and self.here[1] in _BINARY[level]:
            operator = self.here[1]
            self.place += 1
            left = (operator, left, self.binary(level + 1))
        return left

    def unary(self) -> Tree:
        if self.takes("-"):
            return ("negative", self.unary())
        left = self.union_part()
        while self.takes("|"):
            left = ("|", left, self.union_part())
        return left

    def union_part(self) -> Tree:
        kind, word = self.here
        following = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        call = kind == "name" and following == ("operator", "(") and word not in _NODE_TESTS
        if kind in ("number", "text") or call or (kind, word) in (("operator", "("), ("operator", "$")):
            base = self.primary()
            conditions = self.conditions()
            if conditions:
                base = ("filtered", base, conditions)
            if self.takes("/"):
                return ("path", base, tuple(self.steps()))
            if self.takes("//"):
                return ("path", base, (("descendant-or-self", "node()", ()), *self.steps()))
            return base
        return self.path()

    def primary(self) -> Tree:
        kind, word = self.here
        self.place += 1
        if kind == "number":
            return ("number", float(word))
        if kind == "text":
            return ("text", word[1:-1])
        if word == "$":
            raise XPathError(f"{self.text!r:.200} names a variable, and there are none")
        if word == "(":
            inner = self.binary(0)
            self.must(")")
            return inner
        self.must("(")
        args: list[Tree] = []
        while not self.takes(")"):
            if args:
                self.must(",")
            args.append(self.binary(0))
        return ("call", word, tuple(args))

    def path(self) -> Tree:
        if self.takes("//"):
            return ("path", ("root",), (("descendant-or-self", "node()", ()), *self.steps()))
        if self.takes("/"):
            starts = self.here[0] == "name" or self.here[0] == "operator" and self.here[1] in ("*", "@", ".", "..")
            return ("path", ("root",), tuple(self.steps()) if starts else ())
        return ("path", None, tuple(self.steps()))

    def steps(self) -> list[Tree]:
        found = [self.step()]
        while True:
            if self.takes("//"):
                found.append(("descendant-or-self", "node()", ()))
            elif not self.takes("/"):
                return found
            found.append(self.step())

    def step(self) -> Tree:
        if self.takes("."):
            return ("self", "node()", ())
        if self.takes(".."):
            return ("parent", "node()", ())
        axis = "child"
        if self.takes("@"):
            axis = "attribute"
        elif self.here[0] == "name" and self.tokens[self.place + 1] == ("operator", "::"):
            axis = self.here[1]
            if axis not in AXES:
                raise self.fail()
            self.place += 2
        return (axis, self.test(), self.conditions())

    def test(self) -> str:
        if self.takes("*"):
            return "*"
        kind, word = self.here
        if kind != "name":
            raise self.fail()
        self.place += 1
        if word in _NODE_TESTS and self.takes("("):
            if self.here[0] == "text":
                self.place += 1
            self.must(")")
            return f"{word}()"
        return word

    def conditions(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while self.takes("["):
            found.append(self.binary(0))
            self.must("]")
        return tuple(found)
