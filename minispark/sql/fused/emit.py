"""Expressions as DuckDB's SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import PySparkNotImplementedError
from minispark.sql import types as t
from minispark.sql.analysis.windows import default_frame
from minispark.sql.convert.physical import duck_type
from minispark.sql.fused.cutting import Cuts
from minispark.sql.fused.failures import TYPED
from minispark.sql.fused.narrow import narrow_constant
from minispark.sql.library.casts import cast as cast_sql
from minispark.sql.library.constants import literal_sql, text_sql
from minispark.sql.library.function import Bound, Settings
from minispark.sql.library.nestedorder import ordered_sql
from minispark.sql.plan.conditions import conjuncts
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    Frame,
    Lambda,
    LambdaVariable,
    Literal,
    Outer,
    Over,
    SortOrder,
    Subquery,
    fold,
)

_PENDING = "\1"
"""Stands behind an aggregate call until it is known whether OVER follows."""
_EITHER = re.compile("\2([^\2]*)\3([^\2]*)\4")
"""An aggregate call that is written otherwise with OVER: without, with."""


def _settled(text: str, over: str = "") -> str:
    """A text whose aggregates stand alone, or have this OVER."""
    if "\2" in text:
        text = _EITHER.sub(r"\2" if over else r"\1", text)
    return text.replace(_PENDING, over)


class Emit:
    """Writes expressions for one query. ``exacts`` says under which name DuckDB knows an exact function."""

    def __init__(
        self,
        settings: Settings,
        exacts: Callable[[str, Bound, bool, str], str],
        subquery: Callable[[Any], str],
        wide: bool = False,
    ) -> None:
        self.settings = settings
        self.wide = wide
        self.chains: dict[tuple[str, str], Any] = {}
        self._exacts = exacts
        self._subquery = subquery
        self._choosing = False
        """Whether a condition on rows is being written, in which an IN of a query may be null."""

    def sql(self, expression: Expression, cuts: Cuts | None = None) -> str:
        """The text of a resolved expression, of which parts may be made ``cuts``."""
        text: str = fold(expression, self._one) if cuts is None else cuts.text(expression, self._one)
        return _settled(text)

    def condition(self, expression: Expression, cuts: Cuts | None = None) -> str:
        """The text of a condition on rows, where false and null are the same; DuckDB makes joins of bare INs.

        Parts of the first of several conditions may be made ``cuts``: others are not computed for every row.
        """
        found: list[str] = []
        for one in conjuncts(expression):
            before, self._choosing = self._choosing, True
            found.append(self.sql(one, None if found else cuts))
            self._choosing = before
        return found[0] if len(found) == 1 else f"({' AND '.join(found)})"

    def duck(self, dtype: t.DataType) -> str:
        """The DuckDB type of a type."""
        return duck_type(dtype)

    def cast(self, sql: str, source: t.DataType, target: t.DataType, mode: str) -> str:
        """A conversion as Spark makes it."""
        return sql if source == target else cast_sql(self, sql, source, target, mode)

    def either(self, alone: str, over: str) -> str:
        """SQL of an aggregate: alone, and over a window."""
        return f"\2{alone}\3{over}\4"

    def failure(self, kind: str, condition: str, message: str, dtype: t.DataType | None = None) -> str:
        """SQL that raises a typed error when it is evaluated."""
        raised = f"error('{TYPED}{kind}!{condition}!' || {message})"
        return raised if dtype is None else f"CAST({raised} AS {duck_type(dtype)})"

    def exact(self, call: Call, args: Sequence[str], path: str | None = None) -> str:
        """A call of an exact Python function: the function's own, or the factory of a path."""
        function = call.function
        chosen = path or function.factory or function.exact
        factory = path is not None or function.factory is not None
        types = tuple(arg.dtype for arg in call.args)
        if path is not None and len(args) != len(types):
            types = tuple(t.NullType() for _ in args)
        constants = tuple(isinstance(arg, Literal) for arg in call.args)
        literals = tuple(arg.item if isinstance(arg, Literal) else None for arg in call.args)
        if function.kind == "aggregate" and path is None:
            types = tuple(t.ArrayType(dtype) for dtype in types)
        bound = Bound(types, literals, constants, call.dtype, self.settings, call.extra)
        nulls = "given" if function.null in ("given", "always", "never") or callable(function.null) else "any"
        if function.kind == "aggregate":
            nulls = "given"
        name = self._exacts(chosen, bound, factory, f"{nulls}{'' if function.deterministic else ' volatile'}")
        return f"{name}({', '.join(args)})"

    def aside(self, path: str, gives: t.DataType, extra: Any, arg: str, volatile: bool = False) -> str:
        """A call of an exact function (by its factory) that no expression names."""
        bound = Bound((t.LongType(),), (None,), (False,), gives, self.settings, extra)
        return f"{self._exacts(path, bound, True, 'given volatile' if volatile else 'given')}({arg})"

    # --- nodes -------------------------------------------------------------------------------------------------------

    def _one(self, one: Expression, parts: list[str]) -> str:
        writer = _WRITERS.get(type(one))
        if writer is None:
            raise PySparkNotImplementedError(f"{type(one).__name__} cannot run in a fused query")
        return writer(self, one, parts)

    def _call(self, one: Call, parts: list[str]) -> str:
        if one.ansi is None or one.ansi == self.settings.ansi:
            return self._called(one, parts)
        before, self.settings = self.settings, replace(self.settings, ansi=one.ansi)
        try:
            return self._called(one, parts)
        finally:
            self.settings = before

    def _called(self, one: Call, parts: list[str]) -> str:
        function = one.function
        parts = [_settled(part) for part in parts]
        if _is_in(one) and not self._choosing:
            return f"coalesce(NOT {_without_null(parts[0])}, false)"
        args = parts[: len(one.args)]
        rest = parts[len(one.args) :]
        where = rest.pop(0) if one.where is not None else None
        if function.sql is None:
            text = self._exact_call(one, args, rest)
        elif callable(function.sql):
            text = function.sql(self, one, args)
        else:
            text = _filled(function.sql, args)
        if function.kind in ("aggregate", "window"):
            first = "DISTINCT " if one.distinct else ""
            behind = (f" FILTER (WHERE {where})" if where is not None else "") + _PENDING
            order = f" ORDER BY {', '.join(rest)}" if rest else ""
            text = text.replace("{d}", first).replace("{o}", order).replace("{f}", behind)
        return text

    def _exact_call(self, one: Call, args: list[str], within: list[str]) -> str:
        if one.function.kind != "aggregate":
            return self.exact(one, args)
        order = f" ORDER BY {', '.join(within)}" if within else ""
        if len(args) == 1 or not one.distinct:
            return self.exact(one, [f"list({{d}}{arg}{order}){{f}}" for arg in args])
        rows = ", ".join(f"'f{place}': {arg}" for place, arg in enumerate(args))
        listed = f"list({{d}}{{{{{rows}}}}}{order}){{f}}".replace("{{", "{").replace("}}", "}")
        return self.exact(one, [f"list_transform({listed}, lambda row: row.f{place})" for place in range(len(args))])

    def _over(self, one: Over, parts: list[str]) -> str:
        child, rest = parts[0], [_settled(part) for part in parts[1:]]
        partition, order = rest[: len(one.partition)], rest[len(one.partition) :]
        inside = []
        if partition:
            inside.append(f"PARTITION BY {', '.join(partition)}")
        if order:
            inside.append(f"ORDER BY {', '.join(order)}")
        called: Any = one.child
        ranked = called.function.kind == "window" and one.frame is None
        if not ranked or called.name in ("first_value", "last_value", "nth_value"):
            inside.append(self.frame(one.frame or default_frame(one), one))
        return _settled(child, f" OVER ({' '.join(inside)})")

    def frame(self, frame: Frame, one: Over) -> str:
        """The text of a frame of a window."""

        def edge(bound: Any, unbounded: str) -> str:
            if bound in (UNBOUNDED_PRECEDING, UNBOUNDED_FOLLOWING):
                return f"UNBOUNDED {unbounded}"
            if isinstance(bound, (int, float)) and bound == 0:
                return "CURRENT ROW"
            if isinstance(bound, (int, float)):
                return f"{abs(bound)} {'PRECEDING' if bound < 0 else 'FOLLOWING'}"
            distance = _distance(self.sql(bound.child), bound.child.dtype, one.order[0])
            return f"{distance} {'PRECEDING' if bound.before else 'FOLLOWING'}"

        return f"{frame.kind} BETWEEN {edge(frame.start, 'PRECEDING')} AND {edge(frame.end, 'FOLLOWING')}"

    def _cast(self, one: Cast, parts: list[str]) -> str:
        narrow = None if self.wide else narrow_constant(one.child, one.dtype)
        return narrow or self.cast(_settled(parts[0]), one.child.dtype, one.dtype, one.mode)

    def _nested(self, one: Subquery, parts: list[str]) -> str:
        choosing, self._choosing = self._choosing, False
        query = self._subquery(one.plan)
        self._choosing = choosing
        if one.kind == "exists":
            return f"EXISTS ({query})"
        if one.kind == "in" and len(parts) > 1 and one.outer:
            pairs = zip(parts, one.plan.output, strict=True)  # DuckDB has no such IN
            equal = " AND ".join(f"{part} = c{column.id}" for part, column in pairs)
            found = f"EXISTS (SELECT 1 FROM ({query}) WHERE"
            text = f"(CASE WHEN {found} {equal}) THEN true WHEN {found} ({equal}) IS NULL) THEN NULL ELSE false END)"
            return text if choosing else f"coalesce({text}, false)"
        if one.kind == "in":
            left = parts[0] if len(parts) == 1 else f"({', '.join(parts)})"
            text = f"({left} IN ({query}))"
            return text if choosing else f"coalesce({text}, false)"
        return f"({query})"


