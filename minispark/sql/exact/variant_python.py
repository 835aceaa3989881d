"""Variants as Python's values and as the JSON that ``VariantVal.toJson`` writes, which is Python's, not Spark's."""

from __future__ import annotations

import base64
import json
from datetime import UTC
from decimal import Decimal
from typing import Any

from minispark.errors import PySparkValueError, SparkRuntimeException
from minispark.sql.exact.variant_reading import Variant


def to_python(value: bytes, metadata: bytes) -> Any:
    """Dicts, lists, numbers, texts, bytes, dates; timestamps know their zone, UTC, where they have one.

    Raises PySparkValueError for bytes that are no variant.
    """
    return _guarded(lambda: _value(Variant(value, metadata)))


def to_json(value: bytes, metadata: bytes, zone: str = "UTC") -> str:
    """JSON, with timestamps as of ``zone``.

    Raises PySparkValueError for bytes that are no variant.
    """
    from minispark.sql.convert.localzone import zone_of

    here = zone_of(zone) or UTC
    found: str = _guarded(lambda: _json(Variant(value, metadata), here))
    return found


def _guarded(read: Any) -> Any:
    try:
        return read()
    except (SparkRuntimeException, IndexError) as error:
        raise PySparkValueError("the bytes of the variant are damaged", "MALFORMED_VARIANT", {}) from error


def _value(item: Variant) -> Any:
    kind = item.kind
    if kind == "object":
        return {name: _value(part) for name, part in item.fields()}
    if kind == "array":
        return [_value(part) for part in item.elements()]
    if kind == "decimal":
        width = {8: 4, 9: 8, 10: 16}[item.value[item.place] >> 2]
        scale = item.value[item.place + 1]
        return Decimal(item.number(item.place + 2, width, True)) * Decimal(10) ** -scale
    found = item.scalar()
    return found.replace(tzinfo=UTC) if kind == "timestamp" else found


def _json(item: Variant, zone: Any) -> str:
    kind = item.kind
    if kind == "object":
        return "{" + ",".join(f"{json.dumps(name)}:{_json(part, zone)}" for name, part in item.fields()) + "}"
    if kind == "array":
        return "[" + ",".join(_json(part, zone) for part in item.elements()) + "]"
    found = _value(item)
    if found is None or isinstance(found, (bool, str)):
        return json.dumps(found)
    if isinstance(found, bytes):
        return f'"{base64.b64encode(found).decode("ascii")}"'
    if kind in ("date", "timestamp", "timestamp_ntz"):
        return f'"{found.astimezone(zone) if kind == "timestamp" else found}"'
    return str(found)
