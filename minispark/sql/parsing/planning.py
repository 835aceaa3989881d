"""Plans of parsed queries: names get their meaning through the same builders that the DataFrame methods call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.sql.analysis import joins, relations
from minispark.sql.analysis.exposing import exposed, shown
from minispark.sql.analysis.resolver import Analyzer
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.fromclause import RELATIONS
from minispark.sql.parsing.organizing import organized
from minispark.sql.parsing.recursion import name_queries
from minispark.sql.parsing.selecting import piped, selected
from minispark.sql.parsing.subqueries import resolved_subquery
from minispark.sql.parsing.transforming import Transform, transformed
from minispark.sql.parsing.values import inline_table
from minispark.sql.plan.expressions import Alias, Expression, Subquery, fresh_id
from minispark.sql.plan.nodes import Node
from minispark.sql.plan.nodes import project as project_node
from minispark.sql.plan.written import placed

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope

Finder = Callable[[tuple[str, ...], dict[str, str]], Node]
"""The plan of a table or view by its name and options; raises AnalysisException where there is none."""


class Planner:
    """Makes the plan of one statement.

    ``find`` gives the plans of tables and views. ``functions`` gives those of a session's table functions, by name and
    arguments; None where there is no such function. ``run`` gives a plan's rows as tuples of physical values, for what
    must be known at once, as a LIMIT's number; ``table`` the rows as a pyarrow.Table, for recursive queries.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        find: Finder,
        run: Callable[[Node], list[tuple[Any, ...]]],
        functions: Callable[[str, s.TableFunction, Scope | None], Node | None] | None = None,
        table: Callable[[Node], Any] = lambda plan: None,
    ) -> None:
        self.analyzer = Analyzer(
            analyzer.settings, analyzer.functions, analyzer.parse, self.subquery, analyzer.variable
        )
        self.find = find
        self.run = run
        self.table = table
        self.functions = functions
        self.ctes: dict[str, Node] = {}
        self.inside = False
        """Whether a named query or one in an expression is being planned, in which names around come first by an old
        setting."""
        self._used: set[int] = set()

    def plan(self, query: Any, outer: Scope | None = None) -> Node:
        """The plan of a parsed query. Raises AnalysisException for names and types that do not fit."""
        return shown(self.source(query, outer))

    def source(self, query: Any, outer: Scope | None = None) -> Node:
        """As ``plan``, with the keys that joins show once as hidden columns, for what stands over it."""
        with placed(query, OF_QUERIES if type(query) in _QUERIES else ("",)):
            found: Node = _PLANS[type(query)](self, query, outer)
        return exposed(found) if isinstance(query, s.Joined) else found

    def resolve(self, expression: Expression, outer: Scope | None = None) -> Any:
        """A parsed expression without columns of its own."""
        return self.analyzer.resolve(expression, self.analyzer.scope((), outer))

    def anew(self, node: Node) -> Node:
        """The plan of a name, with other ids than any earlier use of it has."""
        ids = {one.id for one in node.output}
        if not ids & self._used:
            self._used |= ids
            return node
        items = tuple(Alias(one, one.name, one.metadata or None, fresh_id()) for one in node.output)
        made = project_node(node, items)
        output = tuple(replace(new, qualifier=old.qualifier) for new, old in zip(made.output, node.output, strict=True))
        self._used |= {one.id for one in output}
        return replace(made, output=output)

    def subquery(self, one: Subquery, scope: Scope, analyzer: Analyzer) -> Subquery:
        """A query inside of an expression, analysed within the scope around it."""
        if isinstance(one.plan, Node):
            plan = one.plan
        else:
            inside, self.inside = self.inside, True
            try:
                plan = one.plan(scope) if callable(one.plan) else self.plan(one.plan, scope)
            finally:
                self.inside = inside
        return resolved_subquery(self.analyzer, one, plan, scope)


def _with(planner: Planner, query: s.With, outer: Scope | None) -> Node:
    before = planner.ctes
    policy = str(planner.analyzer.settings.conf("spark.sql.legacy.ctePrecedencePolicy") or "CORRECTED").upper()
    hiding = policy == "LEGACY" and planner.inside
    planner.ctes = {} if hiding else dict(before)
    inside, planner.inside = planner.inside, True
    try:
        name_queries(planner, query, before if policy == "EXCEPTION" else (), outer)
        if hiding:
            planner.ctes |= before
        planner.inside = inside
        return planner.plan(query.query, outer)
    finally:
        planner.ctes, planner.inside = before, inside


def _set_operation(planner: Planner, query: s.SetOperation, outer: Scope | None) -> Node:
    """Chains of one operation are made without recursion."""
    chain = [query.right]
    left = query.left
    while isinstance(left, s.SetOperation) and (left.kind, left.all) == (query.kind, query.all) and query.all:
        chain.append(left.right)
        left = left.left
    made = planner.plan(left, outer)
    if query.kind == "union" and query.all:
        parts = [made, *(planner.plan(part, outer) for part in reversed(chain))]
        return joins.merge(planner.analyzer, parts, "union", True)
    for part in reversed(chain):
        right, _ = joins.apart(made, planner.plan(part, outer))
        made = joins.merge(planner.analyzer, (made, right), query.kind, query.all)
    if query.kind == "union":
        relations.distinct(made)
    return made


OF_QUERIES = (
    "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN", "DUPLICATED_CTE_NAMES", "INCOMPATIBLE_COLUMN_TYPE", "INVALID_INLINE_TABLE",
    "INVALID_WHERE_CONDITION", "MISSING_GROUP_BY", "NUM_COLUMNS_MISMATCH", "UNRESOLVED_COLUMN", "UNSUPPORTED_FEATURE",
    "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY", "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE",
)  # fmt: skip
"""Errors whose place is a whole query, where it is none of its parts."""
_QUERIES = (s.With, s.SetOperation, s.Organized, s.Select, s.Piped)
_PLANS: dict[type, Callable[[Any, Any, Any], Node]] = {
    s.With: _with, s.SetOperation: _set_operation, s.Organized: organized, s.Select: selected, s.Piped: piped,
    s.Values: inline_table, Transform: transformed, **RELATIONS,
}  # fmt: skip
