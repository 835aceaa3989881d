"""Types as texts: ``INT``, ``array<string>``, ``STRUCT<a: INT, b: STRING>``, or the fields of a struct alone."""

from __future__ import annotations

import re
from typing import NoReturn

from minispark.errors import ParseException
from minispark.sql.datatypes import Array, Binary, DataType, Exact, Integral, Map, Single, Struct, Text

_SIMPLE: dict[str, DataType] = {
    "boolean": Exact("boolean", bool),
    "tinyint": Integral("tinyint", 8),
    "byte": Integral("tinyint", 8),
    "smallint": Integral("smallint", 16),
    "short": Integral("smallint", 16),
    "int": Integral("int", 32),
    "integer": Integral("int", 32),
    "bigint": Integral("bigint", 64),
    "long": Integral("bigint", 64),
    "float": Single(),
    "real": Single(),
    "double": Exact("double", float),
    "string": Text(),
    "binary": Binary(),
}
_TOKEN = re.compile(r"\s*(?:(`(?:[^`]|``)*`)|(\w+)|([<>,:])|('(?:[^'\\]|\\.)*')|(\S))")


def parse_type(text: str) -> DataType:
    """The type that ``text`` names. Raises ParseException, which lists the types there are.

    >>> parse_type("STRUCT<a: INT, b: ARRAY<STRING>>").simpleString(), parse_type("a INT").simpleString()
    ('struct<a:int,b:array<string>>', 'struct<a:int>')
    """
    reader = _Reader(text)
    if len(reader.tokens) > 3 and reader.tokens[1] != "<" or not text.strip():
        kind: DataType = reader.fields("")
    else:
        kind = reader.type()
    reader.expect("")
    return kind


class _Reader:
    """A cursor over the tokens of a text; the last one is empty."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[str] = [next(filter(None, found.groups())) for found in _TOKEN.finditer(text)] + ["", ""]
        self.place = 0

    def next(self) -> str:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def peek(self) -> str:
        return self.tokens[self.place]

    def expect(self, wanted: str) -> None:
        token = self.next()
        if token != wanted:
            self.fail(f"{wanted!r} is missing before {token!r}" if wanted else f"{token!r} is too much")

    def type(self) -> DataType:
        name = self.next().lower()
        if name in _SIMPLE:
            return _SIMPLE[name]
        if name not in ("array", "map", "struct"):
            self.fail(f"{name!r} is no type")
        self.expect("<")
        kind: DataType
        if name == "array":
            kind = Array(self.type())
        elif name == "map":
            key = self.type()
            self.expect(",")
            kind = Map(key, self.type())
        else:
            kind = self.fields(">")
        self.expect(">")
        return kind

    def fields(self, end: str) -> Struct:
        names: list[str] = []
        kinds: list[DataType] = []
        while self.peek() != end or names:
            name = self.next()
            if not re.fullmatch(r"`.+`|\w+", name):
                self.fail(f"{name!r} is no name of a field")
            names.append(name[1:-1].replace("``", "`") if name[0] == "`" else name)
            if self.peek() == ":":
                self.next()
            kinds.append(self.type())
            if self.peek().lower() == "comment":
                self.place += 2
            if self.peek() != ",":
                break
            self.next()
        return Struct(tuple(names), tuple(kinds))

    def fail(self, why: str) -> NoReturn:
        raise ParseException(
            f"{self.text!r:.200} is no type that minispark has: {why}; there are {', '.join(sorted(_SIMPLE))}, "
            "array<...>, map<..., ...> and struct<name: ..., ...>",
            "UNSUPPORTED_DATATYPE",
            {"typeName": self.text},
        )
