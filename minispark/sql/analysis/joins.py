"""Joins and set operations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.groupable import check_comparable
from minispark.sql.analysis.relations import boolean, cast_to
from minispark.sql.analysis.resolver import is_aggregate, is_generator
from minispark.sql.analysis.scope import quoted
from minispark.sql.library import coercion
from minispark.sql.library.byplace import by_place
from minispark.sql.library.sides import ordinal
from minispark.sql.library.typenames import shown
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Expression,
    Literal,
    Name,
    Over,
    Subquery,
    fresh_id,
    transform,
    walk,
)
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Join, Merged, Node
from minispark.sql.plan.nodes import project as project_node

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope

KINDS = {
    "inner": "inner", "cross": "cross", "outer": "full", "full": "full", "fullouter": "full", "leftouter": "left",
    "left": "left", "rightouter": "right", "right": "right", "leftsemi": "semi", "semi": "semi", "leftanti": "anti",
    "anti": "anti",
}  # fmt: skip


def join_kind(how: str) -> str:
    """Our name of a kind of join. Raises AnalysisException for one that is none."""
    kind = KINDS.get(how.lower().replace("_", ""))
    if kind is None:
        raise AnalysisException(
            f"{how!r} is no kind of join; there are {', '.join(KINDS)}",
            "UNSUPPORTED_JOIN_TYPE",
            {"typ": how, "supported": ", ".join(f"'{one}'" for one in KINDS)},
        )
    return kind


def apart(left: Node | Scope, right: Node) -> tuple[Node, dict[int, int]]:
    """The right side with new ids for what both have (a plan joined with itself), and the old ids by the new."""
    shared = {one.id for one in left.output} & {one.id for one in right.output}
    if not shared:
        return right, {}
    renamed: dict[int, int] = {}
    items: list[Expression] = []
    for one in right.output:
        if one.id in shared:
            fresh = renamed.setdefault(one.id, fresh_id())
            items.append(Alias(one, one.name, one.metadata or None, fresh))
        else:
            items.append(one)
    made = project_node(right, tuple(items))
    output = []
    for new, old in zip(made.output, right.output, strict=True):
        copied = ((old.id, right), *old.copied) if old.id in shared else old.copied
        output.append(replace(new, qualifier=old.qualifier, copied=copied, hidden=old.hidden))
    return replace(made, output=tuple(output)), renamed


def joined_output(left: Node, right: Node, kind: str) -> tuple[Attribute, ...]:
    """The columns of a join: nullable where the other side may be missing."""
    if kind in ("semi", "anti"):
        return left.output
    return (
        *(_nulled(left.output) if kind in ("right", "full") else left.output),
        *(_nulled(right.output) if kind in ("left", "full") else right.output),
    )


def _nulled(side: Sequence[Attribute]) -> list[Attribute]:
    return [replace(one, nullable=True) for one in side]


def join(
    analyzer: Analyzer,
    left: Node,
    right: Node,
    kind: str,
    condition: Expression | None = None,
    outer: Scope | None = None,
) -> Node:
    """A join on a condition.

    Of a plan joined with itself, ``df.a == df.a`` compares the sides' columns.

    Raises AnalysisException for a condition that cannot be resolved or is none.
    """
    direct = left is right
    right, renamed = apart(left, right)
    if condition is None:
        return Join(left, right, "inner" if kind == "cross" else kind, None, joined_output(left, right, kind))
    if renamed:
        condition = _told_apart(analyzer, condition, left, right, direct)
    both = (*left.output, *right.output)
    resolved = _condition(analyzer.resolve(condition, analyzer.scope(both, outer)), condition)
    _check_queries(resolved, left, right)
    return Join(left, right, "inner" if kind == "cross" else kind, resolved, joined_output(left, right, kind))


def _check_queries(condition: Expression, left: Node, right: Node) -> None:
    """Raises AnalysisException for a query in a join's condition that uses columns of both sides, and for one in the
    place of a value that uses any."""
    sides = ({one.id for one in left.output}, {one.id for one in right.output})
    for part in walk(condition):
        if not isinstance(part, Subquery):
            continue
        used = {one.id for one in part.outer}
        if part.kind == "scalar":
            if any(used & side for side in sides):
                raise AnalysisException(
                    "a query in the place of a value uses columns around it in the condition of a join; filter instead",
                    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
                    {"treeNode": label(part)},
                )  # fmt: skip
            continue
        used |= {one.id for value in part.left for one in walk(value) if isinstance(one, Attribute)}
        if all(used & side for side in sides):
            raise AnalysisException(
                "a query in the condition of a join uses columns of both its sides; filter the join's rows instead",
                "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_EXPRESSION_IN_JOIN_CONDITION",
                {"subqueryExpression": label(part)},
            )  # fmt: skip


def _bare(part: Expression) -> str:
    """A part of a condition without the names of tables."""
    return label(transform(part, lambda one: Name((one.name,)) if isinstance(one, Attribute) else one))


_ORDINALS = {2: "second", 3: "third"}


def _condition(one: Any, written: Expression) -> Any:
    """A join condition. Raises AnalysisException for a value of another type, aggregates, windows and generators."""
    if not isinstance(one.dtype, (t.BooleanType, t.NullType)):
        kind = shown(one.dtype)
        raise AnalysisException(
            f"the join condition {label(written)} is of type {kind}, not boolean",
            "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE",
            {"joinCondition": f'"{label(written)}"', "conditionType": kind},
        )
    for part in walk(one):
        if isinstance(part, Over) or is_aggregate(part) or is_generator(part):
            raise AnalysisException(
                f"the join condition {label(written)} has an aggregate, window or generator function; compute it first",
                "UNSUPPORTED_EXPR_FOR_OPERATOR",
                {"operator": "Join", "invalidExprSqls": f'"{_bare(part)}"'},
            )
    return boolean(one, written)


def _told_apart(analyzer: Analyzer, condition: Expression, left: Node, right: Node, direct: bool) -> Expression:
    """Of ``a = a`` the first is the left side's, the second the right's, each by its name.

    Where both sides are one DataFrame, ``a = 1`` is the left side's: the answer is the same.
    """

    def before(one: Expression) -> Expression | None:
        if isinstance(one, Apply) and one.name in ("=", "<=>") and len(one.args) == 2:
            first, second = one.args
            if isinstance(first, Attribute) and isinstance(second, Attribute) and first.id == second.id:
                return replace(one, args=tuple(_by_name(analyzer, side, first.name) for side in (left, right)))
            if direct and isinstance(first, Attribute) and isinstance(second, Literal):
                return replace(one, args=(replace(first, origin=0), second))
        return None

    return transform(condition, lambda one: one, before)


def _by_name(analyzer: Analyzer, side: Node, name: str) -> Attribute:
    scope = analyzer.scope(side.output)
    found = scope.find((name,))
    if found is None:
        raise scope.missing((name,))
    return found[0]


def join_using(analyzer: Analyzer, left: Node, right: Node, kind: str, names: Sequence[str]) -> Node:
    """A join on equal columns of both sides, which appear once: first, then the left's other columns, then the right's.

    Raises AnalysisException for a name that one side lacks.
    """
    right, _ = apart(left, right)
    lefts = [_side_column(analyzer, left, name, "left") for name in names]
    rights = [_side_column(analyzer, right, name, "right") for name in names]
    condition: Any = None
    for one, other in zip(lefts, rights, strict=True):
        equal = analyzer.call(Apply("="), (one, other))
        condition = equal if condition is None else analyzer.call(Apply("and"), (condition, equal))
    node = Join(left, right, "inner" if kind == "cross" else kind, condition, joined_output(left, right, kind))
    if kind in ("semi", "anti"):
        ids = {one.id for one in lefts}
        return project_node(node, (*lefts, *(one for one in left.output if one.id not in ids)))
    return project_node(node, _once(analyzer, node, kind, lefts, rights))


def _once(
    analyzer: Analyzer, node: Join, kind: str, lefts: Sequence[Attribute], rights: Sequence[Attribute]
) -> tuple[Expression, ...]:
    by_id = {one.id: one for one in node.output}
    keys: list[Expression]
    if kind == "full":
        keys = [
            Alias(analyzer.call(Apply("coalesce"), (by_id[one.id], by_id[other.id])), one.name, None, fresh_id())
            for one, other in zip(lefts, rights, strict=True)
        ]
    else:
        keys = [by_id[one.id] for one in (rights if kind == "right" else lefts)]
    left_ids, right_ids = {one.id for one in lefts}, {one.id for one in rights}
    rest = [one for one in node.output if one.id not in left_ids and one.id not in right_ids]
    return (*keys, *rest)


def natural_names(analyzer: Analyzer, left: Node, right: Node) -> list[str]:
    """The names that both sides have, in the left's order."""
    fold = analyzer.scope(()).fold
    theirs = {fold(one.name) for one in right.output if not one.hidden}
    both: dict[str, str] = {}
    for one in left.output:
        if not one.hidden and fold(one.name) in theirs:
            both.setdefault(fold(one.name), one.name)
    return list(both.values())


