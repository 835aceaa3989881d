"""Calls: arguments are counted, named, converted; the function's rule gives the type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis import withingroups
from minispark.sql.analysis.namedarguments import placed_arguments
from minispark.sql.analysis.scope import quoted
from minispark.sql.analysis.telling import complete, text_of
from minispark.sql.library import coercion
from minispark.sql.library import kinds as k
from minispark.sql.library import names as known_names
from minispark.sql.library.function import Function, Settings
from minispark.sql.library.nullability import nullable_by_name
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.library.timeswitch import check_call
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import (
    Apply,
    Attribute,
    Call,
    Cast,
    Expression,
    LambdaFunction,
    Outer,
    Over,
    PythonCall,
    Subquery,
    transform,
    walk,
)

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


_LISTING = ("greatest", "least", "if", "case")
"""Functions whose errors list types; those of others give a choice of them."""
_ALWAYS = ("avg", "count", "max", "min", "stddev", "sum", "variance")
"""Aggregate functions that pass nulls over, said or not."""
_OF_TABLES = ("range", "collations", "sql_keywords", "python_worker_logs")


def no_such_function(name: str, database: str = "default") -> AnalysisException:
    """The error for a name that no function has."""
    import difflib

    if name.lower() in _OF_TABLES:
        return AnalysisException(
            f"`{name}` gives a table: it stands in FROM, not in the place of a value",
            "NOT_A_SCALAR_FUNCTION",
            {"functionName": f"`{name}`"},
        )

    close = difflib.get_close_matches(name.lower(), known_names(), n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    return AnalysisException(
        f"there is no function `{name}`{hint}",
        "UNRESOLVED_ROUTINE",
        {
            "routineName": quoted(name.split(".")),
            "searchPath": f"[`system`.`builtin`, `system`.`session`, `spark_catalog`.`{database}`]",
        },
    )


def call(
    analyzer: Analyzer,
    function: Function,
    one: Apply,
    args: Sequence[Any],
    scope: Scope | None,
    where: Any,
    within: tuple[Expression, ...],
) -> Expression:
    """The resolved call. Raises AnalysisException for wrong numbers and types of arguments."""
    try:
        return _resolved(analyzer, function, one, args, scope, where, within)
    except AnalysisException as error:
        complete(error, one, args, analyzer.settings.zone)
        raise


_WEIGHING = ("+", "-", "*", "/", "%", "div", "pmod", "try_add", "try_subtract", "try_multiply", "try_divide", "try_mod")
"""Operators to which a constant beside a decimal has only its own digits, but not the cast of a constant."""


def _bare(arg: Any) -> Any:
    return arg.child if isinstance(arg, Cast) and arg.mode and arg.child.dtype == arg.dtype else arg


def _resolved(
    analyzer: Analyzer,
    function: Function,
    one: Apply,
    args: Sequence[Any],
    scope: Scope | None,
    where: Any,
    within: tuple[Expression, ...],
) -> Expression:
    settings = analyzer.settings
    if function.name not in _WEIGHING:
        args = [_bare(arg) for arg in args]
    args = placed_arguments(function, one, list(args))
    kinds = (*function.takes, *((function.more,) if function.more is not None else ()))
    if function.macro is None and _has_lambda(args) and not any(kind.parameters for kind in kinds):
        raise _no_lambda(one)
    if within or function.keyed:
        withingroups.check(function, one.distinct, len(args), len(within))
    if function.keyed and within:
        args = [within[0].children[0], *args]
    _counted(function, one, args)
    if t.StringType.in_use:
        args = _collated(analyzer, function, args)
    if function.macro is not None:
        made = function.macro(tuple(args), settings)
        return _remade(analyzer, made, one, scope, where, within)
    if function.binds is not None:
        bound = function.binds(_Lambdas(analyzer, scope).all(args) if _has_lambda(args) else args, settings)
        if isinstance(bound, Expression):
            return _remade(analyzer, bound, one, scope, where, within)
        args = [_bound(analyzer, one, place, arg) for place, arg in enumerate(bound)]
    else:
        args = _converted(analyzer, function, one, args)
    if function.check is not None:
        function.check(args, settings)
    check_call(function.name, args, settings.conf)
    dtype = _type_given(function, args, settings)
    _check_clauses(function, one, args, where, within)
    return Call(
        function,
        tuple(args),
        dtype,
        _nullable(function, args, analyzer.settings),
        one.distinct,
        where,
        within,
        bool(one.ignore_nulls),
        ansi=settings.ansi if settings.pinned else None,
    )


def _bound(analyzer: Analyzer, one: Apply, place: int, arg: Any) -> Any:
    """An argument as a function's rule converted it. A type without such a conversion is one that it does not take."""
    try:
        return _with_mode(analyzer, arg)
    except AnalysisException as error:
        if not isinstance(arg, Cast) or not str(error.getCondition()).startswith("DATATYPE_MISMATCH.CAST_"):
            raise
        raise wrong_type(one.name, place, shown(arg.dtype), arg.child.dtype) from None


