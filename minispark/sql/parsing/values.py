"""VALUES: rows of constant expressions as a table."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, ParseException
from minispark.sql import types as t
from minispark.sql.analysis import joins
from minispark.sql.analysis.relations import cast_to
from minispark.sql.analysis.resolver import constant
from minispark.sql.fused.smalldata import small
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.sides import convert
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    Literal,
    Outer,
    Over,
    Subquery,
    fresh_id,
    walk,
)
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Local, Node, OneRow
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def inline_table(planner: Planner, values: s.Values, outer: Scope | None) -> Node:
    """The plan of VALUES: columns col1, col2 ... of the widest type of each. Raises ParseException for uneven rows."""
    width = len(values.rows[0])
    for place, row in enumerate(values.rows):
        if len(row) != width:
            raise ParseException(
                f"Invalid inline table. It expected {width} columns but found {len(row)} columns in row {place}",
                "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
                {"expectedNumCols": str(width), "actualNumCols": str(len(row)), "rowIndex": str(place)},
            )
    scope = planner.analyzer.scope((), outer)
    rows: list[list[Any]] = []
    for row in values.rows:
        made = []
        for one in row:
            written = one.child if isinstance(one, Alias) else one
            made.append(planner.analyzer.resolve(written, scope))
            _check_constant(made[-1], written)
        rows.append(made)
    if any(isinstance(part, Subquery) and part.kind == "scalar" for made in rows for one in made for part in walk(one)):
        raise AnalysisException(
            "an inline table holds no queries; SELECT them, or join",
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.SCALAR_SUBQUERY_IN_VALUES", {},
        )  # fmt: skip
    ansi = planner.analyzer.settings.ansi
    literal = all(isinstance(one, Literal) for row in rows for one in row)
    kinds = [_common(place, [row[place] for row in rows], ansi, literal) for place in range(width)]
    plain = _plain(rows, kinds)
    if plain is not None:
        return plain
    parts = []
    for made in rows:
        items = [
            Alias(cast_to(planner.analyzer, one, dtype), f"col{place}", None, fresh_id())
            for place, (one, dtype) in enumerate(zip(made, kinds, strict=True), 1)
        ]
        parts.append(project_node(OneRow(), tuple(items)))
    if len(parts) == 1:
        return parts[0]
    merged = joins.merge(planner.analyzer, parts, "union", True)
    if not all(constant(one) for made in rows for one in made):
        return merged
    # computed once, in order: first(), last() and their like may ask for it
    return Local(lambda: planner.table(merged), tuple(replace(one, id=fresh_id()) for one in merged.output))


def _check_constant(one: Any, written: Expression) -> None:
    """Raises AnalysisException for what has no value of its own before a query runs."""
    for part in walk(one):
        drawn = (
            isinstance(part, Outer)
            or isinstance(part, Call)
            and (not part.function.deterministic or part.function.kind != "scalar")
        )
        if drawn or isinstance(part, Over):
            shown = label(written)
            raise AnalysisException(
                f"an inline table holds what can be computed at once, which {shown} is not",
                "INVALID_INLINE_TABLE.CANNOT_EVALUATE_EXPRESSION_IN_INLINE_TABLE", {"expr": f'"{shown}"'},
            )  # fmt: skip


_PLAIN = (
    t.BooleanType, t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType, t.StringType,
    t.DateType, t.BinaryType, t.DecimalType, t.TimestampType, t.TimestampNTZType, t.NullType,
)  # fmt: skip


def _plain(rows: list[list[Any]], kinds: list[t.DataType]) -> Node | None:
    """Rows of plain constants as data; None for others."""
    if not all(type(kind) in _PLAIN for kind in kinds):
        return None
    columns = []
    for place, kind in enumerate(kinds):
        column: list[Any] = [_as(row[place], kind) for row in rows]
        if not all(isinstance(one, Literal) for one in column):
            return None
        columns.append([one.item for one in column])
    output = tuple(
        Attribute(f"col{place + 1}", kind, any(item is None for item in columns[place]), fresh_id())
        for place, kind in enumerate(kinds)
    )

    def table() -> Any:
        import pyarrow as pa

        from minispark.sql.convert.physical import arrow_type

        arrays = [pa.array(column, arrow_type(kind)) for column, kind in zip(columns, kinds, strict=True)]
        return pa.Table.from_arrays(arrays, names=[f"c{place}" for place in range(len(arrays))])

    written = tuple(columns) if small(columns, kinds, len(rows)) else None
    return Local(table, output, rows=len(rows), columns=written)


def _as(one: Any, kind: t.DataType) -> Any:
    """A constant as one of a type; a number as a decimal of as many digits after the point."""
    if isinstance(kind, t.DecimalType) and isinstance(one, Literal) and isinstance(one.item, (int, Decimal)):
        return Literal(Decimal(one.item).quantize(Decimal(1).scaleb(-kind.scale), context=_EXACT), kind)
    return convert(one, kind)


_EXACT = Context(prec=80)


def _common(place: int, column: list[Any], ansi: bool, literal: bool) -> Any:
    """The type of a column. Spark's parser sees to tables of literals alone, and raises ParseException for them."""
    found = coercion.widest((one.dtype for one in column), ansi)
    kinds = [k.is_string(one.dtype) for one in column if not isinstance(one.dtype, t.NullType)]
    mixed = any(kinds) and not all(kinds)
    if found is None or mixed:
        raise (ParseException if literal else AnalysisException)(
            f"Invalid inline table. Found incompatible types in the column `col{place + 1}` for inline table",
            "INVALID_INLINE_TABLE.INCOMPATIBLE_TYPES_IN_INLINE_TABLE", {"colName": f"`col{place + 1}`"},
        )  # fmt: skip
    return found
