"""What stands beside a Column, or in its place: constants, names of columns, and the errors for anything else."""

from __future__ import annotations

import enum
import json
import warnings
from typing import Any

from minispark.errors import AnalysisException, ArithmeticException, PySparkTypeError, SparkRuntimeException
from minispark.sql.literals import literal
from minispark.sql.plan.expressions import Expression, Name, Star
from minispark.sql.plan.names import parse_name
from minispark.sql.plan.sites import made_here
from minispark.sql.types import DataType, DecimalType


def operand(item: Any) -> Expression:
    """The expression of a Column, or of a constant beside one; lists are none, as in PySpark. Raises as ``literal``."""
    if isinstance(item, (list, tuple, dict, set)):
        raise SparkRuntimeException(
            f"{item!r:.200} cannot be a constant beside a Column; lit() makes one of a list",
            "UNSUPPORTED_FEATURE.LITERAL_TYPE",
            {"value": f"{item!r:.200}", "type": type(item).__name__},
        )
    return literal(item)


def named(text: str) -> Expression:
    """A column by its name: ``a``, ``t.a``, ``s.f``, ``*``, ``t.*``; names with other signs in backticks.

    Raises AnalysisException for a text that is no name.
    """
    if text == "*":
        return Star()
    if text.endswith(".*"):
        return Star(parse_name(text[:-2]))
    return made_here(Name(parse_name(text)), "col")


def expression_of(given: Any, where: str = "col") -> Expression:
    """The expression of a Column or of a column's name. Raises PySparkTypeError for anything else."""
    if isinstance(given, str):
        return named(given)
    held = getattr(type(given), "_expression", None) and given._expression
    if isinstance(held, Expression):
        return held
    raise unexpected(where, "Column or str", given)


def unexpected(argument: str, expected: str, given: Any) -> PySparkTypeError:
    """The error for an argument of a wrong type."""
    return PySparkTypeError(
        f"{argument} must be a {expected}, not {given!r:.200} of type {type(given).__name__}",
        "NOT_EXPECTED_TYPE",
        {"arg_name": argument, "expected_type": expected, "arg_type": type(given).__name__},
    )


def kept_metadata(given: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """A column's metadata as a fixed value. Raises TypeError for what JSON cannot say."""
    json.dumps(given)  # raises TypeError for what a schema cannot keep
    return tuple(given.items())


def type_of(given: Any) -> DataType:
    """A type, given as such or by its text. Raises PySparkTypeError for anything else."""
    if isinstance(given, str):
        from minispark.sql.types.ddl import parse_one

        return parse_one(given)
    if isinstance(given, DataType):
        if isinstance(given, DecimalType):
            _check_decimal(given)
        return given
    raise unexpected("dataType", "DataType or str", given)


def _check_decimal(given: DecimalType) -> None:
    """Raises for a decimal type that can be written down, but has no values."""
    told = {"precision": str(given.precision)}
    if given.precision > _DIGITS_MAX:
        raise ArithmeticException(
            f"a decimal has at most {_DIGITS_MAX} digits, not {given.precision}",
            "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION",
            {**told, "maxPrecision": str(_DIGITS_MAX)},
        )
    if given.scale > given.precision:
        raise AnalysisException(
            f"of a decimal's {given.precision} digits, {given.scale} cannot be behind the point",
            "DECIMAL_SCALE_EXCEEDS_PRECISION",
            {**told, "scale": str(given.scale)},
        )


_DIGITS_MAX = 38


def text_of(given: Any) -> str:
    """A name for a column. Raises PySparkTypeError for no str."""
    given = plain(given)
    if not isinstance(given, str):
        raise unexpected("alias", "str", given)
    return given


def plain(item: Any) -> Any:
    """The value of an Enum; anything else as it is."""
    return plain(item.value) if isinstance(item, enum.Enum) else item


def deprecated_key(method: str, argument: str) -> None:
    """Warn of a Column where a constant should be."""
    warnings.warn(
        f"{method} with a Column as its {argument} is deprecated; write column[{argument}] instead",
        FutureWarning,
        stacklevel=3,
    )
