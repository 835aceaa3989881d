"""Higher-order functions: lambdas over elements of arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, flag, macro, scalar
from minispark.sql.library.nested import BOOLEAN, INT, array_wanted, let, mismatch, nullable, once, shown
from minispark.sql.library.shortcircuit import may_raise
from minispark.sql.library.sides import convert
from minispark.sql.plan.expressions import Apply, Call, Expression, Lambda, LambdaVariable, fresh_id, transform

# --- lambdas as DuckDB takes them -----------------------------------------------------------------------------------

_FROM_ONE = Function("lambda_index", (k.LONG,), INT, "CAST({0} - 1 AS INTEGER)", null="never")
"""DuckDB counts elements from 1."""


def part_of(name: str) -> Function:
    """A field of a struct of our own making, by its physical name."""
    return Function(f"part {name}", (k.ANY,), None, '{0}."' + name + '"', null="always")


def substituted(body: Expression, swaps: dict[int, Expression]) -> Expression:
    """A lambda's body with some variables replaced, by their ids."""
    return transform(
        body,
        lambda one: swaps.get(one.id, one) if isinstance(one, LambdaVariable) else one,
    )


def with_index(one: Lambda) -> Lambda:
    """The lambda ``(element, index)`` with an index from 0."""
    if len(one.parameters) < 2:
        return one
    element, index = one.parameters
    raw = LambdaVariable(index.name, t.LongType(), False, fresh_id())
    return Lambda((element, raw), substituted(one.body, {index.id: Call(_FROM_ONE, (raw,), INT, False)}))


def over_parts(one: Lambda, names: Sequence[str]) -> Lambda:
    """The lambda of several parameters as one of a struct that has them as fields."""
    whole = LambdaVariable("whole", t.NullType(), False, fresh_id())
    swaps: dict[int, Expression] = {
        variable.id: Call(part_of(name), (whole,), variable.dtype, variable.nullable)
        for variable, name in zip(one.parameters, names, strict=False)
    }
    return Lambda((whole,), substituted(one.body, swaps))


class _Constant:
    """An expression in a lambda's place: it gives the same whatever the parameters."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def bind(self, kinds: Sequence[tuple[t.DataType, bool]], least: int = 0) -> Lambda:
        """The lambda over parameters that it does not use."""
        unused = tuple(LambdaVariable("unused", dtype, nullable, fresh_id()) for dtype, nullable in kinds)
        return Lambda(unused, self.body)


def wanting(args: Sequence[Any], place: int) -> Any:
    """The lambda at a position; anything else is one that does not use its parameters."""
    return args[place] if hasattr(args[place], "bind") else _Constant(args[place])


def array_of(name: str, args: Sequence[Any], place: int = 0) -> t.ArrayType:
    """The type of an argument that must be an array."""
    kind = getattr(args[place], "dtype", None)
    if kind is None:
        raise AnalysisException(
            f"argument {place + 1} of {name} is a value, not a function",
            "INVALID_LAMBDA_FUNCTION_CALL.PARAMETER_DOES_NOT_ACCEPT_LAMBDA_FUNCTION",
            {},
        )
    if not isinstance(kind, t.ArrayType):
        raise array_wanted(name, place + 1, kind)
    return kind


def _alike(one: t.DataType, other: t.DataType) -> bool:
    """Whether two types are the same but for names of fields and where nulls may be."""
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        return _alike(one.elementType, other.elementType)
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        return _alike(one.keyType, other.keyType) and _alike(one.valueType, other.valueType)
    if isinstance(one, t.StructType) and isinstance(other, t.StructType):
        pairs = zip(one.fields, other.fields, strict=False)
        return len(one.fields) == len(other.fields) and all(_alike(a.dataType, b.dataType) for a, b in pairs)
    return one == other


def returning(name: str, one: Lambda, kind: t.DataType) -> Lambda:
    """The lambda with its body of a type. Raises AnalysisException where it gives another."""
    given = one.dtype
    if nullable(given) == nullable(kind):
        return one
    if not isinstance(given, t.NullType) and not _alike(given, kind):
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            f"the function given to {name} must give {shown(kind)}, not {shown(given)}",
            functionName=f"`{name}`",
            requiredType=shown(kind),
            inputType=shown(given),
        )
    return Lambda(one.parameters, convert(one.body, kind))


# --- element by element ---------------------------------------------------------------------------------------------


def _each(name: str, test: bool, index: bool) -> Callable[..., Any]:
    """A rule for functions of an array and a lambda of an element (and its index)."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        kind = array_of(name, args)
        parameters = [(kind.elementType, kind.containsNull)] + [(INT, False)] * index
        bound = wanting(args, 1).bind(parameters, 1)
        return [convert(args[0], kind), with_index(returning(name, bound, BOOLEAN) if test else bound)]

    return binds


