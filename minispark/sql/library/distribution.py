"""Aggregates that describe a distribution: moments, regression, percentiles, the mode, histograms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.aggregates import _plain, gathered
from minispark.sql.library.function import Emitting, Function, Settings, aggregate
from minispark.sql.library.sides import constant, convert, wrong_type
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Call, Literal, SortOrder
from minispark.sql.plan.labels import label

_DOUBLE, _LONG, _INT = t.DoubleType(), t.LongType(), t.IntegerType()
_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)
_PLACES = k.one_of(k.DOUBLE, k.array_of(k.DOUBLE))


def _variance(name: str, *aliases: str) -> Function:
    """Spark's to the last digit; DuckDB's where an aggregate over a window stands elsewhere than in a projection."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        return emit.either(emit.exact(call, [gathered(args[0])]), f"{name}({args[0]}){{f}}")

    return aggregate(name, (k.DOUBLE,), _DOUBLE, sql, exact=f"moments:{name}", aliases=aliases)


def _moment(name: str) -> Function:
    return aggregate(name, (k.DOUBLE,), _DOUBLE, exact=f"moments:{name}")


def _paired(name: str, gives: t.DataType = _DOUBLE, **more: Any) -> Function:
    return aggregate(name, (k.DOUBLE, k.DOUBLE), gives, exact=f"moments:{name}", **more)


# --- percentiles -----------------------------------------------------------------------------------------------------


def _parts(args: Sequence[Any]) -> Any:
    return args[1] if len(args) > 1 else Literal(0.5, _DOUBLE)


def _percent_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The values as doubles (or intervals), the part or parts, the frequencies."""
    values = args[0] if isinstance(args[0].dtype, _INTERVALS) else convert(args[0], _DOUBLE)
    parts = _parts(args)
    several = isinstance(parts.dtype, t.ArrayType)
    found = convert(parts, t.ArrayType(_DOUBLE, False) if several else _DOUBLE)
    return [values, found, *(convert(arg, _LONG) for arg in args[2:])]


def _percent_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    one: t.DataType = args[0].dtype
    if isinstance(one, t.DayTimeIntervalType):
        one = t.DayTimeIntervalType()
    elif isinstance(one, t.YearMonthIntervalType):
        one = t.YearMonthIntervalType()
    return t.ArrayType(one, False) if len(args) > 1 and isinstance(args[1].dtype, t.ArrayType) else one


def _numbers_in(given: Any) -> list[Any] | None:
    """The constant's number or numbers; None for what is not constant."""
    from minispark.sql.plan.expressions import Call as Called

    kind, given = given.dtype, _plain(given)
    if isinstance(given, Literal):
        if isinstance(given.item, str):
            return [_number_of(given.item, kind)]
        return list(given.item) if isinstance(given.item, (list, tuple)) else [given.item]
    if isinstance(given, Called) and given.name == "array":
        inner = [_numbers_in(arg) for arg in given.args]
        return None if any(one is None for one in inner) else [item for one in inner for item in one or ()]
    if isinstance(given, Called) and given.name == "negative":
        found = _numbers_in(given.args[0])
        return None if found is None else [-item for item in found]
    if isinstance(given, Called) and given.name == "positive":
        return _numbers_in(given.args[0])
    return None


def _number_of(text: str, kind: t.DataType) -> Any:
    """A text that is cast to a number. Raises NumberFormatException for one that is none."""
    from minispark.sql.exact.casterrors import invalid_input
    from minispark.sql.exact.number_text import read_float, read_integer

    found = read_integer(text) if k.is_integral(kind) else read_float(text)
    if found is None:
        raise invalid_input(text, t.StringType(), kind)
    return found


def _part_check(name: str) -> Callable[[Sequence[Any], Settings], None]:
    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        found = _numbers_in(args[1])
        if found is None:
            raise AnalysisException(
                f"{name}: the percentage must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": "`percentage`", "inputType": '"DOUBLE"'},
            )
        if any(item is None for item in found):
            raise AnalysisException(
                f"{name}: the percentage must not be null",
                "DATATYPE_MISMATCH.UNEXPECTED_NULL",
                {"exprName": "`percentage`"},
            )
        for item in found:
            if not 0 <= item <= 1:
                raise AnalysisException(
                    f"{name}: a percentage lies between 0.0 and 1.0, which {item} does not",
                    "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                    {"exprName": "percentage", "valueRange": "[0.0, 1.0]", "currentValue": f"{item}D"},
                )

    return check


def _ascending(call: Call) -> bool:
    """Which way ``WITHIN GROUP`` sorts."""
    key = call.within[0]
    assert isinstance(key, SortOrder)
    return key.ascending


