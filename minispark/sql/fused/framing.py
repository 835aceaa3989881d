"""Aggregates over windows that run as exact functions: partitions are gathered, and come back as rows with a column.

A function over lists would be given a list for each row, the square of a partition. So DuckDB tells of each row only
between which places of its partition its frame lies (``exact/framed.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.analysis.windows import default_frame
from minispark.sql.fused.emit import Emit
from minispark.sql.fused.streamed import Edge, Framed, Streamed
from minispark.sql.fused.texts import OpenText, as_table, selected
from minispark.sql.library.function import Bound
from minispark.sql.library.nestedorder import ordered_sql
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Attribute,
    Call,
    Expression,
    Frame,
    Outer,
    Over,
    SortOrder,
    fresh_id,
    holds,
    transform,
)
from minispark.sql.plan.node import Node
from minispark.sql.plan.subplans import nodes_at_all_depths

_GROUP = tuple[tuple[Expression, ...], tuple[Expression, ...]]


def framed(
    emit: Emit, items: Sequence[Expression], source: str, table: Callable[[Streamed], str] | None
) -> tuple[list[Expression], str]:
    """Items with columns in place of their exact aggregates over windows, and the SELECT that has these columns.

    ``table`` gives the name of a table that is computed while the query runs; None where there can be none.
    """
    made: dict[Over, Attribute] = {}

    def put(one: Expression) -> Expression:
        if not isinstance(one, Over) or not _is_exact(one):
            return one
        call: Any = one.child
        return made.setdefault(one, Attribute("framed", call.dtype, True, fresh_id()))

    items = [transform(item, put) for item in items]
    groups: dict[_GROUP, list[Over]] = {}
    for over in made:
        groups.setdefault((over.partition, over.order), []).append(over)
    for overs in groups.values():
        ids = [made[one].id for one in overs]
        source = _gathered(emit, overs, ids, source) if table is None else _passed(emit, overs, ids, source, table)
    return items, source


def stands_alone(node: Node) -> bool:
    """Whether a node's rows can pass by themselves: they need no row of a query around, and Arrow has room for them."""
    if any(holds(one, Outer) for each in nodes_at_all_depths(node) for one in each.expressions):
        return False
    return all("CalendarIntervalType" not in repr(one.dtype) for one in node.children[0].output)


def _is_exact(one: Over) -> bool:
    call: Any = one.child
    if call.name in _SUMS:  # sums of short whole numbers are exact in any order
        given = call.args[0].dtype
        return isinstance(call.dtype, t.DoubleType) and not isinstance(given, (t.ByteType, t.ShortType, t.IntegerType))
    return call.name == "percentile_approx" or str(call.function.exact).startswith("moments:")


_SUMS = {
    "sum": "summing:total",
    "try_sum": "summing:total",
    "avg": "summing:average",
    "try_avg": "summing:average",
}


def _passed(
    emit: Emit, overs: Sequence[Over], ids: Sequence[int], source: str, table: Callable[[Streamed], str]
) -> str:
    """The same rows, sorted, with a column for each of several aggregates over one window."""
    first, tag = overs[0], f"f{fresh_id()}"
    further: list[str] = []

    def column(one: Any, name: str) -> str:
        text = ordered_sql(emit.sql(one), one.dtype)
        if isinstance(one, Attribute) and text == f"c{one.id}":
            return text
        further.append(f"{text} AS {name}")
        return name

    keys = [column(key, f"{tag}k{place}") for place, key in enumerate(first.partition)]
    orders: list[Any] = list(first.order)
    ordered = [column(one.child, f"{tag}o{place}") for place, one in enumerate(orders)]
    sorts = [f"{one} {_direction(order)}" for one, order in zip(ordered, orders, strict=True)]
    by = [*(f"{key} ASC NULLS FIRST" for key in keys), *sorts]
    if by:  # equal rows stay in their order; what DuckDB sorts by is quick up to 24 bytes
        further.append(f"CAST((row_number() OVER ()) & 4294967295 AS UINTEGER) AS {tag}t")
        by.append(f"{tag}t")
    source = selected(", ".join(["*", *further]), source) if further else source
    frames = [over.frame or default_frame(over) for over in overs]
    within = f"PARTITION BY {', '.join(keys)} " if keys else ""
    apart = [place for place, frame in enumerate(frames) if sorts and _by_distance(frame)]
    if apart:
        source = selected(f"*, row_number() OVER ({within}ORDER BY {', '.join([*sorts, f'{tag}t'])}) AS {tag}n", source)
        columns = []
        for place in apart:
            window = f"{within}ORDER BY {', '.join(sorts)} {emit.frame(frames[place], overs[place])}"
            columns += [f"{edge}({tag}n) OVER ({window}) AS {tag}{edge}{place}" for edge in ("min", "max")]
        source = selected(", ".join(["*", *columns]), source)
    if by:
        source = f"SELECT * FROM {as_table(source)} ORDER BY {', '.join(by)}"
    columns = ["*", f"{_differs(keys)} AS {tag}p"]
    if any(sorts and frame.kind == "RANGE" and 0 in (frame.start, frame.end) for frame in frames):
        columns.append(f"{_differs(ordered)} AS {tag}q")
    texts: dict[str, str] = {}
    made = []
    for place, (over, id) in enumerate(zip(overs, ids, strict=True)):
        call, args = _of_values(emit, over)
        names = tuple(texts.setdefault(arg, f"{tag}x{len(texts)}") for arg in args)
        types = (t.DoubleType(),) * len(names)
        bound = Bound(types, (), (), call.dtype, emit.settings, call.extra)
        start, end = _edges(frames[place], bool(sorts))
        if place in apart:
            start, end = (("column", f"{tag}{edge}{place}") for edge in ("min", "max"))
        made.append(Framed(f"c{id}", bound, names, start, end))
    columns += [f"{text} AS {name}" for text, name in texts.items()]
    return OpenText(f"FROM {table(Streamed(selected(', '.join(columns), source), tag, tuple(made)))}")


