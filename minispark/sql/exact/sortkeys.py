"""The keys of strings under a collation, for exact functions: texts that are equal, or in order, where the strings are.

ICU is DuckDB's: a small database of its own, made when first needed, gives its sort keys. Keys are kept, since
elements of arrays and parts of strings come again and again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from minispark.sql.convert.native import native
from minispark.sql.types.collationrules import rules_of

KEPT_MAX = 100_000
"""How many keys of a locale are kept; when there are more, all are forgotten."""
_local = threading.local()


def lower(text: str) -> str:
    """The lower case of each character by itself, both Greek small sigmas as one.

    >>> lower("ΑΣ") == lower("ας")
    True
    """
    return text.lower().replace("\u03c2", "\u03c3")


class SortKeys:
    """ICU's sort keys of a locale. May be used from any thread."""

    def __init__(self, locale: str) -> None:
        self._locale = locale
        self._known: dict[str, str] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Ask for the keys of many texts at once."""
        missing = list({text for text in texts if text not in self._known})
        if not missing:
            return
        if len(self._known) > KEPT_MAX:
            self._known = {}
        query = "SELECT list_transform(?::VARCHAR[], lambda x: icu_sort_key(x, ?))"
        found: Any = _connection().execute(query, [missing, self._locale]).fetchone()
        self._known |= zip(missing, found[0], strict=True)

    def of(self, text: str) -> str:
        """The key of one text."""
        key = self._known.get(text)
        if key is None:
            self.learn((text,))
            return self.of(text)
        return key


def _connection() -> Any:
    found = getattr(_local, "connection", None)
    if found is None:
        found = _local.connection = native().connect(config={"threads": 1})
    return found


@lru_cache(64)
def sort_keys(locale: str) -> SortKeys:
    """The keys of a locale, with its strength."""
    return SortKeys(locale)


@lru_cache(256)
def string_key(collation: str) -> Callable[[str], str] | None:
    """A function that gives a string's key; None where that is the string itself.

    >>> key = string_key("UTF8_LCASE_RTRIM")
    >>> key("Ab  ") == key("aB"), string_key("UTF8_BINARY")
    (True, None)
    """
    rules = rules_of(collation)
    base: Callable[[str], str] | None = lower if rules.lower else None
    if rules.locale is not None:
        base = sort_keys(rules.locale).of
    if not rules.trims:
        return base
    if base is None:
        return lambda text: text.rstrip(" ")
    inner = base
    return lambda text: inner(text.rstrip(" "))
