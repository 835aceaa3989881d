"""Arrays as sets, and arrays in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.nested import BOOLEAN, array_wanted, element, mismatch, once, shown, two_arrays
from minispark.sql.library.sides import convert, is_constant
from minispark.sql.plan.expressions import Call


def _hashed(path: str) -> Callable[..., str]:
    """``array_distinct``: as it is where it has no repetitions."""

    @once
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        array = args[0]
        kind = call.args[0].dtype.elementType
        if not isinstance(kind, (t.IntegralType, t.StringType, t.DecimalType, t.DateType, t.BooleanType)):
            return emit.exact(call, args)
        return f"(CASE WHEN len(list_distinct({array})) = len({array}) THEN {array} ELSE {emit.exact(call, args)} END)"

    return sql


def _ordered_in_place(kind: t.DataType) -> bool:
    """Whether DuckDB orders elements of a type as Spark does: it puts nulls inside of structs and arrays elsewhere."""
    inner = kind.elementType if isinstance(kind, t.ArrayType) else kind
    return not k.is_nested(inner) and not isinstance(inner, (t.DoubleType, t.FloatType))


def _least(name: str) -> Callable[..., str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        kind = call.args[0].dtype
        if k.is_nested(kind.elementType):
            return emit.exact(call, args)
        return f"list_{name}({args[0]})"

    return sql


@once
def _sort_array(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if not _ordered_in_place(call.dtype):
        return emit.exact(call, args)
    up = f"list_sort({args[0]}, 'ASC', 'NULLS FIRST')"
    if len(args) == 1:
        return up
    return f"(CASE WHEN {args[1]} THEN {up} WHEN NOT {args[1]} THEN list_sort({args[0]}, 'DESC', 'NULLS LAST') END)"


def _array_sort(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if not _ordered_in_place(call.dtype):
        return emit.exact(call, args)
    return f"list_sort({args[0]}, 'ASC', 'NULLS LAST')"


def orderable(name: str) -> Callable[..., None]:
    """A check that the first argument is an array of elements that have an order."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        kind = args[0].dtype
        if not isinstance(kind, t.ArrayType):
            raise array_wanted(name, 1, kind)
        if not k.is_orderable(kind.elementType):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                f"{name} needs elements that have an order, not {shown(kind.elementType)}",
                functionName=f"`{name}`",
                dataType=shown(kind.elementType),
            )

    return check


def _sort_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if isinstance(args[0].dtype, t.NullType):
        args = [convert(args[0], t.ArrayType(t.NullType())), *args[1:]]
    orderable("sort_array")(args, settings)
    if len(args) == 1:
        return args
    if not is_constant(args[1]):
        raise mismatch("NON_FOLDABLE_INPUT", "sort_array: the order must be a constant", inputName="`ascendingOrder`")
    if not isinstance(args[1].dtype, t.BooleanType):
        raise array_wanted("sort_array", 2, args[1].dtype, "BOOLEAN")
    return [args[0], convert(args[1], BOOLEAN)]


def _union_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[0].dtype.elementType, any(arg.dtype.containsNull for arg in args))


def _both_null(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[0].dtype.elementType, all(arg.dtype.containsNull for arg in args))


def _overlap_null(args: Sequence[Any]) -> bool:
    return any(arg.nullable or arg.dtype.containsNull for arg in args)


_ANY2 = (k.ANY, k.ANY)

FUNCTIONS: tuple[Function, ...] = (
    scalar("array_distinct", (k.ARRAY,), 0, _hashed("arrays:array_distinct"), factory="arrays:array_distinct",
           check=orderable("array_distinct")),
    scalar("array_union", _ANY2, _union_type, binds=two_arrays("array_union"), factory="arrays:array_union"),
    scalar("array_intersect", _ANY2, _both_null, binds=two_arrays("array_intersect"), factory="arrays:array_intersect"),
    scalar("array_except", _ANY2, 0, binds=two_arrays("array_except"), factory="arrays:array_except"),
    scalar("arrays_overlap", _ANY2, BOOLEAN, binds=two_arrays("arrays_overlap"), factory="arrays:arrays_overlap",
           null=_overlap_null),
    scalar("array_min", (k.ARRAY,), element, _least("min"), factory="arrays:array_min", check=orderable("array_min"),
           null="always"),
    scalar("array_max", (k.ARRAY,), element, _least("max"), factory="arrays:array_max", check=orderable("array_max"),
           null="always"),
    scalar("sort_array", _ANY2, 0, _sort_array, least=1, binds=_sort_binds, factory="arrays:sort_array"),
    scalar("array_sort_ascending", (k.ARRAY,), 0, _array_sort, check=orderable("array_sort"),
           factory="arrays:array_sort"),
    scalar("shuffle", (k.ARRAY, k.constant(k.LONG)), 0, least=1, factory="arrays:shuffle", deterministic=False),
)  # fmt: skip
