"""Decimal arithmetic that gives None where the operator would fail, or for a null."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

_WIDE = Context(prec=120)


def _fitting(compute: Callable[[Decimal, Decimal], Decimal | None]) -> Callable[[Any], Callable[..., Decimal | None]]:
    def factory(bound: Any) -> Callable[..., Decimal | None]:
        kind = bound.result
        unit, limit = Decimal(1).scaleb(-kind.scale), Decimal(10) ** (kind.precision - kind.scale)

        def called(one: Decimal | None, other: Decimal | None) -> Decimal | None:
            found = None if one is None or other is None else compute(one, other)
            if found is None:
                return None
            found = found.quantize(unit, ROUND_HALF_UP, _WIDE)
            return found if abs(found) < limit else None

        return called

    return factory


try_add = _fitting(_WIDE.add)
try_subtract = _fitting(_WIDE.subtract)
try_multiply = _fitting(_WIDE.multiply)
try_divide = _fitting(lambda one, other: _WIDE.divide(one, other) if other else None)
try_mod = _fitting(lambda one, other: _WIDE.remainder(one, other) if other else None)
