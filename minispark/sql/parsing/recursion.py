"""WITH RECURSIVE: a query that reads its own rows, round after round, until a round gives none."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace, value
from minispark.errors import AnalysisException, ParseException, SparkRuntimeException
from minispark.sql.analysis import joins, relations
from minispark.sql.analysis.relations import cast_to
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.renaming import named_columns
from minispark.sql.plan.expressions import Alias, Over, Subquery, fresh_id, holds, walk
from minispark.sql.plan.nodes import (
    Aggregate,
    Hinted,
    Join,
    Local,
    Named,
    Node,
    Project,
    Shared,
    project,
    walk_plan,
)

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner

LEVELS_MAX, ROWS_MAX = 100, 1_000_000
_ROUND = "RecursiveRound"


class _Round:
    """The rows of the round before: what the name of the query means inside of it."""

    table: Any = None


def name_queries(planner: Planner, query: s.With, clashing: Container[str], outer: Scope | None) -> None:
    """Plan the queries that a WITH names, each knowing those before it. Raises ParseException for a name twice, and
    AnalysisException for one that is ``clashing`` with a name around it."""
    met: set[str] = set()
    for cte in query.ctes:
        name = planner.analyzer.scope(()).fold(cte.name)
        if name in met:
            raise ParseException(
                f"the WITH clause has two queries named `{cte.name}`",
                "DUPLICATED_CTE_NAMES",
                {"duplicateNames": f"`{cte.name}`"},
            )
        if name in clashing:
            raise AnalysisException(
                f"the WITH clause names a query `{cte.name}`, and one around it does too; give it another name, or "
                "set spark.sql.legacy.ctePrecedencePolicy to CORRECTED, by which the inner one is meant",
                "AMBIGUOUS_ALIAS_IN_NESTED_CTE",
                {
                    "name": f"`{cte.name}`",
                    "config": '"spark.sql.legacy.ctePrecedencePolicy"',
                    "docroot": "https://spark.apache.org/docs/latest",
                },
            )
        met.add(name)
        made = recursive(planner, cte, outer) if query.recursive else None
        if made is None:
            made = planner.plan(cte.query, outer)
            if cte.columns:
                made = named_columns(made, cte.columns)
        once = made if outer is not None else Shared(made, object())
        planner.ctes[name] = relations.alias(once, cte.name)


def recursive(planner: Planner, cte: s.Cte, outer: Scope | None) -> Node | None:
    """The plan of a named query that refers to itself; None for one that does not.

    Raises AnalysisException (INVALID_RECURSIVE_CTE) where it is no UNION of a query without the name and one with it.
    """
    if not _mentions(cte.query, cte.name.lower()):
        return None
    body, before = cte.query, planner.ctes
    planner.ctes = dict(before)
    try:
        while isinstance(body, s.With):
            name_queries(planner, body, (), outer)
            body = body.query
        return _rounds(planner, cte, body, outer)
    finally:
        planner.ctes = before


def _rounds(planner: Planner, cte: s.Cte, body: Any, outer: Scope | None) -> Node:
    name = cte.name.lower()
    if not isinstance(body, s.SetOperation) or body.kind != "union" or _mentions(body.left, name):
        raise AnalysisException(
            f"the recursive query `{cte.name}` must be a first query, UNION [ALL], and one that reads `{cte.name}`",
            "INVALID_RECURSIVE_CTE", {},
        )  # fmt: skip
    first = planner.plan(body.left, outer)
    if cte.columns:
        first = named_columns(first, cte.columns)
    if not body.all:
        raise AnalysisException(
            f"the recursive query `{cte.name}` must be a UNION ALL", "UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", {}
        )
    current = _Round()
    columns = tuple(replace(one, id=fresh_id(), qualifier=(), nullable=True) for one in first.output)
    planner.ctes[planner.analyzer.scope(()).fold(cte.name)] = relations.alias(
        Local(lambda: current.table, columns, _ROUND), cte.name
    )
    step = planner.plan(body.right, outer)
    _check_places(cte.name, step)
    step = _same_types(planner, step, first)
    output = tuple(replace(one, id=fresh_id(), qualifier=(), nullable=True) for one in first.output)
    return Local(_Rounds(planner, cte, first, step, current), output, "RecursiveQuery")


def _check_places(name: str, step: Node) -> None:
    """Raises AnalysisException where a round's rows are read in a place that needs all rows at once."""
    for node in walk_plan(step):
        below: tuple[Node, ...] = ()
        if isinstance(node, Aggregate) or isinstance(node, Project) and not _row_by_row(node):
            below = (node.child,)
        elif isinstance(node, Join):
            below = (node.right,) if node.kind in ("left", "full", "semi", "anti") else ()
            below += (node.left,) if node.kind in ("right", "full") else ()
        for expression in node.expressions:
            for one in walk(expression):
                if isinstance(one, Subquery):
                    _check_places(name, one.plan)
        if any(isinstance(one, Local) and one.kind == _ROUND for side in below for one in walk_plan(side)):
            raise AnalysisException(
                f"`{name}` reads itself below an aggregation, or on the side of a join whose rows may be missing",
                "INVALID_RECURSIVE_REFERENCE.PLACE", {},
            )  # fmt: skip


