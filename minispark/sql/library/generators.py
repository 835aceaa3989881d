"""Generators: functions that give rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, generator, scalar
from minispark.sql.library.nested import INT, array_wanted, mismatch, shown
from minispark.sql.library.sides import constant, convert, is_constant, wrong_type
from minispark.sql.library.structs import struct_sql
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal


def _columns(name: str, place: bool) -> Callable[..., t.DataType]:
    def gives(args: Sequence[Any], settings: Settings) -> t.DataType:
        kind = args[0].dtype
        fields = [t.StructField("pos", INT, False)] * place
        if isinstance(kind, t.ArrayType):
            return t.StructType([*fields, t.StructField("col", kind.elementType, kind.containsNull)])
        if isinstance(kind, t.MapType):
            key = t.StructField("key", kind.keyType, False)
            return t.StructType([*fields, key, t.StructField("value", kind.valueType, kind.valueContainsNull)])
        raise array_wanted(name, 1, kind, "ARRAY or MAP")

    return gives


def _rows(place: bool) -> Callable[..., str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        kind = call.args[0].dtype
        source, items = args[0], ["_row"]
        if isinstance(kind, t.MapType):
            source, items = f"map_entries({source})", ['_row."key"', '_row."value"']
        if not place:
            return f"list_transform({source}, lambda _row: {struct_sql(emit, call.dtype, items)})"
        items = ["_place - 1", *items]
        return f"list_transform({source}, lambda _row, _place: {struct_sql(emit, call.dtype, items)})"

    return sql


def _inline_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    if not (isinstance(kind, t.ArrayType) and isinstance(kind.elementType, t.StructType)):
        raise array_wanted("inline", 1, kind, "ARRAY<STRUCT>")
    if not kind.containsNull:
        return kind.elementType
    return t.StructType([t.StructField(one.name, one.dataType, True) for one in kind.elementType.fields])


def _stack_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if len(args) < 2:
        raise AnalysisException(
            f"stack takes a number of rows and values, at least 2 arguments, not {len(args)}",
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            {"functionName": "`stack`", "expectedNum": "> 1", "actualNum": str(len(args))},
        )
    count = args[0]
    if is_constant(count) and not isinstance(count.dtype, t.IntegerType):
        raise wrong_type("stack", 0, "INT", count.dtype)
    if not isinstance(count, Literal):
        raise mismatch("NON_FOLDABLE_INPUT", "stack takes a constant number of rows first", inputName="`n`")
    if count.item is None or count.item <= 0:
        raise mismatch(
            "VALUE_OUT_OF_RANGE",
            f"stack makes at least one row, not {count.item}",
            exprName="`n`",
            currentValue="NULL" if count.item is None else str(count.item),
            valueRange="(0, 2147483647]",
        )
    items = list(args[1:])
    width = -(-len(items) // count.item)
    for column in range(width):
        kind: t.DataType = t.NullType()
        first = column
        for place in range(column, len(items), width):
            given = items[place].dtype
            if isinstance(kind, t.NullType):
                kind, first = given, place
            elif not isinstance(given, t.NullType) and given != kind:
                raise mismatch(
                    "STACK_COLUMN_DIFF_TYPES",
                    f"values of one column of stack are of two types: argument {first + 1} of {shown(kind)} and "
                    f"argument {place + 1} of {shown(given)}",
                    columnIndex=str(column),
                    leftParamIndex=str(first + 1),
                    leftType=shown(kind),
                    rightParamIndex=str(place + 1),
                    rightType=shown(given),
                )
        for place in range(column, len(items), width):
            items[place] = convert(items[place], kind)
    return [count, *items]


def _stack_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    width = -(-(len(args) - 1) // args[0].item)
    items = args[1:]
    return t.StructType([t.StructField(f"col{place}", items[place].dtype, True) for place in range(width)])


def _stack(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = call.dtype
    assert isinstance(kind, t.StructType)
    count: int = constant(call, 0)
    width = len(kind.fields)
    items = [*args[1:], *["NULL"] * (count * width - len(args) + 1)]
    rows = [struct_sql(emit, kind, items[place : place + width]) for place in range(0, len(items), width)]
    return f"[{', '.join(rows)}]"


def _tuple_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if not all(k.is_string(arg.dtype) for arg in args):
        raise mismatch(
            "NON_STRING_TYPE", "json_tuple takes texts: the JSON and names of fields", funcName="`json_tuple`"
        )
    return [convert(arg, t.StringType()) for arg in args]


def _tuple_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.StructType([t.StructField(f"c{place}", t.StringType(), True) for place in range(len(args) - 1)])


def _as_list(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"[{emit.exact(call, args)}]"


def _exploded(generator_name: str) -> Callable[..., Expression]:
    return lambda args, settings: Apply(generator_name, (Apply("variant_elements", tuple(args)),))


_VARIANT_ROW = t.StructType(
    [
        t.StructField("pos", INT, False),
        t.StructField("key", t.StringType(), True),
        t.StructField("value", t.VariantType(), False),
    ]
)


def _both(name: str, takes: tuple[k.Kind, ...], gives: Any, sql: Any = None, **more: Any) -> tuple[Function, Function]:
    """A generator, and the one that gives a row of nulls where it gives none."""
    return generator(name, takes, gives, sql, **more), generator(f"{name}_outer", takes, gives, sql, **more)


FUNCTIONS: tuple[Function, ...] = (
    *_both("explode", (k.ANY,), _columns("explode", False), _rows(False), parameters=("collection",)),
    *_both("posexplode", (k.ANY,), _columns("posexplode", True), _rows(True), parameters=("collection",)),
    *_both("inline", (k.ANY,), _inline_type, "{0}", parameters=("input",)),
    generator("stack", (), _stack_type, _stack, more=k.ANY, binds=_stack_binds),
    generator("json_tuple", (k.ANY, k.ANY), _tuple_type, _as_list, more=k.ANY, binds=_tuple_binds,
              factory="jsonpaths:json_tuple_rows", null="given"),
    scalar("variant_elements", (k.VARIANT,), t.ArrayType(_VARIANT_ROW, False), exact="variants:variant_explode"),
    generator("variant_explode", (k.ANY,), None, binds=_exploded("inline"), parameters=("input",)),
    generator("variant_explode_outer", (k.ANY,), None, binds=_exploded("inline_outer"), parameters=("input",)),
)  # fmt: skip
