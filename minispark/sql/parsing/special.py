"""Calls whose arguments have a grammar of their own: ``EXTRACT(YEAR FROM d)``, ``TRIM(BOTH 'x' FROM s)``.

Each function stands at the name, and gives None (having moved as it likes) where the call is a usual one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from minispark.sql import types as t
from minispark.sql.parsing.tokens import words
from minispark.sql.plan.expressions import Apply, Cast, Expression, Literal

if TYPE_CHECKING:
    from minispark.sql.parsing.grammar import Grammar

_UNITS = words("YEAR QUARTER MONTH WEEK DAY DAYOFYEAR HOUR MINUTE SECOND MILLISECOND MICROSECOND")
_ALL = (1 << 31) - 1


def shown(expression: Expression) -> str:
    """The text of an expression in the names of columns."""
    found: str = importlib.import_module("minispark.sql.plan.labels").label(expression)
    return found


def _text(text: str) -> Literal:
    return Literal(text, t.StringType())


def _int(number: int) -> Literal:
    return Literal(number, t.IntegerType())


def _cast(parser: Grammar) -> Expression | None:
    word = parser.next().key
    parser.expect("(")
    child = parser.expression()
    parser.expect("AS")
    dtype = parser.data_type()
    parser.expect(")")
    return Cast(child, dtype, "try" if word == "TRY_CAST" else "")


def _extract(parser: Grammar) -> Expression | None:
    parser.place += 2
    if not (parser.at_name() or parser.at_string()) or parser.ahead().key != "FROM":
        return None
    field = parser.string() if parser.at_string() else parser.name()
    parser.expect("FROM")
    source = parser.value()
    parser.expect(")")
    return Apply("extract", (_text(field), source))


def _trim(parser: Grammar) -> Expression | None:
    parser.place += 2
    side = parser.accept_any("BOTH", "LEADING", "TRAILING") if parser.ahead().key not in (",", ")") else None
    characters = None if parser.at("FROM") and parser.ahead().key not in (")", ",") else parser.value()
    if not parser.accept("FROM"):
        return None
    source = parser.value()
    parser.expect(")")
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(side or "", "trim")
    if characters is None:
        return Apply(name, (source,))
    text = f"TRIM({side or 'BOTH'} {shown(characters)} FROM {shown(source)})"
    return Apply(name, (characters, source), label=text)


def _substring(parser: Grammar) -> Expression | None:
    called, name = parser.token.key.lower(), "substring"
    parser.place += 2
    source = parser.value()
    if parser.accept("FROM"):
        start = parser.value()
        length = parser.value() if parser.accept("FOR") else None
    elif parser.accept(","):
        if parser.at_name() and parser.ahead().key == "=>":
            return None
        start, name = parser.value(), called
        length = parser.value() if parser.accept(",") else None
    else:
        return None
    parser.expect(")")
    return Apply(name, (source, start, _int(_ALL) if length is None else length))


def _position(parser: Grammar) -> Expression | None:
    parser.place += 2
    wanted = parser.value()
    if not parser.accept("IN"):
        return None
    source = parser.value()
    parser.expect(")")
    return Apply("locate", (wanted, source, _int(1)))


def _overlay(parser: Grammar) -> Expression | None:
    parser.place += 2
    source = parser.value()
    if not parser.accept("PLACING"):
        return None
    new = parser.value()
    parser.expect("FROM")
    start = parser.value()
    length = parser.value() if parser.accept("FOR") else _int(-1)
    parser.expect(")")
    return Apply("overlay", (source, new, start, length))


def _with_unit(name: str) -> Callable[[Grammar], Expression | None]:
    def read(parser: Grammar) -> Expression | None:
        call = parser.token
        parser.place += 2
        unit = parser.token
        if parser.ahead().key != "," or (unit.key not in _UNITS and not parser.at_string()):
            return None
        quoted = parser.at_string()
        parser.place += 2
        first = parser.attempt(parser.value)
        if first is None or not parser.accept(","):
            return None
        if quoted:
            parser.value()
            parser.expect(")")
            raise parser.error(
                call, f"{name} needs one of the units {', '.join(sorted(_UNITS))}, without quotes",
                "INVALID_PARAMETER_VALUE.DATETIME_UNIT",
                {"functionName": f"`{call.text}`", "invalidValue": unit.text, "parameter": "`unit`"},
            )  # fmt: skip
        second = parser.value()
        parser.expect(")")
        return Apply(name, (_text(unit.text), first, second))

    return read


def _struct(parser: Grammar) -> Expression | None:
    parser.place += 2
    items: tuple[Expression, ...] = ()
    if not parser.at(")"):
        items = parser.named_expressions()
    parser.expect(")")
    return Apply("struct", items)


SPECIAL: dict[str, Callable[[Grammar], Expression | None]] = {
    "CAST": _cast, "TRY_CAST": _cast, "EXTRACT": _extract, "TRIM": _trim, "SUBSTRING": _substring, "SUBSTR": _substring,
    "POSITION": _position, "OVERLAY": _overlay, "STRUCT": _struct,
    **dict.fromkeys(("TIMESTAMPADD", "DATEADD", "DATE_ADD"), _with_unit("timestampadd")),
    **dict.fromkeys(("TIMESTAMPDIFF", "DATEDIFF", "DATE_DIFF", "TIMEDIFF"), _with_unit("timestampdiff")),
}  # fmt: skip
"""By the word before the parenthesis."""