def _side_column(analyzer: Analyzer, side: Node, name: str, which: str) -> Attribute:
    fold = analyzer.scope(()).fold
    found = next((one for one in side.output if not one.hidden and fold(one.name) == fold(name)), None)
    if found is None:
        listed = ", ".join(sorted(quoted((one.name,)) for one in side.output if not one.hidden))
        raise AnalysisException(
            f"the {which} side of the join has no column {quoted((name,))}; it has {listed}",
            "UNRESOLVED_USING_COLUMN_FOR_JOIN",
            {"colName": quoted((name,)), "side": which, "suggestion": listed},
        )
    return found


# --- set operations --------------------------------------------------------------------------------------------------


def _incompatible(analyzer: Analyzer, kind: str, place: int, kinds: list[t.DataType]) -> dict[str, str]:
    """Which side's column does not go with the first side's."""
    ansi = analyzer.settings.ansi
    at = next((at for at, one in enumerate(kinds) if coercion.wider(kinds[0], one, ansi) is None), len(kinds) - 1)
    return {
        "operator": kind.upper(),
        "columnOrdinalNumber": ordinal(place),
        "tableOrdinalNumber": ordinal(at),
        "dataType1": shown(kinds[at]),
        "dataType2": shown(kinds[0]),
        "hint": "",
    }