def _percent(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    descending = bool(call.within) and not _ascending(call)
    legacy = emit.settings.conf("spark.sql.legacy.percentileDiscCalculation") == "true"
    plain = replace(call, extra=(descending, legacy))
    lists = [f"list({{d}}{args[0]}){{f}}", args[1]]
    if len(args) == 3:
        literal = constant(call, 2)
        lists.append(args[2] if literal is not None else f"list({args[2]}){{f}}")
    return emit.exact(plain, lists)


def _ordered_set(name: str, factory: str) -> Function:
    return aggregate(
        name,
        (k.ANY, _PLACES),
        _percent_type,
        _percent,
        factory=f"quantiles:{factory}",
        binds=_percent_binds,
        check=_part_check(name),
        keyed=True,
    )


_RANKED = k.one_of(
    k.NUMERIC, k.Kind("DATE", lambda given: isinstance(given, t.DateType)), k.TIMESTAMP, k.TIMESTAMP_NTZ, k.DAY_TIME,
    k.YEAR_MONTH,
)  # fmt: skip


def _approx_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    several = isinstance(args[1].dtype, t.ArrayType)
    values = args[0] if not k.is_string(args[0].dtype) else convert(args[0], _DOUBLE)
    found = convert(args[1], t.ArrayType(_DOUBLE, False) if several else _DOUBLE)
    return [values, found, *args[2:]]


def _approx_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    _part_check("percentile_approx")(args, settings)
    if len(args) < 3:
        return
    accuracy = _numbers_in(args[2])
    if accuracy is None:
        raise AnalysisException(
            "percentile_approx: the accuracy must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": "`accuracy`"},
        )
    if accuracy[0] is None:
        raise AnalysisException(
            "percentile_approx: the accuracy must not be null",
            "DATATYPE_MISMATCH.UNEXPECTED_NULL",
            {"exprName": "`accuracy`"},
        )
    if not 0 < accuracy[0] <= 2147483647:
        raise AnalysisException(
            f"percentile_approx: the accuracy is positive, which {accuracy[0]} is not",
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            {"exprName": "accuracy", "valueRange": "(0, 2147483647]", "currentValue": f"{accuracy[0]}L"},
        )


def _approx_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind: t.DataType = args[0].dtype
    return t.ArrayType(kind, False) if isinstance(args[1].dtype, t.ArrayType) else kind


def approximated(call: Call, args: Sequence[str]) -> tuple[list[str], tuple[float, ...]]:
    """Of ``percentile_approx``: the SQL of its values as doubles; the percentages, with the accuracy behind them."""
    numbers = [float(item) for item in _numbers_in(call.args[1]) or ()]
    accuracy = int((_numbers_in(call.args[2]) or [10_000])[0]) if len(call.args) > 2 else 10_000
    kind: t.DataType = call.args[0].dtype
    return [as_double(args[0], kind)], (*numbers, accuracy)


