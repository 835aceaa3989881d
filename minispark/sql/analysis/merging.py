"""Structs of the two sides of ``unionByName``: their fields are matched by name, at any depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.plan.expressions import Apply, Cast, Expression, Field, LambdaFunction, Literal, Name

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer

Fold = Callable[[str], str]


def shaped(analyzer: Analyzer, one: Any, other: t.DataType, missing: bool, first: bool) -> Any:
    """A column with the fields that both sides have, in the first side's order, those of the second alone at the end.

    ``first`` says which side it is of. With ``missing`` fields that it lacks are null.
    Raises AnalysisException (FIELD_NOT_FOUND) for these otherwise.
    """
    fold = analyzer.scope(()).fold
    target = _target(one.dtype, other, missing, first, fold)
    if target == one.dtype:
        return one
    return analyzer.resolve(_reshaped(one, one.dtype, target, fold), analyzer.scope((one,)))


def _target(mine: t.DataType, theirs: t.DataType, missing: bool, first: bool, fold: Fold) -> t.DataType:
    """My type with the fields of the other: mine where I have them, in the first side's order."""
    if isinstance(mine, t.ArrayType) and isinstance(theirs, t.ArrayType):
        return t.ArrayType(_target(mine.elementType, theirs.elementType, missing, first, fold), mine.containsNull)
    if not (isinstance(mine, t.StructType) and isinstance(theirs, t.StructType)):
        return mine
    own = {fold(field.name): field for field in mine.fields}
    other = {fold(field.name): field for field in theirs.fields}
    order = [*own, *(name for name in other if name not in own)]
    if not first:
        order = [*other, *(name for name in own if name not in other)]
    fields = []
    for name in order:
        if name in own and name in other:
            kind = _target(own[name].dataType, other[name].dataType, missing, first, fold)
            fields.append(t.StructField(own[name].name, kind, own[name].nullable))
        elif missing:
            found = own.get(name) or other[name]
            fields.append(t.StructField(found.name, found.dataType, True if name not in own else found.nullable))
        else:
            there = theirs if name in own else mine
            listed = ", ".join(f"`{field.name}`" for field in there.fields)
            raise AnalysisException(
                f"one side has a struct without the field `{name}`, of {listed}; say allowMissingColumns=True",
                "FIELD_NOT_FOUND",
                {"fieldName": f"`{name}`", "fields": listed},
            )
    return t.StructType(fields)


def _reshaped(base: Expression, source: t.DataType, target: t.DataType, fold: Fold) -> Expression:
    if source == target:
        return base
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        body = _reshaped(Name(("x",)), source.elementType, target.elementType, fold)
        return Apply("transform", (base, LambdaFunction(("x",), body)))
    assert isinstance(source, t.StructType) and isinstance(target, t.StructType)
    own = {fold(field.name): field for field in source.fields}
    parts: list[Expression] = []
    for field in target.fields:
        known = own.get(fold(field.name))
        parts.append(Literal(field.name, t.StringType()))
        if known is None:
            parts.append(Cast(Literal(None, t.NullType()), field.dataType, "", given=False))
        else:
            inner = Field(base, Literal(known.name, t.StringType()))
            parts.append(_reshaped(inner, known.dataType, field.dataType, fold))
    made = Apply("named_struct", tuple(parts))
    return Apply("case", (Apply("isnull", (base,)), Literal(None, t.NullType()), made))
