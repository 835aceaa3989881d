"""Expressions of SQL: lists, logic, predicates and operators by precedence."""

from __future__ import annotations

from typing import Any

from minispark.sql import types as t
from minispark.sql.parsing.grammar import NO_ALIAS
from minispark.sql.parsing.primaries import PrimaryParser
from minispark.sql.parsing.special import shown
from minispark.sql.parsing.tokens import NUMBER, QUOTED, SIGN, WORD
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    ByRegex,
    Cast,
    Expression,
    Field,
    Literal,
    MultiAlias,
    Name,
    SortOrder,
    Subquery,
)

_BINARY = {
    "=": (1, "="), "!=": (1, "!="), "<": (1, "<"), "<=": (1, "<="), ">": (1, ">"), ">=": (1, ">="), "<=>": (1, "<=>"),
    "|": (2, "|"), "^": (3, "^"), "&": (4, "&"), "<<": (5, "<<"), "+": (6, "+"), "-": (6, "-"), "||": (6, "concat"),
    "*": (7, "*"), "/": (7, "/"), "%": (7, "%"), "DIV": (7, "div"),
}  # fmt: skip
_PREDICATES = ("between", "in", "like", "ilike", "rlike", "not", "isnull", "isnotnull", "<=>")
_UNARY = {"-": "unary_minus", "+": "positive", "~": "~"}


class ExpressionParser(PrimaryParser):
    """Reads expressions. Queries inside them are read by ``query``, which a subclass has."""

    def named_expressions(self) -> tuple[Expression, ...]:
        """One or several expressions, each with an alias or without."""
        before, self.listing = self.listing, True
        try:
            return tuple(self.listed(self.named_expression))
        finally:
            self.listing = before

    def named_expression(self) -> Expression:
        """An expression and its alias: ``a``, ``a AS b``, ``a b``, ``f(a) AS (b, c)``."""
        return _path_named(self.item())

    def item(self) -> Expression:
        found = self.expression()
        if isinstance(found, ByRegex) and (self.at("AS") or self.at_name() and self.token.key not in NO_ALIAS):
            found = Name((*found.target, found.pattern))
        if self.accept("AS"):
            if self.at("("):
                return MultiAlias(found, self.names())
            return Alias(found, self.strict_name())
        if self.at("(") and isinstance(found, Apply) and self.ahead().kind in (WORD, QUOTED):
            return MultiAlias(found, self.names())
        if self.at_name() and (self.token.key not in NO_ALIAS or self.last_word()):
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
        start = self.place
        found = self.expression()
        ascending = self.accept_any("ASC", "DESC") != "DESC"
        first = None
        if self.accept("NULLS"):
            first = self.expect_any("FIRST", "LAST") == "FIRST"
        return self.marked(SortOrder(found, ascending, first), start)

    # --- logic ---------------------------------------------------------------------------------------------------

    def expression(self) -> Expression:
        """Any expression."""
        first = self.place
        found = self._conjunction()
        while self.accept("OR"):
            found = self.marked(Apply("or", (found, self._conjunction())), first)
        return found

    def _conjunction(self) -> Expression:
        first = self.place
        found = self._negation()
        while self.accept("AND"):
            found = self.marked(Apply("and", (found, self._negation())), first)
        return found

    def _negation(self) -> Expression:
        count = 0
        while self.at_any("NOT", "!") and not self._is_plain_name():
            self.next()
            count += 1
        first = self.place
        found = self._predicated()
        for back in range(1, count + 1):
            found = self.marked(Apply("not", (found,)), first - back)
        return found

    def _is_plain_name(self) -> bool:
        """Whether a word that could start a construct is a column's name here."""
        return self.token.kind == WORD and self.ahead().key in (
            ",",
            ")",
            ".",
            "end",
            "=",
            "AS",
            "->",
            "FROM",
            "<",
            ">",
            "+",
            "*",
        )

    def _predicated(self) -> Expression:
        if self.at("EXISTS", "(") and self.query_ahead(1):
            self.place += 2
            found: Expression = Subquery("exists", self.closed_query())
            return found
        found = self.value()
        while True:
            start = self.place
            negated = self.accept_any("NOT", "!") is not None
            made = self._predicate(found)
            if made is None:
                self.place = start
                return found
            if self.tokens[start].key == "!":
                raise self.no_bang(self.tokens[start])
            found = Apply("not", (made,)) if negated and not isinstance(made, _Negated) else _bare(made)
            if negated and isinstance(made, _Negated):
                found = made.other
            for part in (found, *found.children[:1]):
                if isinstance(part, Subquery) or (isinstance(part, Apply) and part.name in _PREDICATES):
                    self.marked(part, start)

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
        if self.query_ahead(0):
            self.expect("(")
            many = isinstance(left, Apply) and left.name == "struct" and left.label is not None
            return Subquery("in", self.closed_query(), left.children if many else (left,))
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
            raise self.error(
                start, "The escape of LIKE must be one character", "INVALID_ESC", {"invalidEscape": f"'{escape}'"}
            )
        return Apply(name, (left, pattern, Literal(escape, t.StringType())))

    def _is(self, left: Expression) -> Expression:
        negated = self.accept("NOT")
        if self.at("!"):
            raise self.no_bang(self.token)
        word = self.expect_any("NULL", "TRUE", "FALSE", "UNKNOWN", "DISTINCT")
        if word == "NULL":
            return Apply("isnotnull" if negated else "isnull", (left,))
        if word == "UNKNOWN":
            checked = Cast(left, t.BooleanType(), "", given=False)
            return Apply("isnotnull" if negated else "isnull", (checked,))
        if word == "DISTINCT":
            self.expect("FROM")
            same = Apply("<=>", (left, self.value()))
            return same if negated else Apply("not", (same,))
        same = Apply("<=>", (left, Literal(word == "TRUE", t.BooleanType())))
        return Apply("not", (same,)) if negated else same

    # --- operators -----------------------------------------------------------------------------------------------

    def value(self, least: int = 1) -> Expression:
        """An expression of operators that bind at least so strongly; comparisons are the weakest."""
        first = self.place
        found = self._unary()
        while True:
            symbol, strength, size = self._operator()
            if strength < least:
                return found
            self.place += size
            right = self.value(strength + 1)
            if symbol == "!=":
                found = Apply("not", (self.marked(Apply("=", (found, right)), first),))
            else:
                found = Apply(symbol, (found, right))
            self.marked(found, first)

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
        first = self.place
        found = self._postfix(self._primary(), first)
        for sign in reversed(signs):
            text = None if sign == "~" else f"({sign} {shown(found)})"
            first -= 1
            found = self.marked(Apply(_UNARY[sign], (found,), label=text), first)
        return found

    def _postfix(self, found: Expression, first: int) -> Expression:
        while True:
            self.marked(found, first)
            if self.accept("["):
                found = Field(found, self.value())
                self.expect("]")
            elif self.at("::"):
                self.next()
                found = Cast(found, self.data_type())
            elif self.at(".") and self.ahead().kind in (WORD, QUOTED):
                self.next()
                part = self.name()  # (a).b is a.b
                within = Field(found, Literal(part, t.StringType()), dotted=True)
                found = Name((*found.parts, part)) if isinstance(found, Name) else within
            elif self.at("COLLATE") and self.ahead().kind in (WORD, QUOTED):
                self.next()
                found = Apply("collate", (found, Literal(self.parts()[-1], t.StringType())))
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
                last = last if inside.text.isdigit() else inside.text[1:-1]
                self.expect("]")
            else:
                last = self.name()
                path += f".{last}" if last.isidentifier() else f"['{last}']"
            if self.accept("."):
                continue
            if not self.at("["):
                break
        args = (found, Literal(path, t.StringType()), Literal("variant", t.StringType()))
        return Apply("variant_get", args, label=f"variant_get({shown(found)}, {path}) AS {last}" if last else None)


