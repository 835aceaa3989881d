"""Streamed: aggregates over windows that are computed while sorted rows pass, as a table of the query around them.

DuckDB sorts the rows (and spills). They come here in pieces of whole partitions, or of any rows where sums go on from
piece to piece, so that never more is held than one partition; each piece leaves with its further columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from minispark.engine.core.values import replace, value
from minispark.sql.exact.framed import aggregate
from minispark.sql.exact.runningsums import RunningSum
from minispark.sql.exact.vectors import Lists, Vector
from minispark.sql.library.function import Bound

Array = Any  # numpy's
PIECE_ROWS = 1 << 17
"""How many rows are worked on at once, if partitions allow it."""

Edge = tuple[str, Any]
"""Where a frame begins or ends: at its ``partition``'s end, so many rows from its ``row``, at the end of its row's
``peers``, or at the place in the partition (from 1) that a ``column`` has."""


@value
class Framed:
    """An aggregate over a window: the column that it makes, what the exact function is told, the columns of its
    values, the frame."""

    name: str
    bound: Bound
    args: tuple[str, ...]
    start: Edge
    end: Edge

    @property
    def divides(self) -> bool | None:
        """Whether it is an average; None for what is no sum that goes on from row to row."""
        path = self.bound.extra[0]
        if self.start[0] != "partition" or self.end not in (("row", 0), ("peers", None)):
            return None
        return {"summing:total": False, "summing:average": True}.get(path)


@value(eq=False)
class Streamed:
    """SQL of the sorted rows; columns whose names begin with ``tag`` are only for what is computed here.

    ``{tag}p`` says whether a row begins a partition, ``{tag}q`` whether it differs from that before in the order.
    """

    sql: str
    tag: str
    made: tuple[Framed, ...]

    def told(self, change: Callable[[str], str]) -> Streamed:
        """The same with its SQL changed."""
        return replace(self, sql=change(self.sql))

    def schema(self, given: Any) -> Any:
        """The Arrow schema of the rows that leave, by that of those that come."""
        import pyarrow as pa

        from minispark.sql.convert.physical import arrow_type

        kept = [field for field in given if not field.name.startswith(self.tag)]
        results: list[Any] = [one.bound.result for one in self.made]
        made = [pa.field(one.name, arrow_type(each.elementType)) for one, each in zip(self.made, results, strict=True)]
        return pa.schema([*kept, *made])

    def batches(self, reader: Any, schema: Any) -> Iterator[Any]:
        """The rows of a reader with the further columns, in batches of ``schema``."""
        sums = [one.divides for one in self.made]
        if None not in sums:
            yield from self._going_on(reader, schema, [RunningSum(bool(one)) for one in sums])
            return
        functions = [aggregate(one.bound) for one in self.made]
        for piece, starts, peers in pieces(reader, self.tag, "p"):
            offsets = _offsets(starts)
            columns = [
                _computed(function, one, piece, offsets, peers)
                for function, one in zip(functions, self.made, strict=True)
            ]
            yield from self._with(piece, columns, schema)

    def _going_on(self, reader: Any, schema: Any, sums: Sequence[RunningSum]) -> Iterator[Any]:
        import numpy as np

        cut = "q" if any(one.end[0] == "peers" for one in self.made) else ""
        continues = False
        for piece, starts, peers in pieces(reader, self.tag, cut):
            continues = continues and not starts[0]
            offsets = _offsets(starts)
            columns = []
            for total, one in zip(sums, self.made, strict=True):
                until = np.arange(1, len(starts) + 1)
                if one.end[0] == "peers":
                    ends = _offsets(peers)
                    until = np.repeat(ends[1:], np.diff(ends))
                columns.append(total.take(_vector(piece, one.args[0]), offsets, until, continues))
            yield from self._with(piece, columns, schema)
            continues = True

    def _with(self, piece: Any, columns: Sequence[Any], schema: Any) -> Iterator[Any]:
        import pyarrow as pa

        from minispark.sql.fused.vectors import arrow

        kept = [piece.column(place) for place, name in enumerate(schema.names) if place < len(schema) - len(columns)]
        made = [arrow(one, schema.field(len(kept) + place).type) for place, one in enumerate(columns)]
        table: Any = pa.Table.from_arrays([*kept, *made], schema=schema)
        yield from table.to_batches(PIECE_ROWS // 2)


def pieces(reader: Any, tag: str, cut: str) -> Iterator[tuple[Any, Array, Array]]:
    """The rows of a reader as tables, with where partitions begin in each, and where groups of equal rows do.

    A table ends where the column ``cut`` says that something begins (``p`` a partition, ``q`` another place in the
    order), or anywhere.
    """
    import numpy as np
    import pyarrow as pa

    held: list[Any] = []
    rows, last = 0, 0  # the last place where what is held may be cut
    for batch in reader:
        if not batch.num_rows:
            continue
        begins = _flags(batch, tag, cut) if cut else np.ones(1, bool)
        found = np.flatnonzero(begins)
        if len(found) and rows + found[-1]:
            last = rows + int(found[-1])
        held.append(batch)
        rows += batch.num_rows
        if rows < PIECE_ROWS or (cut and not last):
            continue
        table = pa.Table.from_batches(held)
        end = last if cut else rows
        yield _marked(table.slice(0, end), tag)
        held = table.slice(end).to_batches()
        rows, last = rows - end, 0
    if rows:
        yield _marked(pa.Table.from_batches(held), tag)


def _marked(table: Any, tag: str) -> tuple[Any, Array, Array]:
    table = table.combine_chunks()
    starts = _flags(table, tag, "p")
    return table, starts, _flags(table, tag, "q")


def _flags(table: Any, tag: str, which: str) -> Array:
    """Where a partition begins, or (``q``) that or another place in the order."""
    found = _vector(table, f"{tag}p").values.astype(bool)
    if which == "q" and f"{tag}q" in table.schema.names:
        found |= _vector(table, f"{tag}q").values.astype(bool)
    return found


def _vector(table: Any, name: str) -> Any:
    from minispark.sql.fused.vectors import vector

    return vector(table.column(name))


def _offsets(starts: Array) -> Array:
    """Where stretches begin, the first at 0, and the end of the last."""
    import numpy as np

    marked = starts.copy()
    marked[:1] = True
    return np.append(np.flatnonzero(marked), len(starts))


def _computed(function: Any, one: Framed, piece: Any, offsets: Array, peers: Array) -> Vector | Lists:
    import numpy as np

    begins, ends = (_places(edge, piece, offsets, peers, side) for side, edge in enumerate((one.start, one.end)))
    ends = np.maximum(begins, ends)
    items = [Lists(offsets, _vector(piece, name)) for name in one.args]
    found: Vector | Lists = function(items, begins, ends, (_distance(one.start), _distance(one.end)))
    return found


def _distance(edge: Edge) -> int | None:
    distance: int | None = edge[1] if edge[0] == "row" else None
    return distance


def _places(edge: Edge, piece: Any, offsets: Array, peers: Array, side: int) -> Array:
    """Where frames begin (``side`` 0) or before which place they end (1)."""
    import numpy as np

    kind, told = edge
    sizes = np.diff(offsets)
    if kind == "partition":
        return np.repeat(offsets[side : len(sizes) + side], sizes)
    if kind == "peers":
        groups = _offsets(peers)
        return np.repeat(groups[side : len(groups) - 1 + side], np.diff(groups))
    starts, ends = np.repeat(offsets[:-1], sizes), np.repeat(offsets[1:], sizes)
    if kind == "row":
        return np.clip(np.arange(len(starts)) + told + side, starts, ends)
    found = _vector(piece, told)
    place = starts + found.values - 1 + side
    return place if found.valid is None else np.where(found.valid, place, starts)
