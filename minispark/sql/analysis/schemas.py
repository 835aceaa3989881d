"""A plan's columns as a schema wants them: ``df.to(schema)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Alias, Apply, Cast, Expression, Literal, fresh_id
from minispark.sql.plan.nodes import Node
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def conformed(analyzer: Analyzer, plan: Node, schema: t.StructType) -> Node:
    """The columns of ``schema``, by name, cast where nothing can be lost (Spark's ``Dataset.to``).

    Raises AnalysisException for a column that is not there and must be, one that may be null and must not, and types
    that do not fit.
    """
    scope = analyzer.scope(plan.output)
    items: list[Expression] = []
    for field in schema.fields:
        found = scope.find((field.name,))
        if found is None:
            if not field.nullable:
                raise scope.missing((field.name,))
            items.append(
                Alias(Literal(None, field.dataType), field.name, tuple((field.metadata or {}).items()), fresh_id())
            )
            continue
        item = _fitted(analyzer, found[0], field, field.name)
        items.append(Alias(item, field.name, tuple((field.metadata or {}).items()) or None, fresh_id()))
    return project_node(plan, tuple(items))


def _fitted(analyzer: Analyzer, one: Expression, field: t.StructField, path: str) -> Expression:
    if one.nullable and not field.nullable:
        raise AnalysisException(
            f"`{path}` may be null, which the schema does not allow", "NULLABLE_COLUMN_OR_FIELD", {"name": f"`{path}`"}
        )
    given, wanted = one.dtype, field.dataType
    if given == wanted:
        return one
    if isinstance(given, t.StructType) and isinstance(wanted, t.StructType):
        parts: list[Expression] = []
        for inner in wanted.fields:
            place = next((at for at, each in enumerate(given.fields) if each.name.lower() == inner.name.lower()), None)
            if place is None:
                if not inner.nullable:
                    raise AnalysisException(
                        f"there is no field `{path}.{inner.name}`", "UNRESOLVED_FIELD", {"fieldName": inner.name}
                    )
                part: Expression = Literal(None, inner.dataType)
            else:
                got = analyzer.call(Apply("get_field"), (one, Literal(place, t.IntegerType())))
                part = _fitted(analyzer, got, inner, f"{path}.{inner.name}")
            parts += (Literal(inner.name, t.StringType()), part)
        made: Expression = analyzer.call(Apply("named_struct"), parts)
        if not one.nullable:
            return made
        nothing = Literal(None, made.dtype)
        return analyzer.call(Apply("case"), (analyzer.call(Apply("isnull"), (one,)), nothing, made))
    if not k.converts(given, wanted) or (k.is_string(given) and not k.is_string(wanted)):
        raise AnalysisException(
            f"`{path}` is of type {given.simpleString()} and does not fit {wanted.simpleString()}; cast it",
            "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
            {
                "name": f"`{path}`",
                "type": shown_type(given),
                "expectedType": shown_type(wanted),
            },
        )
    return analyzer.cast(Cast(one, wanted, "", given=False))
