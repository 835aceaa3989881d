"""Aggregates: sums and counts, extremes, first and last, what is gathered. Overrides the few in ``basics``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.basics import average_type, sum_type
from minispark.sql.library.function import Emitting, Function, Settings, aggregate, flag, macro
from minispark.sql.library.joining import LISTAGG
from minispark.sql.library.quotients import divisible, quotient
from minispark.sql.library.sides import constant, wrong_type
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Apply, Call, Cast, Expression, Literal
from minispark.sql.plan.trees import walk

_STRING, _BOOLEAN, _INT, _LONG = t.StringType(), t.BooleanType(), t.IntegerType(), t.LongType()
_DOUBLE = t.DoubleType()
SUMMED = replace(k.one_of(k.NUMERIC, k.DAY_TIME, k.YEAR_MONTH), name='"NUMERIC" or "ANSI INTERVAL"', instants=True)


def gathered(text: str) -> str:
    """The list of a group's values, to give to an exact function."""
    return f"list({{d}}{text}{{o}}){{f}}"


# --- sums and averages -----------------------------------------------------------------------------------------------


def _ranged(emit: Emitting, total: str, dtype: t.DataType, tries: bool) -> str:
    """A HUGEINT as an integer or interval: null, or an error, where it does not fit."""
    bits = 31 if isinstance(dtype, t.YearMonthIntervalType) else 63
    wrong = "NULL"
    if not tries:
        intervals = not isinstance(dtype, t.LongType)
        if not emit.settings.ansi and not intervals:
            from minispark.sql.library.operators import wrapped

            return wrapped(total, dtype)
        condition = "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION" if intervals else "ARITHMETIC_OVERFLOW"
        said = "'a sum is too large for its type; use try_sum for null instead, or sum decimals'"
        wrong = emit.failure("ArithmeticException", condition, said, dtype)
    fits = f"{total} BETWEEN {-(1 << bits)} AND {(1 << bits) - 1}"
    kind = emit.duck(dtype)
    return f"(CASE WHEN {total} IS NULL THEN NULL WHEN {fits} THEN CAST({total} AS {kind}) ELSE {wrong} END)"


