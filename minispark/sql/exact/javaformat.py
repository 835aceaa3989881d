"""``format_string`` and ``printf``: Java's ``Formatter``, in English, over Spark's own values.

Text, dates and decimals are not Java's strings and numbers to Spark: ``%d`` of a text is an error, ``%s`` of a date
shows the days since 1970, as in Spark.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from minispark.errors import IllegalArgumentException
from minispark.sql import types as t

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_SPECIFIER = re.compile(r"%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?(?:([tT])([a-zA-Z])|([a-zA-Z%]))")
_WIDE = Context(prec=1200)
_BITS: dict[type[t.DataType], int] = {t.ByteType: 8, t.ShortType: 16, t.IntegerType: 32, t.LongType: 64}
_JAVA: dict[type[t.DataType], str] = {
    t.ByteType: "java.lang.Byte", t.ShortType: "java.lang.Short", t.IntegerType: "java.lang.Integer",
    t.LongType: "java.lang.Long", t.FloatType: "java.lang.Float", t.DoubleType: "java.lang.Double",
    t.BooleanType: "java.lang.Boolean", t.StringType: "org.apache.spark.unsafe.types.UTF8String",
    t.DecimalType: "org.apache.spark.sql.types.Decimal", t.DateType: "java.lang.Integer",
    t.TimestampType: "java.lang.Long", t.TimestampNTZType: "java.lang.Long",
}  # fmt: skip


def format_string(bound: Bound) -> Callable[..., str | None]:
    """``format_string(format, values...)``; null only for a null format."""
    kinds = bound.types[1:]

    def row(pattern: str | None, *values: Any) -> str | None:
        return None if pattern is None else formatted(pattern, list(zip(values, kinds, strict=True)))

    return row


def formatted(pattern: str, values: list[tuple[Any, t.DataType]]) -> str:
    """Values, each with its type, written into a format; IllegalArgumentException where one does not fit.

    >>> formatted("%5d|%-4s|%,.2f", [(42, t.IntegerType()), ("a", t.StringType()), (1234.5, t.DoubleType())])
    '   42|a   |1,234.50'
    """
    out: list[str] = []
    next_value = 0
    last = -1
    for match in _pieces(pattern):
        if isinstance(match, str):
            out.append(match)
            continue
        conversion = match[8]
        if conversion in ("n", "%"):
            out.append("\n" if conversion == "n" else _padded("%", match[3], match[4]))
            continue
        if match[2]:
            place = last
        elif match[1]:
            place = int(match[1]) - 1
        else:
            place, next_value = next_value, next_value + 1
        if not 0 <= place < len(values):
            raise _refused(f"Format specifier '{match[0]}'")
        last = place
        item, kind = values[place]
        if match[0] == "%s" and isinstance(item, str):
            out.append(item)
        elif match[0] == "%d" and isinstance(item, int) and type(kind) in _BITS:
            out.append(str(item))
        else:
            out.append(_Specifier(match, item, kind).text())
    return "".join(out)


@lru_cache(maxsize=256)
def _pieces(pattern: str) -> tuple[str | re.Match[str], ...]:
    """The texts and the specifiers of a format."""
    found: list[str | re.Match[str]] = []
    at = 0
    while (stop := pattern.find("%", at)) >= 0:
        found.append(pattern[at:stop])
        match = _SPECIFIER.match(pattern, stop)
        if match is None:
            raise _refused(f"Conversion = '{pattern[stop + 1 : stop + 2] or '%'}'")
        found.append(match)
        at = match.end()
    return (*found, pattern[at:])


def _refused(message: str) -> IllegalArgumentException:
    return IllegalArgumentException(message, None, {})


def _padded(text: str, flags: str, width: str | None) -> str:
    size = int(width or 0)
    return text.ljust(size) if "-" in flags else text.rjust(size)


class _Specifier:
    """One specifier and the value that it shows."""

    def __init__(self, match: re.Match[str], item: Any, kind: t.DataType) -> None:
        self.whole = match[0]
        self.flags, self.width = match[3], match[4]
        self.precision = None if match[5] is None else int(match[5])
        self.item, self.kind = item, kind
        self.date_part = match[7]
        self.letter = match[8] or match[6]
        self.upper = self.letter.isupper()

    def text(self) -> str:
        if len(set(self.flags)) < len(self.flags):
            raise _refused(f"Flags = '{self.flags}'")
        if self.width is None and ("-" in self.flags or "0" in self.flags):
            raise _refused(self.whole)
        if "-" in self.flags and "0" in self.flags or "+" in self.flags and " " in self.flags:
            raise _refused(f"Flags = '{self.flags}'")
        shown = self._shown(self.letter.lower())
        return shown.upper() if self.upper else shown

    def _shown(self, letter: str) -> str:
        if letter not in "bhscdoxefgat" or (self.upper and letter in "dof"):
            raise _refused(f"Conversion = '{self.letter}'")
        if letter == "b":
            truth = self.item if isinstance(self.kind, t.BooleanType) else self.item is not None
            return self._cut("true" if truth else "false")
        if self.item is None:
            return self._cut("null") if letter in "sh" else _padded("null", self.flags.replace("0", ""), self.width)
        if letter == "t":
            return _padded(self._date(), self.flags, self.width)
        if letter == "s":
            return self._cut(_java_text(self.item, self.kind))
        if letter == "h":
            return self._cut(format(_java_hash(self.item, self.kind) & 0xFFFFFFFF, "x"))
        if letter == "c":
            return self._character()
        if letter in "dox":
            return self._integer(letter)
        return self._float(letter)

    def _cut(self, text: str) -> str:
        return _padded(text if self.precision is None else text[: self.precision], self.flags, self.width)

    def _mismatch(self) -> IllegalArgumentException:
        return _refused(f"{self.letter} != {_JAVA.get(type(self.kind), self.kind.simpleString())}")

    def _character(self) -> str:
        if not isinstance(self.kind, (t.ByteType, t.ShortType, t.IntegerType, t.DateType)):
            raise self._mismatch()
        code = _number(self.item)
        if not 0 <= code <= 0x10FFFF:
            raise _refused(f"Code point = 0x{code & 0xFFFFFFFF:x}")
        return _padded(chr(code), self.flags, self.width)

    def _integer(self, letter: str) -> str:
        bits = _BITS.get(type(self.kind))
        if bits is None:
            if not isinstance(self.kind, (t.DateType, t.TimestampType, t.TimestampNTZType)):
                raise self._mismatch()
            bits = 32 if isinstance(self.kind, t.DateType) else 64
        if self.precision is not None:
            raise _refused(str(self.precision))
        number = _number(self.item)
        if letter != "d":
            body = format(number % (1 << bits), letter)
            prefix = {"o": "0", "x": "0x"}[letter] if "#" in self.flags else ""
            if "0" in self.flags:
                body = body.rjust(int(self.width or 0) - len(prefix), "0")
            return _padded(prefix + body, self.flags, self.width)
        body = format(abs(number), ",d" if "," in self.flags else "d")
        return self._signed(number < 0, body)

    def _signed(self, negative: bool, body: str) -> str:
        before, behind = "", ""
        if negative:
            before, behind = ("(", ")") if "(" in self.flags else ("-", "")
        elif "+" in self.flags:
            before = "+"
        elif " " in self.flags:
            before = " "
        if "0" in self.flags:
            body = body.rjust(int(self.width or 0) - len(before) - len(behind), "0")
        return _padded(before + body + behind, self.flags, self.width)

    def _float(self, letter: str) -> str:
        if not isinstance(self.kind, (t.FloatType, t.DoubleType)):
            raise self._mismatch()
        number = float(self.item)
        if not math.isfinite(number):
            if math.isnan(number):
                return _padded("NaN", self.flags.replace("0", ""), self.width)
            self.flags = self.flags.replace("0", "")
            return self._signed(number < 0, "Infinity")
        negative = math.copysign(1, number) < 0
        if letter == "a":
            return self._signed(negative, _hexadecimal(abs(number)))
        shown = _shortest(abs(number), self.kind)
        places = 6 if self.precision is None else self.precision
        if letter == "g":
            return self._signed(negative, _general(shown, places, "," in self.flags))
        body = _fixed(shown, places, "," in self.flags) if letter == "f" else _exponential(shown, places)
        return self._signed(negative, body + ("." if "#" in self.flags and places == 0 else ""))

    def _date(self) -> str:
        from datetime import timedelta

        moment = datetime(1970, 1, 1)
        if not isinstance(self.kind, (t.LongType, t.TimestampType, t.TimestampNTZType)):
            raise self._mismatch()
        try:
            moment += timedelta(milliseconds=_number(self.item))
        except OverflowError:
            return self._far_year()
        forms = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S", "y": "%y", "j": "%j", "B": "%B",
                 "b": "%b", "A": "%A", "a": "%a", "p": "%p", "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M",
                 }  # fmt: skip
        form = forms.get(self.date_part or "")
        if form is None:
            raise _refused(f"Conversion = 't{self.date_part}'")
        text = moment.strftime(form)
        return text.lower() if self.date_part == "p" else text

    def _far_year(self) -> str:
        from minispark.sql.convert.timetext import date_text

        if self.date_part != "Y":
            raise _refused(f"Conversion = 't{self.date_part}'")
        return date_text(_number(self.item) // 86_400_000).lstrip("+").rsplit("-", 2)[0]


def _number(item: Any) -> int:
    """An integer, or what Spark holds in place of a date or time."""
    if isinstance(item, datetime):
        return (item - datetime(1970, 1, 1)) // (datetime(1970, 1, 1, 0, 0, 0, 1) - datetime(1970, 1, 1))
    if isinstance(item, date):
        return item.toordinal() - 719163
    return int(item)


def _java_text(item: Any, kind: t.DataType) -> str:
    """What ``toString`` of Spark's own value gives."""
    if isinstance(kind, (t.DateType, t.TimestampType, t.TimestampNTZType)):
        return str(_number(item))
    if isinstance(kind, t.TimeType):
        assert isinstance(item, time)
        micros = ((item.hour * 60 + item.minute) * 60 + item.second) * 1_000_000 + item.microsecond
        return str(micros * 1000)
    if isinstance(kind, (t.DayTimeIntervalType, t.YearMonthIntervalType)):
        return str(item)
    if isinstance(kind, t.ArrayType):
        return f"[{','.join('null' if one is None else _java_text(one, kind.elementType) for one in item)}]"
    if isinstance(kind, t.StructType):
        parts = zip(item.values(), kind.fields, strict=True)
        return f"[{','.join('null' if one is None else _java_text(one, field.dataType) for one, field in parts)}]"
    if isinstance(item, str):
        return item
    return _writer(kind)(item)


