"""Queries of SQL: SELECT and all that stands around it."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.cursor import Settings
from minispark.sql.parsing.grouping import GroupingParser
from minispark.sql.parsing.pipes import PIPES
from minispark.sql.parsing.relations import RelationParser
from minispark.sql.parsing.transforming import read_transform
from minispark.sql.plan.expressions import Expression, Frame, Over, Star, transform
from minispark.sql.plan.expressions import walk as walk_expression


class QueryParser(GroupingParser, RelationParser):
    """Reads queries."""

    def query(self) -> Any:
        found: Any
        first = self.place
        if self.at("WITH"):
            ctes, recursive = self.ctes()
            return self.marked(s.With(ctes, recursive, self.query()), first)
        found = self._organized(self._term())
        return self.marked(self._organized(self._piped(found)) if self.at("|>") else found, first)

    def ctes(self) -> tuple[tuple[s.Cte, ...], bool]:
        """A WITH clause; whether it is recursive."""
        self.expect("WITH")
        recursive = self.accept("RECURSIVE")
        return tuple(self.listed(self._cte)), recursive

    def _cte(self) -> s.Cte:
        start = self.token
        name = self.strict_name()
        columns = self.names() if self.at("(") and not self.query_ahead(0) else ()
        levels = None
        if self.accept("MAX"):
            self.expect("RECURSION")
            self.expect("LEVEL")
            levels = self.integer()
        self.accept("AS")
        self.expect("(")
        query = self.query()
        self.expect(")")
        del start
        return s.Cte(name, columns, query, levels)

    # --- set operations and pipes --------------------------------------------------------------------------------

    def _piped(self, found: Any) -> Any:
        while self.at("|>"):
            found = self._pipe(found)
        return found

    def _pipe(self, found: Any) -> Any:
        if not self.settings.pipes:
            raise self.error(
                self.token, "the steps of a query after |> are not allowed; set spark.sql.operatorPipeSyntaxEnabled",
                "_LEGACY_ERROR_TEMP_0035", {"message": "Operator pipe SQL syntax using |>"},
            )  # fmt: skip
        self.expect("|>")
        word = self.token.key
        if word not in PIPES:
            self.fail()
        return PIPES[word](self, found)

    def _term(self) -> Any:
        """UNION and EXCEPT of INTERSECTs of primaries, from left to right."""
        if self.settings.equal_sets:
            return self._equal_term()
        first = self.place
        found = self._intersection()
        while self.at_any("UNION", "EXCEPT"):
            kind = self.next().key.lower()
            every = self.accept_any("ALL", "DISTINCT") == "ALL"
            found = self.marked(s.SetOperation(kind, every, found, self._intersection()), first)
        return found

    def _equal_term(self) -> Any:
        found = self.primary_query()
        while self.at_any("UNION", "EXCEPT", "INTERSECT"):
            kind = self.next().key.lower()
            every = self.accept_any("ALL", "DISTINCT") == "ALL"
            found = s.SetOperation(kind, every, found, self.primary_query())
        return found

    def _intersection(self) -> Any:
        first = self.place
        found = self.primary_query()
        while self.accept("INTERSECT"):
            every = self.accept_any("ALL", "DISTINCT") == "ALL"
            found = self.marked(s.SetOperation("intersect", every, found, self.primary_query()), first)
        return found

    def _organized(self, query: Any) -> Any:
        order: tuple[Expression, ...] = ()
        cluster: tuple[Expression, ...] = ()
        distribute: tuple[Expression, ...] = ()
        sort: tuple[Expression, ...] = ()
        start = self.place
        if self.accept("ORDER", "BY"):
            order = self.sort_items()
        if self.accept("CLUSTER", "BY"):
            cluster = self.expressions()
        if self.accept("DISTRIBUTE", "BY"):
            distribute = self.expressions()
        if self.accept("SORT", "BY"):
            sort = self.sort_items()
        windows = self.windows()
        limit = None
        unlimited = self.accept("LIMIT", "ALL")
        if not unlimited and self.accept("LIMIT"):
            limit = self.expression()
        offset = self.expression() if self.accept("OFFSET") else None
        if self.place == start:
            return query
        found = s.Organized(query, order, cluster, distribute, sort, limit, offset, unlimited)
        return _with_windows(found, windows, self) if windows else found

    def primary_query(self) -> Any:
        """A SELECT, VALUES, TABLE, or a query in parentheses."""
        first = self.place
        return self.marked(self._primary_query(), first)

    def _primary_query(self) -> Any:
        if self.accept("("):
            found = self.query()
            self.expect(")")
            return found
        if self.at("SELECT"):
            return self._select(None)
        if self.accept("FROM"):
            return self._from_first()
        if self.at("VALUES"):
            return self.inline_table()
        if self.accept("TABLE"):
            place, first = self.token.start, self.place
            return self.marked(s.Table(self.parts(), place), first)
        if self.at_any("MAP", "REDUCE") and self.ahead().key != "(":
            return read_transform(self, None)
        return self.fail()

    # --- SELECT --------------------------------------------------------------------------------------------------

    def _from_first(self) -> Any:
        """``FROM t SELECT ...`` of Hive, or ``FROM t`` before a pipe."""
        source = self.from_clause()
        if self.at_any("MAP", "REDUCE") and self.ahead().key != "(":
            return self._organized(read_transform(self, source))
        views = self.lateral_views()
        if views:
            source = s.Aliased(s.Select((Star(),), source, views), None) if self.at("SELECT") else source
        if self.at("SELECT"):
            found = self._organized(self._select(source))
            while self.at("SELECT"):
                found = s.SetOperation("union", True, found, self._organized(self._select(source)))
            return found
        if not self.at_any("|>", ")", "end", ";", "INSERT"):
            self.fail()
        return s.Select((Star(),), source, views) if not isinstance(source, s.Select) else source

    def _is_transform(self) -> bool:
        """Whether TRANSFORM (...) is Spark's clause, not the function: USING or a format follows."""
        return any(self.closing_followed_by(key) for key in ("USING", "ROW", "RECORDWRITER"))

    def _select(self, source: Any) -> Any:
        self.expect("SELECT")
        if self.at("TRANSFORM", "(") and self._is_transform():
            return read_transform(self, source)
        hints: list[s.Hint] = []
        while self.accept("/*+"):
            while not self.accept("*/"):
                hints.append(self._hint())
                self.accept(",")
        quantifier = None
        if self.at_any("DISTINCT", "ALL") and self.ahead().key not in (",", "FROM", "end", ")"):
            quantifier = self.next().key
        items = self.named_expressions()
        if source is None and self.accept("FROM"):
            source = self.from_clause()
        return self._select_rest(items, source, quantifier == "DISTINCT", tuple(hints))

    def _select_rest(
        self, items: tuple[Expression, ...], source: Any, distinct: bool, hints: tuple[s.Hint, ...]
    ) -> Any:
        before, self.listing = self.listing, False
        views = self.lateral_views()
        where = self.expression() if self.accept("WHERE") else None
        grouping = self.grouping_clause() if self.accept("GROUP", "BY") else None
        having = self.expression() if self.accept("HAVING") else None
        qualify = None
        windows = self.windows()
        if self.accept("QUALIFY"):
            qualify = self.expression()
            windows = windows or self.windows()
        self.listing = before
        found = s.Select(items, source, views, where, grouping, having, qualify, distinct, hints)
        return _with_windows(found, windows, self)

    def _hint(self) -> s.Hint:
        name = self.name()
        parameters: list[Expression] = []
        if self.accept("("):
            while not self.accept(")"):
                parameters.append(self.value())
                self.accept(",")
        return s.Hint(name, tuple(parameters))

    def windows(self) -> dict[str, Over]:
        """A WINDOW clause: definitions by name, in lower case."""
        found: dict[str, Over] = {}
        computed = self.ahead().key == "IDENTIFIER" and self.ahead(2).key == "("
        if not (self.at("WINDOW") and (computed or self.ahead(2).key == "AS")):
            return found
        self.next()
        from minispark.sql.plan.expressions import Literal
        from minispark.sql.types import NullType

        while True:
            start = self.token
            name = self.strict_name().lower()
            if name in found:
                raise self.error(
                    start, f"The definition of window `{name}` is repetitive",
                    "INVALID_SQL_SYNTAX.REPETITIVE_WINDOW_DEFINITION",
                    {"windowName": f"`{name}`"},
                )  # fmt: skip
            self.expect("AS")
            one = self.window(Literal(None, NullType()))
            found[name] = found.get((one.named or "").lower(), one) if one.named else one
            if not self.accept(","):
                return found


