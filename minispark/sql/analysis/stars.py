"""``*``: expansion in lists of columns and in arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.scope import quoted
from minispark.sql.plan.expressions import Apply, Attribute, ByRegex, Expression, Field, Literal, Name, SqlText, Star
from minispark.sql.plan.written import located

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def expanded(analyzer: Analyzer, items: Sequence[Expression], scope: Scope) -> list[Expression]:
    """A list of columns with each ``*`` replaced by what it stands for."""
    found: list[Expression] = []
    for item in items:
        if isinstance(item, Star):
            found += star(analyzer, item, scope)
        elif isinstance(item, ByRegex):
            found += by_regex(item, scope)
        else:
            found.append(item)
    return found


def star(analyzer: Analyzer, one: Star, scope: Scope) -> list[Any]:
    """The columns: all, a table's, or a struct's fields. Raises AnalysisException for a target that is none."""
    found: list[Any]
    if one.columns:
        return [analyzer.resolve(each, scope) for each in one.columns]
    if not one.target:
        found = list(scope.shown)
        if not found and scope.outer is None:
            raise AnalysisException("'*' stands for no column here", "INVALID_USAGE_OF_STAR_OR_REGEX", {"elem": "'*'"})
    else:
        target = tuple(map(scope.fold, one.target))
        found = _of_table(scope, target)
        if not found and scope.outer is not None:
            found = _of_table(scope.outer, target)
        if not found:
            found = _fields(analyzer, one, scope)
    if one.without:
        _check_left_out(found, one, scope)
        found = [each for each in found if not _left_out(each, one, scope)]
    return found


def _of_table(scope: Scope, target: tuple[str, ...]) -> list[Any]:
    """A table's columns: first those that its join shows once, as the other side's."""
    found = [each for each in scope.attributes if tuple(map(scope.fold, each.qualifier[-len(target) :])) == target]
    return [*(replace(each, hidden=False) for each in found if each.hidden), *(e for e in found if not e.hidden)]


def _check_left_out(found: Sequence[Any], one: Star, scope: Scope) -> None:
    """Raises AnalysisException for a name that no column has, or that is said twice."""
    names = [tuple(map(scope.fold, parts)) for parts in one.without]
    if len(set(names)) < len(names):
        listed = ", ".join(".".join(parts) for parts in one.without)
        wrong = AnalysisException(
            f"EXCEPT names a column twice: {listed}", "EXCEPT_OVERLAPPING_COLUMNS", {"columns": listed}
        )
        raise located(wrong, one)
    known = {scope.fold(each.name) for each in found}
    for parts in one.without:
        if len(parts) == 1 and scope.fold(parts[0]) not in known:
            raise scope.missing(parts)


def _left_out(each: Any, one: Star, scope: Scope) -> bool:
    return any(scope.fold(parts[-1]) == scope.fold(each.name) for parts in one.without)


def _fields(analyzer: Analyzer, one: Star, scope: Scope) -> list[Any]:
    try:
        base: Any = analyzer.resolve(Name(one.target), scope)
    except AnalysisException:
        base = None
    if base is None or not isinstance(base.dtype, t.StructType):
        tables = ", ".join(dict.fromkeys(quoted(each.qualifier) for each in scope.attributes if each.qualifier))
        wrong = AnalysisException(
            f"{quoted(one.target)}.* names neither a table nor a struct here; the tables are {tables or 'none'}",
            "CANNOT_RESOLVE_STAR_EXPAND",
            {
                "targetString": quoted(one.target),
                "columns": ", ".join(sorted(quoted((each.name,)) for each in scope.shown)),
            },
        )
        raise located(wrong, one)
    from minispark.sql.plan.expressions import Alias

    return [Alias(Field(base, Literal(field.name, t.StringType())), field.name) for field in base.dtype.fields]


def by_regex(one: ByRegex, scope: Scope) -> list[Attribute]:
    """The columns whose whole name matches."""
    pattern = re.compile(one.pattern, 0 if scope.case_sensitive else re.IGNORECASE)
    table = tuple(map(scope.fold, one.target))
    return [
        each
        for each in scope.shown
        if pattern.fullmatch(each.name)
        and tuple(map(scope.fold, each.qualifier[len(each.qualifier) - len(table) :])) == table
    ]


def expanded_arguments(analyzer: Analyzer, one: Apply, scope: Scope) -> Apply:
    """A call with each ``*`` among its arguments replaced; ``count(*)`` counts rows."""
    if any(isinstance(arg, SqlText) and arg.text.strip().endswith("*") for arg in one.args):
        args = [analyzer.parse(arg.text) if isinstance(arg, SqlText) else arg for arg in one.args]
        one = replace(one, args=tuple(args))
    if not any(isinstance(arg, (Star, ByRegex)) for arg in one.args):
        return one
    counted = one.name.lower() == "count" and not one.distinct and len(one.args) == 1
    if counted and isinstance(star := one.args[0], Star) and not star.target:
        return replace(one, args=())
    return replace(one, args=tuple(expanded(analyzer, one.args, scope)))
