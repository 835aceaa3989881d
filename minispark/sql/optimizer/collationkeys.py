"""Plans whose collated strings compare by keys: ``a = b`` becomes ``collation_key(a) = collation_key(b)``.

Whatever follows, from other rules to DuckDB, sees plain strings. What is given to the user stays the string itself:
groups and distinct rows keep the first one they met.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library import lookup
from minispark.sql.library.collations import DISTINCT_LISTS, KEY, UNIQUE, keyed
from minispark.sql.library.collationsearch import searching
from minispark.sql.library.function import scalar
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Expression,
    Literal,
    Over,
    SortOrder,
    Subquery,
    fresh_id,
    named,
    transform,
)
from minispark.sql.plan.node import with_expressions
from minispark.sql.plan.nodes import (
    Aggregate,
    Distinct,
    Filter,
    Generate,
    Merged,
    Node,
    project,
    transform_plan,
)
from minispark.sql.types.collationrules import is_collated, words

_COMPARED = words("= <=> != < <= > >= in array_contains array_position approx_count_distinct")
"""Every argument is compared."""
_KEYED = words("element_at try_element_at get_map_value map_contains_key")
"""The second argument is looked for among a map's keys."""
_MAKING = words("map map_from_arrays map_from_entries map_concat transform_keys str_to_map")
"""These make maps, in which no key may come twice."""
_BY_KEY = words("max_by min_by")
"""The second argument is compared."""
_HASHED = words("hll_sketch_agg theta_sketch_agg tuple_sketch_agg_double tuple_sketch_agg_integer")
"""The first argument is hashed."""
_NOT_EMPTY = scalar("key_not_empty", (k.ANY, k.ANY), 0, "nullif({0}, {1})", null="always")
_EXACTLY = words(
    """
    array_distinct array_union array_intersect array_except arrays_overlap array_min array_max sort_array
    array_sort_ascending greatest least
    """
)
"""Those that run as exact functions, which compare as the type says."""


def lowered(plan: Node) -> Node:
    """The plan with keys, the queries inside of its expressions too."""

    def lower(node: Node) -> Node:
        node = with_expressions(node, expression)
        if isinstance(node, Aggregate):
            return _aggregate(node)
        if isinstance(node, Distinct):
            return _distinct(node)
        return _merged(node) if isinstance(node, Merged) else node

    return transform_plan(plan, lower)


# --- expressions -----------------------------------------------------------------------------------------------------


def expression(one: Any) -> Any:
    """A resolved expression that compares keys."""
    return transform(one, _changed)


def _changed(one: Expression) -> Expression:
    if isinstance(one, SortOrder):
        return replace(one, child=keyed(one.child)) if is_collated(one.dtype) else one
    if isinstance(one, Over):
        return replace(one, partition=tuple(map(keyed, one.partition)))
    if isinstance(one, Subquery):
        return _subquery(one)
    return _call(one) if isinstance(one, Call) else one


def _call(one: Call) -> Call:
    made = _keyed_call(one)
    makes = one.name in _MAKING and isinstance(one.dtype, t.MapType) and is_collated(one.dtype.keyType)
    return Call(UNIQUE, (made,), one.dtype, one.nullable) if makes else made


def _keyed_call(one: Call) -> Call:
    if one.function in (KEY, UNIQUE) or not any(is_collated(arg.dtype) for arg in one.args):
        return one
    if one.name in _COMPARED or (one.distinct and one.name == "count"):
        return replace(one, args=tuple(map(keyed, one.args)))
    if one.distinct and one.name in DISTINCT_LISTS:
        return replace(one, function=replace(one.function, sql=DISTINCT_LISTS[one.name]))
    if one.name in _KEYED and isinstance(one.args[0].dtype, t.MapType):
        if not is_collated(one.args[0].dtype.keyType):
            return one
        path = "map_has" if one.name == "map_contains_key" else "map_value"
        return replace(one, function=replace(one.function, sql=None, exact=None, factory=f"collatedtexts:{path}"))
    if one.name in ("min", "max"):
        first = replace(lookup(f"{one.name}_by"), sql=f"arg_{one.name}_null({{0}}, {{1}}){{f}}")  # of equal ones
        return replace(one, function=first, args=(one.args[0], keyed(one.args[0])))
    if one.name in _HASHED:
        return replace(one, args=(_hashed(one.args[0]), *one.args[1:]))
    if one.name in _BY_KEY:
        return replace(one, args=(one.args[0], keyed(one.args[1]), *one.args[2:]))
    if one.name == "array_remove":
        return replace(one, function=replace(one.function, sql=None, factory="arrays:array_remove"))
    if one.name in _EXACTLY:
        return replace(one, function=replace(one.function, sql=None))
    return searching(one)


def _hashed(one: Any) -> Any:
    """The key, null for the empty string's: sketches leave it out."""
    if not is_collated(one.dtype):
        return one
    key: Any = keyed(one)
    empty = keyed(Literal("", one.dtype))
    return Call(_NOT_EMPTY, (key, empty), key.dtype, True)


