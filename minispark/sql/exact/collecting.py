"""Aggregates that gather a group's values: sets, joined texts, the first of an order, counts of distinct ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.sql.exact.keys import equality_key, order_key


def collect_set(bound: Any) -> Callable[..., list[Any]]:
    """The values, each once, in the order in which they came; nulls are left out."""
    same = equality_key(bound.types[0].elementType)

    def called(items: list[Any] | None) -> list[Any]:
        found: dict[Any, Any] = {}
        for item in items or ():
            if item is not None:
                found.setdefault(same(item), item)
        return list(found.values())

    return called


def collect_union(bound: Any) -> Callable[..., list[Any]]:
    """The elements of arrays, each once."""
    same = equality_key(bound.types[0].elementType.elementType)

    def called(arrays: list[Any] | None) -> list[Any]:
        found: dict[Any, Any] = {}
        for array in arrays or ():
            for item in array or ():
                found.setdefault(same(item), item)
        return list(found.values())

    return called


def joined_bytes(items: list[bytes | None] | None, separator: bytes | None) -> bytes | None:
    """``listagg`` of binaries."""
    known = [bytes(item) for item in items or () if item is not None]
    return bytes(separator or b"").join(known) if known else None


def largest(bound: Any) -> Callable[..., Any]:
    """The largest value (the smallest with ``extra``) by Spark's order of nested values."""
    order, smallest = order_key(bound.types[0].elementType), bool(bound.extra)

    def called(items: list[Any] | None) -> Any:
        known = [item for item in items or () if item is not None]
        return (min if smallest else max)(known, key=order, default=None)

    return called


def greatest(bound: Any) -> Callable[..., Any]:
    """The largest of several values; nulls are passed over."""
    order = order_key(bound.result)
    return lambda *items: max([item for item in items if item is not None], key=order, default=None)


def least(bound: Any) -> Callable[..., Any]:
    """The smallest of several values; nulls are passed over."""
    order = order_key(bound.result)
    return lambda *items: min([item for item in items if item is not None], key=order, default=None)


def decimal_sum(bound: Any) -> Callable[..., Any]:
    """The sum of decimals; None where it does not fit the result's type."""
    from decimal import Context, Decimal

    context, kind = Context(prec=120), bound.result
    limit = Decimal(10) ** (kind.precision - kind.scale)

    def called(items: list[Any] | None) -> Any:
        total: Any = None
        for item in items or ():
            if item is not None:
                total = item if total is None else context.add(total, item)
        return total if total is None or abs(total) < limit else None

    return called


def decimal_average(bound: Any) -> Callable[..., Any]:
    """The average of decimals; None where their sum or it does not fit."""
    from decimal import ROUND_HALF_UP, Context, Decimal

    context, kind = Context(prec=120), bound.result
    unit, limit = Decimal(1).scaleb(-kind.scale), Decimal(10) ** (kind.precision - kind.scale)

    def called(items: list[Any] | None) -> Any:
        known = [item for item in items or () if item is not None]
        if not known:
            return None
        total = Decimal(0)
        for item in known:
            total = context.add(total, item)
        found = context.divide(total, Decimal(len(known))).quantize(unit, ROUND_HALF_UP, context)
        return found if abs(found) < limit and total.adjusted() < 38 - kind.scale + 4 else None

    return called


def interval_average(bound: Any) -> Callable[..., Any]:
    """The average of intervals: their sum over their number, halves away from zero."""

    def called(total: int | None, count: int) -> int | None:
        if total is None or not count:
            return None
        size = (2 * abs(int(total)) + count) // (2 * count)
        return size if total >= 0 else -size

    return called
