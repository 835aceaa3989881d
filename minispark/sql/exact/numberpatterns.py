"""Number formats of ``to_number`` and ``to_char``: digits, groups, a point, a sign, a currency (``S$99,999.99``).

``0`` and ``9`` stand for digits, ``.`` or ``D`` for the point, ``,`` or ``G`` between groups, ``$`` for the currency,
``S`` for a sign, ``MI`` for a minus or a blank, ``PR`` for angle brackets around what is negative.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from minispark.engine.core.values import value
from minispark.errors import AnalysisException

DIGITS, POINT, CURRENCY, SIGN, MINUS, OPEN, CLOSE = "digits", "point", "$", "S", "MI", "<", ">"
_ORDER = ((OPEN,), (MINUS, SIGN), (CURRENCY,), (DIGITS,), (POINT,), (DIGITS,), (CURRENCY,), (MINUS, SIGN, CLOSE))
_SHOWN = {DIGITS: "digit sequence", POINT: ". or D", OPEN: "PR", CLOSE: "PR"}
_TOKEN = re.compile(r"0[09]*|9[09]*|[.D]|[,G]|\$|S|MI|PR|.", re.DOTALL)
_SIGNS = {"$": CURRENCY, "S": SIGN, "MI": MINUS, ".": POINT, "D": POINT}


@value
class Group:
    """Digits between separators: exactly ``size`` of them, or at most."""

    size: int
    exact: bool


@value
class Token:
    """A part of a format; ``groups`` and ``separators`` are those of a sequence of digits, from the left."""

    kind: str
    groups: tuple[Group, ...] = ()
    pieces: tuple[Group | None, ...] = ()
    """Groups in order, None for a separator."""


@value
class Format:
    """A checked format."""

    tokens: tuple[Token, ...]
    precision: int
    scale: int


@lru_cache(maxsize=512)
def number_format(text: str) -> Format:
    """The format that a text means; AnalysisException (INVALID_FORMAT) for one that cannot be.

    >>> number_format("S99,999.9").precision, number_format("S99,999.9").scale
    (6, 1)
    """
    tokens = _tokens(text.upper())
    _check(text.upper(), tokens)
    point = next((place for place, token in enumerate(tokens) if token.kind == POINT), len(tokens))
    sizes = [sum(group.size for group in token.groups) for token in tokens]
    return Format(tuple(tokens), sum(sizes), sum(sizes[point:]))


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    pieces: list[Group | None] = []
    after_point = False

    def close() -> None:
        if pieces:
            groups = tuple(piece for piece in pieces if piece is not None)
            found.append(Token(DIGITS, groups, tuple(pieces)))
            pieces.clear()

    for part in _TOKEN.findall(text):
        if part[0] in "09":
            pieces.append(Group(len(part), part[0] == "0" and not after_point))
            continue
        if part in (",", "G"):
            pieces.append(None)
            continue
        close()
        after_point = after_point or part in (".", "D")
        if part == "PR":
            found.insert(0, Token(OPEN))
            found.append(Token(CLOSE))
        else:
            found.append(Token(_SIGNS.get(part, f"character '{part}'")))
    close()
    return found


def _check(text: str, tokens: Sequence[Token]) -> None:
    kinds = [token.kind for token in tokens]
    if not text:
        raise _wrong("EMPTY", text, "it is empty")
    if DIGITS not in kinds:
        raise _wrong("WRONG_NUM_DIGIT", text, "it has no digit (0 or 9)")
    first_point = kinds.index(POINT) if POINT in kinds else len(kinds)
    if CURRENCY in kinds:
        if kinds.index(DIGITS) < kinds.index(CURRENCY):
            raise _wrong("CUR_MUST_BEFORE_DIGIT", text, "the currency must stand before the digits")
        if first_point < kinds.index(CURRENCY):
            raise _wrong("CUR_MUST_BEFORE_DEC", text, "the currency must stand before the point")
    for place, token in enumerate(tokens):
        if place < first_point and _loose(token.pieces):
            raise _wrong("CONT_THOUSANDS_SEPS", text, "a separator of groups needs digits on both of its sides")
        if place > first_point and None in token.pieces:
            raise _wrong("THOUSANDS_SEPS_MUST_BEFORE_DEC", text, "separators of groups must stand before the point")
    for kind in (POINT, SIGN, MINUS, CURRENCY, CLOSE):
        if kinds.count(kind) > 1:
            raise _wrong("WRONG_NUM_TOKEN", text, f"it has {_SHOWN.get(kind, kind)} more than once")
    _check_order(text, kinds)


def _loose(pieces: Sequence[Group | None]) -> bool:
    return any(
        piece is None and (place in (0, len(pieces) - 1) or None in (pieces[place - 1], pieces[place + 1]))
        for place, piece in enumerate(pieces)
    )


def _check_order(text: str, kinds: Sequence[str]) -> None:
    place = 0
    for allowed in _ORDER:
        if place < len(kinds) and kinds[place] in allowed:
            place += 1
    if place < len(kinds):
        raise _wrong("UNEXPECTED_TOKEN", text, f"{_SHOWN.get(kinds[place], kinds[place])} cannot stand there")


def _wrong(condition: str, text: str, why: str) -> AnalysisException:
    return AnalysisException(
        f"The number format {text!r} is not valid: {why}.", f"INVALID_FORMAT.{condition}", {"format": f"'{text}'"}
    )


def read_number(text: str, form: Format) -> Decimal | None:
    """The number that a text means by a format; None for text that does not fit.

    >>> read_number("12,454.8-", number_format("99,999.9S"))
    Decimal('-12454.8')
    """
    reader = _Reader(text)
    for token in form.tokens:
        if not reader.take(token):
            return None
    if reader.at < len(text) or reader.opened != reader.closed or not (reader.before or reader.after):
        return None
    number = Decimal(f"{reader.before or '0'}.{reader.after or '0'}").quantize(Decimal(1).scaleb(-form.scale))
    return -number if reader.negative else number


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.before = self.after = ""
        self.past_point = self.negative = self.opened = self.closed = False

    def take(self, token: Token) -> bool:
        """Read what stands for a token; whether it fits."""
        char = self.text[self.at : self.at + 1]
        if token.kind == DIGITS:
            return self.digits(token)
        if not char:
            return True
        if token.kind == POINT:
            self.past_point = self.past_point or char == "."
            self.at += char == "."
        elif token.kind == CURRENCY:
            if char != "$":
                return False
            self.at += 1
        elif token.kind in (SIGN, MINUS):
            self.negative ^= char == "-"
            self.at += char == "-" or (char == "+" and token.kind == SIGN)
        elif token.kind == OPEN and char == "<":
            self.opened, self.at = True, self.at + 1
        elif token.kind == CLOSE and char == ">":
            if not self.opened:
                return False
            self.closed, self.negative, self.at = True, not self.negative, self.at + 1
        return True

    def digits(self, token: Token) -> bool:
        sizes, count = [0], ""
        while self.at < len(self.text):
            char = self.text[self.at]
            if char.isdigit():
                count += char
                sizes[-1] += 1
            elif char == ",":
                sizes.append(0)
            elif not char.isspace():
                break
            self.at += 1
        if self.past_point:
            self.after += count
        else:
            self.before += count
        groups, given = token.groups[::-1], sizes[::-1]
        if len(given) > len(groups):
            return False
        for place, group in enumerate(groups):
            size = given[place] if place < len(given) else 0
            if size > group.size or (group.exact and size != group.size):
                return False
        return True


def write_number(number: Decimal, form: Format) -> str:
    """A number by a format; ``#`` for digits where it has more than the format.

    >>> write_number(Decimal("-12454.8"), number_format("99G999D9S")), write_number(Decimal(454), number_format("99"))
    ('12,454.8-', '##')
    """
    return _Writer(number, form).write()


class _Writer:
    def __init__(self, number: Decimal, form: Format) -> None:
        self.form = form
        self.negative = number < 0
        whole, _, fraction = f"{abs(number):f}".partition(".")
        before, after = whole.lstrip("0"), fraction.rstrip("0")
        places, decimals = form.precision - form.scale, form.scale
        if len(before) > places or len(after) > decimals:
            before, after = "#" * places, "#" * decimals
        self.before = list(before.rjust(places))
        self.after = list(after.ljust(decimals, "0"))
        self.out: list[str] = []

    def write(self) -> str:
        past_point = False
        for token in self.form.tokens:
            if token.kind == DIGITS:
                self._digits(token, past_point)
            elif token.kind == POINT:
                if self.out and self.out[-1] == " ":
                    self.out[-1] = "0"
                self.out.append(".")
                past_point = True
            else:
                self._sign(token.kind)
        self._strip_point()
        text = "".join(self.out)
        return "0" if text in ("", "+", "-") else text

    def _sign(self, kind: str) -> None:
        if kind == CURRENCY:
            self.out.append("$")
        elif kind == SIGN:
            self._strip_point()
            self._before_blanks("-" if self.negative else "+")
        elif kind == MINUS:
            if self.negative:
                self._strip_point()
                self._before_blanks("-")
            else:
                self.out.append(" ")
        elif kind == OPEN:
            self.out += ["<"] if self.negative else []
        else:
            self._strip_point()
            if self.negative:
                self._before_blanks(">")
            else:
                self.out += [" ", " "]

    def _digits(self, token: Token, past_point: bool) -> None:
        for piece in token.pieces:
            if piece is None:
                if self.out and self.out[-1].isdigit():
                    self.out.append(",")
                else:
                    self._blank()
                continue
            for _ in range(piece.size):
                if past_point:
                    self.out.append(self.after.pop(0))
                    continue
                digit = self.before.pop(0)
                if digit == " " and not piece.exact:
                    self._blank()
                else:
                    self.out.append("0" if digit == " " else digit)

    def _before_blanks(self, char: str) -> None:
        """Put a character in front of the blanks at the end."""
        place = len(self.out)
        while place >= 1 and self.out[place - 1] == " ":
            place -= 1
        self.out.insert(place, char)

    def _blank(self) -> None:
        """Put a blank in front of a sign at the end."""
        place = len(self.out)
        while place >= 1 and self.out[place - 1] in ("+", "-", "<"):
            place -= 1
        self.out.insert(place, " ")

    def _strip_point(self) -> None:
        """A point with nothing behind it becomes a blank."""
        if "." in self.out:
            place = self.out.index(".")
            if place == len(self.out) - 1 or self.out[place + 1] == " ":
                self.out[place] = " "
