"""Sketches, bitmaps and frequent items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library import sketcharguments as given
from minispark.sql.library.aggregates import gathered
from minispark.sql.library.distribution import _numbers_in
from minispark.sql.library.function import Emitting, Function, Settings, aggregate, scalar
from minispark.sql.plan.expressions import Call

_BINARY, _LONG, _DOUBLE, _STRING, _INT = t.BinaryType(), t.LongType(), t.DoubleType(), t.StringType(), t.IntegerType()
_SKETCH = k.Kind("BINARY", lambda given: isinstance(given, t.BinaryType))


def _is_key(given: t.DataType) -> bool:
    return isinstance(given, (t.IntegerType, t.LongType, t.StringType, t.BinaryType))


def _is_wide_key(given: t.DataType) -> bool:
    if isinstance(given, t.ArrayType):
        return isinstance(given.elementType, (t.IntegerType, t.LongType))
    return _is_key(given) or isinstance(given, (t.FloatType, t.DoubleType))


_KEY = k.Kind('("INT" or "BIGINT" or "STRING" or "BINARY")', _is_key, _INT)
_WIDE_KEY = k.Kind(
    '("ARRAY<INT>" or "ARRAY<BIGINT>" or "BINARY" or "DOUBLE" or "FLOAT" or "INT" or "BIGINT" or "STRING")',
    _is_wide_key,
    _STRING,
)


def _constants(name: str, first: int, condition: str) -> Callable[[Sequence[Any], Settings], None]:
    """Arguments from ``first`` on must be constants."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        for arg in args[first:]:
            if _numbers_in(arg) is None:
                raise AnalysisException(
                    f"{name} takes constants after its columns", condition, {"function": f"`{name}`"}
                )

    return check


def _named(name: str, columns: int = 1) -> Callable[[Emitting, Call, Sequence[str]], str]:
    """The exact function of a group's lists (the first ``columns`` arguments) or of plain arguments, told its name."""

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        lists = [gathered(arg) for arg in args[:columns]] if call.function.kind == "aggregate" else args[:columns]
        return emit.exact(replace(call, extra=name), [*lists, *args[columns:]])

    return sql


def _agg(name: str, takes: tuple[k.Kind, ...], exact: str, columns: int = 1, **more: Any) -> Function:
    """An aggregate into a sketch: a group of no rows has an empty one."""
    least = more.pop("least", columns)
    return aggregate(name, takes, _BINARY, _named(name, columns), least=least, null="never", exact=exact, **more)


# --- tuples and KLL: functions by the type of their numbers ----------------------------------------------------------


def _tuples(kind: str, number: k.Kind, summary: t.DataType) -> list[Function]:
    def entry(name: str, takes: tuple[k.Kind, ...], gives: t.DataType, factory: str, least: int) -> Function:
        check = None
        if takes[-1] is k.STRING:
            check = given.tuple_check(name, len(takes) - 2 if takes[-2] is k.INT else None, len(takes) - 1)
        return scalar(
            name, takes, gives, _named(name, 0), factory=f"thetafunctions:{factory}", least=least, check=check
        )

    def gathering(name: str, takes: tuple[k.Kind, ...], factory: str, columns: int) -> Function:
        return aggregate(
            name,
            takes,
            _BINARY,
            _named(name, columns),
            factory=f"thetafunctions:{factory}",
            least=columns,
            null="never",
            check=given.tuple_check(name, None if "intersection" in name else columns, len(takes) - 1),
        )

    mode = (k.INT, k.STRING)
    found = [
        gathering(f"tuple_sketch_agg_{kind}", (_WIDE_KEY, number, *mode), "tuple_sketch_agg", 2),
        gathering(f"tuple_union_agg_{kind}", (_SKETCH, *mode), "tuple_union_agg", 1),
        gathering(f"tuple_intersection_agg_{kind}", (_SKETCH, k.STRING), "tuple_intersection_agg", 1),
        entry(f"tuple_sketch_estimate_{kind}", (_SKETCH,), _DOUBLE, "tuple_sketch_estimate", 1),
        entry(f"tuple_sketch_theta_{kind}", (_SKETCH,), _DOUBLE, "tuple_sketch_theta", 1),
        entry(f"tuple_sketch_summary_{kind}", (_SKETCH, k.STRING), summary, "tuple_sketch_summary", 1),
    ]
    for other in ("", "theta_"):
        pair = (_SKETCH, _SKETCH)
        found += [
            entry(f"tuple_union_{other}{kind}", (*pair, *mode), _BINARY, "tuple_union", 2),
            entry(f"tuple_intersection_{other}{kind}", (*pair, k.STRING), _BINARY, "tuple_intersection", 2),
            entry(f"tuple_difference_{other}{kind}", pair, _BINARY, "tuple_difference", 2),
        ]
    return found


