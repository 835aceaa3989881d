"""Arithmetic, comparisons and logic."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import coercion, temporal
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.quotients import quotient
from minispark.sql.plan.expressions import Apply, Call, Cast, Expression, Literal

# --- coercion of two numbers -----------------------------------------------------------------------------------------


def convert(expression: Any, dtype: t.DataType) -> Expression:
    """The expression as a value of a type: itself, a constant of the type, or a cast that is not shown."""
    given: t.DataType = expression.dtype
    if given == dtype or (isinstance(given, t.StringType) and isinstance(dtype, t.StringType)):
        return expression  # type: ignore[no-any-return]  # which collation strings have, analysis/collating.py says
    if isinstance(expression, Literal):
        if expression.item is None:
            return Literal(None, dtype)
        if (
            k.is_integral(given)
            and isinstance(dtype, (t.LongType, t.IntegerType, t.ShortType))
            and k.widens(given, dtype)
        ):
            return Literal(expression.item, dtype)
        if k.is_integral(given) and isinstance(dtype, t.DoubleType):
            return Literal(float(expression.item), dtype)
        whole = k.is_integral(given) and isinstance(dtype, t.DecimalType) and dtype.scale == 0
        if whole and len(str(abs(expression.item))) <= dtype.precision:  # type: ignore[attr-defined]
            return Literal(Decimal(expression.item), dtype)
    return Cast(expression, dtype, "", given=False)


def _decimal_of(expression: Any) -> t.DecimalType:
    """The decimal type of an integer beside a decimal: a constant's has just its digits."""
    if isinstance(expression, Literal) and k.is_integral(expression.dtype) and expression.item is not None:
        return t.DecimalType(max(len(str(abs(expression.item))), 1), 0)
    found = k.as_decimal(expression.dtype)
    assert found is not None
    return found


