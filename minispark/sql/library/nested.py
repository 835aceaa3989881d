"""What functions of arrays, maps and structs share: rules on their arguments, types and SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Settings
from minispark.sql.library.operators import unordered
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.library.typenames import shown as shown
from minispark.sql.plan.expressions import Call

INT = t.IntegerType()
LONG = t.LongType()
BOOLEAN = t.BooleanType()

# --- what arguments are ---------------------------------------------------------------------------------------------


def mismatch(condition: str, message: str, **parameters: str) -> AnalysisException:
    """The error for arguments whose types do not go together."""
    return AnalysisException(message, f"DATATYPE_MISMATCH.{condition}", parameters)


def nullable(kind: t.DataType) -> t.DataType:
    """The type with nulls allowed everywhere."""
    if isinstance(kind, t.StructType):
        return t.StructType(
            [t.StructField(one.name, nullable(one.dataType), True, one.metadata) for one in kind.fields]
        )
    if isinstance(kind, t.ArrayType):
        return t.ArrayType(nullable(kind.elementType), True)
    if isinstance(kind, t.MapType):
        return t.MapType(nullable(kind.keyType), nullable(kind.valueType), True)
    return kind


def array_wanted(name: str, place: int, given: t.DataType, wanted: str = "ARRAY") -> AnalysisException:
    """The error for an argument that is no array (or not one of the wanted kind)."""
    return wrong_type(name, place - 1, wanted, given)


def together(one: t.DataType, other: t.DataType, settings: Settings, tight: bool = False) -> t.DataType | None:
    """The common type of an array's elements and a value: strings stay apart from the rest, and with ``tight``
    decimals too."""
    if one == other:
        return one
    found = coercion.plain_wider(one, other, settings.ansi)
    if found is None or isinstance(one, t.NullType) or isinstance(other, t.NullType):
        return found
    if k.is_string(one) != k.is_string(other):
        return None
    decimals = isinstance(one, t.DecimalType) or isinstance(other, t.DecimalType)
    return None if tight and decimals else found


def with_element(name: str, tight: bool = False, nulls: bool = True, at: int = 1) -> Callable[..., Any]:
    """A rule for functions of an array and a value of its elements' type, at position ``at``."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        array, item = args[0], args[at]
        if not nulls and any(isinstance(arg.dtype, t.NullType) for arg in (array, item)):
            raise mismatch("NULL_TYPE", f"{name} takes no NULL without a type; cast it", functionName=f"`{name}`")
        known = isinstance(array.dtype, t.ArrayType)
        if not known and name != "array_insert":
            raise array_wanted(name, 1, array.dtype)
        target = together(array.dtype.elementType, item.dtype, settings, tight) if known else None
        if target is None:
            raise mismatch(
                "ARRAY_FUNCTION_DIFF_TYPES",
                f"{name} takes an array and a value of its elements' type, not {shown(array.dtype)} and "
                f"{shown(item.dtype)}: cast one",
                functionName=f"`{name}`",
                dataType='"ARRAY"',
                leftType=shown(array.dtype),
                rightType=shown(item.dtype),
            )
        if name in ("array_contains", "array_position", "array_remove") and not k.is_orderable(target):
            raise unordered(target, name)
        bound = list(args)
        bound[0] = convert(array, t.ArrayType(target, array.dtype.containsNull))
        bound[at] = convert(item, target)
        return bound

    return binds


def two_arrays(name: str) -> Callable[..., Any]:
    """A rule for functions of two arrays of one element type."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        kinds = [arg.dtype for arg in args]
        target = None
        if all(isinstance(kind, t.ArrayType) for kind in kinds):
            target = together(kinds[0].elementType, kinds[1].elementType, settings)
        if target is None:
            raise mismatch(
                "BINARY_ARRAY_DIFF_TYPES",
                f"{name} takes two arrays of one element type, not {shown(kinds[0])} and {shown(kinds[1])}",
                functionName=f"`{name}`",
                arrayType='"ARRAY"',
                leftType=shown(kinds[0]),
                rightType=shown(kinds[1]),
            )
        return [convert(arg, t.ArrayType(target, arg.dtype.containsNull)) for arg in args]

    return binds


def element(args: Sequence[Any], settings: Settings) -> t.DataType:
    """The type of the first argument's elements."""
    found: t.DataType = args[0].dtype.elementType
    return found


def let(item: str, body: Callable[[str], str], name: str = "_it") -> str:
    """SQL of ``body`` over a value that is computed once."""
    return f"list_transform([{item}], lambda {name}: {body(name)})[1]"


def exactly(name: str, test: Callable[[t.DataType], bool], wanted: str) -> Callable[..., None]:
    """A check that the second argument is of a kind by itself, since it is not converted."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        if not test(args[1].dtype):
            raise array_wanted(name, 2, args[1].dtype, wanted)

    return check


def is_int(kind: t.DataType) -> bool:
    return isinstance(kind, t.IntegerType)


SHORT = 40
"""How long an argument's SQL may be to be repeated."""


def once(rule: Callable[[Emitting, Call, Sequence[str]], str]) -> Callable[[Emitting, Call, Sequence[str]], str]:
    """The rule over names for long arguments, each computed once: nested calls would grow without end otherwise."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        long = [place for place, arg in enumerate(args) if len(arg) > SHORT and not arg.startswith("lambda ")]
        if not long:
            return rule(emit, call, args)
        names = [f"_once.a{place}" if place in long else arg for place, arg in enumerate(args)]
        fields = ", ".join(f"'a{place}': {args[place]}" for place in long)
        return f"list_transform([{{{fields}}}], lambda _once: {rule(emit, call, names)})[1]"

    return sql
