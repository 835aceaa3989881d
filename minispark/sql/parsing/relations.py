"""What FROM names: tables, functions, queries, joins, samples, pivots."""

from __future__ import annotations

import re
from typing import Any

from minispark.errors import ParseException
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.calls import function_name
from minispark.sql.parsing.cursor import NEVER_NAMES
from minispark.sql.parsing.expressions import ExpressionParser
from minispark.sql.parsing.grammar import NO_ALIAS
from minispark.sql.parsing.tokens import NUMBER, QUOTED, WORD, Token
from minispark.sql.plan.expressions import Apply, Expression, Name

_KINDS = {
    ("INNER",): "inner", ("CROSS",): "cross", ("LEFT", "OUTER"): "left", ("LEFT", "SEMI"): "semi",
    ("LEFT", "ANTI"): "anti", ("LEFT",): "left", ("SEMI",): "semi", ("ANTI",): "anti", ("RIGHT", "OUTER"): "right",
    ("RIGHT",): "right",    ("FULL", "OUTER"): "full", ("FULL",): "full", (): "inner",
}  # fmt: skip
_NOT_LATERAL = {"semi": "LEFT SEMI", "anti": "LEFT ANTI", "right": "RIGHT OUTER", "full": "FULL OUTER"}
_NO_TABLE_ALIAS = (
    NEVER_NAMES | (NO_ALIAS - {"VALUES", "FILTER", "SET", "ROWS", "RANGE", "DIV"}) | {"SET", "|>", "VALUES"}
)


_STARTS = frozenset(words[0] for words in _KINDS if words) | {"NATURAL", "JOIN"}


