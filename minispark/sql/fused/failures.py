"""DuckDB's errors as Spark's."""

from __future__ import annotations

import re
from typing import Any

from minispark import errors
from minispark.errors import (
    ArithmeticException,
    NumberFormatException,
    SparkRuntimeException,
)


class Overflowed(Exception):
    """A decimal did not fit the narrow width that DuckDB computes it at first."""


TYPED = "minispark!"
"""How a text begins that stands for a typed error."""
_RAISED = re.compile(r"minispark-raised (\d+);")
_TYPED = re.compile(r"(?<!')minispark!(\w+)!([\w.]*)!(.*?)(?:\n\nLINE|\Z)", re.DOTALL)
"""Not within quotes: DuckDB's own errors quote the expression that failed, and with it the texts of others."""
_DECIMAL = re.compile(r"Overflow in \w+ of DECIMAL\((\d+)|Casting .* to DECIMAL|Could not cast value .* to DECIMAL")


def translated(error: BaseException, raised: dict[int, BaseException], wide: bool) -> BaseException:
    """The typed error that a failed query means; itself where it is none of DuckDB's."""
    text = str(error)
    found = _RAISED.search(text)
    if found is not None and int(found[1]) in raised:
        return raised.pop(int(found[1]))
    typed = _TYPED.search(text)
    if typed is not None:
        kind: Any = getattr(errors, typed[1], SparkRuntimeException)
        made: BaseException = kind(typed[3], typed[2] or None, _told(typed[2], typed[3]))
        return made
    if not type(error).__module__.startswith(("duckdb", "_duckdb")):
        return error
    return _of_duckdb(type(error).__name__, text, wide)


_CONFIG = {"config": '"spark.sql.ansi.enabled"'}


_INDEX = re.compile(r"index (?P<indexValue>-?\d+) is out of bounds: \w+(?: \w+)? has (?P<arraySize>\d+) elements")
_TOLD = {
    "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER": re.compile(r"array of (?P<numberOfElements>\d+) elements"),
    "INVALID_PARAMETER_VALUE.LENGTH": re.compile(r"length of a slice is not negative, as (?P<length>-?\d+) is"),
    "INVALID_ARRAY_INDEX": _INDEX,
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": _INDEX,
    "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION": re.compile(
        r"(?P<value>\S+) cannot be represented as Decimal\((?P<precision>\d+), (?P<scale>\d+)\)"
    ),
}
_ALSO = {
    "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER": {
        "functionName": "`array_repeat`",
        "parameter": "`count`",
        "maxRoundedArrayLength": "2147483632",
    },
    "INVALID_PARAMETER_VALUE.LENGTH": {"parameter": "`length`", "functionName": "`slice`"},
    "INVALID_PARAMETER_VALUE.START": {"parameter": "`start`", "functionName": "`slice`"},
    "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION": _CONFIG,
}
"""Patterns of messages, whose groups are the parameters of an error that a query raised by its text."""


def _told(condition: str, message: str) -> dict[str, str]:
    """The parameters of an error that a query raised by its text, where they are always the same."""
    if condition in ("DIVIDE_BY_ZERO", "REMAINDER_BY_ZERO"):
        return dict(_CONFIG)
    pattern = _TOLD.get(condition)
    found = None if pattern is None else pattern.search(message)
    if found is not None:
        told = found.groupdict()
        return {**told, **_ALSO.get(condition, {})}
    if condition in _ALSO:
        return dict(_ALSO[condition])
    if condition == "ARITHMETIC_OVERFLOW":
        return {"message": "overflow", "alternative": "", **_CONFIG}
    return {"errorMessage": message} if condition == "USER_RAISED_EXCEPTION" else {}


