"""``approx_top_k`` and its like: the most frequent values, nulls among them, by a sketch of items.

A state is a struct: the sketch's bytes with the number of nulls behind them, how many items it tracks, and, in its
fields' types and as text, the type of the items.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.itemsketch import Items, lg_of
from minispark.sql.exact.itemstexts import items_read, items_written, java_hash
from minispark.sql.exact.keys import equality_key

UNLIMITED = 1_000_000
"""How many items combined sketches track where it is not said."""


class _Counted:
    """A sketch and how many nulls there were."""

    def __init__(self, items: Items, nulls: int) -> None:
        self.items, self.nulls = items, nulls


def _gathered(values: list[Any] | None, dtype: Any, tracked: int) -> _Counted:
    """What Spark's partial aggregate makes of values, as its final one takes it over."""
    hashed, lg = java_hash(dtype), lg_of(tracked)
    known = [item for item in values or () if item is not None]
    found = Items(lg, hashed, same=equality_key(dtype))
    counts: dict[Any, list[Any]] = {}
    same = equality_key(dtype)
    for item in known:
        counts.setdefault(same(item), [item, 0])[1] += 1
    if len(counts) <= int(0.75 * (1 << lg)):
        for item, count in counts.values():
            found.update(item, count)
    else:
        for item in known:
            found.update(item)
    return _taken_over([_Counted(_reread(found, dtype), len(values or ()) - len(known))], dtype, lg)


def _taken_over(parts: list[_Counted], dtype: Any, lg: int) -> _Counted:
    found = _Counted(Items(lg, java_hash(dtype), same=equality_key(dtype)), 0)
    for part in parts:
        found.items.merge(part.items)
        found.nulls += part.nulls
    return found


def _reread(items: Items, dtype: Any) -> Items:
    """The sketch as it is after it was written and read."""
    found = Items(items.lg_max, java_hash(dtype), items.lg, same=equality_key(dtype))
    for item, count in items.stored():
        found.update(item, count)
    found.weight, found.offset = items.weight, items.offset
    return found


def _answer(found: _Counted, k: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    nulls = found.nulls
    for row in found.items.frequent():
        if nulls > row.estimate:
            rows.append({"item": None, "count": nulls})
            nulls = 0
        rows.append({"item": row.item, "count": row.estimate})
    if nulls:
        rows.append({"item": None, "count": nulls})
    return rows[:k]


def _state(found: _Counted, dtype: Any, tracked: int, ddl: str) -> dict[str, Any]:
    text = written(found.items, dtype) + struct.pack(">q", found.nulls)
    return {"sketch": text, "maxItemsTracked": tracked, "itemDataType": None, "itemDataTypeDDL": ddl}


def written(sketch: Items, dtype: Any) -> bytes:
    """DataSketches' bytes."""
    rows = sketch.stored()
    if not rows:
        return bytes((1, 1, 10, sketch.lg_max, sketch.lg, 5, 0, 0))
    head = bytes((4, 1, 10, sketch.lg_max, sketch.lg, 0, 0, 0))
    numbers = struct.pack(
        f"<iiqq{len(rows)}q", len(rows), 0, sketch.weight, sketch.offset, *(count for _, count in rows)
    )
    return head + numbers + items_written(dtype, [item for item, _ in rows])


def read(text: bytes, dtype: Any) -> _Counted:
    """A state's sketch."""
    (nulls,) = struct.unpack(">q", text[-8:])
    lg_max, lg = text[3], text[4]
    found = Items(lg_max, java_hash(dtype), lg, same=equality_key(dtype))
    if text[0] == 1:
        return _Counted(found, nulls)
    count, _, weight, offset = struct.unpack_from("<iiqq", text, 8)
    counts = struct.unpack_from(f"<{count}q", text, 32)
    for item, number in zip(items_read(dtype, text[32 + 8 * count : -8], count), counts, strict=True):
        found.update(item, number)
    found.weight, found.offset = weight, offset
    return _Counted(found, nulls)


# --- functions -------------------------------------------------------------------------------------------------------


def approx_top_k(bound: Any) -> Callable[..., list[dict[str, Any]]]:
    """Of a group's values; ``extra`` is how many items are tracked."""
    dtype = bound.types[0].elementType
    return lambda values, k: _answer(_gathered(values, dtype, bound.extra), k)


def accumulate(bound: Any) -> Callable[..., dict[str, Any]]:
    """The state of a group's values; ``extra`` is how many items are tracked, and the items' type as text."""
    dtype, (tracked, ddl) = bound.types[0].elementType, bound.extra
    return lambda values: _state(_gathered(values, dtype, tracked), dtype, tracked, ddl)


def combine(bound: Any) -> Callable[..., dict[str, Any]]:
    """The state of a group's states; ``extra`` is how many items are tracked (None for as many as they track)."""
    dtype = bound.result.fields[2].dataType

    def called(states: list[Any] | None) -> dict[str, Any]:
        known = [state for state in states or () if state is not None]
        sizes = list(dict.fromkeys(state["maxItemsTracked"] for state in known))
        kinds = list(dict.fromkeys(state["itemDataTypeDDL"] for state in known))
        if bound.extra is None and len(sizes) > 1:
            raise SparkRuntimeException(
                f"approx_top_k_combine: sketches of {sizes[0]} and {sizes[1]} items; say how many are to be tracked",
                "APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH",
                {"size1": str(sizes[0]), "size2": str(sizes[1])},
            )
        if len(kinds) > 1:
            one, other = (f'"{kind[5:-9].upper()}"' for kind in kinds[:2])
            raise SparkRuntimeException(
                f"approx_top_k_combine: sketches of {one} and of {other} do not go together",
                "APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH",
                {"type1": one, "type2": other},
            )
        lg = lg_of(bound.extra or UNLIMITED)
        once = _taken_over([read(bytes(state["sketch"]), dtype) for state in known], dtype, lg)
        again = _taken_over([_Counted(_reread(once.items, dtype), once.nulls)], dtype, lg)
        tracked = bound.extra or (sizes[0] if sizes else UNLIMITED)
        return _state(again, dtype, tracked, kinds[0] if kinds else "")

    return called


def estimate(bound: Any) -> Callable[..., list[dict[str, Any]]]:
    """The most frequent items of a state."""
    dtype = bound.result.elementType.fields[0].dataType

    def called(state: dict[str, Any], k: int) -> list[dict[str, Any]]:
        if k > state["maxItemsTracked"]:
            tracked = state["maxItemsTracked"]
            raise SparkRuntimeException(
                f"approx_top_k_estimate: {k} items cannot be found among {tracked} tracked ones",
                "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
                {"maxItemsTracked": str(tracked), "k": str(k)},
            )
        return _answer(read(bytes(state["sketch"]), dtype), k)

    return called
