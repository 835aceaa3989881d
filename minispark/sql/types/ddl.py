"""Types from the texts that SQL has for them: ``INT``, ``array<string>``, or the fields of a struct alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn

from minispark.errors import ParseException
from minispark.sql.types.base import DataType
from minispark.sql.types.ddlnames import INTERVAL_FIELDS, decimal, interval, named, parameterised, string_of
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.plain import NullType
from minispark.sql.types.strings import StringType
from minispark.sql.types.struct import StructField, StructType
from minispark.sql.types.times import TimestampNTZType, TimestampType

_TOKEN = re.compile(
    r"\s+|--[^\n]*|/\*.*?\*/|(`(?:[^`]|``)*`|\w+|<>|[<>,:().\-]|[rR]?'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S)",
    re.DOTALL,
)


def parse_type(text: str, ntz: bool = False) -> DataType:
    """The type that ``text`` names, or the struct of the fields that it lists; ``ntz`` says what TIMESTAMP means.

    Raises ParseException for what is neither, with the condition that Spark gives the list of fields.

    >>> parse_type("map<string, decimal(10, 2)>"), parse_type("a INT NOT NULL, b ARRAY<STRING>").simpleString()
    (MapType(StringType(), DecimalType(10,2), True), 'struct<a:int,b:array<string>>')
    """
    try:
        return parse_one(text, ntz)
    except ParseException:
        pass
    return parse_fields(text, ntz)


def parse_one(text: str, ntz: bool = False) -> DataType:
    """The type that ``text`` names, as ``CAST`` takes it: a list of fields is none.

    Raises ParseException.
    """
    reader = _Reader(text, ntz)
    kind = reader.type()
    reader.end()
    return kind


def parse_fields(text: str, ntz: bool = False) -> StructType:
    """The struct of the fields that ``text`` lists: ``name [:] type [NOT NULL] [COMMENT 'text']``, ...

    Raises ParseException.

    >>> parse_fields("a: int, `b c` string COMMENT 'x'")["b c"].metadata
    {'comment': 'x'}
    """
    reader = _Reader(text, ntz)
    schema = StructType(reader.fields() if reader.peek() else [])
    reader.end()
    return schema


def _microseconds(text: str, written: str, arguments: list[str] | None) -> DataType:
    """Refuse a precision other than the microseconds that timestamps have."""
    digits = arguments[0] if arguments and len(arguments) == 1 else ""
    name = written.upper()
    if digits in ("7", "8", "9"):
        raise ParseException(
            f"{text!r:.200} is of timestamps with nanoseconds, which minispark does not have: leave out ({digits})",
            "FEATURE_NOT_ENABLED",
            {"featureName": "Nanosecond-precision timestamp types", "configValue": "true"},
        )
    if digits != "6":
        raise ParseException(
            f"{text!r:.200} is no type: timestamps have 6 digits of a second's fraction, not {digits}",
            "INVALID_TIMESTAMP_PRECISION",
            {"precision": digits, "type": name},
        )
    return NullType()


class _Reader:
    """A cursor over the tokens of a text; the last one is empty."""

    def __init__(self, text: str, ntz: bool) -> None:
        self.text = text
        self.ntz = ntz
        self.tokens: list[str] = [token for token in _TOKEN.findall(text) if token] + ["", ""]
        self.place = 0
        self.wrong: ParseException | None = None

    def end(self) -> None:
        if self.peek():
            last = len(self.tokens) - self.place == 3
            self.fail(hint=f": extra input '{self.peek()}'" if last else "")
        if self.wrong:
            raise self.wrong

    def made(self, make: Callable[..., DataType], *args: object) -> DataType:
        """What ``make`` gives; what is wrong with it is told if nothing behind it is no type at all."""
        try:
            return make(self.text, *args)
        except ParseException as error:
            self.wrong = self.wrong or error
            return NullType()

    def peek(self) -> str:
        return self.tokens[self.place]

    def next(self) -> str:
        token = self.tokens[self.place]
        if token:
            self.place += 1
        return token

    def take(self, *words: str) -> bool:
        """Step over these words if they are next."""
        found = [token.lower() for token in self.tokens[self.place : self.place + len(words)]]
        if found == list(words):
            self.place += len(words)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.take(word):
            self.fail()

    def type(self) -> DataType:
        written = self.peek()
        name = written.lower()
        if not re.fullmatch(r"\w+", written):
            self.fail()
        self.place += 1
        if name in ("array", "map", "struct"):
            return self.composed(written)
        if name in ("decimal", "dec", "numeric"):
            return self.made(decimal, self.numbers())
        if name == "interval":
            start = self.next() if self.peek().lower() in INTERVAL_FIELDS else None
            return self.made(interval, start, self.next() if start and self.take("to") else None)
        if name in ("timestamp", "timestamp_ltz", "timestamp_ntz") and self.peek() == "(":
            self.made(_microseconds, written, self.arguments())
        if name == "timestamp":
            zoned = not (self.ntz or self.take("without", "time", "zone"))
            return TimestampType() if zoned else TimestampNTZType()
        if name == "string":
            return self.made(string_of, self.collation()) if self.take("collate") else StringType()
        found = named(name)
        if name == "time":
            found = self.made(parameterised, written, self.arguments())
            self.take("without", "time", "zone")
            return found
        return found if found and self.peek() != "(" else self.made(parameterised, written, self.arguments())

    def composed(self, written: str) -> DataType:
        name = written.lower()
        if name == "struct" and self.take("<>"):
            return StructType([])
        if not self.take("<"):
            raise ParseException(
                f"{self.text!r:.200} is no type: {written} needs the types inside it, as in "
                "ARRAY<INT>, MAP<STRING, INT> or STRUCT<a: INT>",
                f"INCOMPLETE_TYPE_DEFINITION.{name.upper()}",
                {"elementType": "<INT>"} if name == "array" else {},
            )
        kind: DataType
        if name == "array":
            kind = ArrayType(self.type())
        elif name == "map":
            key = self.type()
            self.expect(",")
            kind = MapType(key, self.type())
        else:
            kind = StructType([] if self.peek() == ">" else self.fields())
        self.expect(">")
        return kind

    def fields(self) -> list[StructField]:
        found = [self.field()]
        while self.take(","):
            found.append(self.field())
        return found

    def field(self) -> StructField:
        name = self.name()
        self.take(":")
        kind = self.type()
        nullable = not self.take("not", "null")
        metadata = {"comment": self.quoted()} if self.take("comment") else None
        return StructField(name, kind, nullable, metadata)

    def name(self) -> str:
        token = self.next()
        if token.startswith("`") and len(token) > 2:
            return token[1:-1].replace("``", "`")
        if not re.fullmatch(r"\w+", token) or token.isdigit():
            self.place -= bool(token)
            self.fail()
        while self.peek() == "-":
            token += self.next() + self.next()
        if "-" in token or not token.isascii():
            raise ParseException(
                f"{self.text!r:.200} holds the name {token}; write such a name in backquotes",
                "INVALID_IDENTIFIER",
                {"ident": token},
            )
        return token

    def collation(self) -> str:
        parts = [self.name()]
        while self.take("."):
            parts.append(self.name())
        return parts[-1]

    def quoted(self) -> str:
        token = self.next()
        if token[:1] not in ("'", '"') and token[:2].lower() != "r'":
            self.place -= bool(token)
            self.fail()
        text = token[2:-1] if token[0] in "rR" else _unescaped(token[1:-1])
        return text + (self.quoted() if self.peek()[:1] in ("'", '"') else "")

    def arguments(self) -> list[str] | None:
        """What stands in parentheses, None if there are none."""
        if not self.take("("):
            return None
        found = [self.next()]
        while self.take(","):
            found.append(self.next())
        self.expect(")")
        return found

    def numbers(self) -> list[int]:
        found = []
        for text in self.arguments() or ():
            if not text.isdigit():
                self.fail(text)
            found.append(int(text))
        return found

    def fail(self, token: str | None = None, hint: str = "") -> NoReturn:
        token = self.peek() if token is None else token
        where = f"'{token}'" if token else "end of input"
        raise ParseException(
            f"{self.text!r:.200} is no type: there is a mistake at {where}",
            "PARSE_SYNTAX_ERROR",
            {"error": where, "hint": hint},
        )


_ESCAPES = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "uU" and len(code) > 1:
            return chr(int(code[1:], 16))
        return chr(int(code, 8)) if len(code) == 3 else _ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[01][0-7]{2}|.)", one, text, flags=re.DOTALL)
