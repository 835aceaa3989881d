"""Values on their way into a table's columns: Spark's ANSI store assignment (``TableOutputResolver``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.limits import has_limits, limited, written
from minispark.sql.plan.expressions import Cast
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.sources.schemas import sql_type
from minispark.sql.types.limits import unlimited

if TYPE_CHECKING:
    from minispark.sql.library.function import Settings
    from minispark.sql.sources.catalog.model import Table


def assigned(item: Any, field: t.StructField, table: Table, settings: Settings) -> Any:
    """The value converted to a column's type. Raises AnalysisException (INCOMPATIBLE_DATA_FOR_TABLE...) for others."""
    if has_limits(field.dataType):
        plain = t.StructField(field.name, unlimited(field.dataType), field.nullable)
        made = assigned(item, plain, table, settings)
        return written(made, field.dataType) if limited(field.dataType, settings) else made
    policy = (settings.conf("spark.sql.storeAssignmentPolicy") or "ANSI").upper()
    source, target = item.dtype, field.dataType
    if source == target:
        return item
    if policy != "LEGACY" and not assignable(source, target):
        raise AnalysisException(
            f"column `{field.name}` of {quoted(table.path)} is {sql_type(target)}, and {sql_type(source)} cannot be "
            "put into it; "
            "cast the value",
            "INCOMPATIBLE_DATA_FOR_TABLE.CANNOT_SAFELY_CAST",
            {
                "tableName": quoted(table.path),
                "colName": f"`{field.name}`",
                "srcType": f'"{sql_type(source)}"',
                "targetType": f'"{sql_type(target)}"',
            },
        )
    return Cast(item, target, "legacy" if policy == "LEGACY" else "ansi", given=False)


def assignable(source: t.DataType, target: t.DataType) -> bool:
    """Whether a value of one type may go into a column of another.

    >>> assignable(t.DoubleType(), t.IntegerType()), assignable(t.StringType(), t.IntegerType())
    (True, False)
    """
    if source == target or isinstance(source, t.NullType):
        return True
    if isinstance(target, t.StringType):
        return isinstance(source, t.AtomicType) and not isinstance(source, t.BinaryType)
    if isinstance(source, t.NumericType) and isinstance(target, t.NumericType):
        return True
    times = (t.DateType, t.TimestampType, t.TimestampNTZType)
    if isinstance(source, times) and isinstance(target, times):
        return True
    for kind in (t.DayTimeIntervalType, t.YearMonthIntervalType, t.TimeType):
        if isinstance(source, kind) and isinstance(target, kind):
            return True
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return assignable(source.elementType, target.elementType)
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        return assignable(source.keyType, target.keyType) and assignable(source.valueType, target.valueType)
    if isinstance(source, t.StructType) and isinstance(target, t.StructType):
        pairs = zip(source.fields, target.fields, strict=False)
        return len(source.fields) == len(target.fields) and all(assignable(a.dataType, b.dataType) for a, b in pairs)
    return False
