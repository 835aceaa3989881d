"""The cast that a query calls: plain values by ``casts.py``, variants by their own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minispark.sql import types as t
from minispark.sql.exact.casts import Convert, converter

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound


def cast(bound: Bound) -> Convert:
    """The conversion of one argument to the bound result; ``extra`` is the way of failing."""
    return converter(bound.types[0], bound.result, bound.extra or "ansi", bound.settings.zone, _variants)


def _variants(source: t.DataType, target: t.DataType, mode: str, zone_name: str) -> Convert | None:
    if isinstance(source, t.VariantType):
        from minispark.sql.exact.variant_casts import caster
        from minispark.sql.exact.variant_reading import of_value

        convert = caster(target, zone_name, mode == "try")
        return lambda item: convert(of_value(item))
    if isinstance(target, t.VariantType):
        from minispark.sql.exact.variants import value_encoder

        return value_encoder(source)
    return None
