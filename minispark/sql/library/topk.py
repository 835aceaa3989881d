"""The most frequent items: at once, and by states that can be kept and combined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, NumberFormatException, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.aggregates import gathered
from minispark.sql.library.function import Emitting, Function, Settings, aggregate, scalar
from minispark.sql.library.sides import constant, is_constant, wrong_type
from minispark.sql.library.sketcharguments import unknown, value_of
from minispark.sql.plan.expressions import Call, Literal

_INT, _LONG = t.IntegerType(), t.LongType()
_SUPPORTED = (
    t.BooleanType, t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType, t.DateType,
    t.TimestampType, t.TimestampNTZType, t.TimeType, t.StringType, t.DecimalType,
)  # fmt: skip
TRACKED, TRACKED_MOST, TOP = 10_000, 1_000_000, 5
_SAID = {"k": "K", "maxItemsTracked": "Number of items tracked"}


def _number(name: str, what: str, given: Any) -> int:
    """A constant's whole number. Raises Spark's errors for what is none, or out of range."""
    if not is_constant(given):
        said = f"{_SAID[what]} must be a constant literal"
        raise AnalysisException(
            f"{name}: {said}", "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", {"msg": said, "hint": ""}
        )
    if unknown(given):
        raise SparkRuntimeException(
            f"{name}: {what} must not be null", "APPROX_TOP_K_NULL_ARG", {"argName": f"`{what}`"}
        )
    found = value_of(given)
    try:
        number = int(found)
    except ValueError:
        parameters = {"expression": f"'{found}'", "sourceType": '"STRING"', "targetType": '"INT"'}
        raise NumberFormatException(
            f"{name}: {what} is no number: {found!r}", "CAST_INVALID_INPUT", parameters
        ) from None
    if number <= 0:
        raise SparkRuntimeException(
            f"{name}: {what} must be positive, which {number} is not",
            "APPROX_TOP_K_NON_POSITIVE_ARG",
            {"argName": f"`{what}`", "argValue": str(number)},
        )
    return number


def _tracked(name: str, given: Any) -> int:
    number = _number(name, "maxItemsTracked", given)
    if number > TRACKED_MOST:
        raise SparkRuntimeException(
            f"{name}: at most {TRACKED_MOST} items are tracked, not {number}",
            "APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT",
            {"maxItemsTracked": str(number), "limit": str(TRACKED_MOST)},
        )
    return number


def _counted(name: str, dtype: t.DataType) -> None:
    """Raises AnalysisException for types that are not counted."""
    if not isinstance(dtype, _SUPPORTED):
        shown = dtype.typeName() if not isinstance(dtype, t.NullType) else "void"
        said = f"{shown} columns are not supported"
        raise AnalysisException(
            f"{name}: {said}", "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", {"msg": said, "hint": ""}
        )


def _rows(item: t.DataType) -> t.DataType:
    fields = [t.StructField("item", item), t.StructField("count", _LONG, False)]
    return t.ArrayType(t.StructType(fields), False)


def _state(item: t.DataType) -> t.StructType:
    return t.StructType(
        [
            t.StructField("sketch", t.BinaryType(), False),
            t.StructField("maxItemsTracked", _INT, False),
            t.StructField("itemDataType", item),
            t.StructField("itemDataTypeDDL", t.StringType(), False),
        ]
    )


def _item_of(name: str, given: Any) -> t.DataType:
    """The items' type of a state. Raises AnalysisException for what is none."""
    dtype = given.dtype
    if not isinstance(dtype, (t.StructType, t.NullType)):
        raise wrong_type(name, 0, "STRUCT", dtype)
    fields: list[t.StructField] = dtype.fields if isinstance(dtype, t.StructType) else []
    if len(fields) != 4 or not isinstance(fields[0].dataType, t.BinaryType):
        said = "State must be a struct of a sketch, the number of items tracked, the items' type and its text"
        raise AnalysisException(
            f"{name}: {said}", "DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT", {"msg": said, "hint": ""}
        )
    return fields[2].dataType


# --- approx_top_k ----------------------------------------------------------------------------------------------------


def _top_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    name = "approx_top_k"
    _counted(name, args[0].dtype)
    count = _number(name, "k", args[1]) if len(args) > 1 else TOP
    tracked = _tracked(name, args[2]) if len(args) > 2 else TRACKED
    if count > tracked:
        raise SparkRuntimeException(
            f"{name}: {count} items cannot be found among {tracked} tracked ones",
            "APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K",
            {"maxItemsTracked": str(tracked), "k": str(count)},
        )
    return [args[0], Literal(count, _INT), Literal(tracked, _INT)]


def _top(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    tracked = constant(call, 2)
    return emit.exact(replace(call, extra=tracked), [gathered(args[0]), args[1]])


# --- states ----------------------------------------------------------------------------------------------------------


def _accumulate_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    _counted("approx_top_k_accumulate", args[0].dtype)
    tracked = _tracked("approx_top_k_accumulate", args[1]) if len(args) > 1 else TRACKED
    return [args[0], Literal(tracked, _INT)]


def _accumulate(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    given: Any = call.args
    text = isinstance(given[0].dtype, t.StringType)
    ddl = "item string not null" if text else f"item {given[0].dtype.simpleString().upper()} NOT NULL"
    return emit.exact(replace(call, args=given[:1], extra=(given[1].item, ddl)), [gathered(args[0])])


def _combine_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    _item_of("approx_top_k_combine", args[0])
    tracked = _tracked("approx_top_k_combine", args[1]) if len(args) > 1 else None
    return [args[0], Literal(tracked, _INT)]


def _combine(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    given: Any = call.args
    return emit.exact(replace(call, args=given[:1], extra=given[1].item), [gathered(args[0])])


def _estimate_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    _item_of("approx_top_k_estimate", args[0])
    return [args[0], Literal(_number("approx_top_k_estimate", "k", args[1]) if len(args) > 1 else TOP, _INT)]


FUNCTIONS: tuple[Function, ...] = (
    aggregate(
        "approx_top_k",
        (k.ANY, k.ANY, k.ANY),
        lambda args, settings: _rows(args[0].dtype),
        _top,
        factory="topk:approx_top_k",
        least=1,
        null="never",
        binds=_top_binds,
    ),
    aggregate(
        "approx_top_k_accumulate",
        (k.ANY, k.ANY),
        lambda args, settings: _state(args[0].dtype),
        _accumulate,
        factory="topk:accumulate",
        least=1,
        null="never",
        binds=_accumulate_binds,
    ),
    aggregate(
        "approx_top_k_combine",
        (k.ANY, k.ANY),
        lambda args, settings: _state(_item_of("approx_top_k_combine", args[0])),
        _combine,
        factory="topk:combine",
        least=1,
        null="never",
        binds=_combine_binds,
    ),
    scalar(
        "approx_top_k_estimate",
        (k.ANY, k.ANY),
        lambda args, settings: _rows(_item_of("approx_top_k_estimate", args[0])),
        factory="topk:estimate",
        least=1,
        binds=_estimate_binds,
    ),
)
