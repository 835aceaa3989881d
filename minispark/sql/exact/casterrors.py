"""The errors of casts, as Spark's ANSI mode raises them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minispark.errors import (
    ArithmeticException,
    DateTimeException,
    NumberFormatException,
    PySparkException,
    SparkRuntimeException,
)
from minispark.sql import types as t


def type_name(dtype: t.DataType) -> str:
    """A type as error messages name it: ``"DECIMAL(10,2)"``."""
    return f'"{dtype.simpleString().upper()}"'


def invalid_input(text: Any, source: t.DataType, target: t.DataType) -> PySparkException:
    """A value that is none of the target type: CAST_INVALID_INPUT, of the class that Spark has for the target."""
    shown = f"'{text}'" if isinstance(text, str) else str(text)
    kind: type[PySparkException] = NumberFormatException
    if isinstance(target, (t.DateType, t.TimestampType, t.TimestampNTZType, t.TimeType)):
        kind = DateTimeException
    elif isinstance(target, t.BooleanType):
        kind = SparkRuntimeException
    names = {"expression": shown, "sourceType": type_name(source), "targetType": type_name(target)}
    names["ansiConfig"] = '"spark.sql.ansi.enabled"'
    return kind(
        f"The value {shown} of the type {names['sourceType']} cannot be cast to {names['targetType']}: "
        "it is malformed. Correct it, or use try_cast, which gives null instead.",
        "CAST_INVALID_INPUT",
        names,
    )


def overflow(number: Any, source: t.DataType, target: t.DataType) -> ArithmeticException:
    """A number that the target type is too small for: CAST_OVERFLOW."""
    suffixes: dict[type[t.DataType], str] = {t.ByteType: "Y", t.ShortType: "S", t.LongType: "L", t.DoubleType: "D"}
    suffix = suffixes.get(type(source), "")
    names = {"value": f"{number}{suffix}", "sourceType": type_name(source), "targetType": type_name(target)}
    names["ansiConfig"] = '"spark.sql.ansi.enabled"'
    return ArithmeticException(
        f"The value {number} of the type {names['sourceType']} cannot be cast to {names['targetType']}: "
        "it is out of range. Use try_cast, which gives null instead.",
        "CAST_OVERFLOW",
        names,
    )


def no_decimal(number: Decimal | int, target: t.DecimalType) -> ArithmeticException:
    """A number with more digits before the point than a decimal type has."""
    shown = format(Decimal(number), "f")
    return ArithmeticException(
        f"{shown} cannot be represented as Decimal({target.precision}, {target.scale}). "
        "Use try_cast, which gives null instead, or a type of more digits.",
        "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION",
        {
            "value": shown,
            "precision": str(target.precision),
            "scale": str(target.scale),
            "config": '"spark.sql.ansi.enabled"',
        },
    )
