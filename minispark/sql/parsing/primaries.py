"""Primary expressions: literals, references, calls, CASE, what stands in parentheses."""

from __future__ import annotations

from minispark.errors import ArithmeticException
from minispark.sql import types as t
from minispark.sql.parsing import intervals, literals
from minispark.sql.parsing.calls import CallParser
from minispark.sql.parsing.grammar import NO_ALIAS
from minispark.sql.parsing.literals import LiteralError
from minispark.sql.parsing.special import SPECIAL, shown
from minispark.sql.parsing.tokens import NUMBER, QUOTED, WORD, Token, string_value
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    ByRegex,
    Expression,
    LambdaFunction,
    Literal,
    MultiAlias,
    Name,
    Star,
    Subquery,
)


class PrimaryParser(CallParser):
    """Reads what operators stand between."""

    listing = False
    """Whether a list of columns is being read, where names in backticks may be patterns."""

    def _primary(self) -> Expression:
        token = self.token
        kind, key = token.kind, token.key
        if kind == NUMBER or (key == "-" and self.ahead().kind == NUMBER):
            return self._number()
        if self.at_string():
            return self._joined(Literal(self.string(), t.StringType()))
        if key == "(":
            return self._parenthesised()
        if key == "*":
            self.next()
            return Star(without=self._excepted())
        if key in ("?", ":"):
            return self._joined(self._parameter())
        if kind == WORD:
            return self._word(token)
        if self.at_name():
            return self._call() if self.ahead().key == "(" else self._reference()
        self.fail()

    def _joined(self, found: Expression) -> Expression:
        """Strings next to each other make one, parameters among them."""
        while isinstance(found, Literal) and isinstance(found.item, str):
            if self.at_string():
                found = Literal(found.item + self.string(), found.dtype)
                continue
            apart = self.token.start > self.tokens[self.place - 1].stop
            if not (apart and (self.at("?") or (self.at(":") and self.ahead().start == self.token.stop))):
                break
            further = self._parameter()
            if not isinstance(further, Literal) or not isinstance(further.item, str):
                self.fail()
            found = Literal(found.item + further.item, found.dtype)
        return found

    def _number(self) -> Expression:
        start = self.token
        negative = self.accept("-")
        try:
            return literals.number(self.next().text, negative, self.settings.exact_exponents)
        except LiteralError as error:
            bare = not self.tokens[self.place - 1].text.upper().endswith("BD")
            if bare and error.condition == "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION":
                raise ArithmeticException(error.message, error.condition, error.parameters) from None
            raise self.error(start, error.message, error.condition, error.parameters) from None

    def _parenthesised(self) -> Expression:
        if self._is_lambda():
            parameters = self.names()
            self.expect("->")
            return LambdaFunction(parameters, self.expression())
        if self.query_ahead(0):
            start = self.place
            self.next()
            query = self.attempt(self.closed_query)
            if query is not None:
                return Subquery("scalar", query)
            self.place = start
        self.expect("(")
        found = self.item()
        if self.accept(","):
            items = (found, *self.listed(self.item))
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
        return (
            self.tokens[place].kind in (WORD, QUOTED)
            and self.tokens[place + 1].key == ")"
            and self.tokens[place + 2].key == "->"
        )

    def _word(self, token: Token) -> Expression:
        after = self.ahead()
        if after.key == "->":
            parameter = self.name()
            self.next()
            return LambdaFunction((parameter,), self.expression())
        if token.key in ("NULL", "TRUE", "FALSE") and after.key not in (".", "("):
            self.next()
            return Literal(None, t.NullType()) if token.key == "NULL" else Literal(token.key == "TRUE", t.BooleanType())
        doubled = self.settings.quoted_identifiers and after.text[:1] == '"'
        if (
            token.key == "INTERVAL"
            and not doubled
            and (after.kind in (NUMBER, "string") or (after.key in ("-", "+", ":", "?") and self._amount_ahead()))
        ):
            return self._interval()
        if after.kind == "string" and not doubled and token.key not in NO_ALIAS and token.key not in ("CASE", "SELECT"):
            return self._typed(token)
        if token.key == "CASE" and after.key not in (".", ",", ")", "end"):
            return self._case()
        if token.key == "IDENTIFIER" and after.key == "(" and not self.closing_followed_by("("):
            return self._reference()
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
                token,
                f'Literals of the type "{token.key}" are not supported; supported types are "DATE", "TIMESTAMP_NTZ", '
                '"TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
                "UNSUPPORTED_TYPED_LITERAL",
                {
                    "unsupportedType": f'"{token.key}"',
                    "supportedTypes": '"DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP", "INTERVAL", "X", "TIME"',
                },
            )  # fmt: skip
        try:
            return literals.typed(token.key, text, self.settings.zone, self.settings.local_timestamps)
        except LiteralError as error:
            raise self.error(token, error.message, error.condition, error.parameters) from None

    def _interval(self) -> Expression:
        start = self.next()
        parts: list[tuple[str, str]] = []
        calendar = self.settings.calendar_intervals
        try:
            while not parts or self._part_ahead():
                sign = "-" if self.accept_any("-", "+") == "-" else ""
                given = self.parameter()
                token = self.token if given is None else None
                amount = (
                    str(given)
                    if token is None
                    else string_value(self.next().text)
                    if token.kind == "string"
                    else self.next().text
                )
                amount = amount[1:] if sign and amount[:1] == "-" else sign + amount
                unit = self.token.key if self.token.kind == WORD else ""
                if unit not in intervals.UNITS:
                    if token is None or token.kind != "string":
                        self.fail()
                    return intervals.of_text(amount, self.since(start), calendar)
                self.next()
                if not parts and self.at("TO") and self.ahead().key in intervals.UNITS:
                    if token is None or token.kind != "string":
                        raise LiteralError(
                            "The value of a from-to interval must be a string", "_LEGACY_ERROR_TEMP_0027", {}
                        )
                    self.next()
                    return intervals.of_range(amount, unit, self.next().key, calendar)
                parts.append((amount, unit))
            return intervals.of_units(parts, self.since(start), calendar)
        except LiteralError as error:
            ranged = error.condition.startswith(
                ("INVALID_INTERVAL_FORMAT", "_LEGACY_ERROR_TEMP_0026", "_LEGACY_ERROR_TEMP_0063")
            )
            first = self.tokens[self.tokens.index(start) + 1] if ranged else start
            raise self.error(first, error.message, error.condition, error.parameters) from None

    def _part_ahead(self) -> bool:
        """Whether another amount with its unit follows; ``+ 1`` without one is a sum."""
        signed = int(self.at_any("-", "+"))
        if self.ahead(signed).key == ":" and self.ahead(signed + 1).kind == WORD:
            return self.ahead(signed + 2).key in intervals.UNITS
        amount = self.ahead(signed).kind in (NUMBER, "string") or self.ahead(signed).key == "?"
        return amount and self.ahead(signed + 1).key in intervals.UNITS

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
            if after.key == "IDENTIFIER" and self.ahead(2).key == "(" and not self.settings.legacy_identifier:
                self.next()
                parts += self.identifier_clause()
                continue
            if self.ahead(2).key == "(":
                self.place -= 2 * len(parts) - 1
                return self._call()
            self.next()
            parts.append(self.name())
        if self.listing and self.settings.regex_columns and self.tokens[self.place - 1].kind == QUOTED:
            return ByRegex(parts[-1], tuple(parts[:-1]))
        return Name(tuple(parts))

    def _excepted(self) -> tuple[tuple[str, ...], ...]:
        if not (self.at("EXCEPT", "(") and not self.query_ahead(1)):
            return ()
        self.place += 2
        found = tuple(self.listed(self.parts))
        self.expect(")")
        return found


def _struct_label(items: tuple[Expression, ...]) -> str:
    parts: list[str] = []
    for place, item in enumerate(items, 1):
        name = item.name if isinstance(item, Alias) else item.parts[-1] if isinstance(item, Name) else f"col{place}"
        text = f"{shown(item.child)} AS {item.name}" if isinstance(item, Alias) else shown(item)
        parts += [name, text]
    return f"named_struct({', '.join(parts)})"
