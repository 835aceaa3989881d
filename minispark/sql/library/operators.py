"""Arithmetic, comparisons and logic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion, temporal
from minispark.sql.library import kinds as k
from minispark.sql.library.byplace import by_place
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.nestedorder import holds_nulls, ordered_sql
from minispark.sql.library.quotients import divisible, quotient
from minispark.sql.library.shortcircuit import in_list, logic
from minispark.sql.library.sides import checked, conditions, convert, differing, fractions, numbers, whole
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal

# --- what both sides become ---------------------------------------------------------------------------------------


def _adding(name: str) -> Any:
    def bind(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Expression:
        return temporal.arithmetic(name, args, settings) or numbers(args, settings)

    return bind


def _scaling(name: str) -> Any:
    """``*`` and ``/`` of an interval by a number."""

    def bind(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Apply:
        left, right = args
        intervals = temporal.INTERVALS
        if name == "*" and isinstance(right.dtype, intervals):
            left, right = right, left
        if isinstance(left.dtype, intervals):
            return Apply("multiply_interval" if name == "*" else "divide_interval", (left, right))
        return (fractions if name == "/" else numbers)(args, settings)

    return bind


def _whole(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Apply:
    """``div``: integers as long, decimals as they are, intervals of a kind."""
    intervals = (t.DayTimeIntervalType, t.YearMonthIntervalType)
    span = next((arg.dtype for arg in args if isinstance(arg.dtype, intervals)), None)
    if span is not None and all(isinstance(arg.dtype, (*intervals, t.NullType)) for arg in args):
        args = [Literal(None, span) if isinstance(arg.dtype, t.NullType) else arg for arg in args]
        return Apply("divide_intervals", tuple(args))
    return whole(args, settings)


# --- types of results ------------------------------------------------------------------------------------------------


def _loses(settings: Settings) -> bool:
    """Whether digits after the point make room for those before it, as they do unless a setting says otherwise."""
    return (settings.conf("spark.sql.decimalOperations.allowPrecisionLoss") or "true").lower() != "false"


def _bounded(precision: int, scale: int) -> t.DecimalType:
    return t.DecimalType(min(precision, 38), min(scale, 38))


def _kept_quotient(p1: int, s1: int, p2: int, s2: int) -> t.DecimalType:
    """The type of a quotient where no digits may be lost: what is too much is taken from both sides of the point."""
    whole, scale = min(38, p1 - s1 + s2), min(38, max(6, s1 + p2 + 1))
    beyond = whole + scale - 38
    if beyond > 0:
        scale -= beyond // 2 + 1
        whole = 38 - scale
    return _bounded(whole + scale, scale)


def _adjusted(precision: int, scale: int) -> t.DecimalType:
    """A type of at most 38 digits: fewer after the point, but 6 of them (``DecimalType.adjustPrecisionScale``)."""
    if precision <= 38:
        return t.DecimalType(precision, scale)
    whole = precision - scale
    return t.DecimalType(38, max(38 - whole, min(scale, 6)))


def _result(name: str) -> Any:
    def gives(args: Sequence[Any], settings: Settings) -> t.DataType:
        one, other = args[0].dtype, args[1].dtype
        if not isinstance(one, t.DecimalType):
            if name == "div":
                return t.LongType()
            return t.DoubleType() if name == "/" and not isinstance(one, t.DoubleType) else one
        p1, s1, p2, s2 = one.precision, one.scale, other.precision, other.scale
        adjusted = _adjusted if _loses(settings) else _bounded
        if name in "+-":
            scale = max(s1, s2)
            return adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
        if name == "*":
            return adjusted(p1 + p2 + 1, s1 + s2)
        if name == "/" and not _loses(settings):
            return _kept_quotient(p1, s1, p2, s2)
        if name == "/":
            scale = max(6, s1 + p2 + 1)
            return adjusted(p1 - s1 + s2 + scale, scale)
        if name == "div":
            return t.LongType()
        return adjusted(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2))

    return gives


# --- SQL -------------------------------------------------------------------------------------------------------------

_BITS: dict[type[t.DataType], int] = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}


def wrapped(sql: str, dtype: t.DataType) -> str:
    """A HUGEINT as Java's integers overflow: only the lower bits are kept."""
    bits = _BITS[type(dtype)]
    half, whole = 1 << bits - 1, 1 << bits
    name = {8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT"}[bits]
    moved = f"(({sql}) + {half}::HUGEINT)"
    return f"CAST((({moved} % {whole}::HUGEINT + {whole}::HUGEINT) % {whole}::HUGEINT) - {half}::HUGEINT AS {name})"


def _arithmetic(symbol: str) -> Any:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        one, other = args
        if isinstance(call.dtype, t.DecimalType):
            return _decimal(emit, symbol, call, args)
        if k.is_integral(call.dtype) and not emit.settings.ansi:
            return wrapped(f"({one})::HUGEINT {symbol} ({other})::HUGEINT", call.dtype)
        return f"({one} {symbol} {other})"

    return sql


def _decimal(emit: Emitting, symbol: str, call: Call, args: Sequence[str]) -> str:
    one, other, made = (part.dtype for part in (*call.args, call))
    scale = one.scale + other.scale if symbol == "*" else max(one.scale, other.scale)
    if made.scale != scale or not emit.settings.ansi:
        return emit.exact(call, args, {"*": "decimals:multiply", "+": "decimals:add", "-": "decimals:subtract"}[symbol])
    if emit.wide or scale > 18:
        args = [f"CAST({arg} AS DECIMAL(38,{kind.scale}))" for arg, kind in zip(args, (one, other), strict=True)]
    return f"({args[0]} {symbol} {args[1]})"


def _divided(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.DecimalType):
        one, other = (arg.dtype for arg in call.args)
        if emit.wide or not emit.settings.ansi or not divisible(one.scale, other.scale, call.dtype):
            return emit.exact(call, args, "decimals:divide")
        return quotient(args[0], one.scale, args[1], other.scale, call.dtype)
    return _unless_zero(emit, call, args, "/", "DIVIDE_BY_ZERO")


def _whole_divided(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.args[0].dtype, t.DecimalType):
        return emit.exact(call, args, "decimals:whole")
    return f"({args[0]} // {args[1]})" if emit.settings.ansi else f"({args[0]} // nullif({args[1]}, 0))"


def _remainder(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, (t.DoubleType, t.FloatType)):
        return _unless_zero(emit, call, args, "%", "REMAINDER_BY_ZERO")
    return f"({args[0]} % {args[1]})" if emit.settings.ansi else f"({args[0]} % nullif({args[1]}, 0))"


def _unless_zero(emit: Emitting, call: Call, args: Sequence[str], symbol: str, condition: str) -> str:
    """Of doubles, where DuckDB gives infinity or NaN for a divisor of zero: an error, null outside of ANSI mode."""
    one, other = args
    divisor = call.args[1]
    if isinstance(divisor, Literal) and divisor.item:
        return f"({one} {symbol} {other})"
    if not emit.settings.ansi:
        return f"({one} {symbol} nullif({other}, 0))"
    instead = "try_mod" if symbol == "%" else "try_divide"
    said = f"'{symbol}: division by zero; use {instead}, or nullif of the divisor and 0, for null instead'"
    failure = emit.failure("ArithmeticException", condition, said, call.dtype)
    return f"(CASE WHEN {other} = 0 AND {one} IS NOT NULL THEN {failure} ELSE {one} {symbol} {other} END)"


def _negative(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if k.is_integral(call.dtype) and not emit.settings.ansi:
        return wrapped(f"-(({args[0]})::HUGEINT)", call.dtype)
    if isinstance(call.dtype, (t.DoubleType, t.FloatType)):
        return f"(-({args[0]}))"
    if isinstance(call.dtype, t.CalendarIntervalType):
        return f"(-({args[0]}))"
    if isinstance(call.dtype, (t.DayTimeIntervalType, t.YearMonthIntervalType)):
        least = "-9223372036854775808" if isinstance(call.dtype, t.DayTimeIntervalType) else "-2147483648"
        condition = "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION"
        failure = emit.failure("ArithmeticException", condition, "'the negative of the longest interval'", call.dtype)
        return f"(CASE WHEN {args[0]} = ({least}) THEN {failure} ELSE 0 - {args[0]} END)"
    return f"(CAST(0 AS {emit.duck(call.dtype)}) - {args[0]})"  # DuckDB's own minus of INTEGER's least is a BIGINT


# --- comparisons -----------------------------------------------------------------------------------------------------


def _filled_alike(left: Any, right: Any, settings: Settings) -> tuple[Any, Any]:
    """Columns declared CHAR compare as if both sides were as long."""
    if not (getattr(left, "metadata", None) or getattr(right, "metadata", None)):
        return left, right
    from minispark.sql.library.limits import filled_alike

    return filled_alike(left, right, settings)


_EQUALITIES = ("=", "<=>", "!=")


def _compared(one: t.DataType, other: t.DataType, settings: Settings, name: str) -> t.DataType | None:
    return coercion.compared(one, other, settings.ansi, name in _EQUALITIES) or by_place((one, other))


def _comparing(name: str) -> Any:
    """Both sides in the type in which they are compared."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        left, right = _filled_alike(args[0], args[1], settings)
        target = _compared(left.dtype, right.dtype, settings, name)
        if target is None or (isinstance(left.dtype, t.DecimalType) and isinstance(right.dtype, t.DecimalType)):
            return left, right  # DuckDB compares decimals of different scales exactly
        return [convert(left, target), convert(right, target)]

    return binds


def _comparable(name: str) -> Any:
    shown_name = "=" if name == "!=" else name

    def check(args: Sequence[Any], settings: Settings) -> None:
        left, right = (arg.dtype for arg in args)
        if _compared(left, right, settings, name) is None:
            raise differing(shown_name, left, right)
        if not (k.is_orderable(left) and k.is_orderable(right)):
            raise unordered(left, shown_name)

    return check


def unordered(kind: t.DataType, name: str) -> AnalysisException:
    """The error for values that have no order, and so cannot be compared."""
    return AnalysisException(
        f"values of {shown(kind)} have no order and cannot be compared",
        "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
        {"functionName": f"`{name}`", "dataType": shown(kind)},
    )


def _comparison(name: str, symbol: str, **more: Any) -> Function:
    sql, binds, check = f"({{0}} {symbol} {{1}})", _comparing(name), _comparable(name)
    return Function(name, (k.ANY, k.ANY), t.BooleanType(), sql, binds=binds, check=check, **more)


def _ordering(symbol: str) -> Function:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        kinds: Any = [arg.dtype for arg in call.args]
        if any(isinstance(kind, (t.ArrayType, t.StructType)) and holds_nulls(kind) for kind in kinds):
            args = [ordered_sql(arg, kind, True) for arg, kind in zip(args, kinds, strict=True)]
        return f"({args[0]} {symbol} {args[1]})"

    return replace(_comparison(symbol, symbol), sql=sql)


def _listed(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if getattr(args[0], "metadata", None):
        from minispark.sql.library.limits import filled_all

        args = filled_all(args, settings)
    target = coercion.widest((arg.dtype for arg in args), settings.ansi) or by_place(arg.dtype for arg in args)
    if target is None:
        names = ", ".join(shown(arg.dtype) for arg in args)
        raise AnalysisException(
            f"IN needs values of one type; here are {names}: cast them",
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            {"functionName": "`in`", "dataType": f"[{names}]"},
        )
    if not k.is_orderable(target):
        raise unordered(target, "in")
    return [convert(arg, target) for arg in args]


def _between(args: tuple[Expression, ...], settings: Settings) -> Expression:
    subject, low, high = args
    return Apply("and", (Apply(">=", (subject, low)), Apply("<=", (subject, high))))


_NUMBER_OR_INTERVAL = k.one_of(k.NUMERIC, k.DAY_TIME, k.YEAR_MONTH, k.CALENDAR)


SUMMED = '("NUMERIC" or "INTERVAL DAY TO SECOND" or "INTERVAL YEAR TO MONTH" or "INTERVAL")'
_DIVIDED = '("BIGINT" or "DECIMAL" or "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND")'
FRACTION = '("DOUBLE" or "DECIMAL")'


def _binary(name: str, binds: Any, sql: Any, required: str = '"NUMERIC"', **more: Any) -> Function:
    check = checked(name, k.is_numeric, required)
    return Function(name, (k.ANY, k.ANY), _result(name), sql, binds=binds, check=check, **more)


def _is_divided(kind: t.DataType) -> bool:
    return isinstance(kind, (t.LongType, t.DecimalType))


def _logic(name: str) -> Function:
    check = checked(name.upper(), lambda kind: isinstance(kind, t.BooleanType), '"BOOLEAN"')
    return Function(name, (k.ANY, k.ANY), t.BooleanType(), logic(name.upper()), binds=conditions, check=check)


FUNCTIONS = (
    _binary("+", _adding("+"), _arithmetic("+"), SUMMED),
    _binary("-", _adding("-"), _arithmetic("-"), SUMMED),
    _binary("*", _scaling("*"), _arithmetic("*")),
    _binary("/", _scaling("/"), _divided, FRACTION),
    Function(
        "div", (k.ANY, k.ANY), _result("div"), _whole_divided, binds=_whole, check=checked("div", _is_divided, _DIVIDED)
    ),  # fmt: skip
    _binary("%", numbers, _remainder, aliases=("mod",)),
    scalar("negative", (_NUMBER_OR_INTERVAL,), 0, _negative, aliases=("unary_minus",)),
    scalar("positive", (_NUMBER_OR_INTERVAL,), 0, "{0}"),
    _comparison("=", "=", aliases=("==",)),
    _comparison("<=>", "IS NOT DISTINCT FROM", null="never"),
    _comparison("!=", "!=", aliases=("<>",)),
    _ordering("<"),
    _ordering("<="),
    _ordering(">"),
    _ordering(">="),
    _logic("and"),
    _logic("or"),
    scalar("not", (k.BOOLEAN,), t.BooleanType(), "(NOT {0})", aliases=("!",)),
    Function("in", (k.ANY,), t.BooleanType(), in_list, more=k.ANY, binds=_listed),
    Function("between", (k.ANY, k.ANY, k.ANY), macro=_between),
    scalar("isnull", (k.ANY,), t.BooleanType(), "({0} IS NULL)", null="never"),
    scalar("isnotnull", (k.ANY,), t.BooleanType(), "({0} IS NOT NULL)", null="never"),
)
