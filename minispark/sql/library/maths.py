"""Functions of numbers: rounding, powers and logarithms, angles, remainders, and vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, aggregate, scalar
from minispark.sql.library.operators import wrapped
from minispark.sql.library.sides import checked, constant, convert, fitted, numbers
from minispark.sql.plan.expressions import Call, Cast, Literal

_DOUBLE, _LONG, _INT, _FLOATS = t.DoubleType(), t.LongType(), t.IntegerType(), t.ArrayType(t.FloatType())
_LIMIT = "9223372036854775808::DOUBLE"


def _unary(name: str, sql: str, **more: Any) -> Function:
    return scalar(name, (k.DOUBLE,), _DOUBLE, sql, **more)


def _exact(name: str, takes: tuple[k.Kind, ...], gives: t.DataType = _DOUBLE, **more: Any) -> Function:
    return scalar(name, takes, gives, exact=f"numbers:{name}", **more)


def _strict(name: str, **more: Any) -> Function:
    """A function of a double as Java's StrictMath has it."""
    return scalar(name, (k.DOUBLE,), _DOUBLE, exact=f"strictmath.functions:{name}", **more)


# --- rounding --------------------------------------------------------------------------------------------------------


def _scale(args: Sequence[Any]) -> int:
    found = args[1].item if len(args) > 1 and isinstance(args[1], Literal) else 0
    return found if isinstance(found, int) else 0


def _digits(kind: t.DecimalType, scale: int) -> t.DecimalType:
    """The decimal type after rounding to ``scale`` digits: one more before the point."""
    whole = kind.precision - kind.scale + 1
    if scale < 0:
        return t.DecimalType(min(max(whole, 1 - scale), 38), 0)
    kept = min(kind.scale, scale)
    return t.DecimalType(min(whole + kept, 38), kept)


def _round_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind: t.DataType = args[0].dtype
    return _digits(kind, _scale(args)) if isinstance(kind, t.DecimalType) else kind


def _round_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    number = fitted("round", args, 0, k.NUMERIC, settings)
    if len(args) == 1:
        return [number, Literal(0, _INT)]
    fitted("round", args, 1, k.INT, settings)
    return [number, _constant_scale(args[1])]


def _constant_scale(given: Any) -> Any:
    """A scale as an integer constant where it is a constant of any number."""
    if isinstance(given, Cast) and isinstance(given.child, Literal):
        given = given.child
    if isinstance(given, Literal) and given.item is not None and k.is_numeric(given.dtype):
        return Literal(int(given.item), _INT)
    return convert(given, _INT)


def _scale_check(name: str) -> Callable[[Sequence[Any], Settings], None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        if len(args) > 1 and not isinstance(args[1], Literal):
            raise AnalysisException(
                f"{name}: the scale must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": "`scale`", "inputType": '"INT"'},
            )

    return check


