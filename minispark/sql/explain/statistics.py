"""Sizes as Spark estimates them without statistics of columns, for ``explain(mode="cost")``."""

from __future__ import annotations

from typing import Any

from minispark.sql import types as t
from minispark.sql.explain import logical
from minispark.sql.explain.tree import tree
from minispark.sql.plan import nodes as n

UNKNOWN = (1 << 63) - 1
"""What Spark takes for the bytes of data that it knows nothing about."""

_SIZES: dict[type, int] = {
    t.BooleanType: 1, t.ByteType: 1, t.ShortType: 2, t.IntegerType: 4, t.LongType: 8, t.FloatType: 4, t.DoubleType: 8,
    t.DateType: 4, t.TimestampType: 8, t.TimestampNTZType: 8, t.StringType: 20, t.BinaryType: 100, t.NullType: 1,
}  # fmt: skip


def cost_tree(plan: n.Node) -> str:
    """The logical plan, each line with its estimate."""
    known: dict[int, tuple[int, int | None]] = {}
    n.fold_plan(plan, lambda node, below: known.setdefault(id(node), _estimate(node, below)))

    def line(node: n.Node) -> str:
        size, rows = known[id(node)]
        count = "" if rows is None else f", rowCount={rows}"
        return f"{logical.line(node)}, Statistics(sizeInBytes={bytes_text(size)}{count})"

    return tree(plan, line)


def _estimate(node: Any, below: list[tuple[int, int | None]]) -> tuple[int, int | None]:
    width = _width(node)
    if isinstance(node, n.Numbers):
        count = max(-(-(node.end - node.start) // node.step), 0)
        return count * 8, count
    if isinstance(node, n.Local):
        return (UNKNOWN, None) if node.rows is None else (node.rows * width, None)
    if isinstance(node, n.OneRow):
        return 1, 1
    if isinstance(node, n.Limit) and node.count is not None:
        least = node.count if below[0][1] is None else min(node.count, below[0][1])
        return max(least * width, 1), least
    if not below:
        return UNKNOWN, None
    if len(below) == 1:
        size, rows = below[0]
        changed = size if size == UNKNOWN else size * width // _width(node.children[0])
        kept = isinstance(node, (n.Project, n.Sort, n.Named, n.Hinted, n.Observed, n.Once))
        return max(changed, 1), rows if kept else None
    if isinstance(node, n.Merged):
        return sum(size for size, _ in below), None
    size = below[0][0] if node.kind in ("semi", "anti") else below[0][0] * below[1][0]
    return size, None


def _width(node: n.Node) -> int:
    return 8 + sum(_SIZES.get(type(one.dtype), 100) for one in node.output)


def bytes_text(size: int) -> str:
    """Bytes with a unit and one digit after the point.

    >>> bytes_text(40), bytes_text(3 << 20)
    ('40.0 B', '3.0 MiB')
    """
    for shift, unit in ((60, "EiB"), (50, "PiB"), (40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >= 2 << shift:
            return f"{size / (1 << shift):.1f} {unit}"
    return f"{size:.1f} B"
