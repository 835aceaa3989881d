"""What all parts of the grammar share: queries and expressions in each other, parameters, computed names, types."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.parsing.cursor import NEVER_NAMES, Cursor
from minispark.sql.parsing.tokens import QUOTED, WORD, words
from minispark.sql.plan.expressions import Apply, Expression, Literal, Subquery, holds

NO_ALIAS = NEVER_NAMES | words(
    "FROM WHERE GROUP HAVING ORDER LIMIT OFFSET CLUSTER DISTRIBUTE SORT WINDOW QUALIFY AS ASC DESC NULLS WHEN THEN "
    "ELSE END AND OR NOT BETWEEN IN LIKE ILIKE RLIKE IS ESCAPE OVER FOR PIVOT UNPIVOT TABLESAMPLE VALUES SELECT "
    "INSERT FILTER WITHIN IGNORE RESPECT ROWS RANGE COLLATE PLACING DIV SET PRECEDING FOLLOWING"
)
"""Words that go on after an expression, and so are no alias without AS."""


class Grammar(Cursor):
    """Reads parameters, computed names and types; says what the other parts read."""

    def expression(self) -> Expression:
        """Any expression."""
        raise NotImplementedError

    def value(self, least: int = 1) -> Expression:
        """An expression of operators that bind at least so strongly; comparisons are the weakest."""
        raise NotImplementedError

    def named_expressions(self) -> tuple[Expression, ...]:
        """One or several expressions, each with an alias or without."""
        raise NotImplementedError

    def item(self) -> Expression:
        """An expression with an alias or without, as it is written."""
        raise NotImplementedError

    def expressions(self) -> tuple[Expression, ...]:
        """One or several expressions."""
        return tuple(self.listed(self.expression))

    def sort_items(self) -> tuple[Expression, ...]:
        """Keys of an order."""
        raise NotImplementedError

    def query(self) -> Any:
        """A query, up to what cannot belong to it."""
        raise NotImplementedError

    def at_query(self) -> bool:
        """Whether a query starts here (behind any opening parentheses)."""
        place = self.place
        while self.tokens[place].key == "(":
            place += 1
        token, after = self.tokens[place], self.tokens[min(place + 1, len(self.tokens) - 1)]
        if token.key not in ("SELECT", "WITH", "FROM", "VALUES", "TABLE") or token.kind != WORD:
            return False
        if token.key == "VALUES":
            return after.key not in (")", ",", ".")
        if token.key == "FROM" and after.key == "VALUES":
            return True
        if token.key in ("FROM", "TABLE", "WITH"):
            return after.kind in (WORD, QUOTED) and after.key not in NO_ALIAS
        return after.key not in (")", ",", ".", "->")

    def query_ahead(self, count: int) -> bool:
        """Whether an opening parenthesis lies so far ahead, and a query behind it."""
        if self.ahead(count).key != "(":
            return False
        self.place += count + 1
        found = self.at_query()
        self.place -= count + 1
        return found

    def closed_query(self) -> Any:
        found = self.query()
        self.expect(")")
        return found

    def closing_followed_by(self, key: str) -> bool:
        depth, place = 0, self.place + 1
        while place < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.tokens[place].key, 0)
            place += 1
            if not depth:
                return place < len(self.tokens) and self.tokens[place].key == key
        return False

    def last_word(self) -> bool:
        """Whether a word ends the statement: then it is a name, whatever else it starts elsewhere."""
        return self.token.key not in NEVER_NAMES and self.ahead().key in ("end", ";")

    # --- parameters and names that are computed ------------------------------------------------------------------

    def _parameter(self) -> Expression:
        token = self.next()
        if token.key == "?":
            return self._positional()
        name = self.name()
        given = self.settings.named
        if given is None or name not in given:
            self._mixed()
            said = (
                f"the statement has the parameter :{name}, and args have no value for it: give args={{'{name}': ...}}"
            )
            raise self._unbound(f"{said}, a constant, or a list, map or struct of constants", name, token.start)
        found: Expression = given[name]
        return found

    def _unbound(self, said: str, name: str, start: int) -> AnalysisException:
        found = AnalysisException(said, "UNBOUND_SQL_PARAMETER", {"name": name})
        if self.marks is not None:
            found._contexts = [self.marks.at(start, self.tokens[self.place - 1].stop)]
        return found

    def _positional(self) -> Expression:
        given = self.settings.positional
        self.used += 1
        if given is None or self.used > len(given):
            self._mixed()
            said = f"the statement has {self.used} parameters ? or more, and args have {self.used - 1} values"
            start = self.tokens[self.place - 1].start
            raise self._unbound(f"{said}: give one for each", f"_{start}", start)
        found: Expression = given[self.used - 1]
        return found

    def _mixed(self) -> None:
        """Raises AnalysisException where the text has parameters of both kinds."""
        pairs = zip(self.tokens, self.tokens[1:], strict=False)
        named = any(one.key == ":" and other.kind == WORD and one.stop == other.start for one, other in pairs)
        if named and any(one.key == "?" for one in self.tokens):
            raise AnalysisException(
                "Parameterized query must either use positional, or named parameters, but not both",
                "INVALID_QUERY_MIXED_QUERY_PARAMETERS", {},
            )  # fmt: skip

    def parameter(self) -> Any:
        if not self.at_any("?", ":"):
            return None
        found = self._parameter()
        return found.item if isinstance(found, Literal) else found

    def identifier_clause(self) -> tuple[str, ...]:
        start = self.next()
        self.expect("(")
        first = self.token
        expression = self.expression()
        shown = self.since(first)
        self.expect(")")
        text = constant_text(expression)
        if text is None:
            text = self._computed_name(expression, shown)
        if not text:
            raise self.error(start, "the name that IDENTIFIER gives is empty", "PARSE_EMPTY_STATEMENT")
        inner = type(self)(text, self.settings)
        parts = inner.parts()
        inner.end()
        return parts

    def _computed_name(self, expression: Expression, shown: str) -> str:
        """The text of an expression that must be computed. Raises AnalysisException for what is no constant text."""

        def wrong(kind: str, why: str, **more: str) -> AnalysisException:
            return AnalysisException(
                f"IDENTIFIER needs a constant text that is not null, and {shown} {why}",
                f"NOT_A_CONSTANT_STRING.{kind}",
                {"name": "IDENTIFIER", "expr": shown, **more},
            )

        if self.settings.constant is None or holds(expression, Subquery):
            raise wrong("NOT_CONSTANT", "is none")
        try:
            found = self.settings.constant(expression)
        except AnalysisException as error:
            if not str(error.getCondition()).startswith("UNRESOLVED_COLUMN"):
                raise
            raise wrong("NOT_CONSTANT", "is none") from None
        if found is None:
            raise wrong("NOT_CONSTANT", "is none")
        if not isinstance(found.dtype, (t.StringType, t.NullType)):
            raise wrong("WRONG_TYPE", f"is {found.dtype.simpleString()}", dataType=found.dtype.simpleString())
        if found.item is None:
            raise wrong("NULL", "is null")
        return str(found.item)

    def data_type(self) -> t.DataType:
        """A type, as ``CAST`` takes it."""
        from minispark.errors import ParseException
        from minispark.sql.types.ddl import parse_one

        start = self.token
        self._skip_type()
        try:
            return parse_one(self.since(start), self.settings.local_timestamps)
        except ParseException as error:
            raise self.error(
                start, str(error._message), error.getCondition() or "", error.getMessageParameters()
            ) from None

    def _skip_type(self) -> None:
        """Past a type: its words, and what brackets hold."""
        if self.token.kind != WORD:
            self.fail("a type is missing")
        word = self.next().key
        if word == "INTERVAL":
            if self.at_any("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"):
                self.next()
                if self.at("TO"):
                    self.place += 2
        elif word in ("ARRAY", "MAP", "STRUCT") and self.accept_any("!=", "<"):
            self._skip_angles()
        elif self.accept("("):
            while not self.accept(")"):
                if self.next().kind == "end":
                    self.fail("missing ')'")
        if word in ("TIMESTAMP", "TIME") and self.at_any("WITH", "WITHOUT") and self.ahead().key in ("TIME", "LOCAL"):
            while self.at_any("WITH", "WITHOUT", "LOCAL", "TIME", "ZONE"):
                self.next()
        if word in ("STRING", "CHAR", "VARCHAR") and self.at("COLLATE"):
            self.next()
            self.parts()

    def _skip_angles(self) -> None:
        if self.tokens[self.place - 1].text == "<>":
            return
        depth = 1
        while depth:
            token = self.next()
            if token.kind == "end":
                self.fail("missing '>'")
            depth += {"<": 1, ">": -1, ">=": -1}.get(token.key, 0)


def constant_text(expression: Expression) -> str | None:
    """The text of a constant expression of strings: a literal, or several joined; None for others."""
    if isinstance(expression, Literal):
        return expression.item if isinstance(expression.item, str) else None
    if isinstance(expression, Apply) and expression.name in ("concat", "lower", "upper"):
        parts = [constant_text(arg) for arg in expression.args]
        if any(part is None for part in parts):
            return None
        text = "".join(part or "" for part in parts)
        return {"lower": text.lower(), "upper": text.upper()}.get(expression.name, text)
    return None
