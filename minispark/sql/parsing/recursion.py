"""WITH RECURSIVE: a query that reads its own rows, round after round, until a round gives none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, SparkRuntimeException
from minispark.sql.analysis import joins, relations
from minispark.sql.analysis.relations import cast_to
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.fromclause import named_columns
from minispark.sql.plan.expressions import Alias, fresh_id
from minispark.sql.plan.nodes import Local, Node, project

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner

LEVELS_MAX, ROWS_MAX = 100, 1_000_000


class _Round:
    """The rows of the round before: what the name of the query means inside of it."""

    table: Any = None


def recursive(planner: Planner, cte: s.Cte, outer: Scope | None) -> Node | None:
    """The plan of a named query that refers to itself; None for one that does not.

    Raises AnalysisException (INVALID_RECURSIVE_CTE) where it is no UNION of a query without the name and one with it.
    """
    name = cte.name.lower()
    if not _mentions(cte.query, name):
        return None
    body = cte.query
    if not isinstance(body, s.SetOperation) or body.kind != "union" or _mentions(body.left, name):
        raise AnalysisException(
            f"the recursive query `{cte.name}` must be a first query, UNION [ALL], and one that reads `{cte.name}`",
            "INVALID_RECURSIVE_CTE", {},
        )  # fmt: skip
    first = planner.plan(body.left, outer)
    if cte.columns:
        first = named_columns(first, cte.columns)
    current = _Round()
    columns = tuple(replace(one, id=fresh_id(), qualifier=(), nullable=True) for one in first.output)
    planner.ctes[planner.analyzer.scope(()).fold(cte.name)] = relations.alias(
        Local(lambda: current.table, columns, "RecursiveRound"), cte.name
    )
    step = _same_types(planner, planner.plan(body.right, outer), first)
    output = tuple(replace(one, id=fresh_id(), qualifier=(), nullable=True) for one in first.output)
    return Local(lambda: _rounds(planner, cte, body.all, first, step, current), output, "RecursiveQuery")


def _same_types(planner: Planner, step: Node, first: Node) -> Node:
    if len(step.output) != len(first.output):
        joins.merge(planner.analyzer, (first, step), "union", True)
    items = tuple(
        Alias(cast_to(planner.analyzer, one, wanted.dtype), wanted.name, None, fresh_id())
        for one, wanted in zip(step.output, first.output, strict=True)
    )
    return project(step, items)


def _rounds(planner: Planner, cte: s.Cte, every: bool, first: Node, step: Node, current: _Round) -> Any:
    """All rows. Raises SparkRuntimeException past the limits of rounds and rows."""
    import pyarrow as pa

    conf = planner.analyzer.settings.conf
    levels = cte.levels or int(conf("spark.sql.cteRecursionLevelLimit") or LEVELS_MAX)
    rows = int(conf("spark.sql.cteRecursionRowLimit") or ROWS_MAX)
    found = [planner.table(first if every else relations.distinct(first))]
    total, level = found[0].num_rows, 0
    while found[-1].num_rows:
        level += 1
        if 0 <= levels < level:
            raise _limit(
                "RECURSION_LEVEL_LIMIT_EXCEEDED", f"more than {levels} rounds", "spark.sql.cteRecursionLevelLimit"
            )
        current.table = found[-1]
        made = planner.table(step)
        if not every:
            made = _new_rows(planner, pa.concat_tables(found), made, first)
        total += made.num_rows
        if 0 <= rows < total:
            raise _limit("RECURSION_ROW_LIMIT_EXCEEDED", f"more than {rows} rows", "spark.sql.cteRecursionRowLimit")
        found.append(made.cast(found[0].schema))
    return pa.concat_tables(found)


def _new_rows(planner: Planner, known: Any, made: Any, first: Node) -> Any:
    def local(table: Any) -> Node:
        return Local(lambda: table, tuple(replace(one, id=fresh_id()) for one in first.output))

    return planner.table(joins.merge(planner.analyzer, (local(made), local(known)), "except", False))


def _limit(condition: str, what: str, key: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"the recursive query came to {what}; raise {key}, or let it end earlier", condition, {"configName": key}
    )


def _mentions(part: Any, name: str) -> bool:
    """Whether a parsed query names a table."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, s.Table) and len(one.parts) == 1 and one.parts[0].lower() == name:
            return True
        if isinstance(one, tuple):
            waiting += one
        elif hasattr(one, "__match_args__"):
            waiting += [getattr(one, field) for field in one.__match_args__]
    return False
