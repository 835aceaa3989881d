"""Expressions of SQL: operators by precedence, predicates, literals, references, calls."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.parsing import intervals, literals
from minispark.sql.parsing.cursor import Cursor, Settings
from minispark.sql.parsing.literals import LiteralError
from minispark.sql.parsing.special import SPECIAL
from minispark.sql.parsing.tokens import NUMBER, QUOTED, SIGN, WORD, Token, string_value
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Alias,
    Apply,
    Cast,
    Expression,
    Field,
    Frame,
    LambdaFunction,
    Literal,
    MultiAlias,
    Name,
    Over,
    SortOrder,
    Star,
    Subquery,
)

_BINARY = {
    "=": (1, "="), "!=": (1, "!="), "<": (1, "<"), "<=": (1, "<="), ">": (1, ">"), ">=": (1, ">="), "<=>": (1, "<=>"),
    "|": (2, "|"), "^": (3, "^"), "&": (4, "&"), "<<": (5, "<<"), "+": (6, "+"), "-": (6, "-"), "||": (6, "concat"),
    "*": (7, "*"), "/": (7, "/"), "%": (7, "%"), "DIV": (7, "div"),
}  # fmt: skip
_UNARY = {"-": "negative", "+": "positive", "~": "~"}
_NO_ALIAS = frozenset(
    "FROM WHERE GROUP HAVING ORDER LIMIT OFFSET CLUSTER DISTRIBUTE SORT WINDOW QUALIFY AS ASC DESC NULLS WHEN THEN ELSE END "
    "AND OR NOT BETWEEN IN LIKE ILIKE RLIKE IS ESCAPE OVER FOR PIVOT UNPIVOT TABLESAMPLE VALUES SELECT INSERT "
    "FILTER WITHIN IGNORE RESPECT USING ROWS RANGE COLLATE PLACING THEN DIV SET PRECEDING FOLLOWING".split()
) | frozenset("ANTI CROSS EXCEPT FULL INNER INTERSECT JOIN LATERAL LEFT NATURAL ON RIGHT SEMI UNION".split())
"""Words that go on after an expression, and so are no alias without AS."""


class ExpressionParser(Cursor):
    """Reads expressions. Queries inside them are read by ``query``, which a subclass has."""

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
        if token.key in ("FROM", "TABLE", "WITH"):
            return after.kind in (WORD, QUOTED) and after.key not in _NO_ALIAS
        return after.key not in (")", ",", ".", "->")

    # --- lists and names -----------------------------------------------------------------------------------------------

    def named_expressions(self) -> tuple[Expression, ...]:
        """One or several expressions, each with an alias or without."""
        return tuple(self.listed(self.named_expression))

    def named_expression(self) -> Expression:
        """An expression and its alias: ``a``, ``a AS b``, ``a b``, ``f(a) AS (b, c)``."""
        return _path_named(self._item())

    def _item(self) -> Expression:
        found = self.expression()
        if self.accept("AS"):
            if self.at("("):
                return MultiAlias(found, self.names())
            return Alias(found, self.strict_name())
        if self.at("(") and isinstance(found, Apply) and self.ahead().kind in (WORD, QUOTED):
            return MultiAlias(found, self.names())
        if self.at_name() and self.token.key not in _NO_ALIAS:
            return Alias(found, self.strict_name())
        return found

    def expressions(self) -> tuple[Expression, ...]:
        """One or several expressions."""
        return tuple(self.listed(self.expression))

    def sort_items(self) -> tuple[Expression, ...]:
        """Keys of an order."""
        return tuple(self.listed(self.sort_item))

    def sort_item(self) -> SortOrder:
        """``a``, ``a DESC``, ``a ASC NULLS LAST``."""
        found = self.expression()
        ascending = self.accept_any("ASC", "DESC") != "DESC"
        first = None
        if self.accept("NULLS"):
            first = self.expect_any("FIRST", "LAST") == "FIRST"
        return SortOrder(found, ascending, first)

    # --- logic -----------------------------------------------------------------------------------------------------------

    def expression(self) -> Expression:
        """Any expression."""
        found = self._conjunction()
        while self.accept("OR"):
            found = Apply("or", (found, self._conjunction()))
        return found

    def _conjunction(self) -> Expression:
        found = self._negation()
        while self.accept("AND"):
            found = Apply("and", (found, self._negation()))
        return found

    def _negation(self) -> Expression:
        count = 0
        while self.at_any("NOT", "!") and not self._is_plain_name():
            self.next()
            count += 1
        found = self._predicated()
        for _ in range(count):
            found = Apply("not", (found,))
        return found

    def _is_plain_name(self) -> bool:
        """Whether a word that could start a construct is a column's name here."""
        return self.token.kind == WORD and self.ahead().key in (",", ")", ".", "end", "=", "AS", "->", "FROM", "<", ">", "+", "*")

    def _predicated(self) -> Expression:
        if self.at("EXISTS", "(") and self._query_ahead(1):
            self.place += 2
            found: Expression = Subquery("exists", self._closed_query())
            return found
        found = self.value()
        while True:
            start = self.place
            negated = self.accept_any("NOT", "!") is not None
            made = self._predicate(found)
            if made is None:
                self.place = start
                return found
            found = Apply("not", (made,)) if negated and not isinstance(made, _Negated) else _bare(made)
            if negated and isinstance(made, _Negated):
                found = made.other

    def _predicate(self, left: Expression) -> Any:
        word = self.token.key
        if word == "BETWEEN":
            self.next()
            low = self.value()
            self.expect("AND")
            return Apply("between", (left, low, self.value()))
        if word == "IN" and self.ahead().key == "(":
            self.next()
            return self._membership(left)
        if word == "RLIKE":
            self.next()
            return Apply("rlike", (left, self.value()))
        if word in ("LIKE", "ILIKE"):
            self.next()
            return self._like(left, word.lower())
        if word == "IS" and self.tokens[self.place - 1].key not in ("NOT", "!"):
            self.next()
            return self._is(left)
        return None

    def _membership(self, left: Expression) -> Expression:
        if self._query_ahead(0):
            self.expect("(")
            many = isinstance(left, Apply) and left.name == "struct" and left.label is not None
            return Subquery("in", self._closed_query(), left.children if many else (left,))
        self.expect("(")
        items = self.expressions()
        self.expect(")")
        return Apply("in", (left, *items))

    def _like(self, left: Expression, name: str) -> Any:
        quantifier = self.accept_any("ANY", "SOME", "ALL") if self.ahead().key == "(" else None
        if quantifier:
            start = self.token
            self.expect("(")
            if self.accept(")"):
                raise self.error(start, "Expected something between '(' and ')'", "_LEGACY_ERROR_TEMP_0012")
            patterns = self.expressions()
            self.expect(")")
            return _quantified(left, name, patterns, quantifier == "ALL")
        pattern = self.value()
        if not self.accept("ESCAPE"):
            return Apply(name, (left, pattern))
        start = self.token
        escape = self.string()
        if len(escape) != 1:
            raise self.error(start, "The escape of LIKE must be one character", "INVALID_ESC", {"invalidEscape": escape})
        return Apply(name, (left, pattern, Literal(escape, t.StringType())))

    def _is(self, left: Expression) -> Expression:
        negated = self.accept_any("NOT", "!") is not None
        word = self.expect_any("NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT")
        if word == "NULL":
            return Apply("isnotnull" if negated else "isnull", (left,))
        if word == "UNKNOWN":
            checked = Cast(left, t.BooleanType(), "", given=False)
            shown = f"({_label(left)} IS {'NOT ' if negated else ''}UNKNOWN)"
            return Apply("isnotnull" if negated else "isnull", (checked,), label=shown)
        if word == "DISTINCT":
            self.expect("FROM")
            same = Apply("<=>", (left, self.value()))
            return same if negated else Apply("not", (same,))
        same = Apply("<=>", (left, Literal(word == "TRUE", t.BooleanType())))
        return Apply("not", (same,)) if negated else same

    # --- operators -------------------------------------------------------------------------------------------------------

    def value(self, least: int = 1) -> Expression:
        """An expression of operators that bind at least so strongly; comparisons are the weakest."""
        found = self._unary()
        while True:
            symbol, strength, size = self._operator()
            if strength < least:
                return found
            self.place += size
            right = self.value(strength + 1)
            if symbol == "!=":
                found = Apply("not", (Apply("=", (found, right)),))
            else:
                found = Apply(symbol, (found, right))

    def _operator(self) -> tuple[str, int, int]:
        token = self.token
        if token.key == ">" and self.ahead().key == ">" and self.ahead().start == token.stop:
            triple = self.ahead(2).key == ">" and self.ahead(2).start == token.stop + 1
            return (">>>", 5, 3) if triple else (">>", 5, 2)
        known = _BINARY.get(token.key)
        return ("", 0, 0) if known is None else (known[1], known[0], 1)

    def _unary(self) -> Expression:
        signs: list[str] = []
        while self.at_any("-", "+", "~"):
            if self.at("-") and self.ahead().kind == NUMBER:
                break
            signs.append(self.next().key)
        found = self._postfix(self._primary())
        for sign in reversed(signs):
            found = Apply(_UNARY[sign], (found,))
        return found

    def _postfix(self, found: Expression) -> Expression:
        while True:
            if self.accept("["):
                found = Field(found, self.value())
                self.expect("]")
            elif self.at("::"):
                self.next()
                found = Cast(found, self.data_type())
            elif self.at(".") and self.ahead().kind in (WORD, QUOTED):
                self.next()
                found = Field(found, Literal(self.name(), t.StringType()), dotted=True)
            elif self.at("COLLATE") and self.ahead().kind in (WORD, QUOTED):
                self.next()
                found = Apply("collate", (found, Literal(".".join(self.parts()), t.StringType())))
            elif self.at(":") and self.ahead().kind in (WORD, QUOTED, SIGN) and self.ahead().key != ":":
                found = self._variant_path(found)
            else:
                return found

    def _variant_path(self, found: Expression) -> Expression:
        """``v:a.b[0]``: a part of a variant."""
        self.expect(":")
        path, last = "$", ""
        while True:
            if self.accept("["):
                inside = self.next()
                path += f"[{inside.text}]"
                self.expect("]")
            else:
                last = self.name()
                path += f".{last}" if last.isidentifier() else f"['{last}']"
            if self.accept("."):
                continue
            if not self.at("["):
                break
        args = (found, Literal(path, t.StringType()), Literal("variant", t.StringType()))
        return Apply("variant_get", args, label=last or None)

    # --- primary expressions ---------------------------------------------------------------------------------------------

    def _primary(self) -> Expression:
        token = self.token
        kind, key = token.kind, token.key
        if kind == NUMBER or (key == "-" and self.ahead().kind == NUMBER):
            return self._number()
        if self.at_string():
            return Literal(self.string(), t.StringType())
        if key == "(":
            return self._parenthesised()
        if key == "*":
            self.next()
            return Star(without=self._excepted())
        if key in ("?", ":"):
            return self._parameter()
        if kind == WORD:
            return self._word(token)
        if self.at_name():
            return self._reference()
        self.fail()

    def _number(self) -> Expression:
        start = self.token
        negative = self.accept("-")
        try:
            return literals.number(self.next().text, negative)
        except LiteralError as error:
            raise self.error(start, error.message, error.condition, error.parameters) from None

    def _parenthesised(self) -> Expression:
        if self._is_lambda():
            parameters = self.names()
            self.expect("->")
            return LambdaFunction(parameters, self.expression())
        if self._query_ahead(0):
            start = self.place
            self.next()
            query = self.attempt(self._closed_query)
            if query is not None:
                return Subquery("scalar", query)
            self.place = start
        self.expect("(")
        found = self._item()
        if self.accept(","):
            items = (found, *self.listed(self._item))
            self.expect(")")
            return Apply("struct", items, label=_struct_label(items))
        if isinstance(found, (Alias, MultiAlias)):
            self.fail()
        self.expect(")")
        return found

    def _is_lambda(self) -> bool:
        place = self.place + 1
        while self.tokens[place].kind in (WORD, QUOTED) and self.tokens[place + 1].key == ",":
            place += 2
        return self.tokens[place].kind in (WORD, QUOTED) and self.tokens[place + 1].key == ")" and self.tokens[place + 2].key == "->"

    def _query_ahead(self, count: int) -> bool:
        """Whether an opening parenthesis lies so far ahead, and a query behind it."""
        if self.ahead(count).key != "(":
            return False
        self.place += count + 1
        found = self.at_query()
        self.place -= count + 1
        return found

    def _closed_query(self) -> Any:
        found = self.query()
        self.expect(")")
        return found

    def _word(self, token: Token) -> Expression:
        after = self.ahead()
        if after.key == "->":
            parameter = self.name()
            self.next()
            return LambdaFunction((parameter,), self.expression())
        if token.key in ("NULL", "TRUE", "FALSE") and after.key not in (".", "("):
            self.next()
            return Literal(None, t.NullType()) if token.key == "NULL" else Literal(token.key == "TRUE", t.BooleanType())
        if token.key == "INTERVAL" and (after.kind in (NUMBER, "string") or (after.key in ("-", "+", ":", "?") and self._amount_ahead())):
            return self._interval()
        if after.kind == "string" and token.key not in _NO_ALIAS and token.key not in ("CASE", "SELECT"):
            return self._typed(token)
        if token.key == "CASE" and after.key not in (".", ",", ")", "end"):
            return self._case()
        if after.key == "(":
            if token.key in SPECIAL:
                place = self.place
                found = SPECIAL[token.key](self)
                if found is not None:
                    return found
                self.place = place
            return self._call()
        return self._reference()

    def _amount_ahead(self) -> bool:
        return self.ahead(2).kind in (NUMBER, "string", WORD) or self.ahead().key == "?"

    def _typed(self, token: Token) -> Expression:
        self.next()
        text = self.string()
        if token.key not in literals.TYPED:
            raise self.error(
                token, f'Literals of the type "{token.key}" are not supported; supported types are "DATE", "TIMESTAMP_NTZ", '
                '"TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
                "UNSUPPORTED_TYPED_LITERAL", {"unsupportedType": f'"{token.key}"', "supportedTypes": '"DATE", "TIMESTAMP"'},
            )  # fmt: skip
        try:
            return literals.typed(token.key, text, self.settings.zone)
        except LiteralError as error:
            raise self.error(token, error.message, error.condition, error.parameters) from None

    def _interval(self) -> Expression:
        start = self.next()
        parts: list[tuple[str, str]] = []
        try:
            while self.token.kind in (NUMBER, "string") or self.at_any("-", "+", "?", ":"):
                sign = "-" if self.accept_any("-", "+") == "-" else ""
                given = self.parameter()
                token = self.token if given is None else None
                amount = str(given) if token is None else string_value(self.next().text) if token.kind == "string" else self.next().text
                amount = amount.strip()
                amount = amount[1:] if sign and amount[:1] == "-" else sign + amount
                unit = self.token.key if self.token.kind == WORD else ""
                if unit not in intervals.UNITS:
                    if parts or token is None or token.kind != "string":
                        self.fail("a unit of the interval is missing")
                    return intervals.of_text(amount, self.since(start))
                self.next()
                if not parts and self.at("TO") and self.ahead().key in intervals.UNITS:
                    self.next()
                    return intervals.of_range(amount, unit, self.next().key, self.since(start))
                parts.append((amount, unit))
            return intervals.of_units(parts, self.since(start))
        except LiteralError as error:
            raise self.error(start, error.message, error.condition, error.parameters) from None

    def _case(self) -> Expression:
        self.expect("CASE")
        subject = None if self.at("WHEN") else self.expression()
        args: list[Expression] = []
        while self.accept("WHEN"):
            condition = self.expression()
            args.append(condition if subject is None else Apply("=", (subject, condition)))
            self.expect("THEN")
            args.append(self.expression())
        if not args:
            self.fail("missing 'WHEN'")
        if self.accept("ELSE"):
            args.append(self.expression())
        self.expect("END")
        return Apply("case", tuple(args))

    def _reference(self) -> Expression:
        """A column, or ``t.*``: parts with dots between."""
        if self.at("IDENTIFIER", "("):
            return Name(self.identifier_clause())
        parts = [self.name()]
        while self.at("."):
            after = self.ahead()
            if after.key == "*":
                self.place += 2
                return Star(tuple(parts), self._excepted())
            if after.kind not in (WORD, QUOTED):
                break
            if self.ahead(2).key == "(" and after.kind == WORD:
                self.place -= 2 * len(parts) - 1
                return self._call()
            self.next()
            parts.append(self.name())
        return Name(tuple(parts))

    def _excepted(self) -> tuple[tuple[str, ...], ...]:
        if not (self.at("EXCEPT", "(") and not self._query_ahead(1)):
            return ()
        self.place += 2
        found = tuple(self.listed(self.parts))
        self.expect(")")
        return found

    # --- calls -----------------------------------------------------------------------------------------------------------

    def _call(self) -> Expression:
        """``name(args)`` with all that may follow."""
        parts = self.identifier_clause() if self._is_identifier_clause() else self._function_name()
        name = _function(parts)
        self.expect("(")
        distinct = bool(self._quantifier())
        args, names = self._arguments()
        ignore = None
        if self.at_any("IGNORE", "RESPECT") and self.ahead().key == "NULLS":
            ignore = self.next().key == "IGNORE"
            self.next()
        self.expect(")")
        if name == "count" and not distinct and len(args) == 1 and args[0] == Star():
            args = (Literal(1, t.IntegerType()),)
        return self._called(Apply(name, args, distinct, ignore_nulls=ignore, names=names))

    def _is_identifier_clause(self) -> bool:
        return self.at("IDENTIFIER", "(") and self._closing_followed_by("(")

    def _closing_followed_by(self, key: str) -> bool:
        depth, place = 0, self.place + 1
        while place < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.tokens[place].key, 0)
            place += 1
            if not depth:
                return place < len(self.tokens) and self.tokens[place].key == key
        return False

    def _function_name(self) -> tuple[str, ...]:
        parts = [self.name() if not self.at("IDENTIFIER") else self.next().text]
        while self.accept("."):
            parts.append(self.name())
        return tuple(parts)

    def _quantifier(self) -> str | None:
        """DISTINCT or ALL before arguments, unless that is a column's name."""
        if self.at("ALL") and self.ahead().key in (")", ",", "."):
            return None
        if self.at("DISTINCT") and self.ahead().key in (")", ","):
            return None
        return "DISTINCT" if self.accept_any("DISTINCT", "ALL") == "DISTINCT" else None

    def _arguments(self) -> tuple[tuple[Expression, ...], tuple[str | None, ...]]:
        args: list[Expression] = []
        names: list[str | None] = []
        while not self.at(")"):
            if self.at_name() and self.ahead().key == "=>":
                names.append(self.name())
                self.next()
            else:
                names.append(None)
            args.append(self.argument())
            if not self.accept(","):
                break
        return tuple(args), tuple(names) if any(names) else ()

    def argument(self) -> Expression:
        """An argument of a call."""
        return self.expression()

    def _called(self, call: Apply) -> Expression:
        within: tuple[Expression, ...] = ()
        where: Expression | None = None
        ignore = call.ignore_nulls
        if self.at("WITHIN", "GROUP"):
            self.place += 2
            self.expect("(", "ORDER", "BY")
            within = self.sort_items()
            self.expect(")")
        if self.at("FILTER", "(", "WHERE"):
            self.place += 3
            where = self.expression()
            self.expect(")")
        if self.at_any("IGNORE", "RESPECT") and self.ahead().key == "NULLS":
            ignore = self.next().key == "IGNORE"
            self.next()
        found: Expression = Apply(call.name, call.args, call.distinct, where, within, ignore, call.names)
        if self.at("OVER") and (self.ahead().key == "(" or self.ahead().kind in (WORD, QUOTED)):
            self.next()
            found = self.window(found)
        return found

    # --- windows ---------------------------------------------------------------------------------------------------------

    def window(self, child: Expression) -> Over:
        """What OVER stands before: a window's name, or its definition in parentheses."""
        if not self.at("("):
            return Over(child, (), (), named=self.strict_name())
        self.expect("(")
        if self.at_name() and self.ahead().key == ")":
            named = self.name()
            self.next()
            return Over(child, (), (), named=named)
        partition: tuple[Expression, ...] = ()
        order: tuple[Expression, ...] = ()
        if self.accept("CLUSTER", "BY"):
            partition = self.expressions()
        elif self.accept("PARTITION", "BY") or self.accept("DISTRIBUTE", "BY"):
            partition = self.expressions()
        if self.accept("ORDER", "BY") or self.accept("SORT", "BY"):
            order = self.sort_items()
        frame = self._frame() if self.at_any("ROWS", "RANGE") else None
        self.expect(")")
        return Over(child, partition, order, frame)

    def _frame(self) -> Frame:
        kind = self.next().key.lower()
        if self.accept("BETWEEN"):
            first = self._bound()
            self.expect("AND")
            return Frame(kind, first, self._bound())
        return Frame(kind, self._bound(), 0)

    def _bound(self) -> Any:
        if self.accept("UNBOUNDED"):
            return UNBOUNDED_PRECEDING if self.expect_any("PRECEDING", "FOLLOWING") == "PRECEDING" else UNBOUNDED_FOLLOWING
        if self.accept("CURRENT", "ROW"):
            return 0
        amount = self.expression()
        before = self.expect_any("PRECEDING", "FOLLOWING") == "PRECEDING"
        if isinstance(amount, Literal) and isinstance(amount.item, int) and isinstance(amount.dtype, (t.IntegerType, t.LongType)):
            return -amount.item if before else amount.item
        if isinstance(amount, Literal) and amount.item is not None and not isinstance(amount.item, str):
            return Literal(-amount.item if before else amount.item, amount.dtype)
        return Apply("negative", (amount,)) if before else amount

    # --- parameters and names that are computed --------------------------------------------------------------------------

    def _parameter(self) -> Expression:
        token = self.next()
        if token.key == "?":
            return self._positional()
        name = self.name()
        given = self.settings.named
        if given is None or name not in given:
            raise AnalysisException(
                f"Found the unbound parameter: {name}. Please, fix `args` and provide a mapping of the parameter to either a "
                "SQL literal or collection constructor functions such as `map()`, `array()`, `struct()`",
                "UNBOUND_SQL_PARAMETER", {"name": name},
            )  # fmt: skip
        found: Expression = given[name]
        return found

    def _positional(self) -> Expression:
        given = self.settings.positional
        self.used += 1
        if given is None or self.used > len(given):
            raise AnalysisException(
                f"Found the unbound parameter: _{self.used - 1}. Please, fix `args` and provide a value for each `?`",
                "UNBOUND_SQL_PARAMETER", {"name": f"_{self.used - 1}"},
            )  # fmt: skip
        found: Expression = given[self.used - 1]
        return found

    def parameter(self) -> Any:
        if not self.at_any("?", ":"):
            return None
        found = self._parameter()
        return found.item if isinstance(found, Literal) else found

    def identifier_clause(self) -> tuple[str, ...]:
        start = self.next()
        self.expect("(")
        text = constant_text(self.expression())
        self.expect(")")
        if text is None:
            raise self.error(
                start, "IDENTIFIER needs a constant text that is not null",
                "NOT_A_CONSTANT_STRING.NOT_CONSTANT", {"name": "IDENTIFIER", "expr": self.since(start)},
            )  # fmt: skip
        inner = type(self)(text, self.settings)
        parts = inner.parts()
        inner.end()
        return parts

    def data_type(self) -> t.DataType:
        """A type, as ``CAST`` takes it."""
        from minispark.errors import ParseException
        from minispark.sql.types.ddl import parse_one

        start = self.token
        self._skip_type()
        try:
            return parse_one(self.since(start))
        except ParseException as error:
            raise self.error(start, str(error._message), error.getCondition() or "", error.getMessageParameters()) from None

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


