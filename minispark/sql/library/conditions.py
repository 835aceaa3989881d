"""CASE, COALESCE and their like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.operators import unordered
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal


def common(args: Sequence[Any], what: str, settings: Settings) -> list[Expression]:
    """All in their common type. Raises AnalysisException without one."""
    target = coercion.widest((arg.dtype for arg in args), settings.ansi)
    if target is None:
        raise _different(args, what)
    return [convert(arg, target) for arg in args]


def _different(args: Sequence[Any], what: str) -> AnalysisException:
    name = what.strip("`").lower().replace(" ", "")
    kinds = [shown(arg.dtype) for arg in args]
    merged = name in ("array", "array_concat", "coalesce", "concat", "map_concat", "nvl")
    return AnalysisException(
        f"{name} needs values of one type; here are {', '.join(kinds)}: cast them",
        "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
        {"functionName": f"`{name}`", "dataType": f"({' or '.join(kinds)})" if merged else f"[{', '.join(kinds)}]"},
    )


def _all_common(name: str) -> Any:
    return lambda args, settings: common(args, name, settings)


def _case_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    pairs = len(args) // 2
    conditions = [args[2 * place] for place in range(pairs)]
    values = common([*(args[2 * place + 1] for place in range(pairs)), *args[2 * pairs :]], "CASE WHEN", settings)
    bound: list[Any] = []
    for condition, item in zip(conditions, values[:pairs], strict=True):
        bound += (condition, item)
    return [*bound, *values[pairs:]]


def _null_condition(given: Any) -> Any:
    return Literal(None, t.BooleanType()) if isinstance(given.dtype, t.NullType) else given


def _case_check(args: Sequence[Any], settings: Settings) -> None:
    for place, condition in enumerate(args[: len(args) // 2 * 2 : 2]):
        if not isinstance(condition.dtype, t.BooleanType):
            raise wrong_type("CASE WHEN", place, "BOOLEAN", condition.dtype)


def _case_null(args: Sequence[Any]) -> bool:
    return len(args) % 2 == 0 or any(arg.nullable for arg in (*args[1::2], args[-1]))


def _case(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    pairs = len(args) // 2
    parts = [f"WHEN {args[2 * place]} THEN {args[2 * place + 1]}" for place in range(pairs)]
    rest = f" ELSE {args[-1]}" if len(args) % 2 else ""
    last = call.args[-1]
    if rest and isinstance(last, Call) and last.name == "case" and args[-1].startswith("(CASE "):
        rest = args[-1].removeprefix("(CASE").removesuffix(" END)")  # one CASE is quicker than one in another
    return f"(CASE {' '.join(parts)}{rest} END)"


def _if_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    return [_null_condition(args[0]), *common(args[1:], "if", settings)]


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
        target: t.DataType | None = t.NullType()
        for arg in args:
            target = None if target is None else coercion.plain_wider(target, arg.dtype, settings.ansi)
        if target is None:
            raise _different(args, name)
        if not k.is_orderable(target):
            raise unordered(target, name)
        return [convert(arg, target) for arg in args]

    return binds


def _nanvl_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    """Doubles, but of floats a float."""
    floats = isinstance(args[0].dtype, t.FloatType) and isinstance(args[1].dtype, (t.FloatType, t.NullType))
    target = t.FloatType() if floats else t.DoubleType()
    for place, arg in enumerate(args):
        if coercion.implicit(arg.dtype, k.DOUBLE, settings.ansi) is None:
            raise wrong_type("nanvl", place, '("DOUBLE" or "FLOAT")', arg.dtype)
    return [convert(arg, target) for arg in args]


def _raised(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    said = f"coalesce({args[0]}, 'null')"
    return f"(CASE WHEN true THEN {emit.failure('SparkRuntimeException', 'USER_RAISED_EXCEPTION', said)} END)"


def _asserted(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    failure = emit.failure("SparkRuntimeException", "USER_RAISED_EXCEPTION", args[1])
    return f"(CASE WHEN {args[0]} THEN NULL ELSE {failure} END)"


def _assert_true(args: tuple[Expression, ...], settings: Settings) -> Expression:
    from minispark.sql.plan.labels import label

    said = Literal(f"'{label(args[0])}' is not true!", t.StringType())
    return Apply("assert_true_or", args if len(args) == 2 else (*args, said))


def _nvl2(args: tuple[Expression, ...], settings: Settings) -> Expression:
    return Apply("if", (Apply("isnotnull", args[:1]), *args[1:]))


_MAY_RAISE = re.compile(r"//| % |error\(|\bx\d+\(")
"""Divisions, what raises, and exact functions."""


def _coalesce(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """DuckDB computes what occurs twice within COALESCE for every row, within CASE where it is asked for."""
    if not any(map(_MAY_RAISE.search, args[1:])):
        return f"coalesce({', '.join(args)})"
    branches = [f"WHEN {arg} IS NOT NULL THEN {arg}" for arg in args[:-1]]
    return f"CASE {' '.join(branches)} ELSE {args[-1]} END" if branches else args[0]


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
    Function("coalesce", (k.ANY,), 0, _coalesce, more=k.ANY, binds=_all_common("coalesce"), null=_coalesce_null),
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
        (k.ANY, k.ANY),
        0,
        "(CASE WHEN isnan({0}) THEN {1} ELSE {0} END)",
        null=lambda args: any(arg.nullable for arg in args),
        binds=_nanvl_binds,
    ),
    scalar("raise_error", (k.STRING,), t.NullType(), _raised, null="always", deterministic=False),
    scalar("assert_true_or", (k.BOOLEAN, k.STRING), t.NullType(), _asserted, null="always", deterministic=False),
    macro("assert_true", 1, 2, _assert_true),
)
