"""CASE, COALESCE and their like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.operators import convert
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal


def common(args: Sequence[Any], what: str, settings: Settings) -> list[Expression]:
    """All in their common type. Raises AnalysisException without one."""
    from minispark.errors import AnalysisException

    target = coercion.widest((arg.dtype for arg in args), settings.ansi)
    if target is None:
        shown = ", ".join(f'"{arg.dtype.simpleString().upper()}"' for arg in args)
        raise AnalysisException(
            f"{what} needs values of one type; here are {shown}: cast them",
            "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
            {"functionName": what, "dataType": shown},
        )
    return [convert(arg, target) for arg in args]


def _all_common(name: str) -> Any:
    return lambda args, settings: common(args, name, settings)


def _case_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    pairs = len(args) // 2
    conditions = [args[2 * place] for place in range(pairs)]
    values = common([*(args[2 * place + 1] for place in range(pairs)), *args[2 * pairs :]], "CASE WHEN", settings)
    bound: list[Any] = []
    for condition, item in zip(conditions, values[:pairs], strict=True):
        bound += (convert(condition, t.BooleanType()), item)
    return [*bound, *values[pairs:]]


def _case_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    for condition in args[: len(args) // 2 * 2 : 2]:
        if not isinstance(condition.dtype, t.BooleanType):
            raise AnalysisException(
                f"CASE WHEN needs conditions, not values of {condition.dtype.simpleString()}",
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                {"requiredType": '"BOOLEAN"', "inputType": condition.dtype.simpleString()},
            )


def _case_null(args: Sequence[Any]) -> bool:
    return len(args) % 2 == 0 or any(arg.nullable for arg in (*args[1::2], args[-1]))


def _case(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    pairs = len(args) // 2
    parts = [f"WHEN {args[2 * place]} THEN {args[2 * place + 1]}" for place in range(pairs)]
    rest = f" ELSE {args[-1]}" if len(args) % 2 else ""
    return f"(CASE {' '.join(parts)}{rest} END)"


def _if_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    return [convert(args[0], t.BooleanType()), *common(args[1:], "if", settings)]


def _least(name: str) -> Function:
    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        if isinstance(call.dtype, (t.ArrayType, t.StructType)):  # DuckDB puts nulls inside of them last
            return emit.exact(call, args)
        return f"{name}({', '.join(args)})"

    return Function(
        name, (k.ORDERABLE, k.ORDERABLE), 0, sql, more=k.ORDERABLE, binds=_without_strings(name),
        null=lambda args: all(arg.nullable for arg in args), factory=f"collecting:{name}",
    )  # fmt: skip


def _without_strings(name: str) -> Any:
    """All in their common type, for which strings do not become numbers."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        from minispark.errors import AnalysisException

        kinds = [arg.dtype for arg in args if not isinstance(arg.dtype, t.NullType)]
        if len({k.is_string(kind) for kind in kinds}) > 1:
            shown = ", ".join(f'"{kind.simpleString().upper()}"' for kind in kinds)
            raise AnalysisException(
                f"{name} needs values of one type; here are {shown}: cast them",
                "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
                {"functionName": f"`{name}`", "dataType": f"[{shown}]"},
            )
        return common(args, name, settings)

    return binds


def _raised(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"(CASE WHEN true THEN {emit.failure('SparkRuntimeException', 'USER_RAISED_EXCEPTION', args[0])} END)"


def _asserted(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    failure = emit.failure("SparkRuntimeException", "USER_RAISED_EXCEPTION", args[1])
    return f"(CASE WHEN {args[0]} THEN NULL ELSE {failure} END)"


def _assert_true(args: tuple[Expression, ...], settings: Settings) -> Expression:
    return Apply(
        "assert_true_or", args if len(args) == 2 else (*args, Literal("the condition is not true", t.StringType()))
    )


def _nvl2(args: tuple[Expression, ...], settings: Settings) -> Expression:
    return Apply("if", (Apply("isnotnull", args[:1]), *args[1:]))


def _coalesce_null(args: Sequence[Any]) -> bool:
    return all(arg.nullable for arg in args)


FUNCTIONS = (
    Function(
        "case",
        (k.ANY, k.ANY),
        lambda args, settings: args[1].dtype,
        _case,
        more=k.ANY,
        binds=_case_binds,
        check=_case_check,
        null=_case_null,
    ),
    Function(
        "if",
        (k.ANY, k.ANY, k.ANY),
        1,
        "(CASE WHEN {0} THEN {1} ELSE {2} END)",
        binds=_if_binds,
        check=lambda args, settings: _case_check(args[:2], settings),
        null=lambda args: args[1].nullable or args[2].nullable,
    ),
    Function(
        "coalesce", (k.ANY,), 0, "coalesce({all})", more=k.ANY, binds=_all_common("coalesce"), null=_coalesce_null
    ),
    macro("nvl", 2, 2, lambda args, settings: Apply("coalesce", args)),
    macro("ifnull", 2, 2, lambda args, settings: Apply("coalesce", args)),
    macro("nvl2", 3, 3, _nvl2),
    Function(
        "nullif",
        (k.ANY, k.ANY),
        lambda args, settings: args[0].dtype,
        "nullif({0}, {1})",
        null="always",
        macro=lambda args, settings: Apply("if", (Apply("=", args), Literal(None, t.NullType()), args[0])),
    ),
    macro(
        "nullifzero",
        1,
        1,
        lambda args, settings: Apply(
            "if", (Apply("=", (args[0], Literal(0, t.IntegerType()))), Literal(None, t.NullType()), args[0])
        ),
    ),
    macro("zeroifnull", 1, 1, lambda args, settings: Apply("coalesce", (args[0], Literal(0, t.IntegerType())))),
    _least("least"),
    _least("greatest"),
    scalar("isnan", (k.one_of(k.DOUBLE, k.FLOAT),), t.BooleanType(), "coalesce(isnan({0}), false)", null="never"),
    Function(
        "nanvl",
        (k.DOUBLE, k.DOUBLE),
        0,
        "(CASE WHEN isnan({0}) THEN {1} ELSE {0} END)",
        null=lambda args: any(arg.nullable for arg in args),
    ),
    scalar("raise_error", (k.STRING,), t.NullType(), _raised, null="always", deterministic=False),
    scalar("assert_true_or", (k.BOOLEAN, k.STRING), t.NullType(), _asserted, null="always", deterministic=False),
    macro("assert_true", 1, 2, _assert_true),
)
