"""Comparing records: exact in value and type, free of order where nobody promised one, readable when they differ.

Python's ``==`` is too lax for a data engine (1 == True, 0.0 == -0.0) and too strict (NaN != NaN), and records may be
unhashable. So records are compared by their *fingerprint*: equal for two records if no program could tell them apart,
identity aside.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

_SHOWN = 10
_WIDTH = 200


def assert_same_records(actual: Iterable[Any], expected: Iterable[Any], ordered: bool = False) -> None:
    """AssertionError unless both hold the same records: the same values of the same types, as often.

    The order counts only if ``ordered``. NaN equals NaN; 1, 1.0 and True differ, and so do 0.0 and -0.0. The message
    says what is missing and what is too many, or where two sequences part.

    >>> assert_same_records([(2, [1.5]), (1, None)], [(1, None), (2, [1.5])])
    >>> assert_same_records([1, 2, 2], [1, 2, True])
    Traceback (most recent call last):
        ...
    AssertionError: 3 records, as many as expected, but not the same
      missing: True
      unexpected: 2
    """
    actual, expected = list(actual), list(expected)
    got, wanted = list(map(fingerprint, actual)), list(map(fingerprint, expected))
    if ordered and got != wanted:
        raise AssertionError(_first_difference(actual, expected, got, wanted))
    missing, unexpected = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    if missing or unexpected:
        lines = [_counts(actual, expected)]
        lines += _listing("missing", missing, dict(zip(wanted, expected, strict=True)))
        lines += _listing("unexpected", unexpected, dict(zip(got, actual, strict=True)))
        raise AssertionError("\n".join(lines))


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same in value and type, at every depth.

    >>> same(float("nan"), float("nan")), same(1, True), same([0.0], [-0.0])
    (True, False, False)
    """
    return fingerprint(left) == fingerprint(right)


def close(left: Any, right: Any, rel_tol: float) -> bool:
    """``same``, but for floats, at any depth of lists, tuples and dicts' values: they may differ by ``rel_tol`` of the
    larger one.

    >>> close([0.1 + 0.2, "a"], [0.3, "a"], 1e-9), close([0.1 + 0.2], [0.3], 0.0)
    (True, False)
    """
    if rel_tol and type(left) is type(right):
        if isinstance(left, float):
            return math.isclose(left, right, rel_tol=rel_tol) or same(left, right)
        if isinstance(left, (list, tuple)) and len(left) == len(right):
            return all(close(x, y, rel_tol) for x, y in zip(left, right, strict=True))
        if isinstance(left, dict) and left.keys() == right.keys():
            return all(close(item, right[key], rel_tol) for key, item in left.items())
    return same(left, right)


def fingerprint(value: Any) -> Hashable:
    """A hashable stand-in, equal for two values exactly if they are the same in value and type at every depth.

    Sets and dicts are free of order (as their ``==`` is). Objects without an ``__eq__`` of their own are compared by
    their attributes, since a copy that went through another process has another identity.
    """
    kind = type(value)
    if isinstance(value, float):
        return (kind, value.hex())
    if isinstance(value, complex):
        return (kind, value.real.hex(), value.imag.hex())
    if isinstance(value, (list, tuple)):
        return (kind, tuple(map(fingerprint, value)))
    if isinstance(value, dict):
        return (kind, frozenset((fingerprint(key), fingerprint(item)) for key, item in value.items()))
    if isinstance(value, (set, frozenset)):
        return (kind, frozenset(Counter(map(fingerprint, value)).items()))
    if isinstance(value, bytearray):
        return (kind, bytes(value))
    if isinstance(value, Decimal):
        return (kind, str(value))
    if is_dataclass(value) and not isinstance(value, type):
        return (kind, tuple(fingerprint(getattr(value, field.name)) for field in fields(value)))
    if "__eq__" not in _own_methods(kind) and hasattr(value, "__dict__") and not callable(value):
        return (kind, fingerprint(vars(value)))
    return (kind, value) if kind.__hash__ is not None else (kind, repr(value))


def sort_key(value: Any) -> tuple[str, str]:
    """A total order over records of any types, the same in every process; of no meaning but that.

    >>> sorted([2, "a", None, 10, 1.5, True], key=sort_key)
    [None, True, 1.5, 10, 2, 'a']
    """
    if isinstance(value, (set, frozenset)):
        return (type(value).__name__, repr(sorted(value, key=sort_key)))
    return (type(value).__name__, repr(value))


def canonical(values: Iterable[Any]) -> list[Any]:
    """The records in a fixed order, where none is promised: ``rdd.groupByKey().mapValues(canonical)``."""
    return sorted(values, key=sort_key)


def _own_methods(kind: type) -> set[str]:
    return {name for ancestor in kind.__mro__[:-1] for name in vars(ancestor)}


def _counts(actual: list[Any], expected: list[Any]) -> str:
    if len(actual) == len(expected):
        return f"{len(actual)} records, as many as expected, but not the same"
    return f"{len(actual)} records, {len(expected)} expected"


def _listing(title: str, counts: Counter[Hashable], records: dict[Hashable, Any]) -> list[str]:
    lines = [
        f"  {title}: {short(records[mark])}" + (f"  ({count} times)" if count > 1 else "")
        for mark, count in sorted(counts.items(), key=lambda item: sort_key(records[item[0]]))[:_SHOWN]
    ]
    return [*lines, f"  {title}: and {len(counts) - _SHOWN} more"] if len(counts) > _SHOWN else lines


def _first_difference(actual: list[Any], expected: list[Any], got: list[Hashable], wanted: list[Hashable]) -> str:
    index = next((i for i, (a, b) in enumerate(zip(got, wanted, strict=False)) if a != b), min(len(got), len(wanted)))
    if Counter(got) == Counter(wanted):
        summary = f"the {len(actual)} records expected, but in another order"
    else:
        summary = _counts(actual, expected)
    shown = [short(side[index]) if index < len(side) else "(the end)" for side in (expected, actual)]
    return f"{summary}; the first difference is record {index}\n  expected: {shown[0]}\n  actual:   {shown[1]}"


def short(record: Any) -> str:
    """A repr of bounded length, also of what has none."""
    try:
        text = repr(record)
    except Exception as error:
        text = f"<{type(record).__name__} whose repr raised {type(error).__name__}>"
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}... ({len(text)} characters)"