def _approx(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    (number,), extra = approximated(call, args)
    numbers = list(extra[:-1])
    alone = emit.exact(replace(call, args=call.args[:1], extra=extra), [gathered(number)])
    parts: Any = numbers if isinstance(call.dtype, t.ArrayType) else numbers[0]
    return emit.either(alone, f"quantile_disc({args[0]}, {parts}){{f}}")


def as_double(text: str, kind: t.DataType) -> str:
    """A number, date (its days), timestamp (its microseconds) or time (its nanoseconds) as a double."""
    if isinstance(kind, t.DateType):
        return f"CAST({text} - DATE '1970-01-01' AS DOUBLE)"
    if isinstance(kind, (t.TimestampType, t.TimestampNTZType)):
        return f"CAST(epoch_us({text}) AS DOUBLE)"
    if isinstance(kind, t.TimeType):
        return f"CAST(epoch_us({text}) * 1000 AS DOUBLE)"
    return f"CAST({text} AS DOUBLE)"


# --- the mode, histograms --------------------------------------------------------------------------------------------


def _mode(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    choice = "least" if constant(call, 1) is True else None
    if call.within:
        choice = "least" if _ascending(call) else "largest"
    return emit.exact(replace(call, extra=choice), [f"list({args[0]}){{f}}"])


def _mode_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if len(args) == 2:
        _mode_check(args[1])
    return args


def _mode_check(flag: Any) -> None:
    from minispark.errors import AnalysisException

    if not isinstance(flag.dtype, (t.BooleanType, t.NullType)):
        raise AnalysisException(
            "mode: whether it is deterministic is a BOOLEAN",
            "UNEXPECTED_INPUT_TYPE",
            {
                "functionName": "`mode`",
                "paramIndex": "second",
                "inputSql": f'"{label(flag)}"',
                "inputType": shown_type(flag.dtype),
                "requiredType": '"BOOLEAN"',
            },
        )
    given = _plain(flag)
    if not isinstance(given, Literal):
        raise AnalysisException(
            "mode: whether it is deterministic must be a constant",
            "NON_FOLDABLE_ARGUMENT",
            {"funcName": "`mode`", "paramName": "`deterministic`", "paramType": '"BOOLEAN"'},
        )
    if given.item is None:
        raise AnalysisException(
            "mode: whether it is deterministic must not be null",
            "DATATYPE_MISMATCH.UNEXPECTED_NULL",
            {"exprName": "`deterministic`", "sqlExpr": '"NULL"'},
        )


def _bins_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind: t.DataType = args[0].dtype
    return t.ArrayType(t.StructType([t.StructField("x", kind), t.StructField("y", _DOUBLE)]), True)


def _bins_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """The values as doubles where they are texts or null, the number of bins as an integer."""
    values, count = args
    if isinstance(values.dtype, t.NullType) or k.is_string(values.dtype):
        values = convert(values, _DOUBLE)
    elif not _BINNED.test(values.dtype):
        raise wrong_type("histogram_numeric", 0, _BINNED.name, values.dtype)
    given = _numbers_in(count)
    if given and isinstance(given[0], (int, float, str, Decimal)) and not isinstance(given[0], bool):
        count = Literal(int(Decimal(given[0])), _INT)
    return [values, count]


_BINNED = k.one_of(
    k.NUMERIC, k.Kind("DATE", lambda given: isinstance(given, t.DateType)), k.TIMESTAMP, k.TIMESTAMP_NTZ, k.YEAR_MONTH,
    k.DAY_TIME, k.Kind("TIME", lambda given: isinstance(given, t.TimeType)),
)  # fmt: skip


def _bins_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    found = _numbers_in(args[1])
    if found is None:
        raise AnalysisException(
            "histogram_numeric: the number of bins must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": "`nb`", "inputType": '"INT"'},
        )
    if found[0] is None:
        raise AnalysisException(
            "histogram_numeric: the number of bins must not be null",
            "DATATYPE_MISMATCH.UNEXPECTED_NULL",
            {"exprName": "nb"},
        )
    if found[0] < 2:
        raise AnalysisException(
            f"histogram_numeric: there are two bins at least, not {found[0]}",
            "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
            {"exprName": "nb", "valueRange": "[2, 2147483647]", "currentValue": str(found[0])},
        )


def _bins(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    number = as_double(args[0], call.args[0].dtype)
    return emit.exact(call, [gathered(number), args[1]])


FUNCTIONS = (
    _variance("stddev_samp", "stddev", "std"),
    _variance("stddev_pop"),
    _variance("var_samp", "variance"),
    _variance("var_pop"),
    _moment("skewness"),
    _moment("kurtosis"),
    _paired("corr"),
    _paired("covar_pop"),
    _paired("covar_samp"),
    _paired("regr_avgx"),
    _paired("regr_avgy"),
    _paired("regr_count", _LONG, null="never"),
    _paired("regr_intercept"),
    _paired("regr_r2"),
    _paired("regr_slope"),
    _paired("regr_sxx"),
    _paired("regr_sxy"),
    _paired("regr_syy"),
    aggregate(
        "percentile",
        (k.ANY, _PLACES, k.LONG),
        _percent_type,
        _percent,
        factory="quantiles:percentile",
        least=2,
        binds=_percent_binds,
        check=_part_check("percentile"),
    ),
    aggregate("median", (k.ANY,), _percent_type, _percent, factory="quantiles:percentile", binds=_percent_binds),
    _ordered_set("percentile_cont", "percentile"),
    _ordered_set("percentile_disc", "percentile_disc"),
    aggregate(
        "percentile_approx",
        (_RANKED, _PLACES, k.INTEGRAL),
        _approx_type,
        _approx,
        factory="summaries:percentile_approx",
        least=2,
        binds=_approx_binds,
        check=_approx_check,
        aliases=("approx_percentile",),
    ),
    aggregate("mode", (k.ANY, k.BOOLEAN), 0, _mode, factory="quantiles:mode", least=1, binds=_mode_binds, keyed=True),
    aggregate(
        "histogram_numeric",
        (k.ANY, k.INT),
        _bins_type,
        _bins,
        factory="quantiles:histogram_numeric",
        binds=_bins_binds,
        check=_bins_check,
    ),
)
