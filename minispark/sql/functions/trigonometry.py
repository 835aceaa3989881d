"""Angles and hyperbolic functions."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, deprecated, name_or_number

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "cot",
    "csc",
    "degrees",
    "radians",
    "sec",
    "sin",
    "sinh",
    "tan",
    "tanh",
    "toDegrees",
    "toRadians",
]


def acos(col: ColumnOrName) -> Column:
    """The angle of a cosine, in radians."""
    return call("acos", col)


def acosh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic cosine."""
    return call("acosh", col)


def asin(col: ColumnOrName) -> Column:
    """The angle of a sine, in radians."""
    return call("asin", col)


def asinh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic sine."""
    return call("asinh", col)


def atan(col: ColumnOrName) -> Column:
    """The angle of a tangent, in radians."""
    return call("atan", col)


def atan2(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The angle of the point (``col2``, ``col1``) seen from the origin, in radians."""
    return call("atan2", name_or_number(col1), name_or_number(col2))


def atanh(col: ColumnOrName) -> Column:
    """The inverse of the hyperbolic tangent."""
    return call("atanh", col)


def cos(col: ColumnOrName) -> Column:
    """The cosine of an angle in radians."""
    return call("cos", col)


def cosh(col: ColumnOrName) -> Column:
    """The hyperbolic cosine."""
    return call("cosh", col)


def cot(col: ColumnOrName) -> Column:
    """The cotangent of an angle in radians."""
    return call("cot", col)


def csc(col: ColumnOrName) -> Column:
    """The cosecant of an angle in radians."""
    return call("csc", col)


def degrees(col: ColumnOrName) -> Column:
    """An angle of radians in degrees."""
    return call("degrees", col)


def radians(col: ColumnOrName) -> Column:
    """An angle of degrees in radians."""
    return call("radians", col)


def sec(col: ColumnOrName) -> Column:
    """The secant of an angle in radians."""
    return call("sec", col)


def sin(col: ColumnOrName) -> Column:
    """The sine of an angle in radians."""
    return call("sin", col)


def sinh(col: ColumnOrName) -> Column:
    """The hyperbolic sine."""
    return call("sinh", col)


def tan(col: ColumnOrName) -> Column:
    """The tangent of an angle in radians."""
    return call("tan", col)


def tanh(col: ColumnOrName) -> Column:
    """The hyperbolic tangent."""
    return call("tanh", col)


def toDegrees(col: ColumnOrName) -> Column:
    """Deprecated: ``degrees``."""
    deprecated("toDegrees", "degrees")
    return degrees(col)


def toRadians(col: ColumnOrName) -> Column:
    """Deprecated: ``radians``."""
    deprecated("toRadians", "radians")
    return radians(col)