@lru_cache(maxsize=64)
def _writer(kind: t.DataType) -> Callable[[Any], str]:
    from minispark.sql.convert.text import cast_text

    return cast_text(kind)


def _java_hash(item: Any, kind: t.DataType) -> int:
    """``hashCode`` of Spark's own value; of a text, Murmur3 of its bytes."""
    if isinstance(kind, t.BooleanType):
        return 1231 if item else 1237
    if isinstance(kind, t.StringType):
        from minispark.sql.exact.hashes import murmur3_of

        return murmur3_of((kind,))(item)
    if isinstance(kind, (t.ByteType, t.ShortType, t.IntegerType, t.DateType)):
        return _number(item)
    if isinstance(kind, (t.LongType, t.TimestampType, t.TimestampNTZType)):
        number = _number(item) & 0xFFFFFFFFFFFFFFFF
        return (number ^ number >> 32) & 0xFFFFFFFF
    raise _refused(f"%h of a value of {kind.simpleString()} is not supported: cast it to a string")


def _shortest(number: float, kind: t.DataType) -> Decimal:
    """The decimal that Java shows for a float: its shortest digits."""
    if isinstance(kind, t.FloatType):
        from minispark.sql.convert.numbertext import float_text

        return Decimal(float_text(number))
    return Decimal(repr(number))


def _fixed(number: Decimal, places: int, grouped: bool) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    return format(rounded, ",f" if grouped else "f")


def _exponential(number: Decimal, places: int) -> str:
    power = number.adjusted() if number else 0
    mantissa = number.scaleb(-power, _WIDE).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    if mantissa >= 10:
        power += 1
        mantissa = mantissa.scaleb(-1).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)
    return f"{mantissa:f}e{'-' if power < 0 else '+'}{abs(power):02d}"


def _general(number: Decimal, places: int, grouped: bool) -> str:
    places = places or 1
    if not number:
        return _fixed(number, places - 1, grouped)
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - places + 1), ROUND_HALF_UP, _WIDE)
    if Decimal("0.0001") <= rounded < Decimal(10) ** places:
        return _fixed(rounded, max(places - rounded.adjusted() - 1, 0), grouped)
    return _exponential(rounded, places - 1)


def _hexadecimal(number: float) -> str:
    """``Double.toHexString``: no zeros at the mantissa's end but one."""
    mantissa, _, power = number.hex().partition("p")
    whole, _, fraction = mantissa.partition(".")
    if number == 0:
        return "0x0.0p0"
    return f"{whole}.{fraction.rstrip('0') or '0'}p{int(power)}"
