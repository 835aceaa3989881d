"""Functions of strings that follow a collation: ``contains``, ``replace``, ``trim`` and their like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.collated import Icu, Search, search_of
from minispark.sql.exact.keys import equality_key
from minispark.sql.exact.sortkeys import lower, string_key
from minispark.sql.types.collationrules import rules_of

Row = Callable[..., Any]


class _Of:
    """A call's collation: its search, and strings without the spaces that it does not see."""

    def __init__(self, bound: Any) -> None:
        self.name: str = next(dtype.collation for dtype in bound.types if hasattr(dtype, "collation"))
        self.search: Search = search_of(self.name)
        self.trims = rules_of(self.name).trims
        self.icu = isinstance(self.search, Icu)

    def seen(self, text: str) -> str:
        """Without the spaces at the end, where the collation does not see them."""
        return text.rstrip(" ") if self.trims else text


def contains(bound: Any) -> Row:
    """Whether a part is in the text."""
    of = _Of(bound)
    return lambda text, part: not of.seen(part) or of.search.find(of.seen(text), of.seen(part)) is not None


def startswith(bound: Any) -> Row:
    """Whether the text starts with a part."""
    of = _Of(bound)
    return lambda text, part: not of.seen(part) or of.search.length_at(of.seen(text), of.seen(part), 0) >= 0


def endswith(bound: Any) -> Row:
    """Whether the text ends with a part."""
    of = _Of(bound)

    def called(text: str, part: str) -> bool:
        seen = of.seen(text)
        return not of.seen(part) or of.search.length_until(seen, of.seen(part), len(seen)) >= 0

    return called


def instr(bound: Any) -> Row:
    """The place of a part, from 1; 0 without it."""
    of = _Of(bound)

    def called(text: str, part: str) -> int:
        return _place(of, text, part, 0)

    return called


def locate(bound: Any) -> Row:
    """The same at or after a place."""
    of = _Of(bound)

    def called(part: str, text: str, start: int = 1) -> int:
        if start < 1:
            return 0
        return _place(of, text, part, start - 1)

    return called


def _place(of: _Of, text: str, part: str, start: int) -> int:
    part = of.seen(part)
    if not part:
        return 1
    found = of.search.find(text, part, start)
    return 0 if found is None else found[0] + 1


def replace(bound: Any) -> Row:
    """The text with another part in the places of one."""
    of = _Of(bound)

    def called(text: str, part: str, by: str = "") -> str:
        if not text or not part:
            return text
        return by.join(_parted(of.search, text, part))

    return called


def _parted(search: Search, text: str, part: str) -> list[str]:
    pieces, start = [], 0
    while (found := search.find(text, part, start)) is not None:
        at, length = found
        pieces.append(text[start:at])
        start = at + length
    pieces.append(text[start:])
    return pieces


def split_part(bound: Any) -> Row:
    """One of the pieces between delimiters, from the end where its number is negative."""
    of = _Of(bound)

    def called(text: str, delimiter: str, number: int) -> str:
        if number == 0:
            raise SparkRuntimeException(
                "split_part: pieces are counted from 1, or from -1 at the end; there is no piece 0",
                "INVALID_INDEX_OF_ZERO",
                {},
            )
        delimiter = of.seen(delimiter)
        pieces = [text] if not delimiter or not text else _parted(of.search, text, delimiter)
        place = number - 1 if number > 0 else len(pieces) + number
        return pieces[place] if 0 <= place < len(pieces) else ""

    return called


def substring_index(bound: Any) -> Row:
    """What comes before the ``count``-th delimiter; counted from the end if negative, what comes after it."""
    of = _Of(bound)

    def called(text: str, delimiter: str, count: int) -> str:
        delimiter = of.seen(delimiter)
        if not delimiter or count == 0:
            return ""
        if count > 0:
            found: tuple[int, int] | None = (-1, 0)
            for _ in range(count):
                found = None if found is None else of.search.find(text, delimiter, found[0] + 1)
            return text if found is None else text[: found[0]]
        end = len(text) + 1
        for _ in range(-count):
            end = next((at for at in range(end - 1, -1, -1) if of.search.length_until(text, delimiter, at) >= 0), -1)
            if end < 0:
                return text
        return text[end:]

    return called


def find_in_set(bound: Any) -> Row:
    """The place, from 1, of an item in a list of them parted by commas; 0 if it has a comma or is not there."""
    key = string_key(_Of(bound).name) or str

    def called(item: str, items: str) -> int:
        if "," in item:
            return 0
        wanted = key(item)
        return next((place for place, one in enumerate(items.split(","), 1) if key(one) == wanted), 0)

    return called


# --- characters ------------------------------------------------------------------------------------------------------


def translate(bound: Any) -> Row:
    """The text with characters in the places of others; those without one are left out."""
    of = _Of(bound)

    def called(text: str, old: str, new: str) -> str:
        table: dict[str, str] = {}
        for place, character in enumerate(old):
            key = character if of.icu or not rules_of(of.name).lower else lower(character)
            table.setdefault(key, new[place] if place < len(new) else "")
        return _translated(of, text, _in_java_order(table) if of.icu else table)

    return called


