"""Variants: values that carry their own type, in Spark's binary form."""

from __future__ import annotations

from typing import Any

from minispark.sql.types.base import AtomicType


class VariantVal:
    """A variant: the bytes of its value, and those of its metadata, which hold the names of its fields."""

    def __init__(self, value: bytes, metadata: bytes) -> None:
        self.value = value
        self.metadata = metadata

    def __repr__(self) -> str:
        return f"VariantVal({self.value!r}, {self.metadata!r})"


class VariantType(AtomicType):
    """Values that carry their own type: ``VariantVal``."""

    def needConversion(self) -> bool:
        return True

    def fromInternal(self, obj: Any) -> VariantVal | None:
        if obj is None or not all(key in obj for key in ("value", "metadata")):
            return None
        return VariantVal(obj["value"], obj["metadata"])

    def toInternal(self, variant: Any) -> Any:
        if variant is None:
            return None
        assert isinstance(variant, VariantVal)
        return {"value": variant.value, "metadata": variant.metadata}
