"""ORDER BY, SORT BY, DISTRIBUTE BY, LIMIT and OFFSET over a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis import relations
from minispark.sql.analysis.resolver import constant
from minispark.sql.analysis.routineuses import refuse_routines
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.hinting import partitioned
from minispark.sql.parsing.recursion import limited
from minispark.sql.plan.expressions import Alias, Call, Expression, Literal, Name, SortOrder, fresh_id, walk
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Node, OneRow, project
from minispark.sql.plan.written import located

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def organized(planner: Planner, query: s.Organized, outer: Scope | None) -> Node:
    """The plan of a query with an order or a limit."""
    made = planner.plan(query.query, outer)
    refuse_routines(planner.analyzer, (*query.order, *query.sort), "Sort")
    refuse_routines(planner.analyzer, (*query.distribute, *query.cluster), "RepartitionByExpression")
    refuse_routines(planner.analyzer, () if query.limit is None else (query.limit,), "GlobalLimit")
    if query.order:
        made = relations.order(planner.analyzer, made, _positions(planner, made, query.order), True, outer)
    if query.distribute or query.cluster:
        made = partitioned(planner, made, "repartition", None, query.distribute or query.cluster, outer)
    keys = query.sort or tuple(SortOrder(one) for one in query.cluster)
    if keys:
        made = relations.order(planner.analyzer, made, _positions(planner, made, keys), False, outer)
    if query.unlimited:
        made = limited(made, None)
    if query.limit is None and query.offset is None:
        return made
    offset = 0 if query.offset is None else row_count(planner, query.offset, "offset")
    count = None if query.limit is None else row_count(planner, query.limit, "limit")
    if count is not None:
        made = limited(made, count + offset)
    return relations.limit(made, count, offset)


def _positions(planner: Planner, made: Node, keys: Sequence[Expression]) -> list[Expression]:
    """Keys with positions (``ORDER BY 2``) and ALL replaced by the columns they mean."""
    if planner.analyzer.settings.conf("spark.sql.orderByOrdinal") == "false":
        return list(keys)
    only = keys[0] if len(keys) == 1 else None
    if isinstance(only, SortOrder) and isinstance(only.child, Name):
        parts = [part.lower() for part in only.child.parts]
        if parts == ["all"] and not _column(planner, made, only.child):
            return [SortOrder(one, only.ascending, only.nulls_first) for one in made.output]
    found: list[Expression] = []
    for key in keys:
        child = key.child if isinstance(key, SortOrder) else key
        if isinstance(key, SortOrder) and isinstance(child, Literal) and isinstance(child.dtype, t.IntegerType):
            place = child.item
            if not 1 <= place <= len(made.output):
                wrong = AnalysisException(
                    f"ORDER BY {place}: positions are those of SELECT's columns, from 1 to {len(made.output)}",
                    "ORDER_BY_POS_OUT_OF_RANGE", {"index": str(place), "size": str(len(made.output))},
                )  # fmt: skip
                raise located(wrong, child)
            found.append(SortOrder(made.output[place - 1], key.ascending, key.nulls_first))
        else:
            found.append(key)
    return found


def _column(planner: Planner, made: Node, name: Name) -> bool:
    """Whether a name is one of a column that can be sorted by."""
    try:
        relations.order(planner.analyzer, made, [name])
    except AnalysisException as error:
        return not str(error.getCondition()).startswith("UNRESOLVED_COLUMN")
    return True


def row_count(planner: Planner, expression: Expression, what: str) -> int:
    """The number of rows of a LIMIT or OFFSET. Raises AnalysisException for what is no constant integer from 0."""
    try:
        resolved = planner.resolve(expression)
    except AnalysisException as error:
        if not str(error.getCondition()).startswith("UNRESOLVED_COLUMN"):
            raise
        resolved = None
    shown = label(expression)

    def wrong(case: str, why: str, **more: str) -> AnalysisException:
        found = AnalysisException(
            f'The {what} like expression "{shown}" is invalid: {why}', f"INVALID_LIMIT_LIKE_EXPRESSION.{case}",
            {"name": what, "expr": f'"{shown}"', **more},
        )  # fmt: skip
        return located(found, expression)

    if resolved is None or not constant(resolved):
        raise wrong("IS_UNFOLDABLE", "it must be a constant")
    if not isinstance(resolved.dtype, (t.IntegerType, t.ShortType, t.ByteType)):
        raise wrong(
            "DATA_TYPE",
            f"it must be an integer, not {resolved.dtype.simpleString()}",
            dataType=shown_type(resolved.dtype),
        )
    number: Any = constant_value(planner, resolved)
    if number is None:
        raise wrong("IS_NULL", "it must not be null")
    if number < 0:
        raise wrong("IS_NEGATIVE", f"it must be at least 0, but is {number}", v=str(number))
    return int(number)


def constant_value(planner: Planner, resolved: Any) -> Any:
    """The physical value of a resolved expression without columns."""
    if isinstance(resolved, Literal):
        return resolved.item
    made = Alias(resolved, "value", None, fresh_id())
    return as_physical(planner.run(project(OneRow(), (made,)))[0][0], resolved.dtype)


def constant_literal(planner: Planner, expression: Expression) -> Literal | None:
    """The value of an expression without columns; None where it changes from call to call."""
    resolved = planner.resolve(expression)
    if any(isinstance(part, Call) and not part.function.deterministic for part in walk(resolved)):
        return None
    return Literal(constant_value(planner, resolved), resolved.dtype)


def as_physical(item: Any, dtype: t.DataType) -> Any:
    """A value as DuckDB gives it to Python in the form that constants hold: maps as lists of pairs.

    >>> as_physical({"x": 1}, t.MapType(t.StringType(), t.IntegerType()))
    [('x', 1)]
    """
    if item is None:
        return None
    if isinstance(dtype, t.MapType) and isinstance(item, dict):
        return [(as_physical(key, dtype.keyType), as_physical(one, dtype.valueType)) for key, one in item.items()]
    if isinstance(dtype, t.ArrayType):
        return [as_physical(one, dtype.elementType) for one in item]
    if isinstance(dtype, t.StructType) and isinstance(item, dict):
        pairs = zip(item.items(), dtype.fields, strict=False)
        return {name: as_physical(one, field.dataType) for (name, one), field in pairs}
    return item