def _transform_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[1].dtype, args[1].nullable)


def _first_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable)


def _transform(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return f"CAST(list_transform({args[0]}, {args[1]}) AS {emit.duck(call.dtype)})"


def _test_null(args: Sequence[Any]) -> bool:
    return bool(args[0].nullable or args[1].nullable)


def _body(one: Any) -> Expression:
    found: Expression = one.body
    return found


def _until(args: Sequence[str], symbol: str, start: str) -> str:
    """The elements' tests joined by OR or AND, none of them computed once the answer is known: it might raise."""
    head, _, body = args[1].partition(": ")
    so_far = f"so_far_{head.rpartition(' ')[2]}"
    known = so_far if symbol == "OR" else f"NOT {so_far}"
    answer = "true" if symbol == "OR" else "false"
    test = f"CASE WHEN {known} THEN {answer} ELSE ({so_far} {symbol} ({body})) END"
    return f"list_reduce({args[0]}, lambda {so_far}, {head.removeprefix('lambda ')}: {test}, {start})"


@once
def _exists(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """True if one is; null if not, but one is null."""
    if may_raise(_body(call.args[1])):
        found = _until(args, "OR", "false")
        threefold = flag(emit.settings, "legacy.followThreeValuedLogicInArrayExists", True)
        return f"(CASE WHEN {args[0]} IS NOT NULL THEN {found if threefold else f'coalesce({found}, false)'} END)"
    tests = f"list_transform({args[0]}, {args[1]})"
    if not call.args[1].nullable or not flag(emit.settings, "legacy.followThreeValuedLogicInArrayExists", True):
        return let(
            tests, lambda b: f"(CASE WHEN {b} IS NOT NULL THEN coalesce(list_bool_or({b}), false) END)", "_tests"
        )
    return let(
        tests,
        lambda b: (
            f"(CASE WHEN {b} IS NULL THEN NULL WHEN list_bool_or({b}) THEN true "
            f"WHEN list_count({b}) < len({b}) THEN NULL ELSE false END)"
        ),
        "_tests",
    )


@once
def _forall(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """False if one is; null if not, but one is null."""
    if may_raise(_body(call.args[1])):
        return f"(CASE WHEN {args[0]} IS NOT NULL THEN {_until(args, 'AND', 'true')} END)"
    return let(
        f"list_transform({args[0]}, {args[1]})",
        lambda b: (
            f"(CASE WHEN {b} IS NULL THEN NULL WHEN NOT list_bool_and({b}) THEN false "
            f"WHEN list_count({b}) < len({b}) THEN NULL ELSE true END)"
        ),
        "_tests",
    )


# --- folding --------------------------------------------------------------------------------------------------------


def _aggregate_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    kind = array_of("aggregate", args)
    zero = args[1]
    merge = wanting(args, 2).bind([(zero.dtype, True), (kind.elementType, kind.containsNull)])
    merge = returning("aggregate", merge, zero.dtype)
    if len(args) == 3:
        same = LambdaVariable("acc", zero.dtype, True, fresh_id())
        finish = Lambda((same,), same)
    else:
        finish = wanting(args, 3).bind([(zero.dtype, True)])
    return [convert(args[0], kind), zero, merge, finish]


@once
def _aggregate(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    array, zero, merge, finish = args
    kind = emit.duck(call.args[1].dtype)
    folded = f"list_reduce({array}, {merge}, CAST({zero} AS {kind}))"
    made = f"list_transform([{folded}], {finish})[1]"
    return f"(CASE WHEN {array} IS NOT NULL THEN {made} END)"


# --- two arrays -----------------------------------------------------------------------------------------------------


def _zip_binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
    left, right = array_of("zip_with", args, 0), array_of("zip_with", args, 1)
    bound = wanting(args, 2).bind([(left.elementType, True), (right.elementType, True)])
    return [convert(args[0], left), convert(args[1], right), over_parts(bound, ("a", "b"))]


def _zip_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.ArrayType(args[2].dtype, args[2].nullable)


@once
def _zip_with(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    left, right, function = args
    kinds = [emit.duck(arg.dtype.elementType) for arg in call.args[:2]]
    pairs = f"CAST(list_zip({left}, {right}) AS STRUCT(a {kinds[0]}, b {kinds[1]})[])"
    made = f"CAST(list_transform({pairs}, {function}) AS {emit.duck(call.dtype)})"
    return f"(CASE WHEN {left} IS NULL OR {right} IS NULL THEN NULL ELSE {made} END)"


# --- order ----------------------------------------------------------------------------------------------------------


def _sort_binds(args: Sequence[Any], settings: Settings) -> Any:
    if len(args) == 1:
        return Apply("array_sort_ascending", tuple(args))
    kind = array_of("array_sort", args)
    both = (kind.elementType, kind.containsNull)
    bound = wanting(args, 1).bind([both, both])
    if bound.dtype != INT:
        raise mismatch(
            "UNEXPECTED_RETURN_TYPE",
            f'a comparing function must give "INT", not {shown(bound.dtype)}',
            functionName="`lambdafunction`",
            expectedType=shown(INT),
            actualType=shown(bound.dtype),
        )
    return [convert(args[0], kind), bound]


@once
def _array_sort(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """Each element goes behind as many as compare less, or equal and stand before it."""
    array, compare = args
    function = call.args[1]
    assert isinstance(function, Lambda)
    left, right = (f"v{variable.id}" for variable in function.parameters)
    body = compare.partition(": ")[2]
    failure = emit.failure(
        "SparkRuntimeException",
        "COMPARATOR_RETURNS_NULL",
        "'the comparing function of array_sort gave null; it must give a negative number, zero or a positive one'",
    )
    signs = (
        f"list_transform({array}, lambda {left}, _i: (CASE WHEN _i = _j THEN 0 ELSE coalesce({body}, {failure}) END))"
    )
    behind = f"len(list_filter({signs}, lambda _sign, _i: _sign < 0 OR (_sign = 0 AND _i < _j)))"
    ranks = f"list_transform({array}, lambda {right}, _j: {behind})"
    placed = f"list_grade_up({ranks})"
    return f"(CASE WHEN {array} IS NULL THEN NULL ELSE list_select({array}, {placed}) END)"


FUNCTIONS: tuple[Function, ...] = (
    scalar("transform", (k.ANY, k.function(2)), _transform_type, _transform, binds=_each("transform", False, True),
           null=_first_null),
    scalar("filter", (k.ANY, k.function(2)), 0, "list_filter({0}, {1})", binds=_each("filter", True, True),
           null=_first_null),
    scalar("exists", (k.ANY, k.function(1)), BOOLEAN, _exists, binds=_each("exists", True, False), null=_test_null),
    scalar("forall", (k.ANY, k.function(1)), BOOLEAN, _forall, binds=_each("forall", True, False), null=_test_null),
    scalar("aggregate", (k.ANY, k.ANY, k.function(2), k.function(1)), lambda args, settings: args[3].dtype, _aggregate,
           least=3, binds=_aggregate_binds, null="always"),
    macro("reduce", 3, 4, lambda args, settings: Apply("aggregate", args)),
    scalar("zip_with", (k.ANY, k.ANY, k.function(2)), _zip_type, _zip_with, binds=_zip_binds,
           null=lambda args: args[0].nullable or args[1].nullable),
    scalar("array_sort", (k.ANY, k.function(2)), 0, _array_sort, least=1, binds=_sort_binds,
           null=_first_null),
)  # fmt: skip
