"""Which files a query need not read: those whose partition values make a condition false."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql.plan.expressions import Attribute, Call, Cast, Expression, Literal
from minispark.sql.sources.partitions import PartFile
from minispark.sql.types import StructField

_UNKNOWN = object()
"""Not null: what cannot be told here."""

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "==": lambda a, b: a == b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "!=": lambda a, b: a != b,
    "<>": lambda a, b: a != b,
}


def kept_files(
    files: Sequence[PartFile], partitions: Sequence[StructField], filters: Sequence[Expression]
) -> tuple[PartFile, ...]:
    """The files where every condition is true or cannot be told from the partition values alone."""
    if not partitions or not filters:
        return tuple(files)
    places = {field.name.lower(): place for place, field in enumerate(partitions)}
    known: dict[tuple[Any, ...], bool] = {}
    kept = []
    for file in files:
        if file.values not in known:
            known[file.values] = all(_passes(one, file.values, places) for one in filters)
        if known[file.values]:
            kept.append(file)
    return tuple(kept)


def _passes(condition: Expression, values: tuple[Any, ...], places: dict[str, int]) -> bool:
    found = _value(condition, values, places)
    return found is _UNKNOWN or found is True


def _value(item: Expression, values: tuple[Any, ...], places: dict[str, int]) -> Any:
    """The value: None for null, ``_UNKNOWN`` where it takes more than partition values and comparisons."""
    if isinstance(item, Literal):
        return item.item
    if isinstance(item, Attribute):
        place = places.get(item.name.lower())
        return _UNKNOWN if place is None else values[place]
    if isinstance(item, Cast):
        inner = _value(item.child, values, places)
        same = type(item.dtype) is type(item.child.dtype)
        widens = isinstance(inner, int) and item.dtype.typeName() in ("short", "integer", "long")
        return inner if inner is None or same or (widens and abs(inner) < 1 << 15) else _UNKNOWN
    if not isinstance(item, Call):
        return _UNKNOWN
    args = [_value(arg, values, places) for arg in item.args]
    name = item.name.lower()
    if name in ("and", "or"):
        return _logic(name == "and", args)
    if _UNKNOWN in args:
        return _UNKNOWN
    if name == "isnull":
        return args[0] is None
    if name == "isnotnull":
        return args[0] is not None
    if name == "not":
        return None if args[0] is None else not args[0]
    return _compared(name, args)


def _logic(conjunction: bool, args: list[Any]) -> Any:
    deciding = not conjunction
    if any(arg is deciding for arg in args):
        return deciding
    if _UNKNOWN in args:
        return _UNKNOWN
    return None if None in args else conjunction


def _compared(name: str, args: list[Any]) -> Any:
    first = args[0]
    if name == "in":
        same = [arg is not None and _alike(first, arg) for arg in args[1:]]
        if first is None:
            return None
        if not all(good or arg is None for good, arg in zip(same, args[1:], strict=True)):
            return _UNKNOWN
        return True if first in args[1:] else None if None in args[1:] else False
    if name == "<=>":
        return (first is None and args[1] is None) or (_alike(first, args[1]) and first == args[1]) or _maybe(args)
    compare = _COMPARE.get(name)
    if compare is None:
        return _UNKNOWN
    if None in args:
        return None
    return compare(first, args[1]) if _alike(first, args[1]) else _UNKNOWN


def _maybe(args: list[Any]) -> Any:
    return False if None in args or _alike(*args) else _UNKNOWN


def _alike(one: Any, other: Any) -> bool:
    """Whether Python compares the two as Spark does."""
    return type(one) is type(other) and not isinstance(one, float)