def merge(analyzer: Analyzer, parts: Sequence[Node], kind: str, all: bool) -> Node:
    """``UNION``, ``INTERSECT`` or ``EXCEPT``, by position: types are widened; names are the first's.

    Raises AnalysisException for other numbers of columns and for types that have nothing in common.
    """
    first = parts[0]
    if kind != "union":
        check_comparable(first.output)
    for place, part in enumerate(parts[1:], 2):
        if len(part.output) != len(first.output):
            raise AnalysisException(
                f"{kind.upper()} needs as many columns on all sides: the first has {len(first.output)}, number "
                f"{place} has {len(part.output)}",
                "NUM_COLUMNS_MISMATCH",
                {
                    "operator": kind.upper(),
                    "firstNumColumns": str(len(first.output)),
                    "invalidOrdinalNum": _ORDINALS.get(place, f"{place}th"),
                    "invalidNumColumns": str(len(part.output)),
                },
            )
    kinds: list[t.DataType] = []
    for place, columns in enumerate(zip(*(part.output for part in parts), strict=True)):
        target = coercion.widest((one.dtype for one in columns), analyzer.settings.ansi)
        if target is None and kind == "union":
            target = by_place(one.dtype for one in columns)
        if target is None:
            names = " and ".join(shown(one.dtype) for one in columns)
            raise AnalysisException(
                f"column {place + 1} (`{columns[0].name}`) of the sides of {kind.upper()} has no common type: "
                f"{names}; cast it",
                "INCOMPATIBLE_COLUMN_TYPE",
                _incompatible(analyzer, kind, place, [one.dtype for one in columns]),
            )
        kinds.append(target)
    sides = tuple(_widened(analyzer, part, kinds) for part in parts)
    nullable = [any(part.output[place].nullable for part in sides) for place in range(len(kinds))]
    output = tuple(
        replace(one, dtype=dtype, nullable=null if kind == "union" else one.nullable)
        for one, dtype, null in zip(sides[0].output, kinds, nullable, strict=True)
    )
    return Merged(sides, kind, all, output)


