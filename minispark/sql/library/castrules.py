"""Which casts Spark allows (``Cast.canAnsiCast``, ``Cast.canCast``), and how it says that it does not."""

from __future__ import annotations

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.typenames import shown
from minispark.sql.plan.castnulls import may_fail

_DATES = (t.DateType, t.TimestampType, t.TimestampNTZType)
_INTERVALS = (t.DayTimeIntervalType, t.YearMonthIntervalType)


def castable(source: t.DataType, target: t.DataType, ansi: bool) -> bool:
    """Whether Spark allows the cast at all.

    >>> castable(t.IntegerType(), t.DateType(), True), castable(t.StringType(), t.DateType(), True)
    (False, True)
    """
    if source == target or isinstance(source, t.NullType):
        return True
    if isinstance(source, t.VariantType):
        return from_variant(target)
    if isinstance(target, t.NullType):
        return False
    if isinstance(target, t.VariantType):
        inner = source.elementType if isinstance(source, t.ArrayType) else source
        if isinstance(inner, t.ArrayType):
            return castable(inner, target, ansi)
        return not isinstance(inner, (t.MapType, t.StructType, t.CalendarIntervalType, t.TimeType, *_INTERVALS))
    nested = _nested(source, target, ansi)
    if nested is not None:
        return nested
    return _plain(source, target, ansi)


def from_variant(kind: t.DataType) -> bool:
    """Whether variants can become values of a type."""
    if isinstance(kind, t.ArrayType):
        return from_variant(kind.elementType)
    if isinstance(kind, t.MapType):
        return k.is_string(kind.keyType) and from_variant(kind.valueType)
    if isinstance(kind, t.StructType):
        return all(from_variant(field.dataType) for field in kind.fields)
    return not isinstance(kind, (t.CalendarIntervalType, t.NullType, *_INTERVALS))


def _nested(source: t.DataType, target: t.DataType, ansi: bool) -> bool | None:
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return castable(source.elementType, target.elementType, ansi) and _holds(
            source.containsNull, target.containsNull, source.elementType, target.elementType, ansi
        )
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        return (
            castable(source.keyType, target.keyType, ansi)
            and (ansi or not may_fail(source.keyType, target.keyType))
            and castable(source.valueType, target.valueType, ansi)
            and _holds(source.valueContainsNull, target.valueContainsNull, source.valueType, target.valueType, ansi)
        )
    if isinstance(source, t.StructType) and isinstance(target, t.StructType):
        return len(source.fields) == len(target.fields) and all(
            castable(one.dataType, other.dataType, ansi)
            and _holds(one.nullable, other.nullable, one.dataType, other.dataType, ansi)
            for one, other in zip(source.fields, target.fields, strict=True)
        )
    if isinstance(source, t.UserDefinedType) or isinstance(target, t.UserDefinedType):
        return isinstance(target, t.StringType)
    if k.is_nested(source):
        return isinstance(target, t.StringType)
    if k.is_nested(target):
        return False
    return None


def _holds(nulls: bool, allowed: bool, source: t.DataType, target: t.DataType, ansi: bool) -> bool:
    """Whether elements that must not be null stay so."""
    return allowed or not (nulls or (not ansi and may_fail(source, target)))


def _spatial(source: t.DataType, target: t.DataType) -> bool:
    """Shapes of one reference system are also shapes of any, and geographies are geometries of their system."""
    if isinstance(source, t.GeographyType) and isinstance(target, t.GeographyType):
        return target.srid == t.SpatialType.MIXED_SRID
    if isinstance(source, t.GeometryType) and isinstance(target, t.GeometryType):
        return target.srid == t.SpatialType.MIXED_SRID
    if isinstance(source, t.GeographyType) and isinstance(target, t.GeometryType):
        return source.srid == target.srid
    return False


