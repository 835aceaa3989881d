"""Types of text."""

from __future__ import annotations

from typing import ClassVar

from minispark.sql.types.base import AtomicType

INDETERMINATE = "null"
"""The collation, as Spark shows it, of what was made of strings of several collations: it can be seen, not compared."""


class StringType(AtomicType):
    """Text, which ``collation`` says how to compare.

    >>> StringType(), StringType("UTF8_LCASE"), StringType("UNICODE").simpleString()
    (StringType(), StringType('UTF8_LCASE'), 'string collate UNICODE')
    """

    providerSpark = "spark"
    providerICU = "icu"
    providers = [providerSpark, providerICU]
    in_use: ClassVar[bool] = False
    """Whether this process ever made one with another collation than UTF8_BINARY: until then nobody looks for any."""

    def __init__(self, collation: str = "UTF8_BINARY") -> None:
        self.collation = collation
        if collation != "UTF8_BINARY":
            StringType.in_use = True

    @classmethod
    def collationProvider(cls, collationName: str) -> str:
        """Who defines a collation."""
        return cls.providerSpark if collationName.startswith("UTF8") else cls.providerICU

    def simpleString(self) -> str:
        return "string" if self.isUTF8BinaryCollation() else f"string collate {self.collation}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return "StringType()" if self.isUTF8BinaryCollation() else f"StringType('{self.collation}')"

    def isUTF8BinaryCollation(self) -> bool:
        """Whether texts compare by their bytes."""
        return self.collation == "UTF8_BINARY"


class _Bounded(AtomicType):
    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        return f"{self.typeName()}({self.length:d})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length:d})"


class CharType(_Bounded):
    """Text of ``length`` characters, filled with spaces."""


class VarcharType(_Bounded):
    """Text of up to ``length`` characters."""
