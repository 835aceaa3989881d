"""``*``: expansion in lists of columns and in arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.scope import quoted
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    ByRegex,
    Expression,
    Field,
    Literal,
    Name,
    SqlText,
    Star,
)
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
    return _without(found, one, scope) if one.without else found


def _of_table(scope: Scope, target: tuple[str, ...]) -> list[Any]:
    """A table's columns: first those that its join shows once, as the other side's."""
    found = [each for each in scope.attributes if tuple(map(scope.fold, each.qualifier[-len(target) :])) == target]
    return [*(replace(each, hidden=False) for each in found if each.hidden), *(e for e in found if not e.hidden)]


def _without(found: list[Any], one: Star, scope: Scope) -> list[Any]:
    """The columns that EXCEPT leaves: columns go, fields of structs go from their structs.

    Raises AnalysisException for a name that is none of these, and for one that is named twice or with a part of it.
    """
    gone: dict[int, list[tuple[str, ...]]] = {}
    for parts in one.without:
        place, path = _excepted(found, parts, scope)
        if path is None:
            names = [quoted((each.name,)) for each in found]
            raise located(
                AnalysisException(
                    f"EXCEPT names {quoted(parts)}, and the columns are {', '.join(names)}",
                    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
                    {"objectName": quoted(parts), "proposal": ", ".join(names)},
                ),
                one,
            )
        others = gone.setdefault(place, [])
        if any(path[: len(other)] == other or other[: len(path)] == path for other in others):
            listed = ", ".join(map(".".join, one.without))
            wrong = AnalysisException(
                f"EXCEPT names columns that are the same or parts of one another: {listed}",
                "EXCEPT_OVERLAPPING_COLUMNS",
                {"columns": listed},
            )
            raise located(wrong, one)
        others.append(path)
    kept = []
    for place, each in enumerate(found):
        if place not in gone:
            kept.append(each)
        elif () not in gone[place]:
            base = each.child if isinstance(each, Alias) else each
            kept.append(Alias(_pruned(base, _type_of(each), gone[place], scope), each.name))
    return kept


def _excepted(found: list[Any], parts: tuple[str, ...], scope: Scope) -> tuple[int, tuple[str, ...] | None]:
    """Which column a name of EXCEPT is of, and the fields below it."""
    folded = tuple(map(scope.fold, parts))
    for count in range(1, len(parts) + 1):
        meant = [
            place
            for place, each in enumerate(found)
            if tuple(map(scope.fold, (*getattr(each, "qualifier", ()), each.name)))[-count:] == folded[:count]
            and _has_path(each, folded[count:], scope)
        ]
        if len(meant) > 1:
            raise scope.ambiguous(parts, [found[place] for place in meant])
        if meant:
            return meant[0], folded[count:]
    return -1, None


def _type_of(each: Any) -> Any:
    if isinstance(each, Alias) and isinstance(each.child, Field):  # of a struct's star
        struct: Any = each.child.child
        return struct.dtype[each.name].dataType
    return getattr(each, "dtype", None)


def _has_path(each: Any, path: tuple[str, ...], scope: Scope) -> bool:
    dtype = _type_of(each)
    for name in path:
        fields = dtype.fields if isinstance(dtype, t.StructType) else ()
        dtype = next((field.dataType for field in fields if scope.fold(field.name) == name), None)
        if dtype is None:
            return False
    return True


def _pruned(base: Any, dtype: Any, gone: list[tuple[str, ...]], scope: Scope) -> Expression:
    """A struct without some of its fields, at any depth."""
    args: list[Expression] = []
    for field in dtype.fields:
        below = [path[1:] for path in gone if path[0] == scope.fold(field.name)]
        if () in below:
            continue
        part: Expression = Field(base, Literal(field.name, t.StringType()))
        args += [Literal(field.name, t.StringType()), _pruned(part, field.dataType, below, scope) if below else part]
    return Apply("named_struct", tuple(args))


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
    if counted and isinstance(star := one.args[0], Star) and not (star.target or star.without):
        return replace(one, args=())
    return replace(one, args=tuple(expanded(analyzer, one.args, scope)))