def _widened(analyzer: Analyzer, part: Node, kinds: Sequence[t.DataType]) -> Node:
    if all(one.dtype == dtype for one, dtype in zip(part.output, kinds, strict=True)):
        return part
    items = [
        one if one.dtype == dtype else Alias(cast_to(analyzer, one, dtype), one.name, None, fresh_id())
        for one, dtype in zip(part.output, kinds, strict=True)
    ]
    return project_node(part, tuple(items))


def union_by_name(analyzer: Analyzer, left: Node, right: Node, missing: bool) -> Node:
    """A union whose columns are matched by name; with ``missing`` those that one side lacks are null there.

    Raises AnalysisException for a column that one side lacks otherwise, and for one that a side has twice.
    """
    fold = analyzer.scope(()).fold
    for side in (left, right):
        names = [fold(one.name) for one in side.output]
        for name in names:
            if names.count(name) > 1:
                raise AnalysisException(
                    f"unionByName needs names that differ; `{name}` is there twice",
                    "COLUMN_ALREADY_EXISTS",
                    {"columnName": f"`{name}`"},
                )
    left, right = _alike(analyzer, left, right, missing)
    mine = {fold(one.name): one for one in left.output}
    theirs = {fold(one.name): one for one in right.output}
    items: list[Expression] = []
    for name, one in mine.items():
        if name in theirs:
            items.append(theirs[name])
        elif missing:
            items.append(Alias(Literal(None, one.dtype), one.name, None, fresh_id()))
        else:
            raise scope_missing(one.name, right)
    further = [one for name, one in theirs.items() if name not in mine]
    if further and not missing:
        raise AnalysisException(
            f"the sides of unionByName have {len(left.output)} and {len(right.output)} columns; say "
            f"allowMissingColumns=True, or select those of both",
            "NUM_COLUMNS_MISMATCH",
            {
                "operator": "UNION",
                "firstNumColumns": str(len(left.output)),
                "invalidNumColumns": str(len(right.output)),
            },
        )
    if further:
        nulls = (Alias(Literal(None, one.dtype), one.name, None, fresh_id()) for one in further)
        left = project_node(left, (*left.output, *nulls))
        items += further
    return merge(analyzer, (left, project_node(right, tuple(items))), "union", True)


def _alike(analyzer: Analyzer, left: Node, right: Node, missing: bool) -> tuple[Node, Node]:
    """Both sides with the same fields in structs of one name."""
    from minispark.sql.analysis.merging import shaped

    fold = analyzer.scope(()).fold
    sides = []
    for side, other, first in ((left, right, True), (right, left, False)):
        kinds = {fold(one.name): one.dtype for one in other.output}
        items: list[Expression] = []
        for one in side.output:
            made = shaped(analyzer, one, kinds.get(fold(one.name), one.dtype), missing, first)
            items.append(one if made is one else Alias(made, one.name, None, fresh_id()))
        changed = any(new is not old for new, old in zip(items, side.output, strict=True))
        sides.append(project_node(side, tuple(items)) if changed else side)
    return sides[0], sides[1]


def scope_missing(name: str, side: Node) -> AnalysisException:
    """The error for a column that one side lacks."""
    listed = ", ".join(quoted((one.name,)) for one in side.output)
    return AnalysisException(
        f"one side has no column {quoted((name,))}; its columns are {listed}",
        "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
        {"colName": name, "fieldNames": ", ".join(one.name for one in side.output)},
    )
