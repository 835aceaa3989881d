"""Expressions for comparison: two that say the same are equal, however spelt (Catalyst's ``canonicalized``)."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace, value
from minispark.sql import types as t
from minispark.sql.plan.expressions import Alias, Attribute, Call, Expression, Literal, Subquery, transform

_COMMUTING = frozenset({"+", "*", "&", "|", "^", "and", "or"})
_SORTED = frozenset({"=", "<=>", "greatest", "least"})
_TURNED = {">": "<", ">=": "<="}
_NO_TYPE = t.NullType()


@value
class Same(Expression):
    """A function of arguments whose order does not matter, or a query by its text."""

    inner = ("args",)
    what: Any
    args: tuple[Expression, ...]

    @property
    def head(self) -> Any:
        """As ``head`` tells it of the expression that this stands for."""
        name = self.what[0] if isinstance(self.what, tuple) else self.what
        return Subquery if name in ("scalar", "exists", "in query") else "<" if name == "<=" else name


def head(one: Expression) -> Any:
    """What two equal expressions have in common at least, told without going into them."""
    if isinstance(one, Attribute):
        return one.id
    if isinstance(one, Call):
        name = one.function.name
        return "<" if name in _TURNED or name in ("not", "<=") else name
    return type(one)


def canonical(expression: Expression) -> Expression:
    """The expression for comparison: attributes by id alone, without aliases, operands that commute in one order.

    >>> from minispark.sql.types import IntegerType
    >>> a, b = (Attribute("x", IntegerType(), True, id) for id in (1, 2))
    >>> canonical(a) == canonical(Alias(Attribute("y", IntegerType(), False, 1), "z")), canonical(a) == canonical(b)
    (True, False)
    """
    return transform(expression, _plain, _commuted)


def _plain(one: Expression) -> Expression:
    if isinstance(one, Attribute):
        return Attribute("", _NO_TYPE, True, one.id)
    if isinstance(one, Alias):
        return one.child
    if isinstance(one, Call) and one.function.name == "with_sorted_maps":
        return one.args[0]  # how a key is compared
    if isinstance(one, Subquery) and one.written is not None:
        return Same(("in query" if one.kind == "in" else one.kind, text_of(one.written)), one.left)
    return replace(one, text=None) if isinstance(one, Literal) and one.text else one


def text_of(written: Any) -> Any:
    """A parsed query without the places of its words, for comparison."""
    if isinstance(written, tuple):
        return tuple(map(text_of, written))
    if not hasattr(written, "__match_args__"):
        return written
    fields = [text_of(getattr(written, name)) for name in written.__match_args__ if name != "place"]
    return (type(written), *fields)


def _commuted(one: Expression) -> Expression | None:
    if not isinstance(one, Call):
        return None
    name = one.function.name
    if name in _COMMUTING:
        operands, waiting = [], [one]
        while waiting:
            part = waiting.pop()
            for arg in part.args:
                if isinstance(arg, Call) and arg.function is one.function and arg.dtype == one.dtype:
                    waiting.append(arg)
                else:
                    operands.append(canonical(arg))
        return Same((name, one.dtype), tuple(sorted(operands, key=repr)))
    if name in _SORTED:
        return Same((name, one.dtype), tuple(sorted(map(canonical, one.args), key=repr)))
    if name == "in":
        return Same("in", (canonical(one.args[0]), *sorted(map(canonical, one.args[1:]), key=repr)))
    if name in ("<", "<=", *_TURNED):
        args = tuple(map(canonical, one.args))
        return Same(_TURNED.get(name, name), args[::-1] if name in _TURNED else args)
    if name == "not":
        inner = one.args[0]
        if isinstance(inner, Call) and inner.function.name in ("<", "<=", *_TURNED):
            args = tuple(map(canonical, inner.args))
            return Same({"<": "<=", "<=": "<", ">": "<=", ">=": "<"}[inner.function.name], _swapped(inner, args))
    return None


def _swapped(inner: Call, args: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """``NOT a > b`` is ``a <= b``; ``NOT a < b`` is ``b <= a``."""
    return args if inner.function.name in _TURNED else args[::-1]
