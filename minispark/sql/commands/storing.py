"""What may be stored in a column: the rules of ``spark.sql.storeAssignmentPolicy`` (ANSI, STRICT, LEGACY)."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.limits import has_limits, limited, written
from minispark.sql.plan.expressions import Cast
from minispark.sql.types.limits import unlimited


def stored(session: Any, table: str, value: Any, field: t.StructField) -> Any:
    """A resolved value as a column's type.

    Raises AnalysisException (INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST) for types that the policy keeps apart.
    """
    if has_limits(field.dataType):
        plain = t.StructField(field.name, unlimited(field.dataType), field.nullable)
        made = stored(session, table, value, plain)
        return written(made, field.dataType) if limited(field.dataType, session._runner.settings()) else made
    if value.dtype == field.dataType:
        return value
    policy = str(session.conf.get("spark.sql.storeAssignmentPolicy", "ANSI")).upper()
    if policy != "LEGACY" and not (
        fits(value.dtype, field.dataType) if policy == "ANSI" else _strict(value.dtype, field.dataType)
    ):
        raise AnalysisException(
            f"Cannot write incompatible data for the table {table}: Cannot safely cast `{field.name}` "
            f'"{value.dtype.simpleString().upper()}" to "{field.dataType.simpleString().upper()}"',
            "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
            {
                "tableName": table,
                "colName": f"`{field.name}`",
                "srcType": f'"{value.dtype.simpleString().upper()}"',
                "targetType": f'"{field.dataType.simpleString().upper()}"',
            },
        )
    return Cast(value, field.dataType, "legacy" if policy == "LEGACY" else "ansi", given=False)


def fits(source: t.DataType, target: t.DataType) -> bool:
    """``Cast.canANSIStoreAssign``: no strings into other types, no booleans into numbers; numbers into each other.

    >>> fits(t.LongType(), t.IntegerType()), fits(t.StringType(), t.IntegerType())
    (True, False)
    """
    if source == target or isinstance(source, t.NullType):
        return True
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return fits(source.elementType, target.elementType)
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        return fits(source.keyType, target.keyType) and fits(source.valueType, target.valueType)
    if isinstance(source, t.StructType) and isinstance(target, t.StructType):
        pairs = list(zip(source.fields, target.fields, strict=False))
        return len(source.fields) == len(target.fields) and all(
            fits(one.dataType, other.dataType) for one, other in pairs
        )
    if isinstance(target, t.StringType):
        return isinstance(source, t.AtomicType) and not isinstance(source, (t.BinaryType, t.VariantType))
    if isinstance(source, t.NumericType) and isinstance(target, t.NumericType):
        return True
    times = (t.DateType, t.TimestampType, t.TimestampNTZType)
    if isinstance(source, times) and isinstance(target, times):
        return True
    return type(source) is type(target) and not isinstance(source, (t.ArrayType, t.MapType, t.StructType))


def _strict(source: t.DataType, target: t.DataType) -> bool:
    """Only what loses nothing."""
    from minispark.sql.library import kinds as k

    return source == target or isinstance(source, t.NullType) or k.widens(source, target)
