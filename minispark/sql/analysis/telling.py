"""What errors of types tell of the call that they are about: its text, the argument at fault and that one's type.

A function's rule knows what it takes and was given; the call's text, and which argument that was, are the same work for
all functions, and done here, as Spark's messages have it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.sides import is_constant, ordinal
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import (
    Apply,
    Attribute,
    Call,
    Cast,
    Expression,
    Field,
    LambdaFunction,
    Name,
    holds,
    transform,
)
from minispark.sql.plan.labels import label

_STANDS_FOR = {
    "decode_charset": "decode",
    "explode_outer": "explode",
    "inline_outer": "inline",
    "number_text": "to_char",
    "posexplode_outer": "posexplode",
    "try_add": "+",
    "try_divide": "/",
    "try_element_at": "element_at",
    "try_make_timestamp": "make_timestamp",
    "try_mod": "%",
    "try_multiply": "*",
    "try_subtract": "-",
}
"""Functions that Spark replaces by others, of which its errors then speak."""
_ITEMS = ("get_array_item", "get_map_value")
_WITH_UNIT = ("timestampadd", "timestampdiff")
"""Functions whose first argument, a unit, is not counted."""
_FUNCTION_NAMED = ("NON_FOLDABLE_INPUT", "UNEXPECTED_INPUT_TYPE")
"""Errors that name no function beside the call's text."""


def text_of(one: Expression, zone: str | None = None) -> str:
    """An expression, resolved in part, as error messages show it."""
    return f'"{label(transform(one, _plain), zone=zone)}"'


def _plain(part: Expression) -> Expression:
    if isinstance(part, (Apply, Call)) and part.name in _ITEMS and len(part.args) == 2:
        return Field(part.args[0], part.args[1])
    return Apply(part.function.name, part.args) if isinstance(part, Call) else part


def told(error: AnalysisException, one: Cast) -> AnalysisException:
    """The error of a cast, with its expression: casts to nested types do not show."""
    target: Any = one.child if k.is_nested(one.dtype) else Cast(one.child, one.dtype, one.mode)
    with contextlib.suppress(TypeError, ValueError, AttributeError, KeyError):
        (error._parameters or {})["sqlExpr"] = text_of(target)
    return error


def complete(error: AnalysisException, one: Apply, args: Sequence[Any], zone: str | None) -> None:
    """Say in an error of types which call it is about, and which argument."""
    parameters, condition = error._parameters or {}, str(error.getCondition())
    if not condition.startswith("DATATYPE_MISMATCH.") or "sqlExpr" in parameters:
        return
    kind = condition.partition(".")[2]
    whole = one if len(one.args) == len(args) else replace(one, args=tuple(args), names=())
    with contextlib.suppress(
        TypeError, ValueError, AttributeError, KeyError, IndexError
    ):  # the error itself comes first
        place = _place(kind, parameters, args)
        parameters["sqlExpr"] = _call_text(whole, kind, place, args, zone)
        if place is None:
            return
        if kind == "UNEXPECTED_INPUT_TYPE":
            if not parameters.get("paramIndex", "").endswith("..."):
                parameters["paramIndex"] = ordinal(place - (whole.name in _WITH_UNIT))
            parameters.setdefault("inputSql", text_of(whole.args[place], zone))
        if kind == "NON_FOLDABLE_INPUT":
            parameters.setdefault("inputType", shown(args[place].dtype))
            parameters.setdefault("inputExpr", text_of(whole.args[place], zone))
    if kind in _FUNCTION_NAMED:
        parameters.pop("functionName", None)


def _place(kind: str, parameters: dict[str, str], args: Sequence[Any]) -> int | None:
    """Which argument an error is about; None where it is about none, or that cannot be told."""
    if kind == "NON_FOLDABLE_INPUT":
        places = [at for at, arg in enumerate(args) if not isinstance(arg, LambdaFunction) and not is_constant(arg)]
        return places[-1] if places else None
    if kind != "UNEXPECTED_INPUT_TYPE":
        return None
    given = parameters.get("paramIndex")
    if given is not None:
        return {ordinal(at): at for at in range(len(args))}.get(given.removesuffix("..."))
    lambdas = [at for at, arg in enumerate(args) if isinstance(arg, LambdaFunction)]
    if lambdas:
        return lambdas[0]
    same = [at for at, arg in enumerate(args) if shown(arg.dtype) == parameters.get("inputType")]
    return same[0] if same else None


def _call_text(whole: Apply, kind: str, place: int | None, args: Sequence[Any], zone: str | None) -> str:
    name = _STANDS_FOR.get(whole.name.lower(), whole.name)
    if whole.name in ("+", "-") and kind == "UNEXPECTED_INPUT_TYPE" and any(map(_is_date, args)):
        name = "date_add" if whole.name == "+" else "date_sub"
    made: Any = whole if name == whole.name else replace(whole, name=name)
    if place is not None and not isinstance(args[place], LambdaFunction) and holds(made, LambdaFunction):
        made = transform(made, _unbound)
    return text_of(made, zone)


def _unbound(part: Expression) -> Expression:
    """A lambda whose parameters keep their names: no types of theirs were known when the error arose."""
    if not isinstance(part, LambdaFunction):
        return part
    return Apply("lambdafunction", (part.body, *(Name((name,)) for name in part.parameters)))


def _is_date(arg: Any) -> bool:
    return isinstance(getattr(arg, "dtype", None), t.DateType)


def of_table(part: Expression) -> Expression:
    """A column with its table's name, for ``transform``, as some errors show columns."""
    return Name((*part.qualifier[-1:], part.name)) if isinstance(part, Attribute) else part


def fault(kind: str, part: Expression) -> dict[str, str]:
    """The part of a FILTER's condition that must not be there, as its error names it."""
    name = {"CONTAINS_AGGREGATE": "aggExpr", "CONTAINS_WINDOW_FUNCTION": "windowExpr"}.get(kind)
    return {} if name is None else {name: text_of(part)}