class _Negated:
    """A predicate and what NOT before it makes of it, where that is not its negation."""

    def __init__(self, plain: Expression, other: Expression) -> None:
        self.plain, self.other = plain, other


def _bare(made: Any) -> Expression:
    return made.plain if isinstance(made, _Negated) else made  # type: ignore[no-any-return]


def _quantified(left: Expression, name: str, patterns: tuple[Expression, ...], every: bool) -> _Negated:
    """``LIKE ANY (...)`` and ``NOT LIKE ANY (...)``: any pattern matches; any does not."""
    word = "all" if every else "any"
    shown = _label(left) if name == "like" else f"lower({_label(left)})"
    matches = [Apply(name, (left, pattern)) for pattern in patterns]

    def joined(parts: list[Apply], label: str) -> Expression:
        found = parts[0]
        for part in parts[1:]:
            found = Apply("and" if every else "or", (found, part))
        return Apply(found.name, found.args, label=label)

    plain = joined(matches, f"like{word}({shown})")
    return _Negated(plain, joined([Apply("not", (one,)) for one in matches], f"notlike{word}({shown})"))


def _label(expression: Expression) -> str:
    from minispark.sql.plan.labels import label

    return label(expression)


def _struct_label(items: tuple[Expression, ...]) -> str:
    parts = []
    for place, item in enumerate(items, 1):
        name = item.name if isinstance(item, Alias) else item.parts[-1] if isinstance(item, Name) else f"col{place}"
        shown = f"{_label(item.child)} AS {item.name}" if isinstance(item, Alias) else _label(item)
        parts += [name, shown]
    return f"named_struct({', '.join(parts)})"


def _function(parts: tuple[str, ...]) -> str:
    """A function's name: Spark's own, or with its catalog and schema."""
    lower = [part.lower() for part in parts]
    if lower[:2] in (["system", "builtin"], ["system", "session"]):
        lower = lower[2:]
    elif len(lower) == 2 and lower[0] in ("builtin", "session"):
        lower = lower[1:]
    return ".".join(lower)


def _path_named(found: Expression) -> Expression:
    """A part of a variant (``v:a.b``, cast or not) is named by its last step."""
    inner = found
    while isinstance(inner, Cast):
        inner = inner.child
    if isinstance(inner, Apply) and inner.name == "variant_get" and inner.label:
        return Alias(found, inner.label)
    return found


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


def parse_expression(text: str, settings: Settings | None = None) -> Expression:
    """The expression that a text is, with its alias if it has one (``F.expr``). Raises ParseException.

    >>> parse_expression("a + 1 AS b")
    Alias(child=Apply(name='+', args=(Name(parts=('a',)), Literal(item=1, dtype=IntegerType(), text=None)), ...
    """
    from minispark.sql.parsing.queries import QueryParser

    parser = QueryParser(text, settings)
    found = parser.named_expression()
    if parser.token.kind != "end":
        parser.fail()
    return found
