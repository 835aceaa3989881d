"""Ties: rows that are equal in a window's order keep the order in which the query reads them, as in Spark's sort.

DuckDB leaves their order open. Where an answer depends on it, the number of a row is the last key of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.analysis.windows import default_frame
from minispark.sql.fused.emit import Emit
from minispark.sql.fused.texts import selected
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Attribute,
    Distance,
    Expression,
    Frame,
    Over,
    SortOrder,
    fresh_id,
    transform,
)

_BY_PLACE = frozenset(("row_number", "ntile", "lag", "lead", "counter_diff"))
_BY_ORDER = frozenset(
    ("first", "last", "nth_value", "collect_list", "collect_set", "listagg", "mode", "histogram_numeric")
)
"""Aggregates that depend on the order of a frame's rows."""
_UNBOUNDED = (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING)
_SPEC = tuple[tuple[Expression, ...], tuple[Expression, ...]]


def with_ties(emit: Emit, items: Sequence[Expression], source: str) -> tuple[list[Expression], str]:
    """Items whose windows say in which order equal rows are, and the SELECT that has what they order by."""
    tie = Attribute("tie", t.LongType(), False, fresh_id())
    peers: dict[_SPEC, tuple[Attribute, Attribute]] = {}
    places: dict[_SPEC, Attribute] = {}
    used = False

    def changed(one: Expression) -> Expression:
        nonlocal used
        found = _changed(_placed(one, places), tie, peers) if isinstance(one, Over) else one
        used = used or found is not one
        return found

    items = [transform(item, changed) for item in items]
    if used:
        number = f"CAST((row_number() OVER ()) & 4294967295 AS UINTEGER) AS c{tie.id}"
        source = selected(f"*, {number}", source)
    for (partition, order), place in places.items():
        number = f"row_number() OVER ({_within(emit, partition, order, tie)}) AS c{place.id}"
        source = selected(f"*, {number}", source)
    for (partition, order), edges in peers.items():
        source = _counted(emit, partition, order, edges, tie, source)
    return items, source


def _placed(one: Over, places: dict[_SPEC, Attribute]) -> Over:
    """An extreme by a key, told the column of a row's place in the window: among equal keys the last is taken."""
    call: Any = one.child
    if call.name not in ("max_by", "min_by") or len(call.args) > 2:
        return one
    place = places.setdefault((one.partition, one.order), Attribute("place", t.LongType(), False, fresh_id()))
    return replace(one, child=replace(call, extra=f"c{place.id}"))


def _within(emit: Emit, partition: Sequence[Expression], order: Sequence[Expression], *last: Attribute) -> str:
    within = f"PARTITION BY {', '.join(map(emit.sql, partition))} " if partition else ""
    return f"{within}ORDER BY {', '.join([*map(emit.sql, order), *(f'c{one.id}' for one in last)])}"


def _changed(one: Over, tie: Attribute, peers: dict[_SPEC, tuple[Attribute, Attribute]]) -> Over:
    call: Any = one.child
    sorted = replace(one, order=(*one.order, SortOrder(tie)))
    if call.function.kind == "window" and call.name != "nth_value":
        return sorted if call.name in _BY_PLACE else one
    frame = one.frame or default_frame(one)
    whole = frame.start in _UNBOUNDED and frame.end in _UNBOUNDED
    if frame.kind == "ROWS" and not whole:
        return replace(sorted, frame=frame)
    if call.name not in _BY_ORDER or call.within:
        return one
    if whole or not one.order:
        return replace(sorted, frame=Frame("ROWS", *_UNBOUNDED))
    if any(edge not in (*_UNBOUNDED, 0) for edge in (frame.start, frame.end)):
        return one
    before, behind = peers.setdefault(
        (one.partition, one.order),
        (
            Attribute("before", t.LongType(), False, fresh_id()),
            Attribute("behind", t.LongType(), False, fresh_id()),
        ),
    )
    start = frame.start if frame.start in _UNBOUNDED else Distance(before, True)
    end = frame.end if frame.end in _UNBOUNDED else Distance(behind, False)
    return replace(sorted, frame=Frame("ROWS", start, end))


def _counted(
    emit: Emit,
    partition: Sequence[Expression],
    order: Sequence[Expression],
    edges: tuple[Attribute, Attribute],
    tie: Attribute,
    source: str,
) -> str:
    """With how many equal rows are before each row, and behind it."""
    before, behind = edges
    number = f"n{before.id}"
    source = selected(f"*, row_number() OVER ({_within(emit, partition, order, tie)}) AS {number}", source)
    equal = f"OVER ({_within(emit, partition, order)} RANGE BETWEEN CURRENT ROW AND CURRENT ROW)"
    columns = (
        f"{number} - min({number}) {equal} AS c{before.id}",
        f"max({number}) {equal} - {number} AS c{behind.id}",
    )
    return selected(f"*, {', '.join(columns)}", source)