def _plain(source: t.DataType, target: t.DataType, ansi: bool) -> bool:
    if isinstance(source, t.SpatialType) or isinstance(target, t.SpatialType):
        return _spatial(source, target)
    if isinstance(target, (t.StringType, t.VariantType)):
        return not isinstance(target, t.VariantType) or not isinstance(source, t.CalendarIntervalType)
    if isinstance(source, t.StringType):
        return True
    if isinstance(target, t.BinaryType):
        return not ansi and k.is_integral(source)
    if isinstance(target, t.BooleanType):
        return k.is_numeric(source) or (not ansi and isinstance(source, _DATES[:2]))
    if k.is_numeric(target):
        return _to_number(source, target, ansi)
    if isinstance(target, t.TimestampType):
        more = k.is_numeric(source) or (not ansi and isinstance(source, t.BooleanType))
        return more or isinstance(source, (*_DATES, t.TimeType))
    if isinstance(target, t.TimestampNTZType):
        return isinstance(source, (*_DATES, t.TimeType))
    if isinstance(target, t.DateType):
        return isinstance(source, _DATES)
    if isinstance(target, t.TimeType):
        return isinstance(source, (t.TimeType, t.TimestampType, t.TimestampNTZType))
    if isinstance(target, _INTERVALS):
        return _to_interval(source, target)
    return False


def _to_number(source: t.DataType, target: t.DataType, ansi: bool) -> bool:
    if k.is_numeric(source) or isinstance(source, (t.BooleanType, t.TimestampType)):
        return True
    if isinstance(source, t.TimeType):
        return k.is_integral(target) or isinstance(target, t.DecimalType)
    if isinstance(source, t.DateType):
        return not ansi
    if isinstance(source, _INTERVALS):
        return k.is_integral(target) or isinstance(target, t.DecimalType)
    return False


def _to_interval(source: t.DataType, target: t.DataType) -> bool:
    if type(source) is type(target):
        return True
    return k.is_integral(source) or isinstance(source, t.DecimalType)


def result_type(target: t.DataType) -> t.DataType:
    """The type that a cast gives: of strings with a limit, strings without one, as in Spark."""
    if isinstance(target, (t.CharType, t.VarcharType)):
        return t.StringType()
    if isinstance(target, t.ArrayType):
        return t.ArrayType(result_type(target.elementType), target.containsNull)
    if isinstance(target, t.MapType):
        return t.MapType(result_type(target.keyType), result_type(target.valueType), target.valueContainsNull)
    if isinstance(target, t.StructType):
        return t.StructType(
            [t.StructField(one.name, result_type(one.dataType), one.nullable, one.metadata) for one in target.fields]
        )
    return target


def refused(source: t.DataType, target: t.DataType, mode: str) -> AnalysisException:
    """The error for a cast that Spark does not allow; it says what to do instead, where there is something.

    >>> refused(t.IntegerType(), t.DateType(), "ansi").getCondition()
    'DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION'
    """
    names = {"srcType": shown(source), "targetType": shown(target)}
    problem = f"Cannot cast {names['srcType']} to {names['targetType']}"
    function = None
    if isinstance(target, t.DateType) and k.is_numeric(source):
        function = "DATE_FROM_UNIX_DATE"
    elif isinstance(source, t.DateType) and k.is_numeric(target):
        function = "UNIX_DATE"
    if function is not None and mode != "legacy":
        condition, advice = "CAST_WITH_FUNC_SUGGESTION", f"use the function {function} instead"
        names["functionNames"] = f"`{function}`"
    elif mode == "ansi" and castable(source, target, False):
        condition, advice = "CAST_WITH_CONF_SUGGESTION", "set spark.sql.ansi.enabled to false to allow it"
        names |= {"config": '"spark.sql.ansi.enabled"', "configVal": "'false'"}
    else:
        condition, advice = "CAST_WITHOUT_SUGGESTION", "there is no conversion between these types"
    return AnalysisException(f"{problem}: {advice}.", f"DATATYPE_MISMATCH.{condition}", names)