def _numbers(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Apply:
    """Both sides in one numeric type; decimals keep their own precisions."""
    if any(isinstance(arg.dtype, temporal.INTERVALS) for arg in args):
        return args
    if not settings.ansi:
        args = [convert(arg, t.DoubleType()) if k.is_string(arg.dtype) else arg for arg in args]
    left, right = args
    one, other = left.dtype, right.dtype
    if k.is_string(one) or k.is_string(other) or isinstance(one, t.NullType) or isinstance(other, t.NullType):
        target = coercion.wider(one, other, settings.ansi)
        if isinstance(target, t.NullType):
            target = t.DoubleType()
        return args if target is None else [convert(arg, target) for arg in args]
    if not (k.is_numeric(one) and k.is_numeric(other)):
        return args
    if isinstance(one, t.DecimalType) or isinstance(other, t.DecimalType):
        if k.as_decimal(one) is None or k.as_decimal(other) is None:
            return [convert(arg, t.DoubleType()) for arg in args]
        return [convert(arg, _decimal_of(arg)) for arg in args]
    target = coercion.wider(one, other, settings.ansi)
    assert target is not None
    return [convert(arg, target) for arg in args]


def _adding(name: str) -> Any:
    def bind(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Expression:
        return temporal.arithmetic(name, args, settings) or _numbers(args, settings)

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
        if name == "/":
            found = _numbers(args, settings)
            if not isinstance(found, Apply) and all(k.is_numeric(one.dtype) for one in found):
                return (
                    found
                    if isinstance(found[0].dtype, t.DecimalType)
                    else [convert(one, t.DoubleType()) for one in found]
                )
            return found
        return _numbers(args, settings)

    return bind


def _whole(args: Sequence[Any], settings: Settings) -> Sequence[Any] | Apply:
    """``div``: integers as long, decimals as they are, intervals of a kind."""
    if all(isinstance(arg.dtype, (t.DayTimeIntervalType, t.YearMonthIntervalType)) for arg in args):
        return Apply("divide_intervals", tuple(args))
    found = _numbers(args, settings)
    if not isinstance(found, Apply) and all(k.is_integral(one.dtype) for one in found):
        return [convert(one, t.LongType()) for one in found]
    return found


# --- types of results ------------------------------------------------------------------------------------------------


def adjusted(precision: int, scale: int) -> t.DecimalType:
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
        if name in "+-":
            scale = max(s1, s2)
            return adjusted(max(p1 - s1, p2 - s2) + scale + 1, scale)
        if name == "*":
            return adjusted(p1 + p2 + 1, s1 + s2)
        if name == "/":
            scale = max(6, s1 + p2 + 1)
            return adjusted(p1 - s1 + s2 + scale, scale)
        if name == "div":
            return t.LongType()
        return adjusted(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2))

    return gives


def _checked(name: str, symbol: str) -> Any:
    """Both sides must be numbers of one type by now."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        kinds = [arg.dtype for arg in args]
        if all(k.is_numeric(kind) for kind in kinds) or all(isinstance(kind, t.NullType) for kind in kinds):
            return
        different = kinds[0] != kinds[1]
        shown = " and ".join(f'"{kind.simpleString().upper()}"' for kind in kinds)
        condition = "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES" if different else "DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE"
        raise AnalysisException(
            f"{symbol} needs two numbers; here are {shown}: cast one of them", condition, {"left": shown}
        )

    return check


def _whole_checked(args: Sequence[Any], settings: Settings) -> None:
    """``div`` takes integers and decimals, but no doubles."""
    from minispark.errors import AnalysisException

    _checked("div", "div")(args, settings)
    doubles = [isinstance(arg.dtype, (t.DoubleType, t.FloatType)) for arg in args]
    if any(doubles):
        given: list[t.DataType] = [
            arg.child.dtype if isinstance(arg, Cast) and not arg.given else arg.dtype  # type: ignore[attr-defined]
            for arg in args
        ]
        different = given[0] != given[1] and not any(isinstance(one, t.DecimalType) for one in given)
        raise AnalysisException(
            "div takes integers, decimals or intervals, no doubles; divide with / and cast what it gives",
            f"DATATYPE_MISMATCH.{'BINARY_OP_DIFF_TYPES' if different else 'BINARY_OP_WRONG_TYPE'}",
            {"sqlExpr": "div"},
        )


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
    one, other = (arg.dtype for arg in call.args)  # type: ignore[attr-defined]
    scale = one.scale + other.scale if symbol == "*" else max(one.scale, other.scale)
    if call.dtype.scale != scale or not emit.settings.ansi:  # type: ignore[attr-defined]
        return emit.exact(call, args, {"*": "decimals:multiply", "+": "decimals:add", "-": "decimals:subtract"}[symbol])
    if emit.wide or scale > 18:
        args = [f"CAST({arg} AS DECIMAL(38,{kind.scale}))" for arg, kind in zip(args, (one, other), strict=True)]
    return f"({args[0]} {symbol} {args[1]})"


def _divided(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.dtype, t.DecimalType):
        if emit.wide or not emit.settings.ansi:
            return emit.exact(call, args, "decimals:divide")
        one, other = (arg.dtype for arg in call.args)  # type: ignore[attr-defined]
        return quotient(args[0], one.scale, args[1], other.scale, call.dtype)
    return _unless_zero(emit, call, args, "/", "DIVIDE_BY_ZERO")


def _whole_divided(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if isinstance(call.args[0].dtype, t.DecimalType):  # type: ignore[attr-defined]
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
    said = f"'{symbol} by zero; use try_divide, try_mod, or nullif of the divisor and 0, for null instead'"
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


def _filled_alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Columns declared CHAR compare as if both sides were as long."""
    if not (getattr(left, "metadata", None) or getattr(right, "metadata", None)):
        return left, right
    from minispark.sql.library.limits import filled_alike

    return filled_alike(left, right)


def _compared(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    left, right = _filled_alike(*args)
    args = (left, right)
    target = coercion.compared(left.dtype, right.dtype, settings.ansi)
    if target is None:
        return args
    if isinstance(left.dtype, t.DecimalType) and isinstance(right.dtype, t.DecimalType):
        return args  # DuckDB compares decimals of different scales exactly
    return [convert(arg, target) for arg in args]


def _comparable(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    left, right = (arg.dtype for arg in args)
    if coercion.compared(left, right, settings.ansi) is None:
        raise AnalysisException(
            f"values of {left.simpleString()} and {right.simpleString()} cannot be compared; cast one of them",
            "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
            {"left": f'"{left.simpleString().upper()}"', "right": f'"{right.simpleString().upper()}"'},
        )
    if not (k.is_orderable(left) and k.is_orderable(right)):
        raise AnalysisException(
            f"values of {left.simpleString()} have no order and cannot be compared",
            "DATATYPE_MISMATCH.INVALID_ORDERING_TYPE",
            {"dataType": f'"{left.simpleString().upper()}"'},
        )


def _comparison(name: str, symbol: str, **more: Any) -> Function:
    return Function(
        name, (k.ANY, k.ANY), t.BooleanType(), f"({{0}} {symbol} {{1}})", binds=_compared, check=_comparable, **more
    )


def _listed(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if getattr(args[0], "metadata", None):
        from minispark.sql.library.limits import filled_all

        args = filled_all(args)
    target = coercion.widest((arg.dtype for arg in args), settings.ansi)
    if target is None:
        from minispark.errors import AnalysisException

        shown = ", ".join(arg.dtype.simpleString() for arg in args)
        raise AnalysisException(
            f"IN needs values of one type; here are {shown}", "DATATYPE_MISMATCH.DATA_DIFF_TYPES", {"dataType": shown}
        )
    return [convert(arg, target) for arg in args]


def _in(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"({args[0]} IN ({', '.join(args[1:])}))" if len(args) > 1 else "(NULL::BOOLEAN IS NULL AND false)"


def _between(args: tuple[Expression, ...], settings: Settings) -> Expression:
    subject, low, high = args
    return Apply("and", (Apply(">=", (subject, low)), Apply("<=", (subject, high))))


_NUMBER_OR_INTERVAL = k.one_of(k.NUMERIC, k.DAY_TIME, k.YEAR_MONTH, k.CALENDAR)


def _binary(name: str, binds: Any, sql: Any, **more: Any) -> Function:
    return Function(name, (k.ANY, k.ANY), _result(name), sql, binds=binds, check=_checked(name, name), **more)


FUNCTIONS = (
    _binary("+", _adding("+"), _arithmetic("+")),
    _binary("-", _adding("-"), _arithmetic("-")),
    _binary("*", _scaling("*"), _arithmetic("*")),
    _binary("/", _scaling("/"), _divided),
    Function("div", (k.ANY, k.ANY), _result("div"), _whole_divided, binds=_whole, check=_whole_checked),
    _binary("%", _numbers, _remainder, aliases=("mod",)),
    scalar("negative", (_NUMBER_OR_INTERVAL,), 0, _negative, aliases=("unary_minus",)),
    scalar("positive", (_NUMBER_OR_INTERVAL,), 0, "{0}"),
    _comparison("=", "=", aliases=("==",)),
    _comparison("<=>", "IS NOT DISTINCT FROM", null="never"),
    _comparison("!=", "!=", aliases=("<>",)),
    _comparison("<", "<"),
    _comparison("<=", "<="),
    _comparison(">", ">"),
    _comparison(">=", ">="),
    scalar("and", (k.BOOLEAN, k.BOOLEAN), t.BooleanType(), "({0} AND {1})"),
    scalar("or", (k.BOOLEAN, k.BOOLEAN), t.BooleanType(), "({0} OR {1})"),
    scalar("not", (k.BOOLEAN,), t.BooleanType(), "(NOT {0})", aliases=("!",)),
    Function("in", (k.ANY,), t.BooleanType(), _in, more=k.ANY, binds=_listed),
    Function("between", (k.ANY, k.ANY, k.ANY), macro=_between),
    scalar("isnull", (k.ANY,), t.BooleanType(), "({0} IS NULL)", null="never"),
    scalar("isnotnull", (k.ANY,), t.BooleanType(), "({0} IS NOT NULL)", null="never"),
)