def _of_duckdb(kind: str, text: str, wide: bool) -> BaseException:
    plain = text.split("\n\nLINE")[0]
    if kind == "InterruptException":
        return errors.JobCancelledError("the query was cancelled")
    if "ivision by zero" in text:
        remainder = " % " in plain
        return ArithmeticException(
            "the remainder of a division by zero; use try_mod for null instead"
            if remainder
            else "a division by zero; use try_divide for null instead",
            "REMAINDER_BY_ZERO" if remainder else "DIVIDE_BY_ZERO",
            {"config": '"spark.sql.ansi.enabled"'},
        )
    if kind == "OutOfRangeException":
        if not wide and ("DECIMAL" in text or "INT128" in text or "HUGEINT" in text):
            return Overflowed(text)
        if "DECIMAL" in text and "in SUM of" not in text:
            return ArithmeticException(plain, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION", {"value": plain, **_CONFIG})
        absolute = _ABSOLUTE.search(plain)
        if absolute is not None:
            return _no_opposite(absolute[0])
        integers = _INTEGERS.search(plain)
        if integers is not None:
            return _of_integers(*integers.groups())
        return ArithmeticException(
            f"a number is too large for its type: {plain}; cast to a larger type, or use a try_ function",
            "ARITHMETIC_OVERFLOW",
            {"message": "overflow", "alternative": "", **_CONFIG},
        )
    if kind == "ConversionException":
        return _conversion(plain, wide)
    if kind == "OutOfMemoryException":
        return errors.OutOfMemoryTaskError(
            f"the query needs more memory than spark.minispark.sql.memory allows: {plain}"
        )
    if "cannot contain window functions" in text:
        return errors.PySparkNotImplementedError(
            "numbers of rows (monotonically_increasing_id) are given in a select; filter by them in a step after that",
            "NOT_IMPLEMENTED",
            {"feature": "monotonically_increasing_id() in a condition"},
        )
    if "More than one row returned by a subquery" in text or "more than one row" in text:
        return SparkRuntimeException(
            "a subquery used as a value gave more than one row", "SCALAR_SUBQUERY_TOO_MANY_ROWS", {}
        )
    if "Map keys must be unique" in text:
        return SparkRuntimeException(
            "a map has a key twice; set spark.sql.mapKeyDedupPolicy=LAST_WIN to keep the last", "DUPLICATED_MAP_KEY", {}
        )
    if "Map keys can not be NULL" in text:
        return SparkRuntimeException("a map's key must not be null", "NULL_MAP_KEY", {})
    if kind == "IOException":
        return SparkRuntimeException(plain, "FAILED_READ_FILE.NO_HINT", {})
    return errors.InternalError(f"DuckDB refused a query of ours, which is a bug: {text}")


_ABSOLUTE = re.compile(r"abs\(-\d+\)")
_INTEGERS = re.compile(r"Overflow in \w+ of INT(8|16|32|64) \((-?\d+) ([-+*]) (-?\d+)\)")


def _no_opposite(text: str) -> BaseException:
    said = f"{text} is too large for its type; cast to a larger type"
    return ArithmeticException(said, "ARITHMETIC_OVERFLOW", {"message": "overflow", "alternative": "", **_CONFIG})


def _of_integers(bits: str, one: str, symbol: str, other: str) -> BaseException:
    if one == "0" and symbol == "-" and int(other) == -(1 << int(bits) - 1):
        return _no_opposite(f"-({other})")
    function = {"+": "try_add", "-": "try_subtract", "*": "try_multiply"}[symbol]
    said = (
        f"{one} {symbol} {other} is too large for its type; cast to a larger type, or use {function} for null instead"
    )
    if bits in ("8", "16"):
        told = {"value1": f"{one}S", "symbol": symbol, "value2": f"{other}S", "functionName": f"`{function}`"}
        return ArithmeticException(said, "BINARY_ARITHMETIC_OVERFLOW", told)
    alternative = f" Use '{function}' to tolerate overflow and return NULL instead."
    message = "long overflow" if bits == "64" else "integer overflow"
    told = {"message": message, "alternative": alternative, **_CONFIG}
    return ArithmeticException(said, "ARITHMETIC_OVERFLOW", told)


_FAR_DATE = re.compile(r"with value \d+-\d\d-\d\d( \(BC\))? can't be cast .* destination type INT64")
_CAST = re.compile(r"Type INT(8|16|32|64) with value (-?\d+) can't be cast .* destination type INT(8|16|32|64)")
_FRACTION = re.compile(
    r"(?:Type (FLOAT|DOUBLE) with value (\S+) can't be cast|Failed to cast decimal value (\S+)) .*type INT(8|16|32|64)"
)
_NAMES = {"8": "TINYINT", "16": "SMALLINT", "32": "INT", "64": "BIGINT"}


def _literal(kind: str, text: str) -> str:
    """A number as messages write it: with the letters of its type, without digits that say nothing."""
    from minispark.sql.convert.numbertext import double_text, float_text

    if kind == "DECIMAL":
        return f"{text}BD"
    number = float(text)
    if number != number or number in (float("inf"), float("-inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(number)]
    return f"{double_text(number)}D" if kind == "DOUBLE" else f"CAST('{float_text(number)}' AS FLOAT)"


def _conversion(plain: str, wide: bool) -> BaseException:
    if _FAR_DATE.search(plain):
        return ArithmeticException(f"long overflow: a date beyond all timestamps: {plain}", None, {})
    if "not in timestamp range" in plain or "in timestamp conversion" in plain:
        said = f"a timestamp beyond those that Spark has: {plain}"
        return ArithmeticException(said, "DATETIME_OVERFLOW", {"operation": plain})
    if "out of range" in plain or "Could not cast value" in plain or "Failed to cast decimal value" in plain:
        if not wide and "DECIMAL" in plain:
            return Overflowed(plain)
        cast = _CAST.search(plain)
        if cast is not None:
            told = {
                "value": cast[2] + {"8": "Y", "16": "S", "64": "L"}.get(cast[1], ""),
                "sourceType": f'"{_NAMES[cast[1]]}"',
                "targetType": f'"{_NAMES[cast[3]]}"',
                "ansiConfig": _CONFIG["config"],
            }
            said = f"{cast[2]} is out of the range of {told['targetType']}; use try_cast for null instead"
            return ArithmeticException(said, "CAST_OVERFLOW", told)
        number = _FRACTION.search(plain)
        if number is not None:
            source = number[1] or "DECIMAL"
            told = {
                "value": _literal(source, number[2] or number[3]),
                "sourceType": f'"{source}"',
                "targetType": f'"{_NAMES[number[4]]}"',
                "ansiConfig": _CONFIG["config"],
            }
            said = (
                f"{number[2] or number[3]} is out of the range of {told['targetType']}; use try_cast for null instead"
            )
            return ArithmeticException(said, "CAST_OVERFLOW", told)
        return ArithmeticException(
            f"a cast went out of its type's range: {plain}; use try_cast", "CAST_OVERFLOW", {"message": plain}
        )
    return NumberFormatException(
        f"a text is no value of the type: {plain}; use try_cast", "CAST_INVALID_INPUT", {"message": plain}
    )
