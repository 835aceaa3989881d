"""``listagg``: a group's strings, or bytes, in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Settings, aggregate
from minispark.sql.library.sides import convert, ordinal
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Attribute, Call, Cast, Literal, Outer, SortOrder, Subquery, holds

_SAFE = (
    t.IntegralType, t.DecimalType, t.DateType, t.TimestampNTZType, t.TimeType, t.BooleanType, t.DayTimeIntervalType,
    t.YearMonthIntervalType, t.StringType, t.BinaryType,
)  # fmt: skip
"""Types whose values differ where their texts do: a group may be told apart by either."""
_TEXTS = (t.StringType, t.BinaryType)


def _binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    subject = _as_text(args[0], 1)
    delimiter = _as_text(args[1], 2) if len(args) > 1 else Literal(None, subject.dtype)
    if isinstance(subject.dtype, t.NullType):
        subject = Literal(None, delimiter.dtype if isinstance(delimiter.dtype, _TEXTS) else t.StringType())
    if isinstance(delimiter.dtype, t.NullType):
        delimiter = Literal(None, subject.dtype)
    if subject.dtype != delimiter.dtype:
        shown = " or ".join(shown_type(one.dtype) for one in (subject, delimiter))
        raise AnalysisException(
            f"listagg joins values and a delimiter of one type, not {shown}; cast one of them",
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            {"functionName": "`listagg`", "dataType": f"({shown})"},
        )
    return [subject, delimiter]


def _as_text(one: Any, place: int) -> Any:
    """Strings and bytes as they are, other plain values as their texts."""
    dtype: t.DataType = one.dtype
    if isinstance(dtype, (t.StringType, t.BinaryType, t.NullType)):
        return one
    if k.is_nested(dtype) or isinstance(dtype, (t.VariantType, t.CalendarIntervalType)):
        shown = shown_type(dtype)
        raise AnalysisException(
            f"argument {place} of listagg must be a string or binary, not {shown}; cast it",
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            {"paramIndex": ordinal(place - 1), "requiredType": '("STRING" or "BINARY")', "inputType": shown},
        )
    return convert(one, t.StringType())


def _check(args: Sequence[Any], settings: Settings) -> None:
    if holds(args[1], Attribute, Outer, Subquery):
        raise AnalysisException(
            "listagg: the delimiter must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": "`delimiter`", "inputType": '"STRING"'},
        )


def check_order(subject: Any, orders: Sequence[Any], shown: Sequence[str]) -> None:
    """Of ``listagg(DISTINCT a) WITHIN GROUP (ORDER BY b)``: ``b`` must be ``a``, or what ``a`` is the text of.

    ``shown`` are the texts of both. Raises AnalysisException otherwise.
    """
    if len(orders) == 1:
        key = orders[0].child
        if key == subject or _same_cast(subject, key) or _source(subject, key):
            return
        if isinstance(subject, Cast) and subject.child == key and isinstance(subject.dtype, _TEXTS):
            given = shown_type(key.dtype)
            raise AnalysisException(
                f"listagg(DISTINCT ...) WITHIN GROUP tells values of {given} apart by no texts; cast both",
                "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT_UNSAFE_CAST",
                {"funcName": "`listagg`", "inputType": given, "castType": '"STRING"'},
            )
    raise AnalysisException(
        f"listagg(DISTINCT {shown[0]}) cannot be ordered by {', '.join(shown[1:])}, of which one value of {shown[0]} "
        "may have several; order by the same",
        "INVALID_WITHIN_GROUP_EXPRESSION.MISMATCH_WITH_DISTINCT_INPUT",
        {
            "funcName": "`listagg`",
            "funcArg": f'"{shown[0]}"',
            "orderingExpr": ", ".join(f'"{one}"' for one in shown[1:]),
        },
    )


def _source(subject: Any, key: Any) -> bool:
    """Whether a value is the text of the key, and tells it apart."""
    if not isinstance(subject, Cast) or not isinstance(subject.dtype, _TEXTS):
        return False
    return subject.child == key and isinstance(key.dtype, _SAFE)


def _same_cast(subject: Any, key: Any) -> bool:
    if not isinstance(subject, Cast) or not isinstance(key, Cast):
        return False
    return subject.child == key.child and subject.dtype == key.dtype


def _sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    order = call.within[0] if call.within else None
    subject: Any = call.args[0]
    by_source = call.distinct and isinstance(order, SortOrder) and _source(subject, order.child)
    if isinstance(call.dtype, t.BinaryType):
        values = _ordered(emit, subject, order) if by_source else f"list({{d}}{args[0]}{{o}}){{f}}"
        return emit.exact(call, [values, args[1]])
    delimiter = f"coalesce({args[1]}, '')"
    if by_source:
        values = _ordered(emit, subject, order)
        return f"array_to_string(nullif({values}, []), {delimiter})"
    text = f" ORDER BY {args[0]}" if call.distinct and not call.within else "{o}"
    return f"string_agg({{d}}{args[0]}, {delimiter}{text}){{f}}"


def _ordered(emit: Emitting, subject: Any, order: Any) -> str:
    """Each value once and in order, then as text: DuckDB's DISTINCT orders by what it joins only."""
    source = emit.sql(order.child)
    way = "'ASC'" if order.ascending else "'DESC'"
    values = f"list_sort(list_filter(list(DISTINCT {source}){{f}}, lambda _value: _value IS NOT NULL), {way})"
    text = emit.cast("_value", subject.child.dtype, subject.dtype, subject.mode)
    return f"list_transform({values}, lambda _value: {text})"


LISTAGG = aggregate(
    "listagg",
    (k.ANY, k.ANY),
    0,
    _sql,
    exact="collecting:joined_bytes",
    least=1,
    binds=_binds,
    check=_check,
    aliases=("string_agg",),
)
