"""Groups: keys, aggregates over them, grouping sets, pivots.

An aggregation is three nodes: a projection of the keys (where they are more than columns), an Aggregate of keys and
aggregate calls alone, and a projection of what the user asked for over these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.analysis.canonical import Same, canonical, head
from minispark.sql.analysis.groupable import groupable
from minispark.sql.analysis.groupingcalls import grouping_call
from minispark.sql.analysis.items import aggregates_in, named_items, projected, read
from minispark.sql.analysis.pythoncalls import with_python
from minispark.sql.analysis.resolver import constant, is_aggregate, is_generator
from minispark.sql.analysis.scope import quoted
from minispark.sql.analysis.telling import fault, of_table, text_of
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    Call,
    Expression,
    Literal,
    Outer,
    Over,
    SortOrder,
    Subquery,
    find,
    fresh_id,
    holds,
    transform,
    walk,
)
from minispark.sql.plan.labels import label
from minispark.sql.plan.nodes import Aggregate, Node
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.plan.written import located, placed

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def aggregate(
    analyzer: Analyzer,
    child: Node,
    keys: Sequence[Expression],
    items: Sequence[Expression],
    sets: tuple[tuple[int, ...], ...] | None = None,
    outer: Scope | None = None,
) -> Node:
    """``SELECT items GROUP BY keys``; ``items`` say all columns of the result, keys included. Without keys: one group.

    ``sets`` are grouping sets, as positions in ``keys``.
    Raises AnalysisException for a column that is neither key nor in an aggregate, and for aggregates in aggregates or
    keys.
    """
    from minispark.sql.analysis.timewindows import has_windows, with_windows

    keys, items = read(analyzer, keys), read(analyzer, items)
    if has_windows((*keys, *items)):
        child, changed = with_windows(analyzer, child, (*keys, *items), outer, keys)
        keys, items = changed[: len(keys)], changed[len(keys) :]
    scope = analyzer.scope(child.output, outer)
    child, attributes, meant = _keys(analyzer, child, keys, scope)
    named = named_items(analyzer, items, analyzer.scope(child.output[: len(scope.attributes)], outer))
    return _assembled(analyzer, child, attributes, meant, named, sets)


def _assembled(
    analyzer: Analyzer,
    child: Node,
    attributes: tuple[Attribute, ...],
    meant: Sequence[tuple[Expression, Attribute]],
    named: Sequence[Any],
    sets: tuple[tuple[int, ...], ...] | None,
) -> Node:
    if sets is not None:  # keys that say the same are one
        shapes = [expression for expression, _ in meant]
        sets = tuple(tuple(dict.fromkeys(shapes.index(shapes[place]) for place in one)) for one in sets)
    outputs = tuple(Alias(one, one.name, None, fresh_id()) if sets is not None else one for one in attributes)
    given = [(expression, _key_of(attribute, attributes, outputs, sets)) for expression, attribute in meant]
    builder = Builder(analyzer, given, attributes, sets, child=child.output)
    over = [builder.item(item) for item in named]
    for item in over:
        if holds(item, Outer):
            raise located(correlated(item.child if isinstance(item, Alias) else item), item)
    child, calls = _inputs(child, builder.calls)
    items = (*outputs, *calls)
    node = Aggregate(child, attributes, items, tuple(_output(one, sets) for one in items), sets)
    return projected(analyzer, node, over)


def _key_of(attribute: Attribute, attributes: Sequence[Attribute], outputs: Sequence[Any], sets: Any) -> Attribute:
    if sets is None:
        return attribute
    made = outputs[[one.id for one in attributes].index(attribute.id)]
    given: Attribute = made.attribute
    return replace(given, nullable=True, qualifier=attribute.qualifier)


def _output(one: Any, sets: Any) -> Attribute:
    attribute = one.attribute if isinstance(one, Alias) else one
    return replace(attribute, nullable=True) if sets is not None else attribute


def _inputs(child: Node, calls: Sequence[Alias]) -> tuple[Node, list[Alias]]:
    """Aggregate calls over Python functions: these are computed below."""
    below, changed = with_python(child, calls)
    return below, changed


def _keys(
    analyzer: Analyzer, child: Node, keys: Sequence[Expression], scope: Scope
) -> tuple[Node, tuple[Attribute, ...], list[tuple[Expression, Attribute]]]:
    """The child with a column for each key, these columns, and what expression each of them stands for."""
    from minispark.sql.analysis.naming import as_written, name_of

    attributes: list[Attribute] = []
    meant: list[tuple[Expression, Attribute]] = []
    made: list[Alias] = []
    for key in read(analyzer, keys):
        name = key.name if isinstance(key, Alias) else None
        one = analyzer.resolve(key.child if isinstance(key, Alias) else key, scope)
        inner = one.child if isinstance(one, Alias) else one
        if aggregates_in(inner):
            wrong = AnalysisException(
                "an aggregate function cannot be a key to group by",
                "GROUP_BY_AGGREGATE",
                {"sqlExpr": text_of(transform(inner, of_table))[1:-1]},
            )
            raise located(wrong, inner)
        if any(map(is_generator, find(inner, Call))):
            raise AnalysisException(
                "a generator cannot be a key to group by", "UNSUPPORTED_GENERATOR.OUTSIDE_SELECT", {"plan": "Aggregate"}
            )
        if holds(inner, Outer):
            raise correlated(key)
        if holds(inner, Over):
            raise AnalysisException(
                f"the window function {label(key)} cannot be a key to group by",
                "UNSUPPORTED_EXPR_FOR_OPERATOR",
                {"operator": "Aggregate", "invalidExprSqls": f'"{label(key)}"'},
            )
        sorting = groupable(inner, label(key.child if isinstance(key, Alias) else key))
        if isinstance(inner, Attribute) and name is None and not sorting:
            inner = as_written(inner, key)
            attributes.append(inner)
            meant.append((canonical(inner), inner))
            continue
        shown = name or (one.name if isinstance(one, Alias) else name_of(analyzer, key, scope))
        if sorting:
            inner = analyzer.call(Apply("with_sorted_maps"), (inner,))
        alias = Alias(inner, shown, None, fresh_id())
        made.append(alias)
        attributes.append(alias.attribute)
        meant.append((canonical(inner), alias.attribute))
    if made:
        child, changed = with_python(child, made)
        child = project_node(child, (*child.output[: len(scope.attributes)], *changed))
        ids = {one.id for one in made}
        child = replace(child, output=tuple(replace(one, hidden=one.hidden or one.id in ids) for one in child.output))
    return child, tuple(attributes), meant


def correlated(one: Expression) -> AnalysisException:
    """The error for columns of a query around where only the query's own may be."""
    return AnalysisException(
        f"{label(one)} has columns of the query around this one, which cannot stand here",
        "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.CORRELATED_REFERENCE",
        {"sqlExprs": f'"{label(one)}"'},
    )