def _round(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    scale, kind = constant(call, 1), call.dtype
    even = call.name == "bround"
    if scale is None:
        return f"CAST(NULL AS {emit.duck(kind)})"
    if k.is_integral(kind) and scale >= 0:
        return args[0]
    if isinstance(kind, t.DoubleType) and scale == 0:
        return f"(round_even({args[0]}, 0) + 0.0::DOUBLE)" if even else f"(round({args[0]}) + 0.0::DOUBLE)"
    if isinstance(kind, t.DecimalType) and scale >= 0 and not even:
        given: Any = call.args[0].dtype
        return args[0] if scale >= given.scale else f"round({args[0]}, {scale})"
    return emit.exact(call, args)


def _rounding(name: str, factory: str) -> Function:
    return Function(
        name,
        (k.NUMERIC, k.INT),
        _round_type,
        _round,
        factory=f"rounding:{factory}",
        least=1,
        null="always",
        binds=_round_binds,
        check=_scale_check(name),
    )


_AS_DECIMAL: dict[type[t.DataType], t.DecimalType] = {
    t.ByteType: t.DecimalType(3, 0),
    t.ShortType: t.DecimalType(5, 0),
    t.IntegerType: t.DecimalType(10, 0),
    t.LongType: t.DecimalType(20, 0),
    t.FloatType: t.DecimalType(14, 7),
    t.DoubleType: t.DecimalType(30, 15),
    t.NullType: t.DecimalType(38, 18),
}


_CEILED = k.Kind('("DOUBLE" or "DECIMAL" or "BIGINT")', k.is_numeric, t.DoubleType())


def _ceil_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    scaled_null = len(args) == 2 and isinstance(args[0].dtype, t.NullType)
    number: Any = args[0] if scaled_null else fitted("ceil", args, 0, _CEILED, settings)
    if len(args) == 1:
        return [convert(number, _DOUBLE) if isinstance(number.dtype, t.FloatType) else number]
    if not isinstance(args[1].dtype, (t.IntegerType, t.ShortType, t.ByteType)) or _item(args[1]) is None:
        raise AnalysisException(
            "ceil and floor take a constant integer as scale",
            "NON_FOLDABLE_ARGUMENT",
            {"funcName": "`ceil`", "paramName": "`scale`", "paramType": '"INT"'},
        )
    if not isinstance(number.dtype, t.DecimalType):
        number = convert(number, _AS_DECIMAL[type(number.dtype)])
    return [number, _constant_scale(args[1])]


def _item(given: Any) -> Any:
    """The value of a constant, None for others."""
    given = given.child if isinstance(given, Cast) else given
    return given.item if isinstance(given, Literal) else None


def _ceil_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind: t.DataType = args[0].dtype
    if len(args) == 2:
        assert isinstance(kind, t.DecimalType)
        return _digits(kind, _scale(args))
    if not isinstance(kind, t.DecimalType):
        return _LONG
    return kind if kind.scale == 0 else t.DecimalType(min(kind.precision - kind.scale + 1, 38), 0)


def _ceil(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    name, kind = call.name, call.args[0].dtype
    if len(args) == 2:
        scale = constant(call, 1)
        if scale is None:
            return f"CAST(NULL AS {emit.duck(call.dtype)})"
        if scale >= 0 and scale >= kind.scale:
            return args[0]
        return emit.exact(call, args)
    if isinstance(kind, t.DecimalType):
        whole = f"CAST({args[0]} AS DECIMAL(38,{kind.scale}))" if kind.precision - kind.scale < 2 else args[0]
        return args[0] if kind.scale == 0 else f"{name}({whole})"
    if k.is_integral(kind):
        return f"CAST({args[0]} AS BIGINT)"
    return whole_number(emit, f"{name}({args[0]})", name)


def whole_number(emit: Emitting, sql: str, name: str) -> str:
    """A whole double as a BIGINT: NaN is 0, what is too large an error (outside of ANSI mode, the nearest)."""
    if emit.settings.ansi:
        said = f"'{name}: the number does not fit a long integer'"
        above = below = emit.failure("ArithmeticException", "ARITHMETIC_OVERFLOW", said, _LONG)
    else:
        above, below = "9223372036854775807", "-9223372036854775807 - 1"
    return (
        f"(CASE WHEN isnan({sql}) THEN 0 WHEN {sql} >= {_LIMIT} THEN {above} WHEN {sql} < -{_LIMIT} THEN {below}"
        f" ELSE CAST({sql} AS BIGINT) END)"
    )


def _ceiling(name: str, factory: str, **more: Any) -> Function:
    return Function(
        name,
        (k.NUMERIC, k.INT),
        _ceil_type,
        _ceil,
        factory=f"rounding:{factory}",
        least=1,
        null="always",
        binds=_ceil_binds,
        check=_scale_check(name),
        **more,
    )


# --- signs and remainders --------------------------------------------------------------------------------------------


def _abs(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    if k.is_integral(call.dtype) and not emit.settings.ansi:
        return wrapped(f"abs(({args[0]})::HUGEINT)", call.dtype)
    return f"abs({args[0]})"


def _sign(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    number = args[0]
    same = f"{number}::DOUBLE"
    nan = f"isnan({number}) OR " if isinstance(call.args[0].dtype, t.DoubleType) else ""
    text = f"(CASE WHEN {nan}{number} = 0 THEN {same} WHEN {number} > 0 THEN 1.0::DOUBLE"
    text += f" WHEN {number} < 0 THEN -1.0::DOUBLE END)"
    return text


def _pmod_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    one: t.DataType = args[0].dtype
    other = args[1].dtype
    if not isinstance(one, t.DecimalType):
        return one
    scale = max(one.scale, other.scale)
    return t.DecimalType(min(max(min(one.precision - one.scale, other.precision - other.scale) + scale, 1), 38), scale)


def _pmod(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    one, other = args
    if isinstance(call.dtype, t.DecimalType):
        wide = f"DECIMAL(38,{call.dtype.scale})"
        one, other = f"CAST({one} AS {wide})", f"CAST({other} AS {wide})"
    rest = f"({one} % {other})"
    found = f"(CASE WHEN {rest} < 0 THEN ({rest} + {other}) % {other} ELSE {rest} END)"
    by_zero = "NULL"
    if emit.settings.ansi:
        said = "'pmod: division by zero; use try_mod, or nullif of the divisor and 0, for null instead'"
        by_zero = emit.failure("ArithmeticException", "REMAINDER_BY_ZERO", said, call.dtype)
    return f"(CASE WHEN {one} IS NULL OR {other} IS NULL THEN NULL WHEN {other} = 0 THEN {by_zero} ELSE {found} END)"


# --- powers ----------------------------------------------------------------------------------------------------------


def _bucket_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    intervals = (t.DayTimeIntervalType, t.YearMonthIntervalType)
    if all(isinstance(arg.dtype, intervals) for arg in args[:3]):
        return [*args[:3], convert(args[3], _LONG)]
    kind = k.one_of(k.DOUBLE, k.YEAR_MONTH, k.DAY_TIME)
    return [*(fitted("width_bucket", args, place, kind, settings) for place in range(3)), convert(args[3], _LONG)]


_VECTOR = k.Kind(
    "ARRAY<FLOAT>", lambda given: isinstance(given, t.ArrayType) and isinstance(given.elementType, t.FloatType)
)
_SIGNED = k.one_of(k.DOUBLE, k.DAY_TIME, k.YEAR_MONTH)
_SIZED = k.one_of(k.NUMERIC, k.DAY_TIME, k.YEAR_MONTH)

FUNCTIONS = (
    _rounding("round", "half_up"),
    _rounding("bround", "half_even"),
    _ceiling("ceil", "upwards", aliases=("ceiling",)),
    _ceiling("floor", "downwards"),
    _unary("rint", "round_even({0}, 0)"),
    scalar("abs", (_SIZED,), 0, _abs),
    scalar("sign", (_SIGNED,), _DOUBLE, _sign, aliases=("signum",)),
    Function(
        "pmod",
        (k.ANY, k.ANY),
        _pmod_type,
        _pmod,
        null="always",
        binds=numbers,
        check=checked("pmod", k.is_numeric, '"NUMERIC"'),
    ),  # fmt: skip
    scalar("e", (), _DOUBLE, "2.718281828459045::DOUBLE"),
    scalar("pi", (), _DOUBLE, "3.141592653589793::DOUBLE"),
    _unary("sqrt", "sqrt({0})"),
    *(_strict(name) for name in ("cbrt", "exp", "expm1", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh")),
    *(_strict(name) for name in ("asin", "acos", "atan")),
    *(_strict(name, null="always") for name in ("log2", "log10", "log1p")),
    scalar("ln", (k.DOUBLE,), _DOUBLE, exact="strictmath.functions:log", null="always"),
    Function(
        "log",
        (k.DOUBLE, k.DOUBLE),
        _DOUBLE,
        factory="strictmath.functions:logarithm",
        least=1,
        null="always",
    ),
    scalar("pow", (k.DOUBLE, k.DOUBLE), _DOUBLE, exact="strictmath.functions:power", aliases=("power",)),
    scalar("hypot", (k.DOUBLE, k.DOUBLE), _DOUBLE, exact="strictmath.functions:hypot"),
    scalar("atan2", (k.DOUBLE, k.DOUBLE), _DOUBLE, exact="strictmath.functions:atan2"),
    *(_unary(name, f"{name}({{0}})") for name in ("sin", "cos", "tan")),  # HotSpot's own, not StrictMath's
    _unary("cot", "(1.0::DOUBLE / tan({0}))"),
    _unary("sec", "(1.0::DOUBLE / cos({0}))"),
    _unary("csc", "(1.0::DOUBLE / sin({0}))"),
    _unary("degrees", "({0} * 57.29577951308232::DOUBLE)"),
    _unary("radians", "({0} * 0.017453292519943295::DOUBLE)"),
    scalar(
        "factorial",
        (k.INT,),
        _LONG,
        "(CASE WHEN {0} BETWEEN 0 AND 20 THEN CAST(factorial({0}) AS BIGINT) END)",
        null="always",
    ),
    Function(
        "width_bucket",
        (k.ANY, k.ANY, k.ANY, k.LONG),
        _LONG,
        exact="numbers:width_bucket",
        null="always",
        binds=_bucket_binds,
    ),
    _exact("vector_inner_product", (_VECTOR, _VECTOR), t.FloatType(), null="always"),
    _exact("vector_cosine_similarity", (_VECTOR, _VECTOR), t.FloatType(), null="always"),
    _exact("vector_l2_distance", (_VECTOR, _VECTOR), t.FloatType(), null="always"),
    _exact("vector_norm", (_VECTOR, k.FLOAT), t.FloatType(), least=1, null="always"),
    _exact("vector_normalize", (_VECTOR, k.FLOAT), _FLOATS, least=1, null="always"),
    aggregate("vector_sum", (_VECTOR,), _FLOATS, exact="numbers:vector_sum"),
    aggregate("vector_avg", (_VECTOR,), _FLOATS, exact="numbers:vector_avg"),
)
