"""Elements of arrays, values of maps, fields of structs: ``a[0]``, ``m["k"]``, ``s.f``; structs changed by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.telling import text_of
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Cast, Expression, Field, Literal, WithField, WithoutFields

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def extracted(analyzer: Analyzer, one: Field) -> Expression:
    """The part of a resolved child. Raises AnalysisException for a child that has none, or no field of the name."""
    child: Any = one.child
    dtype = child.dtype
    if isinstance(dtype, t.StructType):
        if not isinstance(one.key, Literal) or not isinstance(one.key.item, str):
            raise AnalysisException(
                "a struct's field is asked for by its name, a constant",
                "INVALID_EXTRACT_FIELD_TYPE",
                {"extraction": text_of(one.key)},
            )
        position = field_position(analyzer, dtype, one.key.item)
        return analyzer.call(Apply("get_field"), (child, Literal(position, t.IntegerType())))
    if isinstance(dtype, t.MapType):
        return analyzer.call(Apply("get_map_value"), (child, one.key))
    if isinstance(dtype, t.ArrayType):
        if (
            isinstance(dtype.elementType, t.StructType)
            and isinstance(one.key, Literal)
            and isinstance(one.key.item, str)
        ):
            position = field_position(analyzer, dtype.elementType, one.key.item)
            return analyzer.call(Apply("get_array_field"), (child, Literal(position, t.IntegerType())))
        return analyzer.call(Apply("get_array_item"), (child, one.key))
    raise AnalysisException(
        f"a value of {dtype.simpleString()} has no parts; only arrays, maps and structs have",
        "INVALID_EXTRACT_BASE_FIELD_TYPE",
        {"base": text_of(one.child), "other": shown_type(dtype)},
    )


def field_position(analyzer: Analyzer, struct: t.StructType, name: str) -> int:
    """The position of a field by its name. Raises AnalysisException where there is none, or are several."""
    fold = (lambda text: text) if analyzer.settings.case_sensitive else str.lower
    found = [place for place, field in enumerate(struct.fields) if fold(field.name) == fold(name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"`{field.name}`" for field in struct.fields)
    if found:
        raise AnalysisException(
            f"several fields are named `{name}`; the struct has {names}",
            "AMBIGUOUS_REFERENCE_TO_FIELDS",
            {"field": f"`{name}`", "count": str(len(found))},
        )
    raise AnalysisException(
        f"the struct has no field `{name}`; it has {names}",
        "FIELD_NOT_FOUND",
        {"fieldName": f"`{name}`", "fields": names},
    )


def replaced(analyzer: Analyzer, one: WithField) -> Expression:
    """A struct with one field more, or another value of a field; ``path`` leads into structs inside."""
    child: Any = one.child
    if not isinstance(child.dtype, t.StructType):
        raise _no_struct(child.dtype)
    name, rest = one.path[0], one.path[1:]
    parts: list[Expression] = []
    met = False
    for place, field in enumerate(child.dtype.fields):
        part = analyzer.call(Apply("get_field"), (child, Literal(place, t.IntegerType())))
        if _same(analyzer, field.name, name):
            part = one.item if not rest else replaced(analyzer, WithField(part, rest, one.item))
            met = True
            parts += (Literal(name, t.StringType()), part)
        else:
            parts += (Literal(field.name, t.StringType()), part)
    if not met:
        if rest:
            field_position(analyzer, child.dtype, name)
        parts += (Literal(name, t.StringType()), one.item)
    return _struct(analyzer, child, parts)


def dropped(analyzer: Analyzer, one: WithoutFields) -> Expression:
    """A struct without some fields. Raises AnalysisException if none would be left."""
    made: Expression = one.child
    if not isinstance(made.dtype, t.StructType):
        raise _no_struct(made.dtype)
    for path in one.paths:
        made = _without(analyzer, made, path)
    return made


def _without(analyzer: Analyzer, child: Any, path: tuple[str, ...]) -> Expression:
    if not isinstance(child.dtype, t.StructType):
        raise _no_struct(child.dtype)
    if len(path) > 1:
        field_position(analyzer, child.dtype, path[0])
    parts: list[Expression] = []
    for place, field in enumerate(child.dtype.fields):
        part: Any = analyzer.call(Apply("get_field"), (child, Literal(place, t.IntegerType())))
        if _same(analyzer, field.name, path[0]):
            if len(path) == 1:
                continue
            part = _without(analyzer, part, path[1:])
        parts += (Literal(field.name, t.StringType()), part)
    if not parts:
        raise AnalysisException(
            "the last field of a struct cannot be dropped",
            "DATATYPE_MISMATCH.CANNOT_DROP_ALL_FIELDS",
            {"sqlExpr": "dropFields"},
        )
    return _struct(analyzer, child, parts)


def _struct(analyzer: Analyzer, child: Any, parts: list[Expression]) -> Expression:
    made: Expression = analyzer.call(Apply("named_struct"), parts)
    if not child.nullable:
        return made
    absent = analyzer.call(Apply("isnull"), (child,))
    return analyzer.call(Apply("if"), (absent, Cast(Literal(None, made.dtype), made.dtype, "ansi", False).child, made))


def _same(analyzer: Analyzer, one: str, other: str) -> bool:
    return one == other if analyzer.settings.case_sensitive else one.lower() == other.lower()


def _no_struct(dtype: t.DataType) -> AnalysisException:
    return AnalysisException(
        f"fields can be changed in structs, not in values of {dtype.simpleString()}",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        {"paramIndex": "first", "requiredType": '"STRUCT"', "inputType": shown_type(dtype)},
    )
