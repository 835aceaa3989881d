"""Structs: made of values, and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.convert.physical import physical_names
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.nested import mismatch
from minispark.sql.library.sides import constant
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Call, Expression, LambdaVariable, Literal, Outer
from minispark.sql.plan.labels import label


def field_sql(sql: str, struct: t.StructType, place: int) -> str:
    """SQL of a struct's field by its position."""
    name = physical_names(struct)[place].replace('"', '""')
    return f'({sql})."{name}"'


def struct_sql(emit: Emitting, kind: t.DataType, items: Sequence[str]) -> str:
    """SQL of a struct of values in the order of its fields."""
    return f"CAST(row({', '.join(items or ['NULL'])}) AS {emit.duck(kind)})"


def _named_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if len(args) % 2:
        raise AnalysisException(
            f"named_struct takes names and values in turn, an even number of arguments, not {len(args)}",
            "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            {"functionName": "`named_struct`", "expectedNum": "2n (n > 0)", "actualNum": str(len(args))},
        )
    for name in args[::2]:
        if not (isinstance(name, Literal) and k.is_string(name.dtype)):
            raise mismatch(
                "CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING",
                "named_struct takes constant texts as names: named_struct('a', x, 'b', y)",
                inputExprs="[" + ", ".join(f'"{label(one)}"' for one in args[::2]) + "]",
            )
        if name.item is None:
            raise mismatch("UNEXPECTED_NULL", "a field's name in named_struct is not null", exprName="names")
    return args


def _named_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    pairs = zip(args[::2], args[1::2], strict=True)
    return t.StructType([t.StructField(name.item, item.dtype, bool(item.nullable)) for name, item in pairs])


def _named(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return struct_sql(emit, call.dtype, args[1::2])


def _struct(args: tuple[Expression, ...], settings: Settings) -> Expression:
    """The names are the columns' own, else ``col1``, ``col2`` by position."""
    parts: list[Expression] = []
    for place, arg in enumerate(args):
        parts.append(Literal(name_of(arg) or f"col{place + 1}", t.StringType()))
        parts.append(arg.child if isinstance(arg, Alias) else arg)
    return Apply("named_struct", tuple(parts))


def name_of(arg: Expression) -> str | None:
    """The name that a column has by itself: its own, its alias, or that of the field it is."""
    if isinstance(arg, (Attribute, Alias, LambdaVariable)):
        return arg.name
    if isinstance(arg, Outer):
        return arg.attribute.name
    if isinstance(arg, Call) and arg.function.name in ("get_field", "get_array_field"):
        kind: Any = arg.args[0].dtype
        struct: Any = kind.elementType if isinstance(kind, t.ArrayType) else kind
        place = arg.args[1]
        if isinstance(place, Literal):
            return str(struct.names[place.item])
    return None


def _field_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    found: t.DataType = args[0].dtype.fields[args[1].item].dataType
    return found


def _field_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable or args[0].dtype.fields[args[1].item].nullable)


def _field(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return field_sql(args[0], call.args[0].dtype, constant(call, 1))


def _fields_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    array = args[0].dtype
    field = array.elementType.fields[args[1].item]
    return t.ArrayType(field.dataType, array.containsNull or field.nullable)


def _fields(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    struct = call.args[0].dtype.elementType
    return f"list_transform({args[0]}, lambda _row: {field_sql('_row', struct, constant(call, 1))})"


FUNCTIONS: tuple[Function, ...] = (
    scalar("named_struct", (), _named_type, _named, more=k.ANY, binds=_named_binds, null="never"),
    Function("struct", (), more=k.ANY, macro=_struct),
    scalar("get_field", (k.ANY, k.ANY), _field_type, _field, binds=lambda args, settings: args, null=_field_null),
    scalar("get_array_field", (k.ANY, k.ANY), _fields_type, _fields, binds=lambda args, settings: args),
)