def _summing(tries: bool) -> Callable[[Emitting, Call, Sequence[str]], str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if isinstance(call.dtype, t.DoubleType):
            number = f"CAST({args[0]} AS DOUBLE)"
            if _same(call):
                return emit.either(emit.exact(call, [gathered(number)], "summing:total"), f"sum({number}){{f}}")
            return f"sum({{d}}{number}){{f}}"
        if isinstance(call.dtype, t.DecimalType):
            if call.dtype.precision < 38:
                return f"sum({{d}}{args[0]}){{f}}"
            if tries or not emit.settings.ansi:
                return emit.exact(call, [gathered(args[0])])
            return f"CAST(sum({{d}}{args[0]}){{f}} AS {emit.duck(call.dtype)})"
        return _ranged(emit, f"sum({{d}}{_as_it_is(call, args[0])}){{f}}", call.dtype, tries)

    return sql


def _as_it_is(call: Call, text: str) -> str:
    """A whole number to add up. DuckDB would make ``sum(x) + count(x)`` of ``sum(x + 1)``, where nothing overflows."""
    given = call.args[0]
    return f"coalesce({text}, NULL)" if isinstance(given, Call) and given.name in ("+", "-") else text


def _averaging(tries: bool) -> Callable[[Emitting, Call, Sequence[str]], str]:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if isinstance(call.dtype, t.DoubleType):
            number = f"CAST({args[0]} AS DOUBLE)"
            if _same(call):
                return emit.either(emit.exact(call, [gathered(number)], "summing:average"), f"avg({number}){{f}}")
            return f"avg({{d}}{number}){{f}}"
        total, count = f"sum({{d}}{args[0]}){{f}}", f"count({{d}}{args[0]}){{f}}"
        if not isinstance(call.dtype, t.DecimalType):
            return emit.exact(call, [_ranged(emit, total, _sum_of(call), tries), count], "collecting:interval_average")
        if tries or not emit.settings.ansi:
            return emit.exact(call, [gathered(args[0])], "collecting:decimal_average")
        scale: int = call.args[0].dtype.scale
        if emit.wide or not divisible(scale, 0, call.dtype):
            return emit.exact(call, [total, count], "decimals:average")
        return quotient(total, scale, count, None, call.dtype)

    return sql


def _same(call: Call) -> bool:
    """Whether the rows' values are one constant's, which DuckDB would multiply by their number, not add up."""
    return all(isinstance(one, (Literal, Cast)) for one in walk(call.args[0]))


def _sum_of(call: Call) -> t.DataType:
    kind: t.DataType = call.args[0].dtype
    return kind


def _average_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = args[0].dtype
    if isinstance(kind, t.DayTimeIntervalType):
        return t.DayTimeIntervalType()
    return t.YearMonthIntervalType() if isinstance(kind, t.YearMonthIntervalType) else average_type(args, settings)


# --- extremes --------------------------------------------------------------------------------------------------------


def _nested(dtype: t.DataType) -> bool:
    return isinstance(dtype, (t.ArrayType, t.StructType))


def _extreme(name: str) -> Function:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if _nested(call.dtype):
            return emit.exact(replace(call, extra=name == "min"), [gathered(args[0])])
        return f"{name}({args[0]}){{f}}"

    def check(args: Sequence[Any], settings: Settings) -> None:
        ordered(name, args[0].dtype)

    return aggregate(name, (k.ANY,), 0, sql, factory="collecting:largest", check=check)


def ordered(name: str, dtype: t.DataType) -> None:
    """Raises AnalysisException for types whose values have no order."""
    from minispark.errors import AnalysisException

    if not k.is_orderable(dtype):
        shown = shown_type(dtype)
        raise AnalysisException(
            f"{name} needs values with an order, which {shown} has not",
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            {"functionName": f"`{name}`", "dataType": shown},
        )


def _by(name: str, function: str) -> Function:
    def gives(args: Sequence[Any], settings: Settings) -> t.DataType:
        kind: t.DataType = args[0].dtype
        return t.ArrayType(kind, True) if len(args) == 3 else kind

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        lists = [gathered(arg) for arg in args[:2]]
        plain = replace(call, extra=name == "min_by")
        if len(args) == 3:
            over = replace(plain, function=replace(call.function, factory="extremes:extremes_of_frame"))
            return emit.either(emit.exact(plain, [*lists, args[2]]), emit.exact(over, [*lists, args[2]]))
        if _nested(call.args[1].dtype):
            return emit.exact(replace(plain, function=replace(call.function, factory="extremes:last_extreme")), lists)
        items, keys = lists
        most = f"{'list_min' if plain.extra else 'list_max'}({keys})"
        last = f"len({keys}) - list_position(list_reverse({keys}), {most}) + 1"
        alone = f"CASE WHEN {most} IS NULL THEN NULL ELSE {items}[{last}] END"
        place = call.extra if isinstance(call.extra, str) else numbered(emit, call)  # of the window, or as it is read
        number = f"{'-' if plain.extra else ''}{place}"
        key = f"CASE WHEN {args[1]} IS NULL THEN NULL ELSE {{'key': {args[1]}, 'row': {number}}} END"
        return emit.either(f"({alone})", f"{function}({args[0]}, {key}){{f}}")

    def check(args: Sequence[Any], settings: Settings) -> None:
        ordered(name, args[1].dtype)

    takes = (k.ANY, k.ANY, k.INT)
    return aggregate(name, takes, gives, sql, factory="extremes:extremes", least=2, check=check)


def numbered(emit: Emitting, call: Call) -> str:
    """SQL of a number for each row, ascending."""
    return emit.exact(replace(call, args=(), dtype=_LONG), ["random()"], "numbering:rows")


# --- first and last --------------------------------------------------------------------------------------------------


def _ignores(call: Call) -> bool:
    return call.ignore_nulls or constant(call, 1) is True


def _first(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    text = f"{'any_value' if _ignores(call) else 'first'}({args[0]}){{f}}"
    return text if call.where is None else emit.either(text, _filtered(call, args[0], 1))


def _filtered(call: Call, item: str, place: int) -> str:
    """First or last over a window with FILTER, which DuckDB does not have."""
    listed = f"list({item}){{f}}"
    if _ignores(call):
        listed = f"list_filter({listed}, lambda known: known IS NOT NULL)"
    return f"({listed})[{place}]"


def _last(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """DuckDB's ``last`` is the first of several threads' or branches' last ones."""
    item, number = args[0], numbered(emit, call)
    over = f"last({item}){{f}}" if call.where is None and not _ignores(call) else _filtered(call, item, -1)
    return emit.either(f"{'arg_max' if _ignores(call) else 'arg_max_null'}({item}, {number}){{f}}", over)


def _flag_check(name: str) -> Callable[[Sequence[Any], Settings], None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        if len(args) == 2 and (not isinstance(args[1], Literal) or not isinstance(args[1].item, bool)):
            raise AnalysisException(
                f"{name}: whether to ignore nulls must be a constant",
                "_LEGACY_ERROR_TEMP_1210",
                {"funcName": name},
            )

    return check


def _firstly(name: str, sql: Any, *aliases: str) -> Function:
    return aggregate(name, (k.ANY, k.ANY), 0, sql, least=1, aliases=aliases, check=_flag_check(name))


# --- gathering -------------------------------------------------------------------------------------------------------


def _array_of(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[0].dtype, False)


def _collected(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    kind = emit.duck(call.dtype)
    return f"list_filter(coalesce({gathered(args[0])}, []::{kind}), lambda known: known IS NOT NULL)"


def _set_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException
    from minispark.sql.types.collationrules import is_collated

    if isinstance(args[0].dtype, t.MapType) or is_collated(args[0].dtype):
        raise AnalysisException(
            "collect_set takes no maps, which are not told apart, and no strings with a collation",
            "DATATYPE_MISMATCH.UNSUPPORTED_INPUT_TYPE",
            {"functionName": "`collect_set`", "dataType": '"MAP" or "COLLATED STRING"'},
        )


# --- counts and bits -------------------------------------------------------------------------------------------------


def _error_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    error = getattr(_plain(args[1]), "item", None) if len(args) == 2 else None
    if len(args) == 2 and not isinstance(error, (float, Decimal)):
        raise AnalysisException(
            "approx_count_distinct: the relative error is a constant with a fraction, such as 0.05",
            "_LEGACY_ERROR_TEMP_1104",
            {},
        )
    if error is not None and not 0 < error < _ERROR_END:
        raise AnalysisException(
            f"approx_count_distinct: the relative error lies between 0 and 0.39, which {error} does not",
            "FAILED_FUNCTION_CALL",
            {"funcName": "`approx_count_distinct`"},
        )


_ERROR_END = 1.106 / 2**1.5
"""From this relative error on there would be less than 16 registers."""


def _plain(given: Any) -> Any:
    while isinstance(given, Cast):
        given = given.child
    return given


def _approx_count(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    error = float(_plain(call.args[1]).item if len(call.args) == 2 else 0.05)
    place = emit.exact(replace(call, args=call.args[:1], dtype=_INT, extra=error), args[:1], "distinct:place")
    return emit.exact(replace(call, extra=error), [f"list(DISTINCT {place}){{f}}"])


def _grouping_id_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.IntegerType() if flag(settings, "legacy.integerGroupingId") else _LONG


def _grouping_id(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"CAST(grouping({', '.join(args)}) AS {emit.duck(call.dtype)})"


def _count_if(args: tuple[Any, ...], settings: Settings) -> Expression:
    if coercion.implicit(args[0].dtype, k.BOOLEAN, settings.ansi) is None:
        raise wrong_type("count_if", 0, "BOOLEAN", args[0].dtype)
    return Apply("count", (Apply("nullif", (args[0], Literal(False, _BOOLEAN))),))


def _bits(name: str) -> Function:
    return aggregate(name, (k.INTEGRAL,), 0, f"{name}({{d}}{{0}}){{f}}")


FUNCTIONS = (
    aggregate("sum", (SUMMED,), sum_type, _summing(False), factory="collecting:decimal_sum"),
    aggregate("try_sum", (SUMMED,), sum_type, _summing(True), factory="collecting:decimal_sum"),
    aggregate("avg", (SUMMED,), _average_type, _averaging(False), aliases=("mean",)),
    aggregate("try_avg", (SUMMED,), _average_type, _averaging(True)),
    _extreme("min"),
    _extreme("max"),
    _by("max_by", "arg_max_null"),
    _by("min_by", "arg_min_null"),
    _firstly("first", _first, "first_value"),
    _firstly("any_value", _first),
    _firstly("last", _last, "last_value"),
    aggregate("collect_list", (k.ANY,), _array_of, _collected, null="never", aliases=("array_agg",)),
    aggregate("collect_set", (k.ANY,), _array_of, factory="collecting:collect_set", null="never", check=_set_check),
    aggregate("collect_union", (k.ARRAY,), 0, factory="collecting:collect_union", null="never"),
    LISTAGG,
    macro("count_if", 1, 1, _count_if),
    aggregate(
        "approx_count_distinct",
        (k.ANY, k.DOUBLE),
        _LONG,
        _approx_count,
        factory="distinct:estimate",
        least=1,
        null="never",
        check=_error_check,
        aliases=("approx_distinct",),
    ),
    aggregate("bool_and", (k.BOOLEAN,), _BOOLEAN, "bool_and({0}){f}", aliases=("every",)),
    aggregate("bool_or", (k.BOOLEAN,), _BOOLEAN, "bool_or({0}){f}", aliases=("some", "any")),
    _bits("bit_and"),
    _bits("bit_or"),
    _bits("bit_xor"),
    aggregate("product", (k.DOUBLE,), _DOUBLE, "product({d}{0}){f}"),
    aggregate("grouping", (k.ANY,), t.ByteType(), "CAST(grouping({0}) AS TINYINT)", null="never"),
    aggregate("grouping_id", (), _grouping_id_type, _grouping_id, more=k.ANY, null="never"),
)