def _distance(text: str, dtype: t.DataType, order: Any) -> str:
    """How far a bound of a RANGE frame is, as DuckDB adds it to values of the order."""
    if isinstance(order.dtype, (t.NumericType, t.DayTimeIntervalType, t.YearMonthIntervalType)):
        return text
    if isinstance(dtype, t.YearMonthIntervalType):
        return f"to_months({text})"
    if isinstance(dtype, t.DayTimeIntervalType):
        days = isinstance(order.dtype, t.DateType)
        return f"CAST({text} // 86400000000 AS INTEGER)" if days else f"to_microseconds({text})"
    return text


def _is_in(one: Any) -> bool:
    """``NOT (x IN (SELECT ...))``: as Spark computes them, neither this nor the IN is ever null, but false."""
    inner = one.args[0] if one.function.name == "not" else None
    return isinstance(inner, Subquery) and inner.kind == "in"


def _without_null(text: str) -> str:
    return text.removeprefix("coalesce(").removesuffix(", false)")


_PLACE = re.compile(r"\{(\d+|all)\}")


def _filled(template: str, args: Sequence[str]) -> str:
    """A template with its arguments in it; what these hold is not looked at."""

    def put(found: re.Match[str]) -> str:
        place = found[1]
        if place == "all":
            return ", ".join(args)
        return args[int(place)] if int(place) < len(args) else found[0]

    return _PLACE.sub(put, template)


def _order(emit: Emit, one: SortOrder, parts: list[str]) -> str:
    key = ordered_sql(parts[0], one.dtype)
    return f"{key} {'ASC' if one.ascending else 'DESC'} NULLS {'FIRST' if one.puts_nulls_first else 'LAST'}"


def _lambda(emit: Emit, one: Lambda, parts: list[str]) -> str:
    return f"lambda {', '.join(f'v{variable.id}' for variable in one.parameters)}: {parts[0]}"


_WRITERS: dict[type, Callable[[Emit, Any, list[str]], str]] = {
    Attribute: lambda emit, one, parts: f"c{one.id}",
    Outer: lambda emit, one, parts: f"c{one.attribute.id}",
    Literal: lambda emit, one, parts: literal_sql(one.item, one.dtype),
    Alias: lambda emit, one, parts: parts[0],
    Cast: Emit._cast,
    Call: Emit._call,
    SortOrder: _order,
    Over: Emit._over,
    Lambda: _lambda,
    LambdaVariable: lambda emit, one, parts: f"v{one.id}",
    Subquery: Emit._nested,
}

__all__ = ["Emit", "text_sql"]