def _type_given(function: Function, args: Sequence[Any], settings: Any) -> t.DataType:
    gives = function.gives
    if isinstance(gives, int):
        dtype: t.DataType = args[gives].dtype
    else:
        dtype = gives if isinstance(gives, t.DataType) else gives(args, settings)
    if not t.StringType.in_use:
        return dtype
    from minispark.sql.analysis.collationtypes import result

    return result(function.name, args, dtype, isinstance(gives, t.StringType))


def _check_clauses(
    function: Function, one: Apply, args: Sequence[Any], where: Any, within: tuple[Expression, ...]
) -> None:
    """FILTER, DISTINCT and WITHIN GROUP, where the function cannot have them so."""
    if where is not None and not isinstance(where.dtype, (t.BooleanType, t.NullType)):
        raise AnalysisException(
            f"FILTER needs a condition, not a value of {where.dtype.simpleString()}",
            "INVALID_AGGREGATE_FILTER.NOT_BOOLEAN",
            {"filterExpr": text_of(one.where or where)},
        )
    if function.kind != "aggregate" and (one.distinct or where is not None):
        raise AnalysisException(
            f"{function.name} is no aggregate function and takes neither DISTINCT nor FILTER",
            "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
            {"prettyName": f"`{function.name}`", "syntax": "DISTINCT" if one.distinct else "FILTER CLAUSE"},
        )
    if one.ignore_nulls is not None and (function.kind not in ("aggregate", "window") or function.name in _ALWAYS):
        raise AnalysisException(
            f"{function.name} takes no IGNORE NULLS: it passes nulls over anyway, or gives null for them",
            "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
            {"prettyName": f"`{function.name}`", "syntax": "IGNORE NULLS"},
        )
    if one.distinct and within and function.name == "listagg":
        from minispark.sql.library.joining import check_order
        from minispark.sql.plan.labels import label

        check_order(args[0], within, [label(args[0]), *(label(order.children[0]) for order in within)])


def _collated(analyzer: Analyzer, function: Function, args: Sequence[Any]) -> list[Any]:
    """The arguments with one collation where the function needs one. Raises AnalysisException for one it takes not."""
    from minispark.sql.analysis.collating import coerced
    from minispark.sql.analysis.collationtypes import accepted

    found = [_with_mode(analyzer, arg) if isinstance(arg, Cast) else arg for arg in coerced(function.name, args)]
    accepted(function.name, found)
    return found


def _remade(
    analyzer: Analyzer, made: Expression, one: Apply, scope: Scope | None, where: Any, within: tuple[Expression, ...]
) -> Expression:
    """What a function's rule made of a call, resolved."""
    if isinstance(made, Apply):
        return _again(analyzer, made, one, scope, where, within)
    resolved: Expression = analyzer.resolve(made, _or_empty(analyzer, scope))
    return resolved


def _again(
    analyzer: Analyzer, made: Apply, one: Apply, scope: Scope | None, where: Any, within: tuple[Expression, ...]
) -> Expression:
    """A call that stands for another, over arguments that are resolved in part."""
    empty = _or_empty(analyzer, scope)
    args = [
        arg
        if isinstance(arg, LambdaFunction) or hasattr(arg, "dtype") and not _raw(arg)
        else analyzer.resolve(arg, empty)
        for arg in made.args
    ]
    distinct = made.distinct or (one.distinct and made.name.lower() != one.name.lower())
    changed = Apply(
        made.name,
        made.args,
        distinct,
        None,
        made.within,
        one.ignore_nulls if made.ignore_nulls is None else made.ignore_nulls,
    )
    return analyzer.call(changed, args, scope, where, made.within or within)


def _raw(arg: Any) -> bool:
    """Whether something in it is not resolved yet."""
    from minispark.sql.plan.expressions import Field, Name, SqlText

    return any(
        isinstance(part, (Apply, Name, SqlText, Field)) or (isinstance(part, Cast) and not part.mode)
        for part in walk(arg)
    )


def _or_empty(analyzer: Analyzer, scope: Scope | None) -> Any:
    """The scope for resolved arguments: their attributes are taken as they are."""
    return _Anything(scope) if scope is not None else _Anything(analyzer.scope(()))


