"""Mathematical functions."""

from __future__ import annotations

from minispark.sql.column import Column, unexpected
from minispark.sql.functions.making import (
    ColumnOrName,
    call,
    deprecated,
    given,
    lit,
    name_or_number,
    number,
    plain,
    seeded,
)

__all__ = [
    "abs",
    "bin",
    "bit_count",
    "bit_get",
    "bitwise_not",
    "bitwiseNOT",
    "bround",
    "cbrt",
    "ceil",
    "ceiling",
    "conv",
    "e",
    "exp",
    "expm1",
    "factorial",
    "floor",
    "getbit",
    "hex",
    "hypot",
    "ln",
    "log",
    "log10",
    "log1p",
    "log2",
    "negate",
    "negative",
    "pi",
    "pmod",
    "positive",
    "pow",
    "power",
    "rand",
    "randn",
    "random",
    "rint",
    "round",
    "shiftLeft",
    "shiftleft",
    "shiftRight",
    "shiftright",
    "shiftRightUnsigned",
    "shiftrightunsigned",
    "sign",
    "signum",
    "sqrt",
    "try_add",
    "try_divide",
    "try_mod",
    "try_multiply",
    "try_subtract",
    "unhex",
    "uniform",
    "width_bucket",
]


def abs(col: ColumnOrName) -> Column:
    """The value without its sign."""
    return call("abs", col)


def bin(col: ColumnOrName) -> Column:
    """A whole number in binary digits."""
    return call("bin", col)