class RelationParser(ExpressionParser):
    """Reads relations."""

    def inline_table(self) -> Any:
        """``VALUES row, row AS t(a, b)``."""
        self.expect("VALUES")
        rows = []
        for item in self.listed(self.expression):
            many = isinstance(item, Apply) and item.name == "struct"
            rows.append(item.children if many else (item,))
        if self.at("AS", "("):
            self.next()
            return s.Aliased(s.Values(tuple(rows)), "", self.names())
        return self.aliased(s.Values(tuple(rows)))

    def from_clause(self) -> Any:
        """Relations with commas between, then LATERAL VIEWs and a pivot of all."""
        found = self.relation()
        while self.accept(","):
            if self.settings.joins_first:
                found = s.Joined(found, self.relation(), "inner")
            else:
                found = self._joins(s.Joined(found, self._first(), "inner"))
        return self._pivots(found)

    def relation(self) -> Any:
        """A relation and what is joined to it."""
        return self._joins(self._first())

    def _first(self) -> Any:
        """A relation without what is joined to it."""
        lateral = self.at("LATERAL") and self.ahead().key != "VIEW" and self.accept("LATERAL")
        found = self._primary_relation()
        return s.Lateral(found) if lateral else found

    def _joins(self, found: Any) -> Any:
        """A relation with all joins and pivots after it."""
        while True:
            joined = self.join(found)
            if joined is None:
                pivoted = self._pivots(found)
                if pivoted is found:
                    return found
                joined = pivoted
            found = joined

    def join(self, left: Any) -> Any:
        """A join of ``left``, None where none follows."""
        start = self.place
        if self.token.key not in _STARTS:
            return None
        natural = self.accept("NATURAL")
        kind = None
        for words, name in _KINDS.items():
            if self.at(*words, "JOIN"):
                self.place += len(words) + 1
                kind = name
                break
        if kind is None:
            self.place = start
            return None
        joined = self.place - 1
        lateral = self.accept("LATERAL")
        right = self._primary_relation()
        if lateral:
            right = s.Lateral(right)
        if lateral and kind in _NOT_LATERAL:
            raise self.error(
                self.tokens[start], f"a lateral query cannot be the right side of a {kind} join",
                "INVALID_LATERAL_JOIN_TYPE", {"joinType": _NOT_LATERAL[kind]},
            )  # fmt: skip
        if natural and lateral:
            raise self.error(
                self.tokens[start], "The join types LATERAL and NATURAL are incompatible", "INCOMPATIBLE_JOIN_TYPES",
                {"joinType1": "LATERAL", "joinType2": "NATURAL"},
            )  # fmt: skip
        if lateral and self.at("USING", "("):
            raise self.error(
                self.tokens[start], "JOIN USING with LATERAL correlation is not supported: use ON",
                "UNSUPPORTED_FEATURE.LATERAL_JOIN_USING",
            )  # fmt: skip
        if natural:
            return s.Joined(left, right, kind, natural=True)
        if self.accept("ON"):
            return self.marked(s.Joined(left, right, kind, self.expression()), joined)
        if self.at("USING", "("):
            self.next()
            return s.Joined(left, right, kind, using=self.names())
        return s.Joined(left, right, kind)

    def _primary_relation(self) -> Any:
        first = self.place
        if self.at("("):
            return self.marked(self.aliased(self._sample(self._in_parentheses())), first)
        if self.at("VALUES") and self.ahead().key not in (".", ",", ")", "end"):
            return self.marked(self.inline_table(), first)
        token = self.token
        if not self.at_name():
            self.fail()
        if token.kind == WORD and self.ahead().key == "(" and token.key != "IDENTIFIER" or self._is_function_path():
            return self.marked(self.aliased(self._table_function()), first)
        if self.at("IDENTIFIER", "(") and self.closing_followed_by("("):
            return self.aliased(self._table_function())
        table = self.marked(s.Table(self.parts(), token.start), first)
        return self.aliased(self._sample(self._options(self._temporal(table))))

    def _is_function_path(self) -> bool:
        count = 0
        while self.ahead(count).kind in (WORD, QUOTED) and self.ahead(count + 1).key == ".":
            count += 2
        return count > 0 and self.ahead(count).kind == WORD and self.ahead(count + 1).key == "("

    def _in_parentheses(self) -> Any:
        if self.query_ahead(0):
            start = self.place
            self.next()
            query = self.attempt(self.closed_query)
            if query is not None:
                return s.Aliased(query, None)
            self.place = start
            if self.ahead().key != "(":
                self.next()
                return self.closed_query()
        self.expect("(")
        found = self.relation()
        self.expect(")")
        return found

    def _temporal(self, table: s.Table) -> s.Table:
        start = self.place
        self.accept("FOR")
        if (
            self.at_any("VERSION", "SYSTEM_VERSION", "TIMESTAMP", "SYSTEM_TIME")
            and self.ahead().key == "AS"
            and self.ahead(2).key == "OF"
        ):
            self.place += 3
            self.value()
            return s.Table(table.parts, table.place, True)
        self.place = start
        return table

    def _options(self, table: s.Table) -> s.Table:
        if not (self.at("WITH", "(") and self.ahead(2).kind in (WORD, QUOTED, "string")):
            return table
        self.place += 2
        found = []
        while True:
            key = self.string() if self.at_string() else ".".join(self.parts())
            self.accept("=")
            found.append((key, self.string() if self.at_string() else self.next().text))
            if not self.accept(","):
                break
        self.expect(")")
        return s.Table(table.parts, table.place, table.temporal, tuple(found))

    def aliased(self, relation: Any) -> Any:
        """A relation and the name after it, if any."""
        if self.accept("AS"):
            if self.token.key in NEVER_NAMES:
                self.fail()
        elif self.token.kind not in (WORD, QUOTED) or (self.token.key in _NO_TABLE_ALIAS and not self.last_word()):
            return relation
        name = self.name()
        columns: tuple[str, ...] = ()
        quoted = self.settings.quoted_identifiers and self.ahead().text[:1] == '"'
        if self.at("(") and (self.ahead().kind in (WORD, QUOTED) or quoted):
            columns = self.names()
        return s.Aliased(relation, name, columns)

    # --- functions -----------------------------------------------------------------------------------------------

    def _table_function(self) -> s.TableFunction:
        place = self.token.start
        parts = (
            self.identifier_clause()
            if self.at("IDENTIFIER", "(") and self.closing_followed_by("(")
            else self._function_name()
        )
        self.expect("(")
        args: list[Any] = []
        names: list[str | None] = []
        while not self.at(")"):
            named = None
            if self.at_name() and self.ahead().key == "=>":
                named = self.name()
                self.next()
            names.append(named)
            args.append(
                self._table_argument()
                if self.at("TABLE") and self.ahead().key not in (",", ")", ".")
                else self.expression()
            )
            if not self.accept(","):
                break
        self.expect(")")
        return s.TableFunction(function_name(parts), tuple(args), tuple(names) if any(names) else (), place)

    def _table_argument(self) -> Any:
        self.expect("TABLE")
        if self.accept("("):
            found = self.query() if self.at_query() else s.Table(self.parts(), self.token.start)
            self.expect(")")
        else:
            found = s.Table(self.parts(), self.token.start)
        if self.accept("WITH", "SINGLE", "PARTITION"):
            return s.Piped(found, "single partition")
        if self.accept("PARTITION", "BY") or self.accept("DISTRIBUTE", "BY"):
            partition = self._maybe_closed(self.expressions)
            order = (
                self._maybe_closed(self.sort_items) if self.accept("ORDER", "BY") or self.accept("SORT", "BY") else ()
            )
            return s.Piped(found, "partition", (partition, order))
        return found

    def _maybe_closed(self, read: Any) -> Any:
        if self.accept("("):
            found = read()
            self.expect(")")
            return found
        return read()

    # --- lateral views, samples, pivots --------------------------------------------------------------------------

    def lateral_views(self) -> tuple[s.LateralView, ...]:
        """LATERAL VIEW clauses, as many as there are."""
        found = []
        while self.accept("LATERAL", "VIEW"):
            outer = self.at("OUTER") and self.ahead().key != "(" and self.accept("OUTER")
            generator = self._call()
            table = ""
            if self.at_name() and self.token.key not in ("AS", "LATERAL", "WHERE", "GROUP", "HAVING", "ORDER", "PIVOT"):
                table = self.name()
            columns: tuple[str, ...] = ()
            if self.accept("AS") or (self.at_name() and self.token.key not in _NO_TABLE_ALIAS):
                columns = tuple(self.listed(self.name))
            found.append(s.LateralView(bool(outer), generator, table, columns))
        return tuple(found)

    def _sample(self, relation: Any) -> Any:
        if not self.at("TABLESAMPLE"):
            return relation
        start = self.next()
        self.expect("(")
        if self.at(")"):
            raise self.error(start, "TABLESAMPLE does not accept empty inputs", "_LEGACY_ERROR_TEMP_0014")
        kind, amount = self._sample_method(start)
        self.expect(")")
        seed = None
        if self.accept("REPEATABLE"):
            self.expect("(")
            seed = self.integer()
            self.expect(")")
        return s.Sampled(relation, kind, amount, seed)

    def _sample_method(self, start: Any) -> tuple[str, Any]:
        if self.accept("BUCKET"):
            low = self.integer()
            self.expect("OUT")
            self.expect("OF")
            high = self.integer()
            if not 0 < low <= high:
                raise self._no_fraction(start, low / high if high else float("inf"))
            if self.accept("ON"):
                raise self.error(
                    start, "TABLESAMPLE(BUCKET x OUT OF y ON colname) is not supported", "_LEGACY_ERROR_TEMP_0015"
                )
            return "percent", 100 * low / high
        negative = self.accept("-")
        if self.token.kind == NUMBER and self.ahead().key == "PERCENT":
            share = float(self.next().text) * (-1 if negative else 1)
            self.next()
            if not -1e-9 <= share <= 100 + 1e-9:
                raise self._no_fraction(start, share / 100)
            return "percent", share
        amount = self.expression()
        if negative:
            amount = Apply("unary_minus", (amount,))
        if self.accept("ROWS"):
            return "rows", amount
        if isinstance(amount, Name) and re.fullmatch(r"\d+[bB]", amount.parts[0]):
            raise self.error(start, "TABLESAMPLE(byteLengthLiteral) is not supported", "_LEGACY_ERROR_TEMP_0015")
        raise self.error(start, "TABLESAMPLE(byteLengthLiteral) is not supported", "_LEGACY_ERROR_TEMP_0016")

    def _no_fraction(self, start: Token, fraction: float) -> ParseException:
        return self.error(
            start, f"Sampling fraction ({fraction}) must be on interval [0, 1]", "INVALID_TABLESAMPLE_FRACTION",
            {"fraction": str(fraction)},
        )  # fmt: skip

    def _pivots(self, found: Any) -> Any:
        while True:
            if self.at("PIVOT", "("):
                found = self.aliased(self.pivot(found))
            elif self.at("UNPIVOT") and self.ahead().key in ("(", "INCLUDE", "EXCLUDE"):
                found = self.aliased(self.unpivot(found))
            else:
                return found

    def pivot(self, relation: Any) -> s.Pivoted:
        """``PIVOT (aggregates FOR columns IN (values))``."""
        self.expect("PIVOT", "(")
        aggregates = self.named_expressions()
        self.expect("FOR")
        if self.accept("("):
            columns: tuple[Expression, ...] = tuple(self.listed(lambda: Name((self.name(),))))
            self.expect(")")
        else:
            columns = (Name((self.name(),)),)
        self.expect("IN", "(")
        values = tuple(self.listed(self._pivot_value))
        self.expect(")", ")")
        return s.Pivoted(relation, aggregates, columns, values)

    def _pivot_value(self) -> tuple[Expression, str | None]:
        found = self.expression()
        if self.accept("AS") or self.at_name():
            return found, self.name()
        return found, None

    def unpivot(self, relation: Any) -> s.Unpivoted:
        """``UNPIVOT [INCLUDE | EXCLUDE NULLS] (values FOR name IN (columns))``."""
        self.expect("UNPIVOT")
        keep = False
        if self.at_any("INCLUDE", "EXCLUDE"):
            keep = self.next().key == "INCLUDE"
            self.expect("NULLS")
        self.expect("(")
        many = self.at("(")
        values = self.names() if many else (self.name(),)
        self.expect("FOR")
        name = self.name()
        self.expect("IN", "(")
        sets = tuple(self.listed(lambda: self._unpivot_set(many)))
        self.expect(")", ")")
        return s.Unpivoted(relation, values, name, sets, keep)

    def _unpivot_set(self, many: bool) -> tuple[tuple[tuple[str, ...], ...], str | None]:
        if many:
            self.expect("(")
            columns = tuple(self.listed(self.parts))
            self.expect(")")
        else:
            columns = (self.parts(),)
        if self.accept("AS") or self.at_name():
            return columns, self.name()
        return columns, None
