"""Searching in strings under a collation: where a part is, and how long the place is that matches it.

UTF8_LCASE compares character by character. ICU's collations compare what characters weigh: a match begins at a
character that weighs something, ends before the next one that is no combining mark, and its sort key is the part's
(ICU's ``StringSearch``). Spark's ``CollationAwareUTF8String`` says what the functions make of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from minispark.sql.exact.sortkeys import SortKeys, lower, sort_keys
from minispark.sql.types.collationrules import rules_of


class Lower:
    """The search of UTF8_LCASE."""

    overlaps = True

    def length_at(self, text: str, part: str, at: int) -> int:
        """How many characters from ``at`` on match the part; -1 if none do."""
        wanted, place, end = lower(part), 0, at
        while place < len(wanted) and end < len(text):
            piece = lower(text[end])
            if not wanted.startswith(piece, place):
                return -1
            place += len(piece)
            end += 1
        return end - at if place == len(wanted) else -1

    def length_until(self, text: str, part: str, end: int) -> int:
        """How many characters before ``end`` match the part; -1 if none do."""
        wanted, start = lower(part), end
        place = len(wanted)
        while place > 0 and start > 0:
            piece = lower(text[start - 1])
            if not wanted.endswith(piece, 0, place):
                return -1
            place -= len(piece)
            start -= 1
        return end - start if place == 0 else -1

    def find(self, text: str, part: str, start: int = 0) -> tuple[int, int] | None:
        """The first match at or after ``start``: its place and length."""
        for at in range(start, len(text) + 1):
            length = self.length_at(text, part, at)
            if length >= 0:
                return at, length
        return None


class Icu:
    """The search of ICU's collations."""

    overlaps = False

    def __init__(self, keys: SortKeys) -> None:
        self._keys = keys

    def length_at(self, text: str, part: str, at: int) -> int:
        """As of ``Lower``."""
        if at >= len(text) or not _is_start(text, at) or self._weightless(text[at]):
            return -1
        wanted = self._keys.of(part)
        ends = list(self._ends(text, part, at))
        self._keys.learn(text[at:end] for end in ends)
        return next((end - at for end in ends if self._keys.of(text[at:end]) == wanted), -1)

    def length_until(self, text: str, part: str, end: int) -> int:
        """As of ``Lower``: the shortest match that ends there."""
        for at in range(end - 1, -1, -1):
            if self.length_at(text, part, at) == end - at:
                return end - at
        return -1

    def find(self, text: str, part: str, start: int = 0) -> tuple[int, int] | None:
        """As of ``Lower``."""
        if start == 0:
            self._keys.learn(text[at:end] for at in range(len(text)) for end in self._ends(text, part, at))
        for at in range(start, len(text)):
            length = self.length_at(text, part, at)
            if length >= 0:
                return at, length
        return None

    def _weightless(self, character: str) -> bool:
        return self._keys.of(character) == self._keys.of("")

    def _ends(self, text: str, part: str, at: int) -> Iterator[int]:
        """Where a match from ``at`` on may end: as many characters that weigh something as the part may stand for."""
        left = 2 * len(unicodedata.normalize("NFKD", part)) + 2
        for end in range(at + 1, len(text) + 1):
            if _is_start(text, end):
                yield end
                left -= 1
                if not left:
                    return


def _is_start(text: str, at: int) -> bool:
    """Whether no character that belongs to the one before it begins there."""
    if at == 0 or at >= len(text):
        return True
    if text[at - 1 : at + 1] == "\r\n":
        return False
    return unicodedata.category(text[at]) not in ("Mn", "Me", "Mc") and text[at] != "\u200d"


class Bytes:
    """The search of UTF8_BINARY, for its form without spaces at the end."""

    overlaps = True

    def length_at(self, text: str, part: str, at: int) -> int:
        """As of ``Lower``."""
        return len(part) if text.startswith(part, at) else -1

    def length_until(self, text: str, part: str, end: int) -> int:
        """As of ``Lower``."""
        return len(part) if text.endswith(part, 0, end) else -1

    def find(self, text: str, part: str, start: int = 0) -> tuple[int, int] | None:
        """As of ``Lower``."""
        at = text.find(part, start)
        return None if at < 0 else (at, len(part))


Search = Lower | Icu | Bytes


@lru_cache(256)
def search_of(collation: str) -> Search:
    """The search of a collation.

    >>> search_of("UTF8_LCASE").find("Spark SQL", "sql"), search_of("UTF8_LCASE").length_until("abAB", "B", 4)
    ((6, 3), 1)
    """
    rules = rules_of(collation)
    if rules.lower:
        return Lower()
    return Bytes() if rules.locale is None else Icu(sort_keys(rules.locale))
