"""Columns as ``repr`` prints them: every operator as a call, strings in quotes, as Spark's column nodes."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.plan import expressions as e
from minispark.sql.plan.literaltext import bare, local, quoted
from minispark.sql.types.toddl import sql_type


def shown(expression: e.Expression) -> str:
    """The text of an expression that is not analysed yet.

    >>> a, one = e.Name(("a",)), e.Literal(1, t.IntegerType())
    >>> shown(e.Apply("and", (e.Apply("=", (a, one)), e.Apply("like", (a, e.Literal("x%", t.StringType()))))))
    "and(=(a, 1), like(a, 'x%'))"
    """
    return e.fold(expression, _piece)


def _piece(node: e.Expression, texts: Sequence[str]) -> str:
    match node:
        case e.Name(parts):
            return _dotted(parts)
        case e.Attribute(name, _, _, _, qualifier):
            return _dotted((*qualifier[-1:], name))
        case e.Literal():
            return _constant(node)
        case e.Apply():
            return _apply(node, texts)
        case e.Alias(_, name):
            return f"{texts[0]} AS {name}"
        case e.MultiAlias(_, names):
            return f"{texts[0]} AS ({', '.join(names)})"
        case e.Cast(_, dtype, mode):
            return f"{'TRY_CAST' if mode == 'try' else 'CAST'}({texts[0]} AS {sql_type(dtype)})"
        case e.Field():
            return f"{texts[0]}[{texts[1]}]"
        case e.SortOrder(_, ascending):
            return f"{texts[0]} {'ASC' if ascending else 'DESC'} NULLS {'FIRST' if node.puts_nulls_first else 'LAST'}"
        case e.SqlText(text):
            return text
        case _:
            return _rarer(node, texts)


def _rarer(node: e.Expression, texts: Sequence[str]) -> str:
    match node:
        case e.Star(target):
            return ".".join((*target, "*"))
        case e.Over():
            return _over(node, texts)
        case e.LambdaFunction(parameters):
            several = len(parameters) > 1
            return f"{'(' * several}{', '.join(parameters)}{')' * several} -> {texts[0]}"
        case e.WithField(_, path):
            return f"update_field({texts[0]}, {'.'.join(path)}, {texts[1]})"
        case e.WithoutFields(_, paths):
            text = texts[0]
            for path in paths:
                text = f"drop_field({text}, {'.'.join(path)})"
            return text
        case e.PythonCall(_, name, _, args, keywords):
            first = len(args) - len(keywords)
            named = [f"{word} => {text}" for word, text in zip(keywords, texts[first:], strict=True)]
            return f"{name}({', '.join([*texts[:first], *named])})"
        case e.ByRegex(pattern):
            return f"`{pattern}`"
        case e.Outer(attribute):
            return attribute.name
        case e.Subquery(kind):
            return f"{kind}subquery({', '.join(texts)})"
        case _:
            return f"{type(node).__name__.lower()}({', '.join(texts)})"


def _dotted(parts: Sequence[str]) -> str:
    return ".".join(f"`{part}`" if "." in part else part for part in parts)


def _apply(node: e.Apply, texts: Sequence[str]) -> str:
    args = list(texts[: len(node.args)])
    if node.name in ("case", "when"):
        branches = [f" WHEN {when} THEN {then}" for when, then in zip(args[::2], args[1::2], strict=False)]
        return f"CASE{''.join(branches)}{f' ELSE {args[-1]}' if len(args) % 2 else ''} END"
    if node.ignore_nulls is not None:
        args.append("true" if node.ignore_nulls else "false")
    return f"{node.name}({', '.join(args)})"


def _constant(node: e.Literal) -> str:
    item = node.item
    if isinstance(node.dtype, t.StringType) and item is not None:
        return quoted(item)
    if isinstance(node.dtype, t.LongType) and item is not None:
        return f"{item}L"
    if isinstance(node.dtype, t.DateType):
        return str(item)
    if isinstance(node.dtype, t.TimeType) and item is not None:
        text: str = item.isoformat()
        text = text.rstrip("0") if item.microsecond else text
        return text if item.second or item.microsecond else text[:5]
    if isinstance(node.dtype, t.TimestampType) and item is not None:
        wall = local(item, None)
        return f"{wall:%Y-%m-%d %H:%M:%S}.{f'{wall.microsecond:06d}'.rstrip('0') or '0'}"
    if isinstance(node.dtype, t.DayTimeIntervalType) and item is not None:
        return duration(item)
    return bare(node)


def duration(micros: int) -> str:
    """As ``java.time.Duration`` prints itself.

    >>> duration(26 * 3_600_000_000), duration(0), duration(-82_794_999_990)
    ('PT26H', 'PT0S', 'PT-22H-59M-54.99999S')
    """
    sign = "-" if micros < 0 else ""
    whole = datetime.timedelta(microseconds=abs(micros))
    seconds = whole.days * 86400 + whole.seconds
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    text = "PT" + (f"{sign}{hours}H" if hours else "") + (f"{sign}{minutes}M" if minutes else "")
    fraction = f".{whole.microseconds:06d}".rstrip("0") if whole.microseconds else ""
    if rest or fraction or text == "PT":
        text += f"{sign}{rest}{fraction}S"
    return text


def _over(node: e.Over, texts: Sequence[str]) -> str:
    parts = len(node.partition)
    clauses = []
    if parts:
        clauses.append(f"PARTITION BY {', '.join(texts[1 : 1 + parts])}")
    if node.order:
        clauses.append(f"ORDER BY {', '.join(texts[1 + parts :])}")
    if node.frame is not None:
        kind = node.frame.kind.upper()
        clauses.append(f"{kind} BETWEEN {_bound(node.frame.start, kind)} AND {_bound(node.frame.end, kind)}")
    return f"{texts[0]} OVER ({' '.join(clauses)})"


def _bound(one: Any, kind: str) -> str:
    if one == e.UNBOUNDED_PRECEDING:
        return "UNBOUNDED PRECEDING"
    if one == e.UNBOUNDED_FOLLOWING:
        return "UNBOUNDED FOLLOWING"
    if isinstance(one, e.Expression):
        return shown(one)
    return "CURRENT ROW" if one == 0 else f"{one}L" if kind == "RANGE" else str(one)
