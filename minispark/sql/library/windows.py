"""Functions that only windows have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.aggregates import _plain
from minispark.sql.library.distribution import _numbers_in
from minispark.sql.library.function import Emitting, Function, Settings
from minispark.sql.library.sides import constant, convert, is_constant, wrong_type
from minispark.sql.plan.expressions import Call, Literal

_INT, _LONG, _DOUBLE = t.IntegerType(), t.LongType(), t.DoubleType()


def _window(name: str, takes: tuple[k.Kind, ...], gives: Any, sql: Any, **more: Any) -> Function:
    return Function(name, takes, gives, sql, kind="window", **{"null": "never", **more})


def _positive(name: str, place: int, parameter: str, limit: int) -> Callable[[Sequence[Any], Settings], None]:
    suffix = "L" if limit > 2**31 else ""

    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        found = _numbers_in(args[place]) if len(args) > place else [1]
        if found is None:
            raise AnalysisException(
                f"{name}: {parameter} must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": f"`{parameter}`", "inputType": '"INT"'},
            )
        if found[0] is None or found[0] <= 0:
            raise AnalysisException(
                f"{name}: {parameter} must be positive, which {found[0]} is not",
                "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                {"exprName": parameter, "valueRange": f"(0, {limit}]", "currentValue": f"{found[0]}{suffix}"},
            )

    return check


def _moving(name: str) -> Function:
    """``lag`` and ``lead``: the value so many rows before or after, else a default."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        offset = convert(args[1], _INT) if len(args) > 1 else Literal(1, _INT)
        default = args[2] if len(args) > 2 else Literal(None, t.NullType())
        return [args[0], offset, convert(default, args[0].dtype)]

    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        if _numbers_in(args[1]) is None:
            shown = not isinstance(_plain(args[1]).dtype, t.IntegerType)
            raise AnalysisException(
                f"{name}: the offset must be a constant, for it is the window's frame",
                "_LEGACY_ERROR_TEMP_1035" if shown else "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"prettyName": name} if shown else {"inputName": "`offset`"},
            )

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        nulls = " IGNORE NULLS" if call.ignore_nulls else ""
        return f"{name}({args[0]}, {args[1]}, {args[2]}{nulls}){{f}}"

    def null(args: Sequence[Any]) -> bool:
        return bool(args[0].nullable or _plain(args[2]).nullable)

    return _window(name, (k.ANY, k.INT, k.ANY), 0, sql, least=1, binds=binds, check=check, null=null)


def _nth(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    nulls = " IGNORE NULLS" if call.ignore_nulls or constant(call, 2) is True else ""
    return f"nth_value({args[0]}, {args[1]}{nulls}){{f}}"


def _counter_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    from minispark.errors import AnalysisException

    wrong = "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE"
    if not k.is_numeric(args[0].dtype):
        raise AnalysisException("counter_diff: the counter must be a number", wrong, {"paramIndex": "first"})
    if len(args) == 2 and not k.is_timestamp(args[1].dtype):
        raise AnalysisException("counter_diff: the start must be a timestamp", wrong, {"paramIndex": "second"})
    return args


def _counter(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    before = f"lag({args[0]} IGNORE NULLS){{f}}"
    start = f" AND {args[1]} <= lag({args[1]} IGNORE NULLS){{f}}" if len(args) == 2 else ""
    kind = emit.duck(call.dtype)
    return f"(CASE WHEN {args[0]} >= {before}{start} THEN CAST({args[0]} - {before} AS {kind}) END)"


def _ntile_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    if args and is_constant(args[0]) and not isinstance(args[0].dtype, _INT.__class__):
        raise wrong_type("ntile", 0, "INT", args[0].dtype)
    return [convert(args[0], _INT) if args else Literal(1, _INT)]


FUNCTIONS = (
    _window("row_number", (), _INT, "CAST(row_number(){f} AS INTEGER)"),
    _window("rank", (), _INT, "CAST(rank(){f} AS INTEGER)", more=k.ANY),
    _window("dense_rank", (), _INT, "CAST(dense_rank(){f} AS INTEGER)", more=k.ANY),
    _window("percent_rank", (), _DOUBLE, "percent_rank(){f}", more=k.ANY),
    _window("cume_dist", (), _DOUBLE, "cume_dist(){f}"),
    _window(
        "ntile",
        (k.INT,),
        _INT,
        "CAST(ntile({0}){f} AS INTEGER)",
        least=0,
        binds=_ntile_binds,
        check=_positive("ntile", 0, "buckets", 2147483647),
    ),
    _moving("lag"),
    _moving("lead"),
    _window("counter_diff", (k.NUMERIC, k.TIMESTAMP), 0, _counter, least=1, null="always", binds=_counter_binds),
    _window(
        "nth_value",
        (k.ANY, k.LONG, k.BOOLEAN),
        0,
        _nth,
        least=2,
        null="always",
        check=_positive("nth_value", 1, "offset", (1 << 63) - 1),
    ),
)