def _subquery(one: Subquery) -> Subquery:
    plan = lowered(one.plan)
    if one.kind == "in" and any(is_collated(part.dtype) for part in one.left):
        plan = project(plan, tuple(_under_key(attribute) for attribute in plan.output))
        return replace(one, plan=plan, left=tuple(map(keyed, one.left)))
    return one if plan is one.plan else replace(one, plan=plan)


def _under_key(attribute: Attribute) -> Any:
    return Alias(keyed(attribute), attribute.name, None, fresh_id()) if is_collated(attribute.dtype) else attribute


# --- nodes -----------------------------------------------------------------------------------------------------------


def _with_key_columns(child: Node, columns: Sequence[Attribute]) -> tuple[Node, dict[int, Attribute]]:
    """The child with a column of keys for each collated one, and these by the ids of theirs."""
    made = {one.id: Alias(keyed(one), f"{one.name}_key", None, fresh_id()) for one in columns if is_collated(one.dtype)}
    if not made:
        return child, {}
    return project(child, (*child.output, *made.values())), {id: alias.attribute for id, alias in made.items()}


def _first(one: Attribute) -> Expression:
    return Call(lookup("first"), (one, Literal(False, t.BooleanType())), one.dtype, one.nullable)


def _aggregate(node: Aggregate) -> Node:
    """Groups by keys; a key that is given is the group's first string."""
    child, keys = _with_key_columns(node.child, node.keys)
    if not keys:
        return node

    def item(one: Any) -> Any:
        inner = one.child if isinstance(one, Alias) else one
        if isinstance(inner, Attribute) and inner.id in keys:
            given = _first(inner)
            if node.sets is not None:  # in a set without the key it is null
                shown = Call(lookup("grouping"), (keys[inner.id],), t.ByteType(), False)
                there = Call(lookup("="), (shown, Literal(0, t.ByteType())), t.BooleanType(), False)
                given = Call(lookup("case"), (there, given), inner.dtype, True)
            return Alias(given, one.name, one.metadata or None, one.id)
        if isinstance(inner, Call) and inner.name in ("grouping", "grouping_id"):
            args = tuple(keys.get(arg.id, arg) if isinstance(arg, Attribute) else arg for arg in inner.args)
            return replace(one, child=replace(inner, args=args))
        return one

    return replace(
        node,
        child=child,
        keys=tuple(keys.get(one.id, one) for one in node.keys),
        items=tuple(map(item, node.items)),
    )


def _distinct(node: Distinct) -> Node:
    columns = node.output if node.keys is None else node.keys
    child, keys = _with_key_columns(node.child, columns)
    if not keys:
        return node
    return project(Distinct(child, tuple(keys.get(one.id, one) for one in columns)), node.output)


def _merged(node: Merged) -> Node:
    """Set operations: rows of both sides are told apart by their keys, and counted."""
    if not any(is_collated(one.dtype) for one in node.output) or (node.kind == "union" and node.all):
        return node
    if node.kind == "union":
        return _distinct(Distinct(replace(node, all=True)))
    return _counted(node)


def _counted(node: Merged) -> Node:
    """``EXCEPT`` and ``INTERSECT``: each row with how often the left and the right side have it."""
    sides = []
    for place, part in enumerate(node.parts):
        marks = [Alias(Literal(int(place == side), t.LongType()), f"in{side}", None, fresh_id()) for side in (0, 1)]
        sides.append(project(part, (*part.output, *marks)))
    one = replace(node, parts=tuple(sides[:2]), kind="union", all=True)
    given = [Attribute(f"in{side}", t.LongType(), False, fresh_id()) for side in (0, 1)]
    union = replace(one, output=(*node.output, *given))
    counts = [Alias(Call(lookup("sum"), (mark,), t.LongType()), mark.name, None, fresh_id()) for mark in given]
    items = (*node.output, *counts)
    groups = _aggregate(Aggregate(union, node.output, items, tuple(map(named, items))))
    times = _times(node, counts[0].attribute, counts[1].attribute)
    zero = Literal(0, t.LongType())
    kept = Filter(groups, Call(lookup(">"), (times, zero), t.BooleanType()))
    if not node.all:
        return project(kept, node.output)
    again = Call(lookup("array_repeat"), (zero, times), t.ArrayType(t.LongType(), False))
    made = Attribute("again", t.LongType(), False, fresh_id())
    exploded = Call(lookup("explode"), (again,), t.StructType([t.StructField("col", t.LongType(), False)]))
    return project(Generate(kept, exploded, False, (made,), (*kept.output, made)), node.output)


def _times(node: Merged, left: Attribute, right: Attribute) -> Expression:
    """How often a row comes."""
    if node.kind == "intersect":
        return Call(lookup("least"), (left, right), t.LongType())
    if node.all:
        return Call(lookup("-"), (left, right), t.LongType())
    none = Call(lookup("="), (right, Literal(0, t.LongType())), t.BooleanType())
    return Call(lookup("case"), (none, left, Literal(0, t.LongType())), t.LongType())