def limited(node: Node, count: int | None) -> Node:
    """The plan, of which no more rows are wanted (None: all, however many), where it is a recursive query's rows."""
    if isinstance(node, Local) and isinstance(node.table, _Rounds):
        return replace(node, table=replace(node.table, count=-1 if count is None else count))
    if isinstance(node, (Named, Shared, Hinted)) or (isinstance(node, Project) and _row_by_row(node)):
        made = limited(node.child, count)
        if made is node.child:
            return node
        return made if isinstance(node, Shared) else replace(node, child=made)
    return node


def _row_by_row(node: Project) -> bool:
    return not any(holds(item, Over) for item in node.items)


def _same_types(planner: Planner, step: Node, first: Node) -> Node:
    if len(step.output) != len(first.output):
        joins.merge(planner.analyzer, (first, step), "union", True)
    items = tuple(
        Alias(cast_to(planner.analyzer, one, wanted.dtype), wanted.name, None, fresh_id())
        for one, wanted in zip(step.output, first.output, strict=True)
    )
    return project(step, items)


@value(eq=False)
class _Rounds:
    """The rows of a recursive query, computed when asked for: ``count`` of them, -1 for all, None for the usual limit.

    Raises SparkRuntimeException past the limits of rounds and rows.
    """

    planner: Planner
    cte: s.Cte
    first: Node
    step: Node
    current: _Round
    count: int | None = None

    def __call__(self) -> Any:
        import pyarrow as pa

        conf, table = self.planner.analyzer.settings.conf, self.planner.table
        levels = self.cte.levels or int(conf("spark.sql.cteRecursionLevelLimit") or LEVELS_MAX)
        rows = -1 if self.count is not None else int(conf("spark.sql.cteRecursionRowLimit") or ROWS_MAX)
        found = [table(self.first)]
        total, level = found[0].num_rows, 0
        while found[-1].num_rows and not 0 <= (-1 if self.count is None else self.count) <= total:
            level += 1
            if 0 <= levels < level:
                raise _limit(
                    "RECURSION_LEVEL_LIMIT_EXCEEDED", f"more than {levels} rounds", "spark.sql.cteRecursionLevelLimit"
                )
            self.current.table = found[-1]
            made = table(self.step)
            total += made.num_rows
            if 0 <= rows < total:
                raise _limit("RECURSION_ROW_LIMIT_EXCEEDED", f"more than {rows} rows", "spark.sql.cteRecursionRowLimit")
            found.append(made.cast(found[0].schema))
        return pa.concat_tables(found)


def _limit(condition: str, what: str, key: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"the recursive query came to {what}; raise {key}, or let it end earlier", condition, {"configName": key}
    )


def _mentions(part: Any, name: str) -> bool:
    """Whether a parsed query names a table that no WITH inside of it names."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Table) and len(one.parts) == 1 and one.parts[0].lower() == name:
            return True
        if isinstance(one, s.With):
            waiting += _before_named(one, name)
        elif isinstance(one, tuple):
            waiting += one
        elif hasattr(one, "__match_args__"):
            waiting += [getattr(one, field) for field in one.__match_args__]
    return False


def _before_named(query: s.With, name: str) -> list[Any]:
    """The parts of a WITH in which a name is not that of one of its own queries."""
    found: list[Any] = []
    for cte in query.ctes:
        own = cte.name.lower() == name
        if not (own and query.recursive):
            found.append(cte.query)
        if own:
            return found
    return [*found, query.query]
