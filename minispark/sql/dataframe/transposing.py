"""``transpose``: computed at once, as Spark does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.plan.expressions import Alias, Apply, Cast, Expression
from minispark.sql.plan.nodes import Node

MOST_ROWS = 500
"""The usual limit of rows (``spark.sql.transposeMaxValues``)."""


def transposed(session: Any, analyzer: Any, plan: Node, index: Expression) -> Node:
    """A row for each column but the index, a column for each value of it in order."""
    key = analyzer.resolve(index, analyzer.scope(plan.output))
    if k.is_nested(key.dtype) or isinstance(key.dtype, t.VariantType):
        raise AnalysisException(
            f"the index of transpose must be of a plain type, not {key.dtype.simpleString()}",
            "TRANSPOSE_INVALID_INDEX_COLUMN",
            {"reason": f"Index column must be of atomic type, but found: {key.dtype!r}"},
        )
    rest = [one for one in plan.output if one.id != getattr(key, "id", None)]
    dtype = _common([one.dtype for one in rest], analyzer.settings.ansi)
    most = int(session.conf.get("spark.sql.transposeMaxValues", None) or MOST_ROWS)
    ordered = relations.order(analyzer, relations.where(analyzer, plan, Apply("isnotnull", (key,))), [key])
    shown: list[Expression] = [Alias(Cast(key, t.StringType(), "", given=False), "key")]
    shown += [Alias(relations.cast_to(analyzer, one, dtype), one.name) for one in rest]
    selected = relations.keeping(analyzer, relations.limit(ordered, most + 1), shown)
    rows = session._run_table(selected, "transpose")
    if rows.num_rows > most:
        raise AnalysisException(
            f"transpose makes a column of each row, and there are more than {most}; raise "
            "spark.sql.transposeMaxValues, or choose fewer",
            "TRANSPOSE_EXCEED_ROW_LIMIT",
            {"maxValues": str(most), "config": "spark.sql.transposeMaxValues"},
        )
    names = rows.column(0).to_pylist()
    fields = [t.StructField("key", t.StringType(), False), *(t.StructField(name, dtype, True) for name in names)]
    schema = t.StructType(fields)
    made = session._local(lambda: _turned(rows, [one.name for one in rest], schema), schema, rows=len(rest))
    turned: Node = made._plan
    return turned


def _common(kinds: Sequence[t.DataType], ansi: bool) -> t.DataType:
    found: t.DataType = kinds[0] if kinds else t.StringType()
    for one in kinds[1:]:
        wider = None if k.is_string(found) != k.is_string(one) else coercion.plain_wider(found, one, ansi)
        if wider is None:
            first, second = (f'"{each.simpleString().upper()}"' for each in (found, one))
            raise AnalysisException(
                f"transpose needs columns of one type, and {first} and {second} have nothing in common; cast them",
                "TRANSPOSE_NO_LEAST_COMMON_TYPE",
                {"dt1": first, "dt2": second},
            )
        found = wider
    return found


def _turned(rows: Any, names: Sequence[str], schema: t.StructType) -> Any:
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_schema

    kinds = arrow_schema(schema)
    columns = [pa.array(names, pa.string())]
    values = [column.combine_chunks() for column in rows.columns[1:]]
    for place, kind in enumerate(list(kinds)[1:]):
        parts = [column.slice(place, 1) for column in values]
        columns.append(pa.concat_arrays(parts).cast(kind.type) if parts else pa.array([], kind.type))
    return pa.Table.from_arrays(columns, schema=kinds)
