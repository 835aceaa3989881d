"""The names of columns that the user gave none: what types and scopes tell of them, for ``plan/labels.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.analysis.namedarguments import by_position
from minispark.sql.analysis.scope import BARE
from minispark.sql.analysis.stars import expanded_arguments
from minispark.sql.analysis.temporalnames import as_spark_shows
from minispark.sql.plan.expressions import (
    Apply,
    Attribute,
    Expression,
    Field,
    LambdaVariable,
    Literal,
    Name,
    Outer,
    Over,
    PythonCall,
    SortOrder,
    SqlText,
    Star,
    Subquery,
    holds,
    transform,
    walk,
)
from minispark.sql.plan.labels import column_name
from minispark.sql.plan.literaltext import sql
from minispark.sql.plan.nodes import walk_plan

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def name_of(analyzer: Analyzer, item: Expression, scope: Scope) -> str:
    """The name of a column of a list that the user gave none: as written, its table's name left out."""

    def names(one: Name) -> str:
        return _spelled(one, scope, analyzer)

    def dotted(one: Field) -> bool:
        return _in_struct(analyzer, one, scope) or (one.dotted and not _in_map(analyzer, one, scope))

    if holds(item, SqlText):
        item = transform(item, lambda part: analyzer.parse(part.text) if isinstance(part, SqlText) else part)
    if any(isinstance(part, Star) or _registered(analyzer, part) for part in walk(item)):
        item = transform(item, lambda part: _with_columns(analyzer, part, scope))
    if any(isinstance(part, Apply) and part.names for part in walk(item)):
        item = transform(item, lambda part: by_position(part) if isinstance(part, Apply) else part)
    if holds(item, Over):
        item = transform(item, lambda part: _with_bounds(analyzer, part, scope))
    if isinstance(item, Name) and len(item.parts) == 1 and item.parts[0].lower() in BARE:
        return _spelled(item, scope)
    if t.StringType.in_use:
        from minispark.sql.analysis.collatednames import with_collated_constants

        item = with_collated_constants(analyzer, item, scope)
    return column_name(as_spark_shows(item, scope), names, dotted, analyzer.settings.zone)


def with_outer(item: Expression, resolved: Expression) -> Expression:
    """The item with queries that know which columns around them they use, each as often as they do."""
    known = {id(one.written): one for one in walk(resolved) if isinstance(one, Subquery) and one.outer}
    if not known:
        return item

    def told(one: Expression) -> Expression:
        found = known.get(id(one.plan)) if isinstance(one, Subquery) else None
        return one if found is None else replace(one, outer=tuple(_uses(found)))

    return transform(item, told)


def _uses(query: Subquery) -> list[Attribute]:
    found = []
    for node in walk_plan(query.plan):
        for expression in node.expressions:
            for one in walk(expression):
                if isinstance(one, Outer):
                    found.append(one.attribute)
                elif isinstance(one, Subquery):
                    found += [each for each in one.outer if any(each.id == mine.id for mine in query.outer)]
    return found


def as_written(resolved: Any, item: Expression) -> Any:
    """A column found by its name, under the name as the user wrote it: its letters may be of another case."""
    if isinstance(resolved, Attribute) and isinstance(item, Name) and resolved.name != item.parts[-1]:
        return replace(resolved, name=item.parts[-1])
    return resolved


def _with_bounds(analyzer: Analyzer, part: Expression, scope: Scope) -> Expression:
    """A window whose bounds are converted to the type of its order shows them so: ``(- 1) FOLLOWING``."""
    if not isinstance(part, Over) or part.frame is None or part.frame.kind != "RANGE" or len(part.order) != 1:
        return part
    frame, key = part.frame, part.order[0]
    dtype = analyzer.resolve(key.child if isinstance(key, SortOrder) else key, scope).dtype
    if frame.text is None or not isinstance(dtype, t.NumericType):
        return part
    shown = frame.text.removeprefix("RANGE BETWEEN ").split(" AND ")
    for place, edge in enumerate((frame.start, frame.end)):
        same = isinstance(edge, int) and isinstance(dtype, t.IntegerType)
        if (
            len(shown) == 2
            and not same
            and shown[place].endswith(" PRECEDING")
            and shown[place] != "UNBOUNDED PRECEDING"
        ):
            shown[place] = f"(- {shown[place].removesuffix(' PRECEDING')}) FOLLOWING"
    return replace(part, frame=replace(frame, text=f"RANGE BETWEEN {' AND '.join(shown)}"))


def _registered(analyzer: Analyzer, part: Expression) -> str | None:
    """The name under which a program registered the function that is called, if it did."""
    return getattr(analyzer.functions(part.name), "shown", None) if isinstance(part, Apply) else None


def _with_columns(analyzer: Analyzer, part: Expression, scope: Scope) -> Expression:
    shown = _registered(analyzer, part)
    if shown is not None and isinstance(part, Apply):
        words = tuple(name for name in part.names if name is not None)
        return PythonCall(analyzer.functions, shown, t.NullType(), part.args, words)
    if not isinstance(part, Apply):
        return part
    without = isinstance(part.args[0], Star) and part.args[0].without if len(part.args) == 1 else ()
    if len(part.args) == 1 and not part.distinct and part.name.lower() == "count" and not without:
        return replace(part, args=(Literal(1, t.IntegerType()),)) if part.args[0] == Star() else part
    return expanded_arguments(analyzer, part, scope)


def _spelled(one: Name, scope: Scope, analyzer: Analyzer | None = None) -> str:
    level: Scope | None = scope
    while level is not None:
        found = level.find(one.parts)
        if found is not None:
            attribute, rest = found
            if level is not scope:
                return f"outer({'.'.join((*attribute.qualifier, attribute.name, *rest))})"
            return _path(one.parts[len(one.parts) - len(rest) - 1], attribute, rest, scope)
        level = level.outer
    constant = None if analyzer is None else analyzer.variable(one.parts)
    if analyzer is not None and isinstance(constant, Literal):
        return f"variablereference(system.session.{one.parts[-1].lower()}={sql(constant, analyzer.settings.zone)})"
    bare = BARE.get(one.parts[0].lower()) if len(one.parts) == 1 else None
    if bare == "current_time":
        return "current_time(6)"
    return f"{bare}()" if bare is not None else ".".join(one.parts)


def _path(text: str, attribute: Attribute, rest: tuple[str, ...], scope: Scope) -> str:
    dtype: t.DataType | None = attribute.dtype
    for part in rest:
        if isinstance(dtype, t.MapType):
            text, dtype = f"{text}[{part}]", dtype.valueType
            continue
        text = f"{text}.{part}"
        struct = dtype.elementType if isinstance(dtype, t.ArrayType) else dtype
        fields = struct.fields if isinstance(struct, t.StructType) else ()
        dtype = next((field.dataType for field in fields if scope.fold(field.name) == scope.fold(part)), None)
    return text


def _in_map(analyzer: Analyzer, one: Field, scope: Scope) -> bool:
    if holds(one.child, LambdaVariable):
        return False
    return isinstance(getattr(analyzer.resolve(one.child, scope), "dtype", None), t.MapType)


def _in_struct(analyzer: Analyzer, one: Field, scope: Scope) -> bool:
    if not (isinstance(one.key, Literal) and isinstance(one.key.item, str)):
        return False
    if holds(one.child, LambdaVariable):
        return True  # its type is known within the lambda only
    dtype: Any = analyzer.resolve(one.child, scope).dtype
    if isinstance(dtype, t.ArrayType):
        dtype = dtype.elementType
    return isinstance(dtype, t.StructType)