def _with_windows(found: Any, windows: dict[str, Over], parser: QueryParser) -> Any:
    """The SELECT with every window's name replaced by its definition. Raises ParseException where there is none."""
    if not any(token.key == "OVER" for token in parser.tokens):
        return found

    def named(one: Expression) -> Expression:
        if not isinstance(one, Over) or one.named is None:
            return one
        known = windows.get(one.named.lower())
        if known is None:
            if not isinstance(found, s.Select):
                return one
            if not windows and parser.at_any("ORDER", "LIMIT", "WINDOW", "SORT", "CLUSTER", "DISTRIBUTE"):
                return one
            raise AnalysisException(
                f"Window specification is not defined in the WINDOW clause for {one.named}",
                "MISSING_WINDOW_SPECIFICATION", {"windowName": one.named, "docroot": "https://spark.apache.org/docs/latest"},
            )  # fmt: skip
        frame: Frame | None = known.frame
        return Over(one.child, known.partition, known.order, frame)

    return _mapped(found, lambda one: transform(one, named) if _names_window(one) else one)


def _names_window(expression: Expression) -> bool:
    return any(isinstance(one, Over) and one.named is not None for one in walk_expression(expression))


def _mapped(found: Any, change: Any) -> Any:
    """A SELECT, or an order over one, with its own expressions changed."""
    from minispark.engine.core.values import replace

    if isinstance(found, s.Organized):
        query = _mapped(found.query, change) if isinstance(found.query, s.Select) else found.query
        return replace(found, query=query, order=tuple(map(change, found.order)), sort=tuple(map(change, found.sort)))
    changes: dict[str, Any] = {"items": tuple(map(change, found.items))}
    for name in ("having", "qualify"):
        part = getattr(found, name)
        if part is not None:
            changes[name] = change(part)
    return replace(found, **changes)


def parse_query(text: str, settings: Settings | None = None) -> Any:
    """The query that a text is. Raises ParseException.

    >>> type(parse_query("SELECT 1 UNION ALL SELECT 2")).__name__
    'SetOperation'
    """
    parser = QueryParser(text, settings)
    found = parser.query()
    parser.end()
    return found


def parse_expression(text: str, settings: Settings | None = None) -> Expression:
    """The expression that a text is, with its alias if it has one (``F.expr``). Raises ParseException.

    >>> parse_expression("a + 1 AS b")
    Alias(child=Apply(name='+', args=(Name(parts=('a',)), Literal(item=1, dtype=IntegerType(), text=None)), ...
    """
    parser = QueryParser(text, settings)
    found = parser.named_expression()
    if parser.token.kind != "end":
        parser.fail()
    return found