def _direction(order: SortOrder) -> str:
    return f"{'ASC' if order.ascending else 'DESC'} NULLS {'FIRST' if order.puts_nulls_first else 'LAST'}"


def _differs(columns: Sequence[str]) -> str:
    """Whether a row differs in these columns from that before it; no row is before the first."""
    return " OR ".join(f"({one} IS DISTINCT FROM lag({one}) OVER ())" for one in columns) or "false"


def _by_distance(frame: Frame) -> bool:
    edges = (frame.start, frame.end)
    return frame.kind == "RANGE" and any(edge not in (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING, 0) for edge in edges)


def _edges(frame: Frame, sorted: bool) -> tuple[Edge, ...]:
    found: list[Edge] = []
    for edge in (frame.start, frame.end):
        unbounded = edge in (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING)
        if unbounded or (frame.kind == "RANGE" and not sorted):
            found.append(("partition", None))
        else:
            found.append(("row", int(edge)) if frame.kind == "ROWS" else ("peers", None))
    return tuple(found)


def _gathered(emit: Emit, overs: Sequence[Over], ids: Sequence[int], source: str) -> str:
    """The rows of the source with a column for each of several aggregates over one window."""
    first, tag = overs[0], f"f{fresh_id()}"
    keys = [f"{emit.sql(key)} AS {tag}k{place}" for place, key in enumerate(first.partition)]
    by = ", ".join(f"{tag}k{place}" for place in range(len(keys)))
    order = ", ".join(emit.sql(one) for one in first.order)
    within = f"PARTITION BY {', '.join(emit.sql(key) for key in first.partition)}" if keys else ""
    number = f"row_number() OVER ({within}{f' ORDER BY {order}' if order else ''}) AS {tag}n"
    numbered = selected(", ".join(["*", *keys, number]), source)
    columns, values = ["*"], []
    for place, (over, id) in enumerate(zip(overs, ids, strict=True)):
        frame = over.frame or default_frame(over)
        sorts = f"ORDER BY {tag}n" if frame.kind == "ROWS" or not order else f"ORDER BY {order}"
        window = f"{f'PARTITION BY {by} ' if by else ''}{sorts} {emit.frame(frame, over)}"
        if not order and frame.kind != "ROWS":
            window = f"PARTITION BY {by}" if by else ""
        call, args = _of_values(emit, over)
        names = [f"{tag}x{place}_{at}" for at in range(len(args))]
        columns += [f"{arg} AS {name}" for arg, name in zip(args, names, strict=True)]
        for edge, function in (("a", "min"), ("z", "max")):
            names.append(f"{tag}{edge}{place}")
            columns.append(f"{function}({tag}n) OVER ({window}) AS {names[-1]}")
        lists = [f"list_transform(gathered, lambda one: one.{name})" for name in names]
        values.append(f"unnest({emit.exact(call, lists, 'framed:frames')}) AS c{id}")
    listed = f"SELECT list(r ORDER BY {tag}n) AS gathered FROM ({selected(', '.join(columns), numbered)}) AS r"
    rows = f"SELECT unnest(gathered) AS r, {', '.join(values)} FROM ({listed}{f' GROUP BY {by}' if by else ''})"
    return f"SELECT r.*, {', '.join(f'c{id}' for id in ids)} FROM ({rows})"


def _of_values(emit: Emit, over: Over) -> tuple[Call, list[str]]:
    """The call as ``framed:frames`` takes it, and the SQL of its values; rows that FILTER leaves out are null."""
    call: Any = over.child
    args = [emit.sql(arg) for arg in call.args]
    path, prepares, extra = call.function.exact, False, None
    given = call.args
    if call.name in _SUMS:
        path, args = _SUMS[call.name], [f"CAST({args[0]} AS DOUBLE)"]
    if call.name == "percentile_approx":
        from minispark.sql.library.distribution import approximated

        path, prepares = call.function.factory, True
        args, extra = approximated(call, args)
        given = given[:1]
    if call.where is not None:
        where = emit.sql(call.where)
        args = [f"CASE WHEN {where} THEN {arg} END" for arg in args]
    made = replace(call, args=given, dtype=t.ArrayType(call.dtype), extra=(path, prepares, extra), where=None)
    return made, args
