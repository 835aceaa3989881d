"""Where in a query an error arose (``pyspark.errors.QueryContext``)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum

from minispark.engine.core.values import value


class QueryContextType(Enum):
    """Whether a query was written as text or by methods (``pyspark.errors.QueryContextType``)."""

    SQL = 0
    DataFrame = 1


class QueryContext(ABC):
    """A place in a query (``pyspark.errors.QueryContext``), as an error's ``getQueryContext()`` gives it.

    Indexes are of the first and of the last character in the text, from 0.
    """

    @abstractmethod
    def contextType(self) -> QueryContextType:
        """Whether it is a place in a text, or in a program."""

    @abstractmethod
    def objectType(self) -> str:
        """``VIEW`` and the like, in capitals, where the text is one's; empty for a query's own."""

    @abstractmethod
    def objectName(self) -> str:
        """The name of that, or empty."""

    @abstractmethod
    def startIndex(self) -> int:
        """Where the part begins."""

    @abstractmethod
    def stopIndex(self) -> int:
        """Where it ends."""

    @abstractmethod
    def fragment(self) -> str:
        """The part itself."""

    @abstractmethod
    def callSite(self) -> str:
        """The line of the program that called the method."""

    @abstractmethod
    def summary(self) -> str:
        """The place as it is printed."""


@value
class TextContext(QueryContext):
    """A part of a SQL text, from ``start`` up to but without ``stop``.

    >>> place = TextContext("select 1/0", 7, 10)
    >>> place.fragment(), place.startIndex(), place.stopIndex(), print(place.summary(), end="")
    == SQL (line 1, position 8) ==
    select 1/0
           ^^^
    ('1/0', 7, 9, None)
    """

    text: str
    start: int
    stop: int
    object_type: str = ""
    object_name: str = ""

    def contextType(self) -> QueryContextType:
        return QueryContextType.SQL

    def objectType(self) -> str:
        return self.object_type

    def objectName(self) -> str:
        return self.object_name

    def startIndex(self) -> int:
        return self.start

    def stopIndex(self) -> int:
        return self.stop - 1

    def fragment(self) -> str:
        return self.text[self.start : self.stop]

    def callSite(self) -> str:
        raise _lacking("a place in a SQL text has no call site", "callSite")

    def summary(self) -> str:
        first = self.text.rfind("\n", 0, self.start) + 1
        line = self.text.count("\n", 0, self.start) + 1
        of = f" of {self.object_type} {self.object_name}" if self.object_type else ""
        lines, at = [f"== SQL{of} (line {line}, position {self.start - first + 1}) =="], first
        while at < self.stop:
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            left, right = max(self.start, at), min(self.stop, end)
            before, after = self.text[at:left], self.text[right:end]
            before = before if len(before) <= AROUND_MAX else f"...{before[-AROUND_MAX:]}"
            after = after if len(after) <= AROUND_MAX else f"{after[:AROUND_MAX]}..."
            lines += [before + self.text[left:right] + after, " " * len(before) + "^" * (right - left)]
            at = end + 1
        return "\n".join(lines) + "\n"


@value
class FrameContext(QueryContext):
    """A call in a program: the method's name, and the line that called it.

    >>> print(FrameContext("cast", "etl.py:12").summary(), end="")
    == DataFrame ==
    "cast" was called from
    etl.py:12
    """

    method: str
    line: str

    def contextType(self) -> QueryContextType:
        return QueryContextType.DataFrame

    def objectType(self) -> str:
        raise self._no_text("objectType")

    def objectName(self) -> str:
        raise self._no_text("objectName")

    def startIndex(self) -> int:
        raise self._no_text("startIndex")

    def stopIndex(self) -> int:
        raise self._no_text("stopIndex")

    def fragment(self) -> str:
        return self.method

    def callSite(self) -> str:
        return self.line

    def summary(self) -> str:
        return f'== DataFrame ==\n"{self.method}" was called from\n{self.line}\n'

    def _no_text(self, asked: str) -> Exception:
        return _lacking(f"a call in a program has no {asked}; ask fragment() and callSite()", asked)


def _lacking(said: str, asked: str) -> Exception:
    from minispark.engine.core.pyspark_errors import UnsupportedOperationException

    return UnsupportedOperationException(said, "UNSUPPORTED_CALL.WITHOUT_SUGGESTION", {"methodName": asked})


AROUND_MAX = 32
"""How many characters before and after a part its summary shows."""
