"""Types as users' Arrow data has them: which type of Spark's a foreign Arrow type means, and the one a user gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkTypeError, UnsupportedOperationException
from minispark.sql.convert.physical import arrow_type
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    GeographyType,
    GeometryType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    SpatialType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
    YearMonthIntervalType,
)

if TYPE_CHECKING:
    import pyarrow as pa

_METADATA = b"SPARK::metadata::json"
_INTERVAL_MONTHS = 21
_BY_NAME: dict[str, type[DataType]] = {
    "bool": BooleanType,
    "int8": ByteType,
    "int16": ShortType,
    "int32": IntegerType,
    "int64": LongType,
    "float": FloatType,
    "double": DoubleType,
    "string": StringType,
    "large_string": StringType,
    "binary": BinaryType,
    "large_binary": BinaryType,
    "date32[day]": DateType,
    "time64[us]": TimeType,
    "time64[ns]": TimeType,
    "null": NullType,
}


def from_arrow_type(kind: pa.DataType, ntz: bool = True) -> DataType:
    """The type that a user's Arrow type means; ``ntz`` says whether timestamps without a zone have none here.

    Raises PySparkTypeError for a type that Spark has nothing for, unsigned numbers among them.

    >>> import pyarrow
    >>> from_arrow_type(pyarrow.list_(pyarrow.int64())), from_arrow_type(pyarrow.timestamp("ns", "UTC"))
    (ArrayType(LongType(), True), TimestampType())
    """
    import pyarrow.types as of

    made = _BY_NAME.get(str(kind))
    if made is not None:
        return made()
    if of.is_decimal(kind):
        return DecimalType(kind.precision, kind.scale)
    if of.is_fixed_size_binary(kind):
        return BinaryType()
    if of.is_timestamp(kind):
        return TimestampNTZType() if kind.tz is None and ntz else TimestampType()
    if of.is_duration(kind):
        return DayTimeIntervalType()
    if kind.id == _INTERVAL_MONTHS:
        return YearMonthIntervalType()
    if of.is_list(kind) or of.is_large_list(kind) or of.is_fixed_size_list(kind):
        return ArrayType(from_arrow_type(kind.value_type, ntz), kind.value_field.nullable)
    if of.is_map(kind):
        key, item = from_arrow_type(kind.key_type, ntz), from_arrow_type(kind.item_type, ntz)
        return MapType(key, item, kind.item_field.nullable)
    if of.is_struct(kind):
        return _tagged(kind) or from_arrow_schema(kind, ntz)
    if of.is_dictionary(kind):
        return from_arrow_type(kind.value_type, ntz)
    raise _unsupported(kind)


def from_arrow_schema(schema: Any, ntz: bool = True) -> StructType:
    """The fields that a user's Arrow schema (or struct) means.

    >>> import pyarrow
    >>> from_arrow_schema(pyarrow.schema([("a", pyarrow.int32())]))
    StructType([StructField('a', IntegerType(), True)])
    """
    fields = []
    for field in schema:
        noted = (field.metadata or {}).get(_METADATA)
        metadata = json.loads(noted) if noted is not None else None
        fields.append(StructField(field.name, from_arrow_type(field.type, ntz), field.nullable, metadata))
    return StructType(fields)


def _tagged(kind: pa.StructType) -> DataType | None:
    """The type of a struct whose fields' metadata says that it is a variant or a shape."""
    tags = {key: (field.name, item) for field in kind for key, item in (field.metadata or {}).items()}
    names = {field.name for field in kind}
    if tags.get(b"variant") == ("metadata", b"true") and "value" in names:
        return VariantType()
    for key, make in ((b"geometry", GeometryType), (b"geography", GeographyType)):
        if tags.get(key) == ("wkb", b"true") and "srid" in names:
            srid = int(tags[b"srid"][1])
            return make("ANY" if srid == SpatialType.MIXED_SRID else srid)
    return None


def user_type(dtype: DataType, zone: str, large: bool = False, distinct: bool = False) -> pa.DataType:
    """The Arrow type that a user gets: timestamps of ``zone``, day-time intervals as durations.

    ``large`` asks for large strings and binaries; ``distinct`` refuses structs with two fields of one name.

    Raises PySparkTypeError for intervals of months, UnsupportedOperationException for such structs.

    >>> user_type(DataType.fromDDL("array<timestamp>"), "UTC")
    ListType(list<element: timestamp[us, tz=UTC]>)
    """
    import pyarrow as pa

    if isinstance(dtype, TimestampType):
        return pa.timestamp("us", tz=zone)
    if isinstance(dtype, DayTimeIntervalType):
        return pa.duration("us")
    if isinstance(dtype, TimeType):
        return pa.time64("ns")
    if isinstance(dtype, NullType):
        return pa.null()
    if isinstance(dtype, (StringType, BinaryType)) and large:
        return pa.large_string() if isinstance(dtype, StringType) else pa.large_binary()
    if isinstance(dtype, ArrayType):
        element = user_type(dtype.elementType, zone, large, distinct)
        return pa.list_(pa.field("element", element, nullable=dtype.containsNull))
    if isinstance(dtype, MapType):
        key: Any = pa.field("key", user_type(dtype.keyType, zone, large, distinct), nullable=False)
        item = user_type(dtype.valueType, zone, large, distinct)
        value: Any = pa.field("value", item, nullable=dtype.valueContainsNull)
        made: pa.DataType = pa.map_(key, value)
        return made
    if isinstance(dtype, StructType):
        if distinct and len(set(dtype.names)) < len(dtype.names):
            raise UnsupportedOperationException(
                f"a struct with two fields of one name makes no Arrow struct: {', '.join(dtype.names):.300}",
                "DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT",
                {"field_names": str(dtype.names)},
            )
        return pa.struct(list(user_schema(dtype, zone, large, distinct)))
    if isinstance(dtype, UserDefinedType):
        return user_type(dtype.sqlType(), zone, large, distinct)
    if isinstance(dtype, (YearMonthIntervalType, CalendarIntervalType)):
        raise _unsupported(dtype)
    return _with_tags(dtype) or arrow_type(dtype)


def user_schema(schema: StructType, zone: str, large: bool = False, distinct: bool = False) -> pa.Schema:
    """The Arrow schema that a user gets, the fields' metadata in it."""
    import pyarrow as pa

    fields = []
    for field in schema.fields:
        noted = {_METADATA: json.dumps(field.metadata).encode()} if field.metadata else None
        kind = user_type(field.dataType, zone, large, distinct)
        fields.append(pa.field(field.name, kind, field.nullable, noted))
    return pa.schema(fields)


def _with_tags(dtype: DataType) -> pa.DataType | None:
    import pyarrow as pa

    if isinstance(dtype, VariantType):
        metadata = pa.field("metadata", pa.binary(), False, {b"variant": b"true"})
        return pa.struct([pa.field("value", pa.binary(), False), metadata])
    if isinstance(dtype, (GeographyType, GeometryType)):
        tags = {dtype.typeName().encode(): b"true", b"srid": str(dtype.srid).encode()}
        return pa.struct([pa.field("srid", pa.int32(), False), pa.field("wkb", pa.binary(), False, tags)])
    return None


def _unsupported(kind: object) -> PySparkTypeError:
    return PySparkTypeError(
        f"Arrow and Spark have no type in common for {kind}",
        "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION",
        {"data_type": str(kind)},
    )
