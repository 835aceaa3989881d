"""Tokens of CSV, as univocity's parser finds them, on one line or across lines.

A quoted field ends at a quote before a separator or the end of its line. Where another character follows a quote, the
quotes were not meant to enclose the field: what happens then is ``handling`` (Spark's option unescapedQuoteHandling).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from minispark.engine.core.values import value
from minispark.errors import IllegalArgumentException, UnsupportedOperationException

BLANKS = "".join(map(chr, range(33)))
"""What counts as white space: all up to the blank."""

HANDLINGS = ("STOP_AT_DELIMITER", "STOP_AT_CLOSING_QUOTE", "SKIP_VALUE", "RAISE_ERROR")

Tokens = list[str | None]


class Unquoted(ValueError):
    """A quote that is not escaped, inside of a quoted field, under RAISE_ERROR."""


@value
class TokenRules:
    """``quote`` and ``escape`` are empty where there is none; ``escape_escape`` escapes the escape inside of quotes.

    ``null`` stands for a field without characters, ``empty`` for one with quotes around nothing. Both are texts, as
    they come out.
    """

    separator: str = ","
    quote: str = '"'
    escape: str = "\\"
    escape_escape: str = "\\"
    trim_left: bool = False
    trim_right: bool = False
    null: str | None = None
    empty: str = ""
    handling: str = "STOP_AT_DELIMITER"


def checked_handling(name: str) -> str:
    """The word of the option unescapedQuoteHandling. Raises for words that are unknown or not offered."""
    word = name.upper()
    if word == "BACK_TO_DELIMITER":
        raise UnsupportedOperationException(
            f"unescapedQuoteHandling={name} is not there; use {', '.join(HANDLINGS)}", "UNSUPPORTED_FEATURE.OPTION"
        )
    if word not in HANDLINGS:
        raise IllegalArgumentException(f"unescapedQuoteHandling is one of {', '.join(HANDLINGS)}, not {name!r}")
    return word


def line_tokens(rules: TokenRules) -> Callable[[str], Tokens]:
    """A function that gives the tokens of one line.

    >>> split = line_tokens(TokenRules())
    >>> split('1,"a,b", c ,'), split('"ab"c,d')
    (['1', 'a,b', ' c ', None], ['"ab"c', 'd'])
    """
    separator, quote, null = rules.separator, rules.quote, rules.null
    left, right = rules.trim_left, rules.trim_right

    def split(line: str) -> Tokens:
        if quote and quote in line:
            return _Record(rules, line, "").tokens(0)[0]
        fields: Tokens = [*line.split(separator)]
        if left or right:
            kept = BLANKS.replace(separator, "")
            if left:
                fields = [field.lstrip(kept) if field else field for field in fields]
            if right:
                fields = [field.rstrip(kept) if field else field for field in fields]
        return [field or null for field in fields]

    return split


def text_tokens(rules: TokenRules, text: str, line_end: str, comment: str = "") -> Iterator[tuple[Tokens, int, int]]:
    """The records of a text in which fields may have line ends, with where each begins and ends, but empty lines."""
    record = _Record(rules, text, line_end)
    at = 0
    while at < len(text):
        if text.startswith(line_end, at):
            at += len(line_end)
            continue
        if comment and text.startswith(comment, at):
            end = text.find(line_end, at)
            at = len(text) if end < 0 else end + len(line_end)
            continue
        tokens, end = record.tokens(at)
        yield tokens, at, end
        at = end + len(line_end)


class _Record:
    """A record of ``text``; ``line_end`` is empty where the text is one line."""

    def __init__(self, rules: TokenRules, text: str, line_end: str) -> None:
        self.rules = rules
        self.text = text
        self.line_end = line_end
        self.marks = [mark for mark in {rules.quote, rules.escape, rules.escape_escape} if mark]

    def ends(self, at: int) -> bool:
        """Whether a field ends here, or the text."""
        return at >= len(self.text) or self.text.startswith(self.rules.separator, at) or self.line_ends(at)

    def line_ends(self, at: int) -> bool:
        return bool(self.line_end) and self.text.startswith(self.line_end, at)

    def tokens(self, at: int) -> tuple[Tokens, int]:
        """The fields of the record that begins here, and where its line ends."""
        rules, text = self.rules, self.text
        fields: Tokens = []
        while True:
            if rules.trim_left:
                at = self.blanks(at)
            if self.ends(at):
                fields.append(rules.null)
            elif rules.quote and text.startswith(rules.quote, at):
                field, at = self.quoted(at + 1)
                fields.append(field)
            else:
                end = self.field_end(at)
                field = text[at:end].rstrip(BLANKS) if rules.trim_right else text[at:end]
                fields.append(field or rules.null)
                at = end
            if at >= len(text) or self.line_ends(at):
                return fields, at
            at += len(rules.separator)
            if at >= len(text) or self.line_ends(at):
                return [*fields, rules.null], at

    def blanks(self, at: int) -> int:
        """Where white space ends that begins here."""
        while at < len(self.text) and self.text[at] <= " " and not self.ends(at):
            at += 1
        return at

    def field_end(self, at: int) -> int:
        """Where the field ends, whatever quotes are in it."""
        found = [self.text.find(self.rules.separator, at)]
        if self.line_end:
            found.append(self.text.find(self.line_end, at))
        return min((place for place in found if place >= 0), default=len(self.text))

    def quoted(self, at: int) -> tuple[str | None, int]:
        """The field whose opening quote stands before ``at``, and where it ends."""
        rules, text, size = self.rules, self.text, len(self.text)
        quote, escape, escape_escape = rules.quote, rules.escape, rules.escape_escape
        made: list[str] = []
        before = ""
        while at < size:
            char = text[at]
            if before == quote and (char <= " " or self.ends(at)):
                return self.after_quote(made, at)
            if char not in (quote, escape) or not char:
                if before == quote:
                    return self.stray(made, at)
                if before == escape and escape:
                    made.append(escape)
                end = min((place for mark in self.marks if (place := text.find(mark, at)) >= 0), default=-1)
                if end < 0:
                    made.append(text[at:])
                    return "".join(made) or rules.empty, size
                made.append(text[at:end])
                before = text[end]
                at = end + 1
                continue
            if char == escape and before == escape_escape and escape_escape:
                made.append(escape)
                before = ""
            elif before == escape and escape:
                made.append(quote if char == quote else before)
                before = "" if char == quote else char
            elif char == quote and before == quote:
                made.append(quote)
                before = char
            elif before == quote:
                if rules.handling in ("SKIP_VALUE", "RAISE_ERROR"):
                    return self.stray(made, at)
                made.append(quote)
                before = char
            else:
                before = char
            at += 1
        if before == quote:
            return "".join(made) or rules.empty, size
        return "".join(made) or (quote if text.endswith(quote) else rules.empty), size

    def after_quote(self, made: list[str], at: int) -> tuple[str | None, int]:
        """White space between a closing quote and the separator is left out."""
        start = at
        at = self.blanks(at)
        if self.ends(at):
            return "".join(made) or self.rules.empty, at
        return self.stray([*made, self.rules.quote, self.text[start:at]], at, False)

    def stray(self, made: list[str], at: int, with_quote: bool = True) -> tuple[str | None, int]:
        """What a field is in which a quote was not escaped; ``at`` is behind that quote."""
        rules = self.rules
        if rules.handling == "RAISE_ERROR":
            raise Unquoted(f"a quote inside of a quoted field is not escaped, before {self.text[at : at + 20]!r}")
        end = self.field_end(at)
        if rules.handling == "SKIP_VALUE":
            return rules.null, end
        if with_quote:
            made = [*made, rules.quote]
        if rules.handling == "STOP_AT_CLOSING_QUOTE":
            return self.closing(made, at)
        rest = self.text[at:end].rstrip(BLANKS) if rules.trim_right else self.text[at:end]
        return rules.quote + "".join(made) + rest, end

    def closing(self, made: list[str], at: int) -> tuple[str | None, int]:
        """Up to a quote before the end of the field, or the end of the text."""
        text, quote = self.text, self.rules.quote
        start = at
        while True:
            found = text.find(quote, at)
            if found < 0:
                return "".join(made) + text[start:], len(text)
            if self.ends(found + 1):
                return "".join(made) + text[start:found], found + 1
            at = found + 1
