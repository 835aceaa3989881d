"""Plans as DuckDB's SQL: each node is a SELECT over those below it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import PySparkNotImplementedError
from minispark.sql import types as t
from minispark.sql.fused.cutting import Cuts
from minispark.sql.fused.emit import Emit
from minispark.sql.fused.framing import framed, stands_alone
from minispark.sql.fused.hearing import observed_sql
from minispark.sql.fused.smalldata import values_query
from minispark.sql.fused.texts import (
    JoinedText,
    OpenText,
    SortedText,
    as_table,
    columns_of,
    final,
    once,
    quoted,
    selected,
)
from minispark.sql.fused.ties import with_ties
from minispark.sql.fused.unnesting import unnested
from minispark.sql.library.constants import text_sql
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Expression,
    Over,
    SortOrder,
    Subquery,
    find,
    fresh_id,
    holds,
    transform,
)
from minispark.sql.plan.nodes import (
    Aggregate,
    Distinct,
    Filter,
    Generate,
    Hinted,
    Join,
    Kept,
    Limit,
    Local,
    Merged,
    Named,
    Node,
    Numbers,
    Observed,
    Once,
    OneRow,
    Project,
    Sample,
    Scan,
    Shared,
    Sort,
    Unpivot,
    fold_plan,
)

_NAMED = re.compile(r"\bs\d+\b")
"""The names that WITH gives."""


class Relations:
    """Writes plans for one query. ``tables`` gives the name under which DuckDB finds a Local's or Kept's data.

    ``hear`` gives the name of the function that is told the metrics of an Observed; without it they are not computed.
    """

    def __init__(self, emit: Emit, tables: Callable[[Any], str], hear: Callable[[Observed], str] | None = None) -> None:
        self.emit = emit
        self._tables = tables
        self._hear = hear
        self._counter = itertools.count()
        self._uses: dict[int, int] = {}
        self._ctes: list[str] = []
        self._inside = 0
        """How many queries of expressions are being written, one in the other."""
        self._shared: dict[int, str] = {}

    def query(self, plan: Node) -> str:
        """The whole query: the plan's output in order, every column of just its type's width."""
        self._uses, shared = _uses(plan)
        for node in shared:  # what subqueries read too is named in the outermost query
            if self._uses[id(node.key)] > 1:
                text = self._select(node.child)
                name = self._shared[id(node.key)] = f"s{next(self._counter)}"
                self._ctes.append(f"{name} AS ({text})")
        inner = self._select(plan)
        columns = ", ".join(f"{final(one)} AS o{place}" for place, one in enumerate(plan.output)) or "1 AS o0"
        return self._with() + selected(columns, inner)

    def subquery(self, plan: Node) -> str:
        """A SELECT of the output in order, for a query inside an expression."""
        before, self._ctes = self._ctes, []
        self._inside += 1
        inner = self._select(plan)
        self._inside -= 1
        columns = ", ".join(f"c{one.id}" for one in plan.output) or "1"
        text = self._with() + selected(columns, inner)
        self._ctes = before
        return text

    def _with(self) -> str:
        return f"WITH {', '.join(self._ctes)} " if self._ctes else ""

    def _select(self, plan: Node) -> str:
        """The SELECT over a plan: columns named by id, each once. What several nodes read goes into a WITH clause."""

        def over(node: Node, below: list[str]) -> str:
            if isinstance(node, Shared):
                name = self._shared.get(id(node.key))
                return below[0] if name is None else f"SELECT {columns_of(node.output)} FROM {name}"
            text = self._one(node, below)
            if self._uses.get(id(node), 0) < 2 or not node.children or isinstance(node, (Named, Hinted)):
                return text
            name = f"s{next(self._counter)}"
            kept = "MATERIALIZED " if isinstance(node, Once) else ""
            self._ctes.append(f"{name} AS {kept}({text})")
            return f"SELECT {columns_of(node.output)} FROM {name}"

        return fold_plan(plan, over, self._named_before)

    def _named_before(self, node: Node) -> bool:
        return isinstance(node, Shared) and id(node.key) in self._shared

    def _one(self, node: Node, below: list[str]) -> str:
        writer = _WRITERS.get(type(node))
        if writer is None:
            raise PySparkNotImplementedError(f"{type(node).__name__} cannot run in a fused query")
        return writer(self, node, below)

    def _items(self, items: Sequence[Expression], cuts: Cuts) -> str:
        seen: set[int] = set()
        parts = []
        for item in items:
            id = item.id  # type: ignore[attr-defined]  # each has a name
            if id not in seen:
                seen.add(id)
                parts.append(f"{self.emit.sql(item, cuts)} AS c{id}" if isinstance(item, Alias) else f"c{id}")
        return ", ".join(parts) or "1 AS nothing"

    def _project(self, node: Project, below: list[str]) -> str:
        cuts = Cuts()
        items, source = node.items, below[0]
        if any(holds(item, Over) for item in items):
            items, source = self._windowed(items, source, self._tables if self._streams(node, source) else None)
        columns = self._items(items, cuts)
        return selected(columns, cuts.over(source))

    def _streams(self, node: Project, source: str) -> bool:
        """Whether a node may read a table that is computed while the query runs, from what is named there itself."""
        return not self._inside and not (self._ctes and _NAMED.search(source)) and stands_alone(node)

    def _windowed(self, items: Sequence[Any], source: str, table: Callable[[Any], str] | None) -> tuple[Any, str]:
        """Items whose windows DuckDB takes as they are, and the SELECT that has what they are of."""
        keys: dict[Expression, Attribute] = {}
        items, inner = unnested(items)
        if inner:
            found, source = self._windowed(inner, source, table)
            source = selected(f"*, {self._items(found, Cuts())}", source)
        items = [self._with_keys(item, keys) for item in items]
        if keys:
            further = ", ".join(f"{self.emit.sql(key)} AS c{made.id}" for key, made in keys.items())
            source = f"SELECT *, {further} FROM ({source})"
        items, source = framed(self.emit, items, source, table)
        return (items, source) if table is None else with_ties(self.emit, items, source)

    def _with_keys(self, item: Expression, keys: dict[Expression, Attribute]) -> Expression:
        """The item with what its windows divide and order by in ``keys``, where that may raise: DuckDB takes no such
        expressions there."""

        def key(one: Expression) -> Expression:
            if isinstance(one, SortOrder):
                return replace(one, child=key(one.child))
            if isinstance(one, Attribute) or "error(" not in self.emit.sql(one):
                return one
            return keys.setdefault(one, Attribute("key", one.dtype, True, fresh_id()))

        def over(one: Expression) -> Expression:
            if not isinstance(one, Over):
                return one
            return replace(one, partition=tuple(map(key, one.partition)), order=tuple(map(key, one.order)))

        return transform(item, over) if holds(item, Over) else item

    def _filter(self, node: Filter, below: list[str]) -> str:
        cuts = Cuts()
        condition = self.emit.condition(node.condition, cuts)
        source = cuts.over(below[0])
        if source is below[0]:
            return OpenText(f"FROM {as_table(source)} WHERE {condition}")
        return f"SELECT {columns_of(node.output)} FROM ({source}) WHERE {condition}"

    def _aggregate(self, node: Aggregate, below: list[str]) -> str:
        if not node.keys and not node.items and node.sets is None:
            return f"SELECT count(*) AS nothing FROM ({below[0]})"  # one group, of which nobody asks anything
        cuts = Cuts(aggregates=True)
        items = self._items(node.items, cuts)
        select = selected(items, cuts.over(below[0]))
        if node.sets is not None:
            return self._sets(node, items, cuts.over(below[0]))
        keys = ", ".join(f"c{one.id}" for one in node.keys)
        return f"{select} GROUP BY {keys}" if keys else select

    def _sets(self, node: Aggregate, items: str, source: str) -> str:
        """Grouping sets. DuckDB wants each key in one of them, so a set of all is made and left out again."""
        sets = [", ".join(f"c{node.keys[place].id}" for place in one) for one in node.sets or ()]
        if {node.keys[place].id for one in node.sets or () for place in one} == {one.id for one in node.keys}:
            return f"SELECT {items} FROM ({source}) GROUP BY GROUPING SETS ({', '.join(f'({one})' for one in sets)})"
        every = ", ".join(f"c{one.id}" for one in once(node.keys))
        grouped = f"GROUP BY GROUPING SETS ({', '.join(f'({one})' for one in (*sets, every))})"
        inner = f"SELECT {items}, GROUPING({every}) AS spare FROM ({source}) {grouped}"
        return f"SELECT {columns_of(node.output)} FROM ({inner}) WHERE spare <> 0"

    def _sort(self, node: Sort, below: list[str]) -> str:
        cuts = Cuts()
        keys = ", ".join(self.emit.sql(order, cuts) for order in node.orders)
        if not keys:
            return below[0]
        source = cuts.over(below[0])
        if source is below[0]:
            return SortedText(f"FROM {as_table(source)} ORDER BY {keys}")
        return f"SELECT {columns_of(node.output)} FROM ({source}) ORDER BY {keys}"

    def _limit(self, node: Limit, below: list[str]) -> str:
        count = "" if node.count is None else f" LIMIT {node.count}"
        offset = f" OFFSET {node.offset}" if node.offset else ""
        source = below[0] if isinstance(below[0], SortedText) else f"FROM {as_table(below[0])}"
        return f"{source}{count}{offset}"

    def _distinct(self, node: Distinct, below: list[str]) -> str:
        on = "" if node.keys is None else f" ON ({', '.join(f'c{one.id}' for one in node.keys)})"
        return f"SELECT DISTINCT{on} {columns_of(node.output)} FROM ({below[0]})"

    def _generate(self, node: Generate, below: list[str]) -> str:
        made = {one.id for one in node.made}
        kept = [one for one in node.output if one.id not in made]
        rows = self.emit.sql(node.generator)
        source = f"SELECT *, {rows} AS g FROM ({below[0]})"
        rows = "CASE WHEN len(g) > 0 THEN g ELSE [NULL] END" if node.outer else "g"
        fields = [f"struct_extract_at(u, {place}) AS c{one.id}" for place, one in enumerate(node.made, 1)]
        columns = ", ".join([*(f"c{one.id}" for one in once(kept)), *fields])
        return f"SELECT {columns} FROM (SELECT *, unnest({rows}) AS u FROM ({source}))"

    def _unpivot(self, node: Unpivot, below: list[str]) -> str:
        width = len(node.values[0])
        names = [text_sql(label) for label in node.labels]
        rows = [
            f"row({', '.join([name, *map(self.emit.sql, group)])})"
            for name, group in zip(names, node.values, strict=True)
        ]
        ids = [f"{self.emit.sql(one)} AS i{place}" for place, one in enumerate(node.ids)]
        listed = f"unnest([{', '.join(rows)}]) AS u"
        inner = f"SELECT {', '.join([*ids, listed])} FROM ({below[0]})"
        columns = [f"i{place} AS c{node.output[place].id}" for place in range(len(node.ids))]
        rest = node.output[len(node.ids) :]
        columns += [f"struct_extract_at(u, {place + 1}) AS c{one.id}" for place, one in enumerate(rest)]
        keep = " OR ".join(f"struct_extract_at(u, {place + 2}) IS NOT NULL" for place in range(width))
        return f"SELECT {', '.join(columns)} FROM ({inner})" + ("" if node.keep_nulls else f" WHERE {keep}")

    def _sample(self, node: Sample, below: list[str]) -> str:
        """The rows that Spark takes of one partition: by their places."""
        columns, place = columns_of(node.output), "row_number() OVER ()"
        inner = f"SELECT *, {place} AS place FROM ({below[0]})"
        if node.replacement:
            times = self.emit.aside("sampling:copies", t.LongType(), (node.high - node.low, node.seed), "place", True)
            return f"SELECT {columns} FROM (SELECT *, unnest(range({times})) AS copy FROM ({inner}))"
        chance = self.emit.aside("sampling:chances", t.DoubleType(), node.seed, "place")
        inner = f"SELECT *, {chance} AS chance FROM ({inner})"
        return f"SELECT {columns} FROM ({inner}) WHERE chance >= {node.low!r} AND chance < {node.high!r}"

    def _join(self, node: Join, below: list[str]) -> str:
        left, right = (f"({text})" if node.lateral else as_table(text) for text in below)
        if node.condition is None:
            condition = "true"
            if node.kind == "inner":
                if node.lateral:
                    return f"FROM {left} CROSS JOIN {right}"
                return JoinedText(f"FROM {right} CROSS JOIN {left}")  # in the left's order, as Spark's
        else:
            condition = self.emit.condition(node.condition)
        word = {"inner": "INNER", "left": "LEFT", "right": "RIGHT", "full": "FULL", "semi": "SEMI", "anti": "ANTI"}
        lateral = "LATERAL " if node.lateral else ""
        joined = f"FROM {left} {word[node.kind]} JOIN {lateral}{right} ON {condition}"
        return joined if node.lateral or node.kind in ("semi", "anti") else JoinedText(joined)

    def _merged(self, node: Merged, below: list[str]) -> str:
        word = {"union": "UNION", "intersect": "INTERSECT", "except": "EXCEPT"}[node.kind] + (
            " ALL" if node.all else ""
        )
        parts = []
        for part, text in zip(node.parts, below, strict=True):
            pairs = zip(part.output, node.output, strict=True)
            parts.append(
                f"SELECT {', '.join(f'c{old.id} AS c{new.id}' for old, new in pairs) or '1 AS nothing'} FROM ({text})"
            )
        return f" {word} ".join(f"({part})" for part in parts)

    def _observed(self, node: Observed, below: list[str]) -> str:
        if self._hear is None:
            return below[0]
        return observed_sql(node, below[0], columns_of(node.output), self._hear(node), self.emit.sql)

    def _numbers(self, node: Numbers, below: list[str]) -> str:
        return f"SELECT range AS c{node.output[0].id} FROM range({node.start}, {node.end}, {node.step})"

    def _scan(self, node: Scan, below: list[str]) -> str:
        pairs = [f"{quoted(name)} AS c{one.id}" for name, one in zip(node.columns, node.output, strict=True)]

        def register(table: Any) -> str:
            """A relation of rows that the source read into Arrow."""
            data = Local(lambda: table, node.output)
            told = zip(node.columns, node.output, strict=True)
            columns = [f"c{one.id} AS {quoted(name)}" for name, one in told] or ["1 AS nothing"]
            return f"(SELECT {', '.join(columns)} FROM {self._tables(data)})"

        if len({name.lower() for name in node.columns}) < len(node.columns):
            # names that differ in their case only are one in DuckDB
            return self._table(Local(lambda: node.source.table_of(node.columns), node.output), below)
        rows = node.source.sql(node.columns, node.filters, register)
        return f"SELECT {', '.join(pairs) or '1 AS nothing'} FROM {rows}"

    def _local(self, node: Any, below: list[str]) -> str:
        return self._table(node, below) if node.columns is None else values_query(node)

    def _table(self, node: Any, below: list[str]) -> str:
        return f"SELECT {columns_of(node.output)} FROM {self._tables(node)}"


def _uses(plan: Node) -> tuple[dict[int, int], list[Shared]]:
    """How many nodes read each node, by its identity, and each ``Shared``'s key, subqueries counted in; the first
    ``Shared`` of each key, those that it reads before it."""
    found: dict[int, int] = {}
    shared: dict[int, Shared] = {}

    def count(node: Node, below: list[None]) -> None:
        if isinstance(node, Shared):
            found[id(node.key)] = found.get(id(node.key), 0) + 1
            if id(node.key) in shared:
                return
            shared[id(node.key)] = node
        for child in node.children:
            found[id(child)] = found.get(id(child), 0) + 1
        for expression in node.expressions:
            for one in find(expression, Subquery):
                fold_plan(one.plan, count, met)

    def met(node: Node) -> bool:
        return isinstance(node, Shared) and id(node.key) in shared

    fold_plan(plan, count, met)
    return found, list(shared.values())


_WRITERS: dict[type, Callable[[Relations, Any, list[str]], str]] = {
    OneRow: lambda relations, node, below: "SELECT 1 AS nothing",
    Numbers: Relations._numbers,
    Local: Relations._local,
    Kept: Relations._table,
    Scan: Relations._scan,
    Project: Relations._project,
    Filter: Relations._filter,
    Aggregate: Relations._aggregate,
    Sort: Relations._sort,
    Limit: Relations._limit,
    Distinct: Relations._distinct,
    Generate: Relations._generate,
    Unpivot: Relations._unpivot,
    Sample: Relations._sample,
    Named: lambda relations, node, below: below[0],
    Hinted: lambda relations, node, below: below[0],
    Once: lambda relations, node, below: below[0],
    Observed: Relations._observed,
    Join: Relations._join,
    Merged: Relations._merged,
}
