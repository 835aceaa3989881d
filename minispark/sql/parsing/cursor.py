"""A cursor over tokens: looking, taking, expecting, trying."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from minispark.engine.core.values import value
from minispark.errors import ParseException
from minispark.sql.parsing.errors import parse_error, syntax_error
from minispark.sql.parsing.tokens import (
    END,
    NUMBER,
    QUOTED,
    STRING,
    WORD,
    Token,
    name_value,
    rewritten_strings,
    string_value,
    tokenize,
    words,
)
from minispark.sql.plan.written import marks_of

T = TypeVar("T")
_PLACELESS = ("PARSE_SYNTAX_ERROR",)

NEVER_NAMES = words("ANTI CROSS EXCEPT FULL INNER INTERSECT JOIN LATERAL LEFT NATURAL ON RIGHT SEMI UNION USING")
"""Words that cannot be the alias of a table, as they go on with a join or a set operation."""


@value
class Settings:
    """What reading a text depends on: the session's settings, and the values of its parameters.

    ``named`` and ``positional`` hold expressions; None where no arguments of that kind were given.
    """

    zone: str = "UTC"
    quoted_identifiers: bool = False
    named: dict[str, Any] | None = None
    positional: tuple[Any, ...] | None = None
    local_timestamps: bool = False
    """Whether TIMESTAMP means the type without a time zone (``spark.sql.timestampType``)."""
    calendar_intervals: bool = False
    """Whether literals are calendar intervals (``spark.sql.legacy.interval.enabled``)."""
    legacy_identifier: bool = False
    """Whether IDENTIFIER(...) is only for whole names of tables, columns and functions
    (``spark.sql.legacy.identifierClause``)."""
    constant: Any = None
    """Gives the value of an expression without columns as a Literal; None where there is no session."""
    regex_columns: bool = False
    """Whether names in backticks in a list of columns are patterns (``spark.sql.parser.quotedRegexColumnNames``)."""
    strings: str = ""
    """How string literals are read: ``adjacent`` where two quotes end one and begin another
    (``spark.sql.legacy.consecutiveStringLiterals.enabled``), ``escaped`` where escapes are not read
    (``spark.sql.parser.escapedStringLiterals``)."""
    exact_exponents: bool = False
    """Whether ``1e3`` is a decimal (``spark.sql.legacy.exponentLiteralAsDecimal.enabled``)."""
    bang_is_not: bool = False
    """Whether ``!`` is NOT everywhere (``spark.sql.legacy.bangEqualsNot``)."""
    equal_sets: bool = False
    """Whether INTERSECT binds no closer than UNION (``spark.sql.legacy.setopsPrecedence.enabled``)."""
    joins_first: bool = False
    """Whether JOIN binds closer than a comma (``spark.sql.ansi.relationPrecedence``)."""
    pipes: bool = True
    """Whether queries go on after ``|>`` (``spark.sql.operatorPipeSyntaxEnabled``)."""
    single_pipes: bool = True
    """Whether ``|`` will do (``spark.sql.parser.singleCharacterPipeOperator.enabled``)."""
    count_of_star: bool = False
    """Whether ``count(t.*)`` is fine (``spark.sql.legacy.allowStarWithSingleTableIdentifierInCount``)."""
    named_arguments: bool = True
    """Whether arguments may have names (``spark.sql.allowNamedFunctionArguments``)."""
    view_binding: bool = True
    """Whether views may say WITH SCHEMA (``spark.sql.legacy.viewSchemaBindingMode``)."""


_STEPS = words(
    "SELECT WHERE EXTEND SET DROP AS AGGREGATE PIVOT UNPIVOT TABLESAMPLE LATERAL ORDER LIMIT OFFSET SORT CLUSTER "
    "DISTRIBUTE WINDOW UNION INTERSECT EXCEPT JOIN INNER CROSS LEFT RIGHT FULL SEMI ANTI NATURAL"
)
_NO_STEP = words(", ) . end ; = != < > <= >= + - / % | & ^ || AS FROM AND OR IN IS BETWEEN LIKE") | {"LEFT(", "RIGHT("}


def _pipes(tokens: list[Token]) -> list[Token]:
    """The tokens with ``|`` as ``|>`` where a step follows."""
    made = list(tokens)
    for place, token in enumerate(tokens[:-2]):
        if token.key == "|" and tokens[place + 1].key in _STEPS:
            after = tokens[place + 2].key
            if after not in _NO_STEP and tokens[place + 1].key + after not in _NO_STEP:
                made[place] = token._replace(key="|>")
    return made


def as_set(tokens: list[Token], settings: Settings) -> list[Token]:
    """Tokens as some of Spark's settings have them."""
    if settings.strings:
        tokens = rewritten_strings(tokens, settings.strings == "escaped")
    if settings.bang_is_not:
        tokens = [token._replace(key="NOT") if token.key == "!" else token for token in tokens]
    if settings.single_pipes and any(token.key == "|" for token in tokens):
        tokens = _pipes(tokens)
    return tokens