class Builder:
    """Turns items over the child into items over the Aggregate, collecting its calls."""

    def __init__(
        self,
        analyzer: Analyzer,
        meant: Sequence[tuple[Expression, Attribute]],
        keys: Sequence[Attribute],
        sets: Any,
        calls: Sequence[Alias] = (),
        child: Sequence[Attribute] = (),
    ) -> None:
        self._analyzer = analyzer
        self._held = {one.id for one in child}
        self._meant = meant
        self._heads = {head(one) for _, one in meant} | {_head_of(one) for one, _ in meant}
        self._keys = keys
        self._sets = sets
        self.calls = list(calls)

    def item(self, item: Any) -> Any:
        """The item over keys and calls. Raises AnalysisException for a column that is neither."""
        if isinstance(item, Attribute):
            found = self._key(item)
            if found is None:
                raise self._missing(item)
            if self._sets is None:
                return item if found.id == item.id else Alias(found, item.name, None, fresh_id())
            return found
        changed = transform(item, lambda one: one, self.before)
        self._checked(changed)
        if isinstance(item, Alias) and isinstance(changed, Alias) and isinstance(changed.child, Attribute):
            return changed
        return changed

    def before(self, one: Expression) -> Expression | None:
        """What a part of an item is over the groups; None where that is up to its own parts."""
        if isinstance(one, Over):
            return self._window(one)
        key = self._key(one)
        if key is not None:
            return key
        if is_aggregate(one):
            return self._call(one)
        if isinstance(one, Subquery) and one.outer:
            return self._query(one)
        return None

    def _query(self, one: Subquery) -> Expression | None:
        """A query that uses keys. Raises AnalysisException for one that gives a value, as Spark does."""
        from minispark.sql.analysis.outeraggregates import moved_out

        if not any(each.id in self._held for each in one.outer):
            return None
        if one.kind == "scalar" and not one.of_function:
            raise AnalysisException(
                "a query that gives a value and uses columns around it must be a key to group by, or stand in an "
                "aggregate function",
                "SCALAR_SUBQUERY_IS_IN_GROUP_BY_OR_AGGREGATE_FUNCTION",
                {"sqlExpr": f'"scalarsubquery({", ".join(each.name for each in one.outer)})"'},
            )
        strange: list[Attribute] = []
        left = tuple(transform(part, lambda each: each, self.before) for part in one.left)
        made = moved_out(replace(one, left=left), self, self._held.__contains__, strange.append)
        if strange:
            raise self._missing(strange[0])
        return made

    def _window(self, one: Over) -> Over:
        """A window function over the groups: itself no aggregate of theirs, but what it takes may be."""

        def over(part: Any) -> Any:
            return transform(part, lambda each: each, self.before)

        child: Any = one.child
        if isinstance(child, Call):
            where = None if child.where is None else over(child.where)
            args, within = tuple(map(over, child.args)), tuple(map(over, child.within))
            child = replace(child, args=args, where=where, within=within)
        return replace(one, child=child, partition=tuple(map(over, one.partition)), order=tuple(map(over, one.order)))

    def _key(self, one: Expression) -> Attribute | None:
        if isinstance(one, (Literal, Alias, SortOrder)) or head(one) not in self._heads:
            return None
        shape = canonical(one)
        for expression, attribute in self._meant:
            if expression == shape:
                return attribute
        return None

    def _call(self, one: Any) -> Expression:
        if any(holds(arg, Outer) for arg in one.args):
            raise self._around(one, [part for arg in one.args for part in walk(arg)])
        if not all(map(_deterministic, one.args)):
            raise AnalysisException(
                f"{one.name} is of values that are others each time; compute them first, in a select of its own",
                "AGGREGATE_FUNCTION_WITH_NONDETERMINISTIC_EXPRESSION",
                {"sqlExpr": text_of(one)},
            )
        if any(holds(arg, Over) or any(map(is_aggregate, find(arg, Call))) for arg in one.args):
            wrong = AnalysisException(
                f"{one.name} has an aggregate or window function inside; compute that first, in a select of its own",
                "_LEGACY_ERROR_TEMP_1031" if any(holds(arg, Over) for arg in one.args) else "NESTED_AGGREGATE_FUNCTION",
                {},
            )
            inner = [part for arg in one.args for part in find(arg, Call) if is_aggregate(part)]
            raise located(wrong, inner[0] if inner else one)
        with placed(one):
            self._filtered(one)
        if one.distinct and any(groupable(arg, one.name) for arg in one.args):
            args = [
                self._analyzer.call(Apply("with_sorted_maps"), (arg,)) if groupable(arg, one.name) else arg
                for arg in one.args
            ]
            one = replace(one, args=tuple(args))
        shape = canonical(one)
        if one.function.deterministic:
            for call in self.calls:
                if canonical(call.child) == shape:
                    return call.attribute
        made = Alias(grouping_call(one, self._meant, self._keys, self._sets is not None), one.name, None, fresh_id())
        self.calls.append(made)
        return made.attribute

    def _around(self, one: Call, inner: Sequence[Expression]) -> AnalysisException:
        if not any(isinstance(part, Attribute) for part in inner):
            return correlated(one)
        return AnalysisException(
            f"{one.name} is of columns of the query and of the one around it at once; compute it in one of the two",
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.AGGREGATE_FUNCTION_MIXED_OUTER_LOCAL_REFERENCES",
            {"function": label(one)},
        )

    def _comparable(self, arg: Expression) -> Expression:
        return self._analyzer.call(Apply("with_sorted_maps"), (arg,)) if groupable(arg, label(arg)) else arg

    def _filtered(self, one: Call) -> None:
        """Raises AnalysisException for a FILTER that is no condition on single rows."""
        where = one.where
        if where is None:
            return
        for part in walk(where):
            wrong = (
                ("CONTAINS_AGGREGATE", "an aggregate function")
                if is_aggregate(part)
                else ("CONTAINS_WINDOW_FUNCTION", "a window function")
                if isinstance(part, Over)
                else ("NON_DETERMINISTIC", "a function that gives another value each time")
                if isinstance(part, Call) and not part.function.deterministic
                else None
            )
            if wrong is not None:
                raise AnalysisException(
                    f"FILTER of {one.name} has {wrong[1]} in it; compute that first, in a select of its own",
                    f"INVALID_AGGREGATE_FILTER.{wrong[0]}",
                    {"filterExpr": text_of(where), **fault(wrong[0], part)},
                )

    def _checked(self, item: Expression) -> None:
        given = {attribute.id for _, attribute in self._meant} | {call.id for call in self.calls}
        for one in find(item, Attribute):
            if one.id not in given:
                raise self._missing(one)

    def _missing(self, one: Attribute) -> AnalysisException:
        shown = quoted((one.name,))
        if not self._keys:
            return AnalysisException(
                f"{shown} stands beside aggregate functions without being in one; group by it, or take "
                f"any_value({one.name})",
                "MISSING_GROUP_BY",
                {},
            )
        return AnalysisException(
            f"{shown} is no key of the groups and in no aggregate function; group by it, or take any_value({one.name})",
            "MISSING_AGGREGATION",
            {"expression": f'"{one.name}"', "expressionAnyValue": f'"any_value({one.name})"'},
        )


def _deterministic(one: Expression) -> bool:
    return all(call.function.deterministic for call in find(one, Call))


def _head_of(shape: Expression) -> Any:
    return shape.head if isinstance(shape, Same) else head(shape)


def column_of(key: Attribute, node: Aggregate) -> Attribute:
    """The column of the Aggregate that holds a key."""
    for item, attribute in zip(node.items, node.output, strict=True):
        if attribute.id == key.id or (
            isinstance(item, Alias) and isinstance(item.child, Attribute) and item.child.id == key.id
        ):
            return attribute
    return key


__all__ = ["Outer", "aggregate", "canonical", "constant"]
