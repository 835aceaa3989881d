"""``get_json_object`` and its like: parts of JSON texts, as Hive's functions find them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minispark.sql.exact.jsontext import storable, tree_text
from minispark.sql.exact.jsontree import ABSENT, HIVE_RULES, JsonError, Members, reader_of

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_read = reader_of(HIVE_RULES)
_STEP = re.compile(r"(\.\*|\['\*'\])|\.([^.\[]+)|\['([^'?]+)'\]|\[(\*)\]|\[([0-9]+)\]")
_RAW, _QUOTED, _FLAT = range(3)

Step = tuple[str, Any]
"""``("key", name)``, ``("at", index)``, ``("all", None)``, or ``("any key", None)``, which finds nothing in Spark."""


@lru_cache(512)
def json_path(path: str) -> tuple[Step, ...] | None:
    """The steps of a path, None if it is none.

    >>> json_path("$.a['b c'][0][*]"), json_path("a")
    ((('key', 'a'), ('key', 'b c'), ('at', 0), ('all', None)), None)
    """
    if not path.startswith("$"):
        return None
    steps: list[Step] = []
    place = 1
    while place < len(path):
        found = _STEP.match(path, place)
        if not found:
            return None
        wild, dotted, named, star, index = found.groups()
        if wild:
            steps.append(("any key", None))
        elif star:
            steps.append(("all", None))
        elif index:
            steps.append(("at", int(index)))
        else:
            steps.append(("key", dotted or named))
        place = found.end()
    return tuple(steps)


def get_json_object(text: str, path: str) -> str | None:
    """The part of a JSON text that a path finds, as text; None if either is malformed or nothing is found.

    >>> get_json_object('{"a": [{"b": 1}, {"b": "x"}]}', "$.a[*].b"), get_json_object('{"a": "x"}', "$.a")
    ('[1,"x"]', 'x')
    """
    steps = json_path(path)
    if steps is None:
        return None
    tree = parsed(text)
    if tree is ABSENT:
        return None
    found = _found(tree, steps, _RAW, False)
    return None if found is None else storable(found)


def parsed(text: str) -> Any:
    """The tree of a text as these functions read it, ABSENT if it is blank or malformed."""
    try:
        return _read(text)
    except JsonError:
        return ABSENT


def _found(tree: Any, steps: tuple[Step, ...], style: int, wide: bool) -> str | None:
    """What the steps find below ``tree``, as text; in the flat style elements after each other, without brackets."""
    if not steps:
        if style == _RAW and type(tree) is str:
            return tree
        if style == _FLAT and type(tree) is list:
            inner = [_found(item, (), style, wide) for item in tree]
            kept = [item for item in inner if item is not None]
            return ",".join(kept) if kept else None
        return tree_text(tree, wide)
    (kind, wanted), rest = steps[0], steps[1:]
    if isinstance(tree, Members):
        return _in_members(tree, kind, wanted, rest, style, wide)
    if type(tree) is not list:
        return None
    if kind == "at":
        if wanted >= len(tree):
            return None
        inside = _QUOTED if rest and rest[0][0] == "all" else style
        return _found(tree[wanted], rest, inside, wide)
    if kind != "all":
        return None
    if rest and rest[0][0] == "all":
        return _bracketed(tree, rest[1:], _FLAT, wide)
    if style == _QUOTED:
        return _bracketed(tree, rest, _QUOTED, wide)
    inside = _QUOTED if style == _RAW else _FLAT
    found = [text for item in tree if (text := _found(item, rest, inside, True)) is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else f"[{','.join(found)}]"


def _bracketed(tree: list[Any], rest: tuple[Step, ...], style: int, wide: bool) -> str | None:
    found = [text for item in tree if (text := _found(item, rest, style, wide)) is not None]
    return f"[{','.join(found)}]" if found else None


def _in_members(tree: Members, kind: str, wanted: Any, rest: tuple[Step, ...], style: int, wide: bool) -> str | None:
    if kind != "key":
        return None
    for name, item in tree:
        if name == wanted and item is not None:
            found = _found(item, rest, style, wide)
            if found is not None:
                return found
    return None


def json_tuple(text: str | None, names: Sequence[str | None]) -> list[str | None]:
    """Values of members by name, as texts: all None for a text that is no JSON object.

    >>> json_tuple('{"a": 1, "b": {"c": "x"}, "d": null}', ["a", "b", "d", "e"])
    ['1', '{"c":"x"}', None, None]
    """
    tree = ABSENT if text is None else parsed(text)
    values: dict[str, str] = {}
    if isinstance(tree, Members):
        wanted = set(names)
        for name, item in tree:
            if name in wanted and item is not None:
                values[name] = storable(item if type(item) is str else tree_text(item))
    return [None if name is None else values.get(name) for name in names]


def json_array_length(text: str) -> int | None:
    """The number of elements of the array that a text is, None if it is none.

    >>> json_array_length("[1, [2, 3]]"), json_array_length("{}")
    (2, None)
    """
    tree = parsed(text)
    return len(tree) if type(tree) is list else None


def json_object_keys(text: str) -> list[str] | None:
    """The names of the members of the object that a text is, None if it is none.

    >>> json_object_keys('{"a": 1, "b": {"c": 2}}'), json_object_keys("[]")
    (['a', 'b'], None)
    """
    tree = parsed(text)
    return [storable(name) for name, _ in tree] if isinstance(tree, Members) else None


def json_tuple_rows(bound: Bound) -> Callable[..., dict[str, str | None]]:
    """``json_tuple`` as a struct of the fields ``c0``, ``c1`` ..."""

    def row(text: str | None, *names: str | None) -> dict[str, str | None]:
        return {f"c{place}": item for place, item in enumerate(json_tuple(text, names))}

    return row
