"""The type of values of two types."""

from __future__ import annotations

from minispark.errors import PySparkTypeError
from minispark.sql.types.base import AtomicType, DataType
from minispark.sql.types.nested import ArrayType, MapType
from minispark.sql.types.plain import NullType
from minispark.sql.types.spatial import GeographyType, GeometryType
from minispark.sql.types.strings import StringType
from minispark.sql.types.struct import StructField, StructType
from minispark.sql.types.times import TimestampNTZType, TimestampType
from minispark.sql.types.udt import UserDefinedType


def merged(a: DataType, b: DataType, name: str | None = None) -> DataType:
    """The type of values of which some are of type ``a`` and some of ``b``: text for text and anything plain, all
    fields of two structs. ``name`` says in errors where the values are.

    Raises PySparkTypeError for types that have none in common: numbers do not widen.

    >>> from minispark.sql.types import LongType
    >>> merged(LongType(), StringType()), merged(NullType(), LongType())
    (StringType(), LongType())
    """
    if isinstance(a, NullType) or isinstance(b, NullType):
        return b if isinstance(a, NullType) else a
    if isinstance(a, (TimestampType, TimestampNTZType)) and isinstance(b, (TimestampType, TimestampNTZType)):
        return a if isinstance(a, TimestampType) else b
    for kind in (GeometryType, GeographyType):
        if isinstance(a, kind) and isinstance(b, kind) and a.srid != b.srid:
            return kind("ANY")
    if isinstance(a, AtomicType) and isinstance(b, StringType):
        return b
    if isinstance(a, StringType) and isinstance(b, AtomicType):
        return a
    if type(a) is not type(b):
        raise PySparkTypeError(
            f"{name or 'the values'}: {type(a).__name__} and {type(b).__name__} have no type in common; "
            "convert the values to one, or give a schema",
            "CANNOT_MERGE_TYPE",
            {"data_type1": type(a).__name__, "data_type2": type(b).__name__},
        )
    if isinstance(a, StructType) and isinstance(b, StructType):
        return _structs(a, b, name)
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        return ArrayType(merged(a.elementType, b.elementType, f"element in array {name}"))
    if isinstance(a, MapType) and isinstance(b, MapType):
        key = merged(a.keyType, b.keyType, f"key of map {name}")
        return MapType(key, merged(a.valueType, b.valueType, f"value of map {name}"))
    return a


def _structs(a: StructType, b: StructType, name: str | None) -> StructType:
    inside = "" if name is None else f" in {name}"
    others = {field.name: field.dataType for field in b.fields}
    fields = []
    for field in a.fields:
        other = others.get(field.name, NullType())
        fields.append(StructField(field.name, merged(field.dataType, other, f"field {field.name}{inside}")))
    known = {field.name for field in fields}
    return StructType(fields + [StructField(other, kind) for other, kind in others.items() if other not in known])


def has_null_type(dtype: DataType) -> bool:
    """Whether there is a type inside that no value told."""
    return has_type(dtype, NullType)


def has_type(dtype: DataType, kinds: type | tuple[type, ...]) -> bool:
    """Whether ``dtype`` or a type inside of it is one of ``kinds``."""
    if isinstance(dtype, kinds):
        return True
    if isinstance(dtype, StructType):
        return any(has_type(field.dataType, kinds) for field in dtype.fields)
    if isinstance(dtype, ArrayType):
        return has_type(dtype.elementType, kinds)
    if isinstance(dtype, MapType):
        return has_type(dtype.keyType, kinds) or has_type(dtype.valueType, kinds)
    return isinstance(dtype, UserDefinedType) and has_type(dtype.sqlType(), kinds)