def _in_java_order(table: dict[str, str]) -> dict[str, str]:
    """The characters in the order of Java's HashMap: of two that match as much, Spark takes the first in that."""
    from minispark.sql.convert.javaorder import text_code

    size = 16
    while len(table) > size * 3 // 4:
        size *= 2
    codes = {one: text_code(one) & 0xFFFFFFFF for one in table}
    return {one: table[one] for one in sorted(table, key=lambda one: (codes[one] ^ codes[one] >> 16) & size - 1)}


def _translated(of: _Of, text: str, table: dict[str, str]) -> str:
    parts, at = [], 0
    while at < len(text):
        found = _longest(of.search, text, table, at)
        parts.append(table[found[0]] if found else text[at])
        at += found[1] if found else 1
    return "".join(parts)


def _longest(search: Search, text: str, characters: Any, at: int) -> tuple[str, int] | None:
    """The character of several that matches most from a place on."""
    best: tuple[str, int] | None = None
    for character in characters:
        length = search.length_at(text, character, at)
        if length > 0 and (best is None or length > best[1]):
            best = character, length
    return best


def _left(of: _Of, text: str, characters: str) -> str:
    at = 0
    while at < len(text) and (found := _longest(of.search, text, characters, at)):
        at += found[1]
    return text[at:]


def _right(of: _Of, text: str, characters: str) -> str:
    """Spaces at the end that the collation does not see stay, where no spaces are to go."""
    body = text if " " in characters else of.seen(text)
    rest, end = text[len(body) :], len(body)
    while end > 0:
        lengths = [of.search.length_until(body, character, end) for character in dict.fromkeys(characters)]
        longest = max(lengths, default=-1)
        if longest <= 0:
            break
        end -= longest
    return body[:end] + rest


def ltrim(bound: Any) -> Row:
    """The text without certain characters at its start."""
    of = _Of(bound)
    return lambda characters, text: _left(of, text, characters)


def rtrim(bound: Any) -> Row:
    """The same at its end."""
    of = _Of(bound)
    return lambda characters, text: _right(of, text, characters)


def trim(bound: Any) -> Row:
    """The same at both."""
    of = _Of(bound)
    return lambda characters, text: _right(of, _left(of, text, characters), characters)


def btrim(bound: Any) -> Row:
    """As ``trim``; the text comes first."""
    both = trim(bound)
    return lambda text, characters: both(characters, text)


# --- what is gathered ------------------------------------------------------------------------------------------------


def _firsts(bound: Any) -> Callable[[list[Any] | None], list[Any]]:
    key = equality_key(bound.types[0])

    def firsts(items: list[Any] | None) -> list[Any]:
        found: dict[Any, Any] = {}
        for item in items or ():
            if item is not None:
                found.setdefault(key(item), item)
        return list(found.values())

    return firsts


def distinct_list(bound: Any) -> Row:
    """The values of a group, each once, in the order in which they came."""
    return _firsts(bound)


def distinct_text(bound: Any) -> Row:
    """The same in one string; null without any."""
    firsts = _firsts(bound)

    def called(items: list[Any] | None, delimiter: str | None) -> str | None:
        known = firsts(items)
        return (delimiter or "").join(known) if known else None

    return called


# --- maps ------------------------------------------------------------------------------------------------------------

Entries = list[tuple[Any, Any]]


def map_value(bound: Any) -> Row:
    """The value of the key that is equal by the keys' collation; null without one."""
    key = equality_key(bound.types[0].keyType)

    def called(entries: Entries, item: Any) -> Any:
        wanted = key(item)
        return next((value for one, value in entries if key(one) == wanted), None)

    return called


def map_has(bound: Any) -> Row:
    """Whether there is such a key."""
    key = equality_key(bound.types[0].keyType)

    def called(entries: Entries, item: Any) -> bool:
        wanted = key(item)
        return any(key(one) == wanted for one, _ in entries)

    return called


def unique_map(bound: Any) -> Row:
    """The map. Raises for two keys that are equal by their collation, unless the session lets the last win."""
    key = equality_key(bound.types[0].keyType)
    last = str(bound.settings.conf("spark.sql.mapKeyDedupPolicy") or "EXCEPTION").upper() == "LAST_WIN"

    def called(entries: Entries) -> Entries:
        found: dict[Any, tuple[Any, Any]] = {}
        for one, value in entries:
            mark = key(one)
            if mark in found and not last:
                raise SparkRuntimeException(
                    f"the map has the key {one!r:.100} twice; set spark.sql.mapKeyDedupPolicy to LAST_WIN to keep the "
                    "last",
                    "DUPLICATED_MAP_KEY",
                    {"key": str(one), "mapKeyDedupPolicy": '"spark.sql.mapKeyDedupPolicy"'},
                )
            found[mark] = (found[mark][0] if mark in found else one, value)
        return list(found.values())

    return called
