"""Python's values as constants of Spark: what ``lit`` takes, and what stands beside a Column in ``col("a") + 1``."""

from __future__ import annotations

import datetime
import decimal
import enum
import sys
import time
from typing import Any

from minispark.errors import PySparkTypeError, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.plan.expressions import Alias, Apply, Cast, Expression, Literal

_EPOCH = datetime.datetime(1970, 1, 1)
_INT = 1 << 31
_LONG = 1 << 63


def literal(item: Any) -> Expression:
    """The constant that a Python value stands for; a Column stands for its own expression, a list for an array.

    A whole number is an INT, a BIGINT or a DECIMAL, whichever is the first to hold it. A datetime without zone is a
    time of the Python process's zone, as in PySpark. Raises SparkRuntimeException for values of other types.

    >>> literal(5), literal(1 << 40).dtype, literal(decimal.Decimal("1.50")).dtype
    (Literal(item=5, dtype=IntegerType(), text=None), LongType(), DecimalType(3,2))
    >>> literal([1, None]).name
    'array'
    """
    if isinstance(item, enum.Enum):
        item = item.value
    held = getattr(item, "_expression", None)
    if isinstance(held, Expression):
        return held
    if item is None:
        return Literal(None, t.NullType())
    if isinstance(item, bool):
        return Literal(item, t.BooleanType())
    if "numpy" in sys.modules and type(item).__module__ == "numpy":
        return _numpy(item)
    if isinstance(item, list):
        return Apply("array", tuple(map(literal, item)))
    plain = _plain(item)
    if plain is None:
        shown = f"{item!r:.200}"
        raise SparkRuntimeException(
            f"{shown} of type {type(item).__name__} cannot be a constant in a query; numbers, strings, bytes, dates, "
            "times, timedeltas, None and lists of them can (structs and maps are made by struct() and create_map())",
            "UNSUPPORTED_FEATURE.LITERAL_TYPE",
            {"value": shown, "type": type(item).__name__},
        )
    return Literal(*plain)


def _plain(item: Any) -> tuple[Any, t.DataType] | None:
    if isinstance(item, int):
        return _whole(item)
    if isinstance(item, float):
        return float(item), t.DoubleType()
    if isinstance(item, str):
        return str(item), t.StringType()
    if isinstance(item, (bytes, bytearray)):
        return bytes(item), t.BinaryType()
    if isinstance(item, decimal.Decimal):
        return _decimal(item)
    if isinstance(item, datetime.datetime):
        return _moment(item)
    if isinstance(item, datetime.date):
        return datetime.date(item.year, item.month, item.day), t.DateType()
    if isinstance(item, datetime.time):
        return item.replace(tzinfo=None), t.TimeType()
    if isinstance(item, datetime.timedelta):
        micros = (item.days * 86400 + item.seconds) * 1_000_000 + item.microseconds
        return micros, t.DayTimeIntervalType()
    return None


def _whole(item: int) -> tuple[Any, t.DataType]:
    item = int(item)
    if -_INT <= item < _INT:
        return item, t.IntegerType()
    if -_LONG <= item < _LONG:
        return item, t.LongType()
    return _decimal(decimal.Decimal(item))


def _decimal(item: decimal.Decimal) -> tuple[Any, t.DataType]:
    if not item.is_finite():
        raise SparkRuntimeException(
            f"{item} is not a decimal number of Spark's; use a float",
            "UNSUPPORTED_FEATURE.LITERAL_TYPE",
            {"value": str(item)},
        )
    sign, digits, exponent = item.as_tuple()
    scale = max(-int(exponent), 0)
    if int(exponent) > 0:
        digits = (*digits, *(0,) * int(exponent))
        item = decimal.Decimal((sign, digits, 0))
    precision = max(len(digits), scale)
    if precision > 38:
        raise SparkRuntimeException(
            f"{item} has {precision} digits; a decimal holds 38 at most",
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            {"precision": str(precision), "maxPrecision": "38"},
        )
    return item, t.DecimalType(precision, scale)


def _moment(item: datetime.datetime) -> tuple[Any, t.DataType]:
    if item.tzinfo is not None:
        return item.astimezone(datetime.UTC).replace(tzinfo=None), t.TimestampType()
    if _prefers_ntz():
        return item.replace(fold=0), t.TimestampNTZType()
    seconds = int(time.mktime(item.timetuple()))
    return _EPOCH + datetime.timedelta(seconds=seconds, microseconds=item.microsecond), t.TimestampType()


def _prefers_ntz() -> bool:
    """Whether the active session reads timestamps as those without zone."""
    module = sys.modules.get("minispark.sql.session")
    session = None if module is None else module.SparkSession.getActiveSession()
    return session is not None and session.conf.meant("spark.sql.timestampType") == "TIMESTAMP_NTZ"


def numpy_type(dtype: Any) -> t.DataType | None:
    """The type of numpy's values of a dtype; None where Spark has none."""
    found = _NUMPY.get(dtype.name)
    return t.StringType() if found is None and dtype.kind == "U" else found


_NUMPY: dict[str, t.DataType] = {
    "bool": t.BooleanType(),
    "int8": t.ByteType(),
    "int16": t.ShortType(),
    "int32": t.IntegerType(),
    "int64": t.LongType(),
    "float32": t.FloatType(),
    "float64": t.DoubleType(),
}


def _numpy(item: Any) -> Expression:
    import numpy as np

    if isinstance(item, np.ndarray):
        return _numpy_array(item)
    if isinstance(item, np.datetime64):
        return Literal(*_moment(item.astype("datetime64[us]").item().replace(tzinfo=datetime.UTC)))
    dtype = numpy_type(item.dtype)
    if dtype is None:
        raise PySparkTypeError(
            f"numpy's {item.dtype.name} has no type of Spark's; convert the value to one of Python's",
            "UNSUPPORTED_NUMPY_ARRAY_SCALAR",
            {"dtype": item.dtype.name},
        )
    constant = literal(item.item())
    return Alias(Cast(constant, dtype), str(item)) if isinstance(dtype, t.NumericType) else constant


def _numpy_array(item: Any) -> Expression:
    element = numpy_type(item.dtype)
    if element is None or item.ndim != 1:
        raise PySparkTypeError(
            f"numpy's arrays of {item.dtype.name} in {item.ndim} dimensions have no type of Spark's",
            "UNSUPPORTED_NUMPY_ARRAY_SCALAR",
            {"dtype": item.dtype.name},
        )
    if isinstance(element, t.ByteType):  # PySpark hands them to Java as shorts, which names of columns show
        return Cast(Literal(tuple(item.tolist()), t.ArrayType(t.ShortType())), t.ArrayType(element))
    return Literal(tuple(item.tolist()), t.ArrayType(element))
