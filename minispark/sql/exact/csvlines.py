"""Lines of CSV as their fields and back, as univocity's parser and writer treat them under Spark's options."""

from __future__ import annotations

from collections.abc import Callable

from minispark.engine.core.values import value
from minispark.errors import IllegalArgumentException, SparkRuntimeException
from minispark.sql.exact.csvtokens import TokenRules, Unquoted, checked_handling, line_tokens
from minispark.sql.exact.records import Options, flag

_ESCAPED = {"\\t": "\t", "\\n": "\n", "\\r": "\r", "\\b": "\b", "\\f": "\f", "\\\\": "\\", '\\"': '"', "\\'": "'"}


@value
class CsvRules:
    """How lines are written. ``quote``, ``escape`` and ``comment`` are empty where there is none."""

    separator: str = ","
    quote: str = '"'
    escape: str = "\\"
    comment: str = ""
    trim_left: bool = False
    trim_right: bool = False
    null: str = ""
    empty: str = ""
    quote_all: bool = False
    escape_quotes: bool = True
    quote_escape: str = ""
    handling: str = "STOP_AT_DELIMITER"
    columns_max: int = 20480
    chars_max: int = -1


def rules_of(options: Options, writing: bool) -> CsvRules:
    """The rules that options in lower case ask for. Raises IllegalArgumentException for marks that cannot be."""
    separator = _separator(options.get("sep", options.get("delimiter", ",")))
    quote = _one("quote", options.get("quote", '"'))
    escape = _one("escape", options.get("escape", "\\"))
    return CsvRules(
        separator=separator,
        quote=quote,
        escape=escape,
        comment=_one("comment", options.get("comment", "")),
        trim_left=flag(options, "ignoreLeadingWhiteSpace", writing),
        trim_right=flag(options, "ignoreTrailingWhiteSpace", writing),
        null=options.get("nullvalue", ""),
        empty=options.get("emptyvalue", '""' if writing else ""),
        quote_all=flag(options, "quoteAll", False),
        escape_quotes=flag(options, "escapeQuotes", True),
        quote_escape=_one("charToEscapeQuoteEscaping", options.get("chartoescapequoteescaping", "")) or escape,
        handling=checked_handling(options.get("unescapedquotehandling", "STOP_AT_DELIMITER")),
        columns_max=_number("maxColumns", options, 20480),
        chars_max=_number("maxCharsPerColumn", options, -1),
    )


def _number(name: str, options: Options, default: int) -> int:
    given = options.get(name.lower())
    try:
        return default if given is None else int(given)
    except ValueError:
        raise IllegalArgumentException(f"the option {name} is a whole number, not {given!r}") from None


def _one(name: str, text: str) -> str:
    if len(text) > 1:
        raise SparkRuntimeException(
            f"the option {name} is one character, not {text!r}",
            "OPTION_VALUE_EXCEEDS_ONE_CHARACTER",
            {"option": name, "value": text},
        )
    return "" if text == "\0" else text


def _separator(text: str) -> str:
    if not text:
        raise IllegalArgumentException("the option sep is at least one character: it stands between fields")
    made = ""
    place = 0
    while place < len(text):
        pair = text[place : place + 2]
        if pair[0] == "\\" and len(text) > 1:
            if pair == "\\":
                raise IllegalArgumentException(f"the option sep ends in a backslash: {text!r}; write it twice")
            if text == "\\u0000":
                return "\0"
            if pair not in _ESCAPED:
                raise IllegalArgumentException(f"the option sep has an unknown escape: {pair!r}")
            made += _ESCAPED[pair]
            place += 2
        else:
            made += pair[0]
            place += 1
    return made


def _malformed(line: str, why: str) -> SparkRuntimeException:
    return SparkRuntimeException(f"{line!r:.200} cannot be parsed: {why}", "MALFORMED_CSV_RECORD", {"badRecord": line})


def splitter(rules: CsvRules) -> Callable[[str], list[str | None] | None]:
    """A function that gives the fields of one line, None for null; None for an empty line or a comment.

    >>> split = splitter(CsvRules())
    >>> split('1,"a,b", c ,'), split("")
    (['1', 'a,b', ' c ', None], None)
    """

    tokens = line_tokens(
        TokenRules(
            rules.separator,
            rules.quote,
            rules.escape,
            "" if rules.quote == rules.escape else rules.quote_escape,
            rules.trim_left,
            rules.trim_right,
            None,
            rules.empty,
            rules.handling,
        )
    )

    def split(line: str) -> list[str | None] | None:
        if not line or rules.comment and line.startswith(rules.comment):
            return None
        try:
            found = tokens(line)
        except Unquoted as error:
            raise _malformed(line, str(error)) from error
        if len(found) > rules.columns_max:
            raise _malformed(line, f"it has {len(found)} fields; maxColumns allows {rules.columns_max}")
        if rules.chars_max >= 0 and any(text is not None and len(text) > rules.chars_max for text in found):
            raise _malformed(line, f"a field is longer than maxCharsPerColumn={rules.chars_max}")
        return [None if text == rules.null else text for text in found]

    return split


def joiner(rules: CsvRules, line_end: str = "\n") -> Callable[[list[str | None]], str]:
    """A function that writes fields as a line, without its end; line ends inside of quotes are written as ``line_end``.

    >>> joiner(rules_of({}, True))(["1", "a,b", None, 'q"', "", " s "])
    '1,"a,b",,"q\\\\"","",s'
    """
    quote, escape = rules.quote or "\0", rules.escape or "\0"
    special = tuple(mark for mark in (rules.separator, "\n", "\r") if mark)
    escaped = {quote: escape + quote}
    if rules.quote_escape and escape != quote:
        escaped[escape] = rules.quote_escape + escape
    escaping = str.maketrans(escaped)
    blanks = "".join(map(chr, range(33)))
    comment = rules.comment or "#"

    def written(field: str | None, first: bool) -> str:
        text = rules.null if field is None else field
        if rules.trim_left:
            text = text.lstrip(blanks)
        if rules.trim_right:
            text = text.rstrip(blanks)
        if text == "" and field is not None:
            text = rules.empty
        if text == '""':
            made_up = text == rules.empty and not (field and field.strip(blanks))
            return text if made_up else f"{quote}{text.translate(escaping)}{quote}"
        opening = text.startswith((quote, comment) if first else quote)
        must = rules.quote_all or opening or any(mark in text for mark in special)
        if not must and not (rules.escape_quotes and quote in text):
            return text
        if line_end != "\n":
            text = text.replace("\n", line_end)
        return f"{quote}{text.translate(escaping)}{quote}"

    def join(fields: list[str | None]) -> str:
        return rules.separator.join([written(field, place == 0) for place, field in enumerate(fields)])

    return join