class _Negated:
    """A predicate and what NOT before it makes of it, where that is not its negation."""

    def __init__(self, plain: Expression, other: Expression) -> None:
        self.plain, self.other = plain, other


def _bare(made: Any) -> Expression:
    return made.plain if isinstance(made, _Negated) else made


def _quantified(left: Expression, name: str, patterns: tuple[Expression, ...], every: bool) -> _Negated:
    """``LIKE ANY (...)`` and ``NOT LIKE ANY (...)``: any pattern matches; any does not."""
    word = "all" if every else "any"
    text = shown(left) if name == "like" else f"lower({shown(left)})"
    matches = [Apply(name, (left, pattern)) for pattern in patterns]

    def joined(parts: list[Apply], label: str) -> Expression:
        found = parts[0]
        for part in parts[1:]:
            found = Apply("and" if every else "or", (found, part))
        return Apply(found.name, found.args, label=label)

    plain = joined(matches, f"like{word}({text})")
    return _Negated(plain, joined([Apply("not", (one,)) for one in matches], f"notlike{word}({text})"))


def _path_named(found: Expression) -> Expression:
    """A part of a variant (``v:a.b``, cast or not) is named by its last step."""
    inner = found
    while isinstance(inner, Cast):
        inner = inner.child
    if isinstance(inner, Apply) and inner.name == "variant_get" and inner.label:
        return Alias(found, inner.label.rpartition(" AS ")[2])
    return found
