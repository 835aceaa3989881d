"""``format_number``: Java's ``DecimalFormat`` for the patterns that it takes, in English."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import IllegalArgumentException

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_WIDE = Context(prec=800)
_DEFAULT = "#,###,###,###,###,###,##0"


@value
class Pattern:
    """A compiled pattern: affixes of both signs, digits of each part at least and at most, the size of groups."""

    prefix: str
    suffix: str
    negative_prefix: str
    negative_suffix: str
    whole_least: int
    whole_most: int
    fraction_least: int
    fraction_most: int
    group: int
    scale: int
    exponent: int
    point_always: bool


def format_number(bound: Bound) -> Callable[[Any, Any], str | None]:
    """``format_number(number, places or pattern)``: half-even, groups of three."""

    def row(number: Any, how: Any) -> str | None:
        if isinstance(how, str):
            return formatted(number, how or _DEFAULT)
        if how < 0:
            return None
        if isinstance(number, float) and how <= 4 and -1e10 < number < 1e10:
            return format(number, f",.{how}f")  # rounds the whole value half-even, as Java does
        return formatted(number, _DEFAULT + ("." + "0" * how if how else ""))

    return row


def formatted(number: Any, pattern: str) -> str:
    """A number by a pattern of DecimalFormat.

    >>> formatted(12345.678, "#,##0.00"), formatted(Decimal("0.256"), "#%"), formatted(12345.678, "0.00E0")
    ('12,345.68', '26%', '1.23E4')
    """
    form = compiled(pattern)
    if isinstance(number, float) and not math.isfinite(number):
        if math.isnan(number):
            return "NaN"
        return f"{form.negative_prefix}∞{form.negative_suffix}" if number < 0 else f"{form.prefix}∞{form.suffix}"
    negative = math.copysign(1, number) < 0 if isinstance(number, float) else number < 0
    digits = _Digits(number, form.scale)
    body = _scientific(digits, form) if form.exponent else _plain(digits, form)
    if negative:
        return f"{form.negative_prefix}{body}{form.negative_suffix}"
    return f"{form.prefix}{body}{form.suffix}"


class _Digits:
    """A number without its sign: of a float its shortest digits are shown, and its whole value decides on halves."""

    def __init__(self, number: Any, scale: int) -> None:
        shown = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
        self.shown = abs(shown).scaleb(scale, _WIDE)
        self.whole = abs(Decimal(number)).scaleb(scale, _WIDE)

    def rounded(self, places: int) -> Decimal:
        """Half-even at a place after the point (before it, if negative)."""
        step = Decimal(1).scaleb(-places)
        low = self.shown.quantize(step, ROUND_FLOOR, _WIDE)
        middle = low + step / 2
        if self.shown == middle and self.whole != middle:
            return low if self.whole < middle else low + step
        return self.shown.quantize(step, ROUND_HALF_EVEN, _WIDE)


def _plain(digits: _Digits, form: Pattern) -> str:
    whole, _, fraction = f"{digits.rounded(form.fraction_most):f}".partition(".")
    fraction = fraction.rstrip("0").ljust(form.fraction_least, "0")
    whole = whole.lstrip("0").rjust(form.whole_least, "0")
    if form.group:
        whole = _grouped(whole, form.group)
    if not whole and not fraction:
        whole = "0"
    return whole + (f".{fraction}" if fraction or form.point_always else "")


def _grouped(whole: str, size: int) -> str:
    head = len(whole) % size
    parts = [whole[:head]] if head else []
    return ",".join(parts + [whole[at : at + size] for at in range(head, len(whole), size)])


def _scientific(digits: _Digits, form: Pattern) -> str:
    """As many significant digits as the pattern has; exponents are multiples of its largest number of whole digits."""
    shown = digits.shown
    number = digits.rounded(form.whole_most + form.fraction_most - shown.adjusted() - 1) if shown else shown
    exponent = number.adjusted() if number else 0
    if form.whole_most > form.whole_least and form.whole_most > 1:
        exponent = exponent // form.whole_most * form.whole_most
    else:
        exponent -= form.whole_least - 1 if form.whole_least or form.fraction_least else -1
    if not number:
        exponent = 0
    whole, _, fraction = f"{number.scaleb(-exponent, _WIDE):f}".partition(".")
    fraction = fraction.rstrip("0").ljust(form.fraction_least, "0")
    whole = whole.lstrip("0").rjust(form.whole_least, "0") or ("" if fraction else "0")
    power = f"{'-' if exponent < 0 else ''}{abs(exponent):0{form.exponent}d}"
    return f"{whole}{'.' + fraction if fraction else ''}E{power}"


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Pattern:
    """The meaning of a pattern; IllegalArgumentException for one that is malformed."""
    halves = _split(pattern)
    prefix, body, suffix = _affixes(halves[0], pattern)
    negative_prefix, negative_suffix = "-" + prefix[0], suffix[0]
    if len(halves) > 1:
        first, _, last = _affixes(halves[1], pattern)
        negative_prefix, negative_suffix = first[0], last[0]
        if (negative_prefix, negative_suffix) == (prefix[0], suffix[0]):
            negative_prefix = "-" + prefix[0]
    scale = max(prefix[1], suffix[1])
    return _numbers(body, pattern, (prefix[0], suffix[0], negative_prefix, negative_suffix), scale)


def _split(pattern: str) -> list[str]:
    quoted, at = False, 0
    for at, char in enumerate(pattern):
        if char == "'":
            quoted = not quoted
        elif char == ";" and not quoted:
            return [pattern[:at], pattern[at + 1 :]]
    return [pattern]


def _affixes(text: str, pattern: str) -> tuple[tuple[str, int], str, tuple[str, int]]:
    """What stands before the digits and behind them, with the power of ten that a percent sign asks for."""
    start, quoted = 0, False
    while start < len(text) and (quoted or text[start] not in "#0,."):
        quoted ^= text[start] == "'"
        start += 1
    end = start
    while end < len(text) and text[end] in "#0,.":
        end += 1
    if text[end : end + 2] == "E0":
        end += 1
        while text[end : end + 1] == "0":
            end += 1
    return _literal(text[:start]), text[start:end], _literal(text[end:])


def _literal(text: str) -> tuple[str, int]:
    out, scale, at, quoted = "", 0, 0, False
    while at < len(text):
        char = text[at]
        if char == "'":
            if text[at + 1 : at + 2] == "'":
                out += "'"
                at += 1
            else:
                quoted = not quoted
        elif quoted:
            out += char
        elif char in "%‰":
            out, scale = out + char, 2 if char == "%" else 3
        elif char == "¤":
            out += "$"
        elif char in "#0,.":
            raise _malformed(text)
        else:
            out += char
        at += 1
    return out, scale


def _malformed(pattern: str) -> IllegalArgumentException:
    return IllegalArgumentException(f'Malformed pattern "{pattern}"', None, {})


def _numbers(body: str, pattern: str, affixes: tuple[str, str, str, str], scale: int) -> Pattern:
    mantissa, _, power = body.partition("E")
    if mantissa.count(".") > 1:
        raise IllegalArgumentException(f'Multiple decimal separators in pattern "{pattern}"', None, {})
    whole, point, fraction = mantissa.partition(".")
    group = len(whole) - whole.rindex(",") - 1 if "," in whole else 0
    whole = whole.replace(",", "")
    if "," in fraction or "0#" in whole or "#0" in fraction or (body and not whole and not fraction):
        raise _malformed(pattern)
    zeros, decimals = whole.count("0"), fraction.count("0")
    if zeros == decimals == 0 and point and (whole or fraction):
        zeros, decimals = (1, 0) if whole else (0, 1)
    return Pattern(
        *affixes,
        whole_least=zeros,
        whole_most=len(whole) if power else 1 << 30,
        fraction_least=decimals,
        fraction_most=len(fraction),
        group=0 if power else group,
        scale=scale,
        exponent=len(power),
        point_always=bool(point) and not fraction,
    )
