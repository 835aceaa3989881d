"""Draws whole programs operator by operator.

The *shape* of the records says which functions apply, and the oracle's model of what was drawn so far says what is
promised, so that nothing is asked that an engine may answer in several ways.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from minispark.testing import functions as fn
from minispark.testing.compare import canonical
from minispark.testing.domains import INT, KEYS, SMALL, TEXT, VALUES, WORDS, Shape, list_of, pair_of
from minispark.testing.lineages import Built, Call, Lineage, Program, extend
from minispark.testing.oracle import NotPromised, OracleContext, Order

RECORDS_MAX = 600
"""A step that would give more records than this is left out."""

Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def sources(draw: Draw, like: Shape | None = None) -> tuple[Call, Shape]:
    """A source and the shape of its records; 1 to 7 partitions, 0 to 40 records. ``like``: pairs with such keys."""
    slices = draw(st.integers(1, 7))
    kind = draw(st.sampled_from(["pairs", "ints", "records", "range", "text"])) if like is None else "pairs"
    if kind == "range":
        start, step = draw(SMALL), draw(st.sampled_from([1, 3, -2]))
        return Call("range", (start, start + step * draw(st.integers(0, 40)), step, slices)), INT
    if kind == "text":
        lines = draw(st.lists(WORDS, max_size=12))
        ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))
        content = ends.join(lines) + draw(st.sampled_from(["", ends]))
        return Call("text", (content.encode(), slices)), TEXT
    domains = [domain for domain in KEYS if like is None or domain[1] == like.parts[0]] or KEYS
    keys, key_shape = draw(st.sampled_from(domains)) if kind != "ints" else KEYS[0]
    values, value_shape = draw(st.sampled_from(VALUES))
    records, shape = (
        (st.tuples(keys, values), pair_of(key_shape, value_shape)) if kind == "pairs" else (keys, key_shape)
    )
    least = draw(st.sampled_from([1, 8, 20, 0]))
    return Call("parallelize", (draw(st.lists(records, min_size=least, max_size=40)), slices)), shape


# --- operators -------------------------------------------------------------------------------------------------------

Drawn = tuple[list[Call], Shape]
"""The calls of one step, and the shape of the records after it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a program stands while it is drawn: its records' shape, what is promised, and how deep sides may nest.

    ``by_arrival``: shuffles keep no order."""

    shape: Shape
    order: Order
    partitions: int
    depth: int
    by_arrival: bool = False

    @property
    def in_order(self) -> bool:
        """Whether the records of a key come in a promised order."""
        return self.order is Order.LISTED and not self.by_arrival

    @property
    def key(self) -> Shape:
        return self.shape.parts[0]

    @property
    def value(self) -> Shape:
        return self.shape.parts[1]


def _one_of(draw: Draw, choices: list[Drawn]) -> Drawn:
    return choices[draw(st.integers(0, len(choices) - 1))]


def _settle(calls: list[Call], shape: Shape) -> Drawn:
    return ([*calls, Call("map", (fn.settled,))] if shape.loose else calls), shape


def _on_records(draw: Draw, spot: Spot) -> Drawn:
    """An operator that works on records of any shape, one by one or by partition."""
    shape = spot.shape
    choices: list[Drawn] = [
        ([Call("map", (fn.one_each,))], pair_of(shape, INT)),
        ([Call("keyBy", (fn.framed,))], pair_of(TEXT, shape)),
        ([Call("flatMap", (fn.twice,))], shape),
        ([Call("mapPartitions", (fn.doubled,))], shape),
        ([Call("mapPartitions", (fn.size_only,))], INT),
        ([Call("mapPartitions", (fn.first_of_each,))], shape),
        ([Call("mapPartitionsWithIndex", (fn.with_position,))], Shape("other", sortable=False, hashable=False)),
        ([Call("glom")], list_of(shape)),
        ([Call("cache")], shape),
        ([Call("keep", (draw(st.sampled_from(("DISK_ONLY", "MEMORY_AND_DISK"))),))], shape),
        ([Call("cut", (draw(st.sampled_from(("checkpoint", "localCheckpoint"))),))], shape),
        ([Call("tally")], shape),
        ([Call("filter", (builtins.bool,))], shape),
    ]
    return _one_of(draw, choices)


def _relaid(draw: Draw, spot: Spot) -> Drawn:
    """Another number of partitions."""
    count = draw(st.integers(1, 8))
    choices: list[Drawn] = [
        ([Call("coalesce", (count,))], spot.shape),
        ([Call("coalesce", (count, True))], spot.shape),
        ([Call("repartition", (count,))], spot.shape),
    ]
    return _one_of(draw, choices)


def _by_place(draw: Draw, spot: Spot) -> Drawn:
    """What depends on where records are: only where that is promised."""
    share, seed = draw(st.sampled_from([0.0, 0.3, 0.8, 1.0])), draw(st.integers(0, 99))
    choices: list[Drawn] = [
        ([Call("zipWithIndex")], pair_of(spot.shape, INT)),
        ([Call("zipWithUniqueId")], pair_of(spot.shape, INT)),
        ([Call("sample", (False, share, seed))], spot.shape),
    ]
    return _one_of(draw, choices)


def _group_by(draw: Draw, spot: Spot) -> Drawn:
    as_list = builtins.list if spot.in_order else canonical
    calls = [Call("groupBy", (fn.framed, draw(st.none() | st.integers(1, 5)))), Call("mapValues", (as_list,))]
    return calls, pair_of(TEXT, list_of(spot.shape))


def _distinct(draw: Draw, spot: Spot) -> Drawn:
    return _settle([Call("distinct", (draw(st.none() | st.integers(1, 5)),))], spot.shape)


def _on_ints(draw: Draw, spot: Spot) -> Drawn:
    n = draw(st.integers(1, 7))
    choices: list[Drawn] = [
        ([Call("map", (fn.plus(n),))], INT),
        ([Call("map", (fn.square,))], INT),
        ([Call("map", (builtins.str,))], TEXT),
        ([Call("filter", (fn.multiple_of(n),))], INT),
        ([Call("flatMap", (fn.countdown,))], INT),
        ([Call("keyBy", (fn.remainder(n),))], pair_of(INT, INT)),
        ([Call("lookup", ({i: chr(97 + i) for i in range(n)},))], TEXT),
        ([Call("map", (fn.plus(n),)), Call("filter", (fn.multiple_of(2),)), Call("map", (fn.negative,))], INT),
    ]
    return _one_of(draw, choices)


def _on_text(draw: Draw, spot: Spot) -> Drawn:
    choices: list[Drawn] = [
        ([Call("map", (builtins.len,))], INT),
        ([Call("map", (fn.upper,))], TEXT),
        ([Call("flatMap", (fn.characters,))], TEXT),
        ([Call("flatMap", (str.split,))], TEXT),
        ([Call("filter", (fn.is_long,))], TEXT),
        ([Call("keyBy", (builtins.len,))], pair_of(INT, TEXT)),
    ]
    return _one_of(draw, choices)


def _on_pairs(draw: Draw, spot: Spot) -> Drawn:
    key, value = spot.key, spot.value
    choices: list[Drawn] = [
        ([Call("keys")], key),
        ([Call("values")], value),
        ([Call("map", (fn.swapped,))], pair_of(value, key)),
        ([Call("mapValues", (fn.framed,))], pair_of(key, TEXT)),
        ([Call("mapValues", (fn.boxed,))], pair_of(key, list_of(value))),
        ([Call("flatMapValues", (fn.twice,))], spot.shape),
    ]
    if value == TEXT:
        choices.append(([Call("flatMapValues", (str.split,))], spot.shape))
    if value.kind == "list":
        choices.append(([Call("mapValues", (builtins.len,))], pair_of(key, INT)))
        choices.append(([Call("flatMapValues", (iter,))], pair_of(key, value.parts[0])))
    return _one_of(draw, choices)


def _by_key(draw: Draw, spot: Spot) -> Drawn:
    """A shuffle by hash. Functions that care for the order of values are used only where it is promised."""
    key, value = spot.key, spot.value
    count = draw(st.none() | st.integers(1, 6))
    in_order = spot.in_order
    as_list = builtins.list if in_order else canonical
    choices: list[Drawn] = [
        _settle([Call("groupByKey", (count,)), Call("mapValues", (as_list,))], pair_of(key, list_of(value))),
        ([Call("partitionBy", (count or max(spot.partitions, 1),))], spot.shape),
    ]
    for method, start in (("combineByKey", fn.boxed), ("aggregateByKey", [])):
        boxes = [Call(method, (start, fn.put_in, fn.poured, count))]
        boxes += [] if in_order else [Call("mapValues", (canonical,))]
        choices.append(_settle(boxes, pair_of(key, list_of(value))))
    if key.sortable:
        choices.append(([Call("repartitionAndSortWithinPartitions", (count or 3,))], spot.shape))
    return _one_of(draw, choices)


def _reduce(draw: Draw, spot: Spot) -> Drawn:
    in_order = [operator.add] if spot.in_order else []
    reducers = [operator.add, min, max] if spot.value == INT else [max, fn.longer, *in_order]
    count = draw(st.none() | st.integers(1, 6))
    if spot.value == INT and draw(st.booleans()):
        return _settle([Call("foldByKey", (0, operator.add, count))], spot.shape)
    return _settle([Call("reduceByKey", (draw(st.sampled_from(reducers)), count))], spot.shape)


def _sort(draw: Draw, spot: Spot) -> Drawn:
    ascending, count = draw(st.booleans()), draw(st.none() | st.integers(1, 5))
    by = (draw(st.sampled_from([fn.negative, fn.square])),) if spot.key == INT and draw(st.booleans()) else ()
    return [Call("sortByKey", (ascending, count, *by))], spot.shape


def _union(draw: Draw, spot: Spot) -> Drawn:
    """With a program of its own; unlike records are sometimes made alike."""
    side, side_shape = draw(drawn_lineages(2, spot.depth - 1, by_arrival=spot.by_arrival))
    if side_shape == spot.shape:
        return [Call("union", (side,))], spot.shape
    if draw(st.booleans()):
        return [Call("union", (side,))], Shape("other", sortable=False, hashable=False)
    return [Call("map", (fn.framed,)), Call("union", (side.then(Call("map", (fn.framed,))),))], TEXT


def _join(draw: Draw, spot: Spot) -> Drawn:
    """Join or cogroup with a program of its own. Only keys of like domains meet often."""
    side, side_shape = draw(drawn_lineages(2, spot.depth - 1, like=spot.shape, by_arrival=spot.by_arrival))
    count = draw(st.none() | st.integers(1, 5))
    key, value, other = spot.key, spot.value, side_shape.parts[1]
    if key != side_shape.parts[0]:
        key = Shape("either key", (), False, True, loose=key.loose or side_shape.loose)
    method = draw(
        st.sampled_from(["join", "cogroup", "subtractByKey", "leftOuterJoin", "fullOuterJoin", "rightOuterJoin"])
    )
    if method == "subtractByKey":
        return _settle([Call(method, (side, count))], pair_of(spot.key, value))
    if method == "join":
        return _settle([Call(method, (side, count))], pair_of(key, pair_of(value, other)))
    if method != "cogroup":
        with_none = Shape("or none", sortable=False, hashable=value.hashable and other.hashable)
        return _settle([Call(method, (side, count))], pair_of(key, with_none))
    in_order = spot.in_order and _model(side).rdd.order is Order.LISTED
    lists = fn.both_lists if in_order else fn.both_canonical
    shape = pair_of(key, pair_of(list_of(value), list_of(other)))
    return _settle([Call("cogroup", (side, count)), Call("mapValues", (lists,))], shape)


def _as_sets(draw: Draw, spot: Spot) -> Drawn:
    """With a program of its own, whose records are hashable too."""
    side, side_shape = draw(drawn_lineages(2, spot.depth - 1, by_arrival=spot.by_arrival))
    if not side_shape.hashable or side_shape != spot.shape:
        side = Lineage(Call("parallelize", (draw(st.lists(SMALL, max_size=9)), 2)))
    method = draw(st.sampled_from(["subtract", "intersection"]))
    count = (draw(st.none() | st.integers(1, 5)),) if method == "subtract" else ()
    return _settle([Call(method, (side, *count))], spot.shape)


def _families(spot: Spot) -> list[Callable[[Draw, Spot], Drawn]]:
    pairs = spot.shape.kind == "pair"
    found: list[Callable[[Draw, Spot], Drawn]] = [_on_records] * (1 if pairs else 3)
    found += [_on_ints] * 4 if spot.shape == INT else []
    found += [_on_text] * 4 if spot.shape == TEXT else []
    found += [_on_pairs] * 2 if pairs else []
    found += [_relaid]
    found += [_by_place] if spot.order is Order.LISTED else []
    found += [_group_by]
    found += [_distinct] if spot.shape.hashable else []
    found += [_as_sets] if spot.shape.hashable and spot.depth > 0 else []
    if pairs and spot.key.hashable:
        found += [_by_key] * 3
        found += [_reduce] * 3 if spot.value in (INT, TEXT) else []
        found += [_sort] * (2 if spot.order is Order.LISTED else 6) if spot.key.sortable else []
        found += [_join] * 3 if spot.depth > 0 else []
    found += [_union] if spot.depth > 0 else []
    return found


# --- programs --------------------------------------------------------------------------------------------------------


def _model(lineage: Lineage, by_arrival: bool = False) -> Built:
    return lineage.build(OracleContext(by_arrival))


def _extended(model: Built, calls: list[Call], by_arrival: bool) -> Built | None:
    """The model with more steps; None if it would be too large, or something would not be promised."""
    taller = Built(model.rdd)
    try:
        for call in calls:
            extend(taller, call, OracleContext(by_arrival))
    except NotPromised:
        return None
    return taller if taller.rdd.count() <= RECORDS_MAX else None


@st.composite
def drawn_lineages(
    draw: Draw, steps: int, depth: int, like: Shape | None = None, by_arrival: bool = False
) -> tuple[Lineage, Shape]:
    """A lineage of 1 to ``steps`` steps, and its records' shape; ``like``: pairs that may be joined with such ones."""
    source, shape = draw(sources(like))
    lineage = Lineage(source)
    model = _model(lineage, by_arrival)
    for _ in range(draw(st.integers(0 if like else 1, steps))):
        spot = Spot(shape, model.rdd.order, model.rdd.getNumPartitions(), depth, by_arrival)
        calls, after = draw(st.sampled_from(_families(spot)))(draw, spot)
        taller = _extended(model, calls, by_arrival)
        if taller is not None:
            lineage, shape, model = lineage.then(*calls), after, taller
    if like is not None and not (shape.kind == "pair" and shape.parts[0].hashable):
        by = Call("map", (fn.one_each,)) if shape.hashable else Call("keyBy", (fn.framed,))
        lineage, shape = lineage.then(by), pair_of(shape, INT) if shape.hashable else pair_of(TEXT, shape)
    return lineage, shape


