"""Aggregates over windows that run as exact functions: partitions are gathered, and come back as rows with a column.

A function over lists would be given a list for each row, the square of a partition. So DuckDB tells of each row only
between which places of its partition its frame lies (``exact/framed.py``).
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
    Call,
    Expression,
    Over,
    fresh_id,
    transform,
)

_GROUP = tuple[tuple[Expression, ...], tuple[Expression, ...]]


def framed(emit: Emit, items: Sequence[Expression], source: str) -> tuple[list[Expression], str]:
    """Items with columns in place of their exact aggregates over windows, and the SELECT that has these columns."""
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
        source = _gathered(emit, overs, [made[one].id for one in overs], source)
    return items, source


def _is_exact(one: Over) -> bool:
    call: Any = one.child
    if call.name == "percentile_approx":  # as frames grow, Spark's summary of a frame depends on those before
        frame = one.frame or default_frame(one)
        return bool(frame.start != UNBOUNDED_PRECEDING or frame.end == UNBOUNDED_FOLLOWING)
    return str(call.function.exact).startswith("moments:")


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
