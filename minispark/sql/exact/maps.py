"""Maps whose keys may come twice, and maps read from texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.keys import equality_key, order_key
from minispark.sql.types import ArrayType, DataType, MapType, StructType

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Entries = list[tuple[Any, Any]]
_PLAIN = re.compile(r"[^\\^$.|?*+()\[\]{}]+")


def last_wins(bound: Bound) -> Callable[..., Any]:
    """The entries of two arrays, the last value for each key, at the place of its first."""
    kind = bound.result
    assert isinstance(kind, MapType)
    key = equality_key(kind.keyType)

    def entries(keys: list[Any] | None, values: list[Any] | None) -> Any:
        if keys is None or values is None:
            return None
        found: dict[Any, tuple[Any, Any]] = {}
        for one, item in zip(keys, values, strict=True):
            mark = key(one)
            found[mark] = (found[mark][0] if mark in found else one, item)
        return list(found.values())

    return entries


def sorted_maps(bound: Bound) -> Callable[[Any], Any]:
    """A function that puts the entries of maps at any depth in the order of their keys: equal maps become alike."""
    return _sorter(bound.types[0]) or (lambda item: item)


def _sorter(dtype: DataType) -> Callable[[Any], Any] | None:
    if isinstance(dtype, ArrayType):
        element = _sorter(dtype.elementType)
        return element and (lambda item: None if item is None else [element(one) for one in item])
    if isinstance(dtype, StructType):
        parts = [_sorter(field.dataType) for field in dtype.fields]
        if not any(parts):
            return None
        return lambda item: (
            item and {name: part(one) if part else one for part, (name, one) in zip(parts, item.items(), strict=True)}
        )
    if isinstance(dtype, MapType):
        key, inner = order_key(dtype.keyType), _sorter(dtype.valueType) or (lambda item: item)
        return lambda item: item and sorted(((one, inner(other)) for one, other in item), key=lambda pair: key(pair[0]))
    return None


@lru_cache(256)
def splitter(pattern: str) -> Callable[[str, int], list[str]]:
    """A function that splits texts at a regular expression of Java's, into at most so many parts (0: any number).

    >>> splitter(",")("a,b,", 0), splitter("[:=]")("a:b=c", 2)
    (['a', 'b', ''], ['a', 'b=c'])
    """
    if _PLAIN.fullmatch(pattern):
        return lambda text, most: text.split(pattern, most - 1 if most else -1)
    from minispark.sql.exact.javaregex import compiled

    found = compiled(pattern)
    return lambda text, most: _split(found, text, most)


def _split(pattern: Any, text: str, most: int) -> list[str]:
    parts: list[str] = []
    begin = 0
    for found in pattern.finditer(text):
        if most and len(parts) == most - 1:
            break
        if found.end() == 0:
            continue
        parts.append(text[begin : found.start()])
        begin = found.end()
    return [*parts, text[begin:]]


def str_to_map(bound: Bound) -> Callable[..., Entries]:
    """Texts such as ``a:1,b:2`` as entries; both marks are regular expressions.

    Raises SparkRuntimeException for a key that comes twice, unless the session lets the last win.
    """
    last = (bound.settings.conf("spark.sql.mapKeyDedupPolicy") or "EXCEPTION").upper() == "LAST_WIN"

    def entries(text: str, between: str = ",", inside: str = ":") -> Entries:
        found: dict[str, str | None] = {}
        parts = splitter(inside)
        for pair in splitter(between)(text, 0):
            key, *rest = parts(pair, 2)
            if key in found and not last:
                raise SparkRuntimeException(
                    f"str_to_map finds the key {key!r:.100} twice; set spark.sql.mapKeyDedupPolicy to LAST_WIN to "
                    "keep the last",
                    "DUPLICATED_MAP_KEY",
                    {"key": key, "mapKeyDedupPolicy": '"spark.sql.mapKeyDedupPolicy"'},
                )
            found[key] = rest[0] if rest else None
        return list(found.items())

    return entries