def bround(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """Rounded to ``scale`` digits behind the point, halves to the even neighbour."""
    return call("bround", col, lit(0) if scale is None else number(scale))


def cbrt(col: ColumnOrName) -> Column:
    """The cube root."""
    return call("cbrt", col)


def ceil(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The smallest number of ``scale`` digits (0 without it) that is not below."""
    return call("ceil", col, *given(number(scale)))


def ceiling(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The smallest number of ``scale`` digits (0 without it) that is not below."""
    return call("ceiling", col, *given(number(scale)))


def conv(col: ColumnOrName, fromBase: int, toBase: int) -> Column:
    """A number's text in one base, from 2 to 36, written in another."""
    return call("conv", col, lit(fromBase), lit(toBase))


def e() -> Column:
    """Euler's number."""
    return call("e")


def exp(col: ColumnOrName) -> Column:
    """Euler's number to the power."""
    return call("exp", col)


def expm1(col: ColumnOrName) -> Column:
    """Euler's number to the power, less 1."""
    return call("expm1", col)


def factorial(col: ColumnOrName) -> Column:
    """The factorial, null unless from 0 to 20."""
    return call("factorial", col)


def floor(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """The largest number of ``scale`` digits (0 without it) that is not above."""
    return call("floor", col, *given(number(scale)))


def hex(col: ColumnOrName) -> Column:
    """A whole number, text or bytes in hexadecimal digits."""
    return call("hex", col)


def hypot(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The length of the hypotenuse over two sides, without overflow in between."""
    return call("hypot", name_or_number(col1), name_or_number(col2))


def ln(col: ColumnOrName) -> Column:
    """The natural logarithm; null unless positive."""
    return call("ln", col)


def log10(col: ColumnOrName) -> Column:
    """The logarithm to base 10; null unless positive."""
    return call("log10", col)


def log1p(col: ColumnOrName) -> Column:
    """The natural logarithm of one more than the value."""
    return call("log1p", col)


def log2(col: ColumnOrName) -> Column:
    """The logarithm to base 2; null unless positive."""
    return call("log2", col)


def negative(col: ColumnOrName) -> Column:
    """The value with the other sign."""
    return call("negative", col)


def pi() -> Column:
    """The number pi."""
    return call("pi")


def pmod(dividend: ColumnOrName | float, divisor: ColumnOrName | float) -> Column:
    """The remainder, of the divisor's sign."""
    return call("pmod", name_or_number(dividend), name_or_number(divisor))


def positive(col: ColumnOrName) -> Column:
    """The value itself."""
    return call("positive", col)


def pow(col1: ColumnOrName | float, col2: ColumnOrName | float) -> Column:
    """The first to the power of the second."""
    return call("power", name_or_number(col1), name_or_number(col2))


def rint(col: ColumnOrName) -> Column:
    """The nearest whole number, halves to the even neighbour, as a double."""
    return call("rint", col)


def round(col: ColumnOrName, scale: Column | int | None = None) -> Column:
    """Rounded to ``scale`` digits behind the point, halves away from zero.

    >>> round("a", 2)
    Column<'round(a, 2)'>
    """
    return call("round", col, lit(0) if scale is None else number(scale))


def sign(col: ColumnOrName) -> Column:
    """-1.0, 0.0 or 1.0, as the value's sign is."""
    return call("sign", col)


def signum(col: ColumnOrName) -> Column:
    """-1.0, 0.0 or 1.0, as the value's sign is."""
    return call("signum", col)


def sqrt(col: ColumnOrName) -> Column:
    """The square root; not a number below 0."""
    return call("sqrt", col)


def try_add(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The sum, null where it does not fit the type."""
    return call("try_add", left, right)


def try_divide(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The quotient, null for a divisor of 0."""
    return call("try_divide", left, right)


def try_mod(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The remainder, null for a divisor of 0."""
    return call("try_mod", left, right)


def try_multiply(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The product, null where it does not fit the type."""
    return call("try_multiply", left, right)


def try_subtract(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The difference, null where it does not fit the type."""
    return call("try_subtract", left, right)


def unhex(col: ColumnOrName) -> Column:
    """The bytes that hexadecimal digits stand for, null for other texts."""
    return call("unhex", col)


def width_bucket(v: ColumnOrName, min: ColumnOrName, max: ColumnOrName, numBucket: ColumnOrName | int) -> Column:
    """The number of the bucket that a value falls in, of ``numBucket`` equal ones from ``min`` to ``max``; 0 below,
    one more above.
    """
    return call("width_bucket", v, min, max, number(numBucket))


def bit_count(col: ColumnOrName) -> Column:
    """How many bits are set."""
    return call("bit_count", col)


def bit_get(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position, from the lowest, which is 0."""
    return call("bit_get", col, pos)


def bitwise_not(col: ColumnOrName) -> Column:
    """All bits the other way."""
    return call("~", col)


def getbit(col: ColumnOrName, pos: ColumnOrName) -> Column:
    """The bit at a position, from the lowest, which is 0."""
    return call("getbit", col, pos)


def shiftleft(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved up by ``numBits``."""
    return call("shiftleft", col, lit(numBits))


def shiftright(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved down by ``numBits``, the sign kept."""
    return call("shiftright", col, lit(numBits))


def shiftrightunsigned(col: ColumnOrName, numBits: int) -> Column:
    """The bits moved down by ``numBits``, zeros moved in."""
    return call("shiftrightunsigned", col, lit(numBits))


def log(arg1: ColumnOrName | float, arg2: ColumnOrName | None = None) -> Column:
    """The natural logarithm; with two arguments that of the second, to the base of the first, a number."""
    if arg2 is None:
        return call("ln", arg1)
    base = plain(arg1)
    if not isinstance(base, (int, float)):
        raise unexpected("arg1", "float", base)
    return call("log", lit(float(base)), arg2)


negate = negative
power = pow


def rand(seed: int | None = None) -> Column:
    """A random number of each row, from 0.0 up to and without 1.0; the same ones for the same seed and rows."""
    return call("rand", seeded(seed))


random = rand


def randn(seed: int | None = None) -> Column:
    """A random number of each row, of the standard normal distribution; the same ones for the same seed and rows."""
    return call("randn", seeded(seed))


def uniform(min: Column | int | float, max: Column | int | float, seed: Column | int | None = None) -> Column:
    """A random number of each row between two constants, of their type."""
    return call("uniform", lit(min), lit(max), seeded(None) if seed is None else lit(seed))


def bitwiseNOT(col: ColumnOrName) -> Column:
    """Deprecated: ``bitwise_not``."""
    deprecated("bitwiseNOT", "bitwise_not")
    return bitwise_not(col)


def shiftLeft(col: ColumnOrName, numBits: int) -> Column:
    """Deprecated: ``shiftleft``."""
    deprecated("shiftLeft", "shiftleft")
    return shiftleft(col, numBits)


def shiftRight(col: ColumnOrName, numBits: int) -> Column:
    """Deprecated: ``shiftright``."""
    deprecated("shiftRight", "shiftright")
    return shiftright(col, numBits)


def shiftRightUnsigned(col: ColumnOrName, numBits: int) -> Column:
    """Deprecated: ``shiftrightunsigned``."""
    deprecated("shiftRightUnsigned", "shiftrightunsigned")
    return shiftrightunsigned(col, numBits)