class Cursor:
    """The tokens of a text and a place among them."""

    def __init__(self, text: str, settings: Settings | None = None) -> None:
        self.text = text
        self.settings = settings or Settings()
        self.tokens = as_set(tokenize(text), self.settings)
        self.place = 0
        self.marks = marks_of(text)
        self.used = 0
        """How many positional parameters were read."""

    # --- looking -------------------------------------------------------------------------------------------------

    @property
    def token(self) -> Token:
        """The token at the place."""
        return self.tokens[self.place]

    def ahead(self, count: int = 1) -> Token:
        """A token further on; the last one beyond the end."""
        return self.tokens[min(self.place + count, len(self.tokens) - 1)]

    def at(self, *keys: str) -> bool:
        """Whether the next tokens are these words or signs, one after another."""
        tokens, place = self.tokens, self.place
        if tokens[place].key != keys[0]:
            return False
        if len(keys) == 1:
            return True
        after = tuple(token.key for token in tokens[place + 1 : place + len(keys)])
        return after == keys[1:]

    def at_any(self, *keys: str) -> bool:
        """Whether the next token is one of these."""
        return self.tokens[self.place].key in keys

    def at_string(self) -> bool:
        """Whether a string literal is next."""
        token = self.token
        return token.kind == STRING and not (self.settings.quoted_identifiers and token.text[0] == '"')

    def at_name(self) -> bool:
        """Whether a name is next: any word is one, reserved or not, where the grammar wants one."""
        token = self.token
        return token.kind in (WORD, QUOTED) or (
            token.kind == STRING and self.settings.quoted_identifiers and token.text[0] == '"'
        )

    def marked(self, part: T, first: int) -> T:
        """The part, of which it is noted that it was read from the ``first`` token up to here."""
        if self.marks is not None and self.place > first:
            self.marks.mark(part, self.tokens[first].start, self.tokens[self.place - 1].stop)
        return part

    # --- taking --------------------------------------------------------------------------------------------------

    def next(self) -> Token:
        """The token at the place, which moves on."""
        token = self.tokens[self.place]
        if token.kind != END:
            self.place += 1
        return token

    def accept(self, *keys: str) -> bool:
        """Take these tokens if they are next."""
        if self.tokens[self.place].key != keys[0] or not self.at(*keys):
            return False
        self.place += len(keys)
        return True

    def accept_any(self, *keys: str) -> str | None:
        """Take the next token if it is one of these, and give its key."""
        return self.next().key if self.at_any(*keys) else None

    def expect(self, *keys: str) -> None:
        """Take these tokens. Raises ParseException where others are."""
        for key in keys:
            if self.token.key != key:
                self.fail(f"missing '{key}'")
            self.place += 1

    def expect_any(self, *keys: str) -> str:
        """Take one of these. Raises ParseException where another is."""
        if self.token.key not in keys:
            self.fail(f"missing {' or '.join(repr(key) for key in keys)}")
        return self.next().key

    def name(self) -> str:
        """Take a name. Raises ParseException where none is, or where a name with a dash lacks its backquotes."""
        if self.at("IDENTIFIER", "(") and not self.settings.legacy_identifier:
            start = self.token
            parts = self.identifier_clause()
            if len(parts) != 1:
                shown = ".".join(f"`{part}`" for part in parts)
                raise self.error(
                    start, f"{shown} is not a valid identifier as it has more than 1 name parts",
                    "IDENTIFIER_TOO_MANY_NAME_PARTS", {"identifier": shown, "limit": "1"},
                )  # fmt: skip
            return parts[0]
        if not self.at_name():
            self.fail("a name is missing")
        token = self.next()
        if token.kind == STRING:
            return string_value(token.text)
        return name_value(token)

    def strict_name(self) -> str:
        """Take a name that no expression follows: a dash in it is an error of its own."""
        start = self.token
        name = self.name()
        if self.at("-") and self.ahead().kind == WORD and start.kind == WORD:
            while self.accept("-"):
                name += "-" + self.next().text
            raise parse_error(
                self.text, start.start,
                f"The unquoted identifier {name} is invalid and must be back quoted as: `{name}`",
                "INVALID_IDENTIFIER", {"ident": name},
            )  # fmt: skip
        return name

    def parts(self) -> tuple[str, ...]:
        """Take a name of one or several parts: ``a.b.c``, or ``IDENTIFIER('a.b.c')``."""
        first = self.place
        if self.at("IDENTIFIER", "("):
            plain = self.ahead(2).kind == STRING and self.ahead(3).key == ")"
            found = list(self.identifier_clause())
            if self.settings.legacy_identifier or not plain:
                return tuple(found)
        else:
            found = [self.strict_name()]
        while self.at(".") and self.ahead().key != "*":
            self.next()
            found.append(self.strict_name())
        return self.marked(tuple(found), first)

    def identifier_clause(self) -> tuple[str, ...]:
        """Take ``IDENTIFIER(text)``, the text being constant. Raises ParseException for others."""
        raise NotImplementedError

    def names(self) -> tuple[str, ...]:
        """Take ``(a, b, ...)``."""
        self.expect("(")
        found = self.listed(self.strict_name)
        self.expect(")")
        return tuple(found)

    def string(self) -> str:
        """Take a string literal, or several, which make one; a parameter will do."""
        if not self.at_string():
            given = self.parameter()
            if isinstance(given, str):
                return given
            self.fail("a string literal is missing")
        found = ""
        while self.at_string():
            found += string_value(self.next().text)
        return found

    def integer(self) -> int:
        """Take a whole number without a suffix; a parameter will do."""
        given = self.parameter()
        if isinstance(given, int):
            return given
        if self.token.kind != NUMBER or not self.token.text.isdigit():
            self.fail("a whole number is missing")
        return int(self.next().text)

    def parameter(self) -> Any:
        """Take a parameter marker where a literal is needed and give its plain value; None where none is."""
        return None

    def listed(self, one: Callable[[], T]) -> list[T]:
        """One or several, with commas between."""
        found = [one()]
        while self.accept(","):
            found.append(one())
        return found

    def attempt(self, one: Callable[[], T]) -> T | None:
        """What ``one`` reads, or None with the place as before where the grammar has no such thing here."""
        place, used = self.place, self.used
        try:
            return one()
        except ParseException:
            self.place, self.used = place, used
            return None

    def since(self, start: Token) -> str:
        """The text from a token up to the last one taken."""
        return self.text[start.start : self.tokens[self.place - 1].stop]

    def end(self) -> None:
        """Only semicolons may follow."""
        while self.accept(";"):
            pass
        if self.token.kind != END:
            last = self.ahead().kind == END
            self.fail(f"extra input '{self.token.text}'" if last else "")

    # --- failing -------------------------------------------------------------------------------------------------

    def fail(self, why: str = "") -> NoReturn:
        """Raise ParseException at the place."""
        token = self.token
        if token.key == "!" and (self.tokens[self.place - 1].key == "IF" or self.ahead().key == "NULL"):
            raise self.no_bang(token)
        near = "end of input" if token.kind == END else f"'{token.text}'"
        raise syntax_error(self.text, token.start, token.stop, near, why)

    def error(
        self, token: Token, message: str, condition: str, parameters: dict[str, str] | None = None
    ) -> ParseException:
        """An error of another condition, at a token."""
        found = parse_error(self.text, token.start, message, condition, parameters or {})
        end = self.tokens[max(self.place - 1, 0)].stop
        if self.marks is not None and condition not in _PLACELESS:
            found._contexts = [self.marks.at(token.start, max(end, token.stop))]
        return found

    def no_bang(self, token: Token) -> ParseException:
        """The error for ``!`` where only NOT may stand."""
        return self.error(
            token, "! negates a condition that follows it and stands for NOT nowhere else; write NOT, or set "
            "spark.sql.legacy.bangEqualsNot", "SYNTAX_DISCONTINUED.BANG_EQUALS_NOT", {"clause": "!"},
        )  # fmt: skip

    def not_allowed(self, token: Token, what: str) -> ParseException:
        """The error for a statement that Spark's grammar has only to refuse it."""
        return self.error(
            token, f"The statement or clause: {what} is not valid", "INVALID_STATEMENT_OR_CLAUSE", {"operation": what}
        )