@st.composite
def programs(draw: Draw, steps: int = 6, depth: int = 1, by_arrival: bool = False) -> Program:
    """A random lineage and an action whose answer the oracle knows; check one on a context with ``Program.check``.

    ``by_arrival``: programs that lean on nothing but what Spark promises, as strict contexts want them.

    >>> from hypothesis import Phase, find, settings
    >>> first_drawn = settings(phases=[Phase.generate])
    >>> find(programs(), lambda program: program.action == "count", settings=first_drawn, database_key=None).action
    'count'
    """
    lineage, shape = draw(drawn_lineages(steps, depth, by_arrival=by_arrival))
    actions: list[tuple[str, tuple[Any, ...]]] = [
        *[("glom", ()), ("collect", ())] * 2,
        *(("count", ()), ("take", (draw(st.integers(0, 50)),))),
    ]
    if shape == INT:
        actions += [("sum", ()), ("takeOrdered", (draw(st.integers(0, 9)),)), ("save", ())]
        actions += [("fold", (0 if by_arrival else 2, operator.add))]
        if _model(lineage).rdd.count():
            actions += [("max", ()), ("min", ()), ("treeReduce", (operator.add, draw(st.integers(1, 3))))]
            actions += [("first", ()), ("reduce", (draw(st.sampled_from([operator.add, min, max])),))]
    return Program(lineage, *draw(st.sampled_from(actions)))
