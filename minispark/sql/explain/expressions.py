"""Resolved expressions as plans show them: ``(id#1 > 1)``, ``sum(n#2L) AS total#3L``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.plan import expressions as e

_INFIX = frozenset(("+", "-", "*", "/", "%", "div", "=", "<=>", "<", "<=", ">", ">=", "&", "|", "^", "like", "rlike"))


def column(one: e.Attribute) -> str:
    """A column with its id, and an L for long ones."""
    return f"{one.name}#{one.id}{'L' if isinstance(one.dtype, t.LongType) else ''}"


def columns(several: Sequence[e.Attribute], comma: str = ", ") -> str:
    """A list of columns in brackets. Spark writes no space behind the ``comma`` of what a leaf gives."""
    return f"[{comma.join(map(column, several))}]"


def text(expression: e.Expression) -> str:
    """An expression.

    >>> one = e.Attribute("id", t.LongType(), False, 7)
    >>> text(e.Alias(e.Cast(one, t.StringType(), "ansi"), "s", None, 8))
    'cast(id#7L as string) AS s#8'
    """
    return e.fold(expression, _piece)


def texts(several: Sequence[e.Expression]) -> str:
    """Expressions in brackets."""
    return f"[{', '.join(map(text, several))}]"


def _piece(node: e.Expression, parts: Sequence[str]) -> str:
    match node:
        case e.Attribute():
            return column(node)
        case e.Outer(attribute):
            return f"outer({column(attribute)})"
        case e.Literal(item, dtype, shown):
            return _literal(item, dtype, shown)
        case e.Alias():
            return f"{parts[0]} AS {column(node.attribute)}"
        case e.Cast(_, dtype, mode):
            return f"{'try_' * (mode == 'try')}cast({parts[0]} as {dtype.simpleString()})"
        case e.SortOrder(_, ascending):
            return f"{parts[0]} {'ASC' if ascending else 'DESC'} NULLS {'FIRST' if node.puts_nulls_first else 'LAST'}"
        case e.Call():
            return _call(node, parts)
        case e.PythonCall(_, name):
            return f"{name}({', '.join(parts)})"
        case e.Subquery(kind):
            shown = {"scalar": "scalar-subquery", "exists": "exists", "in": "list"}[kind]
            ids = ", ".join(column(one) for one in node.plan.output)
            return f"{', '.join(parts)} IN ({shown}#{ids})" if kind == "in" else f"{shown}#[{ids}]"
        case _:
            return _rarer(node, parts)


def _rarer(node: e.Expression, parts: Sequence[str]) -> str:
    match node:
        case e.Over(_, partition, order):
            keys, orders = parts[1 : 1 + len(partition)], parts[1 + len(partition) :][: len(order)]
            inside = ", ".join([*keys, *orders])
            return f"{parts[0]} windowspecdefinition({inside})"
        case e.Lambda():
            names = ", ".join(f"lambda {one.name}#{one.id}" for one in node.parameters)
            return f"lambdafunction({parts[-1]}, {names})"
        case e.LambdaVariable():
            return f"lambda {node.name}#{node.id}"
        case _:
            return f"{type(node).__name__.lower()}({', '.join(parts)})"


def _call(node: Any, parts: Sequence[str]) -> str:
    count = len(node.args)
    args, rest = list(parts[:count]), list(parts[count:])
    name = node.name
    if name in _INFIX and count == 2:
        shown = f"({args[0]} {name} {args[1]})"
    elif name in ("and", "or") and count == 2:
        shown = f"({args[0]} {name.upper()} {args[1]})"
    elif name == "not":
        shown = f"NOT {args[0]}"
    elif name == "case":
        shown = _case(args)
    elif name == "in":
        shown = f"{args[0]} IN ({','.join(args[1:])})"
    else:
        shown = f"{name}({'distinct ' * node.distinct}{', '.join(args) or '1' * (name == 'count')})"
    return f"{shown} FILTER (WHERE {rest[0]})" if node.where is not None else shown


def _case(args: Sequence[str]) -> str:
    pairs = [f"WHEN {args[place]} THEN {args[place + 1]}" for place in range(0, len(args) - 1, 2)]
    rest = f" ELSE {args[-1]}" if len(args) % 2 else ""
    return f"CASE {' '.join(pairs)}{rest} END"


def _literal(item: Any, dtype: t.DataType, shown: str | None) -> str:
    if item is None:
        return "null"
    if isinstance(item, bool):
        return str(item).lower()
    return str(item) if shown is None or isinstance(item, (str, int)) else shown
