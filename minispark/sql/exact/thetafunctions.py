"""Spark's functions of theta and tuple sketches, by factories where they depend on types or the function's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.exact import thetas as s

_DEFAULT_LG = 12


def _known(items: list[Any] | None) -> list[Any]:
    return [item for item in items or () if item is not None]


# --- theta -----------------------------------------------------------------------------------------------------------


def theta_sketch_agg(bound: Any) -> Callable[..., bytes]:
    """A sketch of a group's keys."""
    hashed = s.hasher(bound.types[0].elementType)

    def called(items: list[Any] | None, lg: int = _DEFAULT_LG) -> bytes:
        s.checked_lg("theta_sketch_agg", lg)
        keys = {hashed(item) for item in _known(items)} - {None}
        found = s.Sketch(dict.fromkeys(key for key in keys if key is not None), s.FULL, not keys)
        return s.theta_bytes(s.trimmed(found, lg))

    return called


def theta_union_agg(items: list[Any] | None, lg: int = _DEFAULT_LG) -> bytes:
    """The union of a group's sketches."""
    s.checked_lg("theta_union_agg", lg)
    return s.theta_bytes(s.union([s.theta_read("theta_union_agg", item) for item in _known(items)], None, lg))


def theta_intersection_agg(items: list[Any] | None) -> bytes:
    """The intersection of a group's sketches."""
    return s.theta_bytes(s.intersection([s.theta_read("theta_intersection_agg", one) for one in _known(items)], None))


def theta_sketch_estimate(text: bytes) -> int:
    """How many distinct keys there were, to the nearest whole number."""
    return int(s.theta_read("theta_sketch_estimate", text).estimate() + 0.5)


def theta_union(one: bytes, other: bytes, lg: int = _DEFAULT_LG) -> bytes:
    """The union of two sketches."""
    s.checked_lg("theta_union", lg)
    return s.theta_bytes(s.union([s.theta_read("theta_union", text) for text in (one, other)], None, lg))


def theta_intersection(one: bytes, other: bytes) -> bytes:
    """The intersection of two sketches."""
    return s.theta_bytes(s.intersection([s.theta_read("theta_intersection", text) for text in (one, other)], None))


def theta_difference(one: bytes, other: bytes) -> bytes:
    """The keys of the first sketch that the second has not."""
    return s.theta_bytes(s.difference(*[s.theta_read("theta_difference", text) for text in (one, other)]))


# --- tuples: ``extra`` is the function's name, which ends in the type of its numbers ---------------------------------


def _double(name: str) -> bool:
    return name.endswith("double")


def tuple_sketch_agg(bound: Any) -> Callable[..., bytes]:
    """A sketch of a group's keys with a number each."""
    name, hashed = bound.extra, s.hasher(bound.types[0].elementType)

    def called(keys: list[Any] | None, numbers: list[Any] | None, lg: int = _DEFAULT_LG, mode: str = "sum") -> bytes:
        mode = s.checked_mode(name, mode)
        combine, size = s.combiner(mode), 1 << s.checked_lg(name, lg)
        entries: dict[int, Any] = {}
        theta, empty = s.FULL, True
        for key, number in zip(keys or (), numbers or (), strict=True):
            place = None if key is None or number is None else hashed(key)
            if place is None:
                continue
            empty = False
            if place >= theta:
                continue
            entries[place] = (
                combine(entries[place], number) if place in entries else 1 if mode == "alwaysone" else number
            )
            if len(entries) > 2 * size * 15 // 16:
                ordered = sorted(entries)
                theta = ordered[size]
                entries = {one: entries[one] for one in ordered[:size]}
        return s.tuple_bytes(s.Sketch(entries, theta, empty), mode, _double(name))

    return called


def tuple_union_agg(bound: Any) -> Callable[..., bytes]:
    """The union of a group's sketches."""
    name = bound.extra

    def called(items: list[Any] | None, lg: int = _DEFAULT_LG, mode: str = "sum") -> bytes:
        mode = s.checked_mode(name, mode)
        sketches = [s.tuple_read(name, item, _double(name)) for item in _known(items)]
        return s.tuple_bytes(s.union(sketches, s.combiner(mode), s.checked_lg(name, lg)), mode, _double(name))

    return called


def tuple_intersection_agg(bound: Any) -> Callable[..., bytes]:
    """The intersection of a group's sketches."""
    name = bound.extra

    def called(items: list[Any] | None, mode: str = "sum") -> bytes:
        mode = s.checked_mode(name, mode)
        sketches = [s.tuple_read(name, item, _double(name)) for item in _known(items)]
        return s.tuple_bytes(s.intersection(sketches, s.combiner(mode)), mode, _double(name))

    return called


def tuple_sketch_estimate(bound: Any) -> Callable[[bytes], float]:
    """How many distinct keys there were."""
    return lambda text: s.tuple_read(bound.extra, text, _double(bound.extra)).estimate()


def tuple_sketch_theta(bound: Any) -> Callable[[bytes], float]:
    """The part of all hashes that the sketch looks at."""
    return lambda text: s.tuple_read(bound.extra, text, _double(bound.extra)).theta / s.FULL


def tuple_sketch_summary(bound: Any) -> Callable[..., Any]:
    """The numbers of all kept keys as one; 0 without any."""
    name = bound.extra

    def called(text: bytes, mode: str = "sum") -> Any:
        mode = s.checked_mode(name, mode)
        numbers = list(s.tuple_read(name, text, _double(name)).entries.values())
        pick: Any = {"sum": sum, "min": min, "max": max, "alwaysone": len}[mode]
        found = pick(numbers) if numbers else 0
        return float(found) if _double(name) else int(found)

    return called


def _other(name: str, text: bytes, mode: str) -> s.Sketch:
    """The second sketch: of tuples, or of theta, whose keys have the number that changes nothing."""
    if "_theta_" not in name:
        return s.tuple_read(name, text, _double(name))
    found = s.theta_read(name, text)
    return s.Sketch(dict.fromkeys(found.entries, 1 if mode == "alwaysone" else 0), found.theta, found.empty)


def tuple_union(bound: Any) -> Callable[..., bytes]:
    """The union of two sketches."""
    name = bound.extra

    def called(one: bytes, other: bytes, lg: int = _DEFAULT_LG, mode: str = "sum") -> bytes:
        mode = s.checked_mode(name, mode)
        sketches = [s.tuple_read(name, one, _double(name)), _other(name, other, mode)]
        combine = (lambda a, b: a) if "_theta_" in name else s.combiner(mode)
        return s.tuple_bytes(s.union(sketches, combine, s.checked_lg(name, lg)), mode, _double(name))

    return called


def tuple_intersection(bound: Any) -> Callable[..., bytes]:
    """The intersection of two sketches."""
    name = bound.extra

    def called(one: bytes, other: bytes, mode: str = "sum") -> bytes:
        mode = s.checked_mode(name, mode)
        sketches = [s.tuple_read(name, one, _double(name)), _other(name, other, mode)]
        combine = (lambda a, b: a) if "_theta_" in name else s.combiner(mode)
        return s.tuple_bytes(s.intersection(sketches, combine), mode, _double(name))

    return called


def tuple_difference(bound: Any) -> Callable[..., bytes]:
    """The keys of the first sketch that the second has not."""
    name = bound.extra

    def called(one: bytes, other: bytes) -> bytes:
        found = s.difference(s.tuple_read(name, one, _double(name)), _other(name, other, "sum"))
        return s.tuple_bytes(found, "sum", _double(name))

    return called
