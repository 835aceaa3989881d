"""A text cut into tokens, by the rules of Spark's lexer."""

from __future__ import annotations

import re
from typing import NamedTuple

from minispark.sql.parsing.errors import syntax_error

WORD, QUOTED, STRING, NUMBER, SIGN, END = "word", "quoted", "string", "number", "sign", "end"


class Token(NamedTuple):
    """A piece of a text. ``key`` is what the grammar looks at: a word in upper case, a sign itself, else the kind."""

    kind: str
    key: str
    text: str
    start: int
    stop: int


_TOKEN = re.compile(
    r"""(?P<space>[\s\u00a0]+)
    | (?P<comment>--(?:\\\n|[^\r\n])*)
    | (?P<block>/\*(?!\+))
    | (?P<number>(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?(?:[bB][dD]|[dDfF])?(?![\w]) | \d+[lLsSyY](?!\w))
    | (?P<raw>[rR](?:'[^']*'|"[^"]*"))
    | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<path>[^\W\d_]+://[\w/\-.?=&\#%]+)
    | (?P<word>\w+)
    | (?P<sign>/\*\+|\*/|<=>|<>|!=|!>|!<|<=|>=|==|=>|->|<<|\|>|\|\||::|\$\$|[-+*/%~&|^<>=!:;?,.()\[\]{}@$])
    """,
    re.VERBOSE | re.DOTALL,
)
_SAME = {"==": "=", "!>": "<=", "!<": ">=", "<>": "!="}
_SYNONYMS = {"REGEXP": "RLIKE", "TEMP": "TEMPORARY", "MINUS": "EXCEPT"}


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text``, comments and spaces left out; an END token is last. Other characters are signs.

    Raises ParseException for a comment without an end.

    >>> [token.key for token in tokenize("select 1L -- one")]
    ['SELECT', 'number', 'end']
    """
    tokens: list[Token] = []
    place, size = 0, len(text)
    match = _TOKEN.match
    while place < size:
        found = match(text, place)
        if found is None:
            tokens.append(Token(SIGN, text[place], text[place], place, place + 1))
            place += 1
            continue
        kind, part, stop = found.lastgroup or "", found.group(), found.end()
        if kind == "word":
            key = part.upper()
            tokens.append(Token(WORD, _SYNONYMS.get(key, key), part, place, stop))
        elif kind == "sign":
            tokens.append(Token(SIGN, _SAME.get(part, part), part, place, stop))
        elif kind == "block":
            stop = _comment_end(text, place)
        elif kind in ("number", "quoted"):
            tokens.append(Token(kind, kind, part, place, stop))
        elif kind in ("string", "raw"):
            tokens.append(Token(STRING, STRING, part, place, stop))
        elif kind == "path":
            tokens.append(Token(WORD, part, part, place, stop))
        place = stop
    tokens.append(Token(END, END, "", size, size))
    return tokens


def _comment_end(text: str, start: int) -> int:
    """Comments in brackets nest. Raises ParseException for one without an end."""
    depth, place = 0, start
    for found in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if found.group() == "/*" else -1
        place = start + found.end()
        if not depth:
            return place
    raise syntax_error(
        text, start, len(text), "", "found an unclosed bracketed comment; append */ to it", "UNCLOSED_BRACKETED_COMMENT"
    )


_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([01][0-7]{2})|(.))", re.DOTALL)
_NAMED = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}


def string_value(text: str) -> str:
    r"""The value of a string token: raw (``r'..'``) as it is, else with its escapes and doubled quotes read.

    >>> string_value(r"'a\tb'"), string_value(r"r'a\tb'"), string_value("'it''s'")
    ('a\tb', 'a\\tb', "it's")
    """
    if text[0] in "rR":
        return text[2:-1]
    quote, body = text[0], text[1:-1].replace(text[0] * 2, text[0])
    if "\\" not in body:
        return body
    body = _doubled(text[1:-1], quote)

    def read(found: re.Match[str]) -> str:
        short, long, octal, other = found.groups()
        if short or long:
            return chr(int(short or long, 16))
        return chr(int(octal, 8)) if octal else _NAMED.get(other, other)

    return _joined_surrogates(_ESCAPE.sub(read, body))


def _doubled(body: str, quote: str) -> str:
    """Doubled quotes as one, those after a backslash left alone."""
    return re.sub(rf"(\\.)|{quote}{quote}", lambda found: found.group(1) or quote, body, flags=re.DOTALL)


def _joined_surrogates(text: str) -> str:
    return re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"),
        text,
    )


def rewritten_strings(tokens: list[Token], escaped: bool) -> list[Token]:
    """String tokens whose value is all between their quotes (``escaped``), or cut where a quote follows a quote.

    >>> [token.text for token in rewritten_strings(tokenize("'a''b'"), False)]
    ["'a'", "'b'", '']
    """
    made: list[Token] = []
    for token in tokens:
        if token.kind != STRING:
            made.append(token)
        elif escaped:
            body = token.text[1:-1]  # of a raw string too, as Spark has it
            made.append(token._replace(text=f"r'{body}'"))
        else:
            for found in _PLAIN.finditer(token.text):
                start = token.start + found.start()
                made.append(Token(STRING, STRING, found.group(), start, token.start + found.end()))
    return made


_PLAIN = re.compile(r"""[rR](?:'[^']*'|"[^"]*")|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


def name_value(token: Token) -> str:
    """The name that a word or a backquoted token stands for."""
    return token.text[1:-1].replace("``", "`") if token.kind == QUOTED else token.text