class _Anything:
    """A scope that holds every attribute."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def holds(self, id: int) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scope, name)


def _has_lambda(args: Sequence[Any]) -> bool:
    return any(isinstance(arg, LambdaFunction) for arg in args)


def _no_lambda(one: Apply) -> AnalysisException:
    return AnalysisException(
        f"{one.name} takes no function as argument",
        "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
        {"class": one.name},
    )


class _Lambdas:
    """Lambdas among arguments, for the function's rule to bind: ``arg.bind([(type, nullable), ...]) -> Lambda``."""

    def __init__(self, analyzer: Analyzer, scope: Scope | None) -> None:
        self._analyzer = analyzer
        self._scope = scope if scope is not None else analyzer.scope(())

    def all(self, args: Sequence[Any]) -> list[Any]:
        from minispark.sql.analysis.lambdas import Unbound

        return [Unbound(self._analyzer, self._scope, arg) if isinstance(arg, LambdaFunction) else arg for arg in args]


def _counted(function: Function, one: Apply, args: Sequence[Any]) -> None:
    least = len(function.takes) if function.least is None else function.least
    most = None if function.more is not None else len(function.takes)
    if len(args) >= least and (most is None or len(args) <= most):
        return
    wanted = f"{least}" if most == least else f"at least {least}" if most is None else f"{least} to {most}"
    raise AnalysisException(
        f"{one.name} takes {wanted} argument{'' if wanted == '1' else 's'}, not {len(args)}",
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        {
            "functionName": f"`{one.name}`",
            "expectedNum": _expected(least, most),
            "actualNum": str(len(args)),
        },
    )


def _expected(least: int, most: int | None) -> str:
    if most is None:
        return f"> {least - 1}"
    return str(least) if most == least else str(list(range(least, most + 1)))


def kind_at(function: Function, place: int) -> k.Kind:
    """What an argument of a position may be."""
    if place < len(function.takes):
        return function.takes[place]
    assert function.more is not None
    return function.more


def _converted(analyzer: Analyzer, function: Function, one: Apply, args: Sequence[Any]) -> list[Any]:
    groups: dict[str, list[int]] = {}
    found: list[Any] = []
    for place, arg in enumerate(args):
        kind = kind_at(function, place)
        if isinstance(arg, LambdaFunction):
            raise _no_lambda(one)
        target = coercion.implicit(arg.dtype, kind, analyzer.settings.ansi)
        if target is None:
            raise wrong_type(one.name, place, kind.name, arg.dtype)
        if kind.constant:
            _constant(one.name, place, arg)
        if kind.group:
            groups.setdefault(kind.group, []).append(place)
        found.append(convert(arg, target))
    for places in groups.values():
        target = coercion.widest((found[place].dtype for place in places), analyzer.settings.ansi)
        if target is None:
            types = [shown(found[place].dtype) for place in places]
            raise AnalysisException(
                f"{one.name} needs values of one type; here are {', '.join(types)}: cast them",
                "DATATYPE_MISMATCH.DATA_DIFF_TYPES",
                {
                    "functionName": f"`{one.name}`",
                    "dataType": f"[{', '.join(types)}]" if one.name in _LISTING else f"({' or '.join(types)})",
                },
            )
        for place in places:
            found[place] = convert(found[place], target)
    return [_with_mode(analyzer, arg) for arg in found]


def _constant(name: str, place: int, arg: Expression) -> None:
    if not constant(arg):
        raise AnalysisException(
            f"argument {place + 1} of {name} must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": f"argument {place + 1}"},
        )


def _with_mode(analyzer: Analyzer, arg: Any) -> Any:
    """Casts that coercion put in get the session's mode."""
    if not isinstance(arg, Cast) or arg.mode:
        return arg

    def change(one: Expression) -> Expression:
        return analyzer.cast(one) if isinstance(one, Cast) and not one.mode else one

    return transform(arg, change, lambda one: None if isinstance(one, Cast) and not one.mode else one)


def _nullable(function: Function, args: Sequence[Any], settings: Settings) -> bool:
    known = nullable_by_name(function.name, args, settings.ansi)
    if known is not None:
        return known
    if callable(function.null):
        return bool(function.null(args))
    if function.null in ("any", "given"):
        return any(getattr(arg, "nullable", True) for arg in args)
    return function.null in ("always", "maybe")


__all__ = ["Settings", "call", "kind_at", "no_such_function", "wrong_type"]


def constant(one: Expression) -> bool:
    """Whether a resolved expression has one value for all rows."""
    return all(
        not isinstance(part, (Attribute, Outer, Subquery, PythonCall, Over))
        and (not isinstance(part, Call) or (part.function.deterministic and part.function.kind == "scalar"))
        for part in walk(one)
    )