def _kll(kind: str, item: t.DataType) -> list[Function]:
    def entry(name: str, takes: tuple[k.Kind, ...], gives: Any, factory: str, **more: Any) -> Function:
        return scalar(name, takes, gives, _named(name, 0), factory=f"kll:{factory}", **more)

    def looking(name: str, factory: str, wanted: t.DataType, gives: t.DataType) -> Function:
        def result(args: Sequence[Any], settings: Settings) -> t.DataType:
            return t.ArrayType(gives, False) if isinstance(args[1].dtype, t.ArrayType) else gives

        what = "rank" if "quantile" in factory else "quantile"
        return entry(name, (_SKETCH, k.ANY), result, factory, binds=given.kll_looks(name, what, wanted))

    def gathering(name: str, items: str | None, factory: str) -> Function:
        return aggregate(
            name,
            (k.ANY, k.INT),
            _BINARY,
            _named(name),
            factory=f"kll:{factory}",
            least=1,
            null="never",
            binds=given.kll_gathers(name, items),
        )

    def reading(name: str, gives: t.DataType, factory: str) -> Function:
        return entry(name, (k.ANY,), gives, factory, binds=lambda args, _: [given.binary(name, args, 0)])

    return [
        gathering(f"kll_sketch_agg_{kind}", kind, "kll_sketch_agg"),
        gathering(f"kll_merge_agg_{kind}", None, "kll_merge_agg"),
        entry(f"kll_sketch_merge_{kind}", (_SKETCH, _SKETCH), _BINARY, "kll_sketch_merge"),
        reading(f"kll_sketch_get_n_{kind}", _LONG, "kll_sketch_get_n"),
        reading(f"kll_sketch_to_string_{kind}", _STRING, "kll_sketch_to_string"),
        looking(f"kll_sketch_get_quantile_{kind}", "kll_sketch_get_quantile", _DOUBLE, item),
        looking(f"kll_sketch_get_rank_{kind}", "kll_sketch_get_rank", item, _DOUBLE),
    ]


# --- counting --------------------------------------------------------------------------------------------------------


def _count_min_check(args: Sequence[Any], settings: Settings) -> None:
    _constants("count_min_sketch", 1, "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")(args, settings)
    error, confidence = (_numbers_in(arg)[0] for arg in args[1:3])  # type: ignore[index]  # constants: checked above
    for name, item, fits, wanted in (
        ("eps", error, error is not None and error > 0, "(0.0, 1.7976931348623157E308]"),
        ("confidence", confidence, confidence is not None and 0 < confidence < 1, "(0.0, 1.0)"),
        ("seed", (_numbers_in(args[3]) or [0])[0], True, ""),
    ):
        if item is None:
            raise AnalysisException(
                f"count_min_sketch: {name} must not be null", "DATATYPE_MISMATCH.UNEXPECTED_NULL", {"exprName": name}
            )
        if not fits:
            raise AnalysisException(
                f"count_min_sketch: {name} lies in {wanted}, which {item} does not",
                "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                {"exprName": name, "valueRange": wanted, "currentValue": f"{item}D"},
            )


_COUNTED = k.Kind("an integer, STRING or BINARY", lambda given: _is_key(given) or k.is_integral(given))

FUNCTIONS = (
    _agg(
        "hll_sketch_agg",
        (_KEY, k.INT),
        "hll:hll_sketch_agg",
        binds=given.sized("hll_sketch_agg", _KEY, "HLL_K_MUST_BE_CONSTANT"),
    ),
    _agg("hll_union_agg", (_SKETCH, k.BOOLEAN), "hll:hll_union_agg"),
    scalar(
        "hll_union",
        (_SKETCH, _SKETCH, k.BOOLEAN),
        _BINARY,
        exact="hll:hll_union",
        least=2,
        binds=given.united("hll_union", t.BooleanType()),
    ),
    scalar("hll_sketch_estimate", (_SKETCH,), _LONG, exact="hll:hll_sketch_estimate"),
    aggregate(
        "theta_sketch_agg",
        (_WIDE_KEY, k.INT),
        _BINARY,
        _named("theta_sketch_agg"),
        factory="thetafunctions:theta_sketch_agg",
        least=1,
        null="never",
        binds=given.sized("theta_sketch_agg", _WIDE_KEY, "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT"),
    ),
    _agg(
        "theta_union_agg",
        (_SKETCH, k.INT),
        "thetafunctions:theta_union_agg",
        binds=given.sized("theta_union_agg", _SKETCH, "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT"),
    ),
    _agg("theta_intersection_agg", (_SKETCH,), "thetafunctions:theta_intersection_agg"),
    scalar("theta_sketch_estimate", (_SKETCH,), _LONG, exact="thetafunctions:theta_sketch_estimate"),
    scalar(
        "theta_union",
        (_SKETCH, _SKETCH, k.INT),
        _BINARY,
        exact="thetafunctions:theta_union",
        least=2,
        binds=given.united("theta_union", _INT),
    ),
    scalar("theta_intersection", (_SKETCH, _SKETCH), _BINARY, exact="thetafunctions:theta_intersection"),
    scalar("theta_difference", (_SKETCH, _SKETCH), _BINARY, exact="thetafunctions:theta_difference"),
    *_tuples("double", k.DOUBLE, _DOUBLE),
    *_tuples("integer", k.INT, _LONG),
    *_kll("bigint", _LONG),
    *_kll("float", t.FloatType()),
    *_kll("double", _DOUBLE),
    _agg(
        "count_min_sketch",
        (_COUNTED, k.DOUBLE, k.DOUBLE, k.LONG),
        "counting:count_min_sketch",
        least=4,
        check=_count_min_check,
        parameters=("column", "epsilon", "confidence", "seed"),
    ),
    _agg("bitmap_construct_agg", (k.LONG,), "counting:bitmap_construct_agg"),
    _agg("bitmap_or_agg", (_SKETCH,), "counting:bitmap_or_agg"),
    _agg("bitmap_and_agg", (_SKETCH,), "counting:bitmap_and_agg"),
)
