"""The physical form of each type: in Arrow, and as DuckDB names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkTypeError
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    CharType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    SpatialType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VarcharType,
    VariantType,
    YearMonthIntervalType,
)

if TYPE_CHECKING:
    import pyarrow as pa

_DUCK: dict[type[DataType], str] = {
    BooleanType: "BOOLEAN",
    ByteType: "TINYINT",
    ShortType: "SMALLINT",
    IntegerType: "INTEGER",
    LongType: "BIGINT",
    FloatType: "FLOAT",
    DoubleType: "DOUBLE",
    StringType: "VARCHAR",
    CharType: "VARCHAR",
    VarcharType: "VARCHAR",
    BinaryType: "BLOB",
    DateType: "DATE",
    TimestampType: "TIMESTAMP",
    TimestampNTZType: "TIMESTAMP",
    TimeType: "TIME",
    DayTimeIntervalType: "BIGINT",
    YearMonthIntervalType: "INTEGER",
    CalendarIntervalType: "INTERVAL",
    NullType: "INTEGER",
    VariantType: "STRUCT(value BLOB, metadata BLOB)",
}
_SHAPE = "STRUCT(srid INTEGER, wkb BLOB)"
EMPTY = "_"
"""The one field, always null, of the physical form of a struct without fields: DuckDB has no such struct."""


def duck_type(dtype: DataType) -> str:
    """The physical type as DuckDB's SQL names it.

    >>> duck_type(DataType.fromDDL("struct<a: array<decimal(4, 1)>, A: timestamp>"))
    'STRUCT("a" DECIMAL(4, 1)[], "A_1" TIMESTAMP)'
    """
    name = _DUCK.get(type(dtype))
    if name is not None:
        return name
    if isinstance(dtype, DecimalType):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    if isinstance(dtype, ArrayType):
        return f"{duck_type(dtype.elementType)}[]"
    if isinstance(dtype, MapType):
        return f"MAP({duck_type(dtype.keyType)}, {duck_type(dtype.valueType)})"
    if isinstance(dtype, StructType):
        kinds = [duck_type(field.dataType) for field in dtype.fields] or ["BOOLEAN"]
        quoted = ('"' + name.replace('"', '""') + '"' for name in physical_names(dtype))
        return f"STRUCT({', '.join(f'{name} {kind}' for name, kind in zip(quoted, kinds, strict=True))})"
    if isinstance(dtype, UserDefinedType):
        return duck_type(dtype.sqlType())
    if isinstance(dtype, SpatialType):
        return _SHAPE
    raise _unsupported(dtype)


def physical_names(struct: StructType) -> tuple[str, ...]:
    """The names that the fields have in DuckDB, where names must differ by more than their case and not be empty.

    >>> physical_names(StructType.fromDDL("a int, A int, a_1 int"))
    ('a', 'A_1', 'a_1_2')
    """
    given = struct.names
    if not given:
        return (EMPTY,)
    if len({name.lower() for name in given}) == len(given) and "" not in given:
        return tuple(given)
    taken: set[str] = set()
    names = []
    for place, name in enumerate(given):
        unique = name or f"_{place}"
        while unique.lower() in taken:
            unique = f"{unique}_{place}"
        taken.add(unique.lower())
        names.append(unique)
    return tuple(names)


def arrow_type(dtype: DataType) -> pa.DataType:
    """The physical type in Arrow.

    >>> arrow_type(DataType.fromDDL("map<string, timestamp>"))
    MapType(map<string, timestamp[us]>)
    """
    import pyarrow as pa

    if isinstance(dtype, DecimalType):
        return pa.decimal128(dtype.precision, dtype.scale)
    if isinstance(dtype, ArrayType):
        return pa.list_(pa.field("element", arrow_type(dtype.elementType)))
    if isinstance(dtype, MapType):
        return pa.map_(arrow_type(dtype.keyType), arrow_type(dtype.valueType))
    if isinstance(dtype, StructType):
        kinds = [arrow_type(field.dataType) for field in dtype.fields] or [pa.bool_()]
        return pa.struct(list(zip(physical_names(dtype), kinds, strict=True)))
    if isinstance(dtype, UserDefinedType):
        return arrow_type(dtype.sqlType())
    found = _arrow_plain().get(type(dtype))
    if found is None:
        raise _unsupported(dtype)
    return found


_PLAIN: dict[type[DataType], pa.DataType] = {}


def _arrow_plain() -> dict[type[DataType], pa.DataType]:
    if not _PLAIN:
        import pyarrow as pa

        from minispark.sql.types import GeographyType, GeometryType

        shape = pa.struct([("srid", pa.int32()), ("wkb", pa.binary())])
        by_name: dict[str, Any] = {
            "BOOLEAN": pa.bool_(),
            "TINYINT": pa.int8(),
            "SMALLINT": pa.int16(),
            "INTEGER": pa.int32(),
            "BIGINT": pa.int64(),
            "FLOAT": pa.float32(),
            "DOUBLE": pa.float64(),
            "VARCHAR": pa.string(),
            "BLOB": pa.binary(),
            "DATE": pa.date32(),
            "TIMESTAMP": pa.timestamp("us"),
            "TIME": pa.time64("us"),
            "INTERVAL": pa.month_day_nano_interval(),
            _DUCK[VariantType]: pa.struct([("value", pa.binary()), ("metadata", pa.binary())]),
        }
        _PLAIN.update({kind: by_name[name] for kind, name in _DUCK.items()})
        _PLAIN.update({GeographyType: shape, GeometryType: shape})
    return _PLAIN


def arrow_schema(schema: StructType) -> pa.Schema:
    """The physical columns of ``schema``, under its own names."""
    import pyarrow as pa

    return pa.schema([(field.name, arrow_type(field.dataType)) for field in schema.fields])


def _unsupported(dtype: DataType) -> PySparkTypeError:
    return PySparkTypeError(
        f"no column can hold a value of {dtype!r:.200}",
        "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION",
        {"data_type": str(dtype)},
    )
