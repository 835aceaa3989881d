"""What Python functions of columns return -> values of the columns' types, as Spark takes them without Arrow.

A value of another of Python's own classes becomes null, as in the JVM, which has no value of that class there; what the
JVM cannot read at all is an error.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from minispark.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.sql.convert.javaorder import taken_order, text_code
from minispark.sql.convert.numbertext import double_text
from minispark.sql.row import named_row
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    CharType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegralType,
    MapType,
    NullType,
    StringType,
    StructType,
    UserDefinedType,
    VarcharType,
)
from minispark.sql.types.merge import has_type
from minispark.sql.types.verify import BITS

Convert = Callable[[Any], Any]
_OWN = ("builtins", "datetime", "decimal", "array")
_EXACT: dict[type[DataType], type] = {BooleanType: bool, DoubleType: float, DecimalType: Decimal}


class Returned:
    """Takes what a function of this type returned. It pickles as its type.

    Raises PySparkTypeError for a value of a class that no column can hold, as numpy's numbers;
    IllegalArgumentException and PySparkValueError for what is no row of a struct.

    >>> from minispark.sql.types import IntegerType
    >>> [Returned(IntegerType())(item) for item in (1, 1.5, 2**32 + 1)], Returned(StringType())([1, None, 1e7])
    ([1, None, 1], '[1, null, 1.0E7]')
    """

    def __init__(self, dtype: DataType) -> None:
        self.dtype = dtype
        self._convert = _converter(dtype)

    def __call__(self, item: Any) -> Any:
        return self._convert(item)

    def __reduce__(self) -> tuple[Any, ...]:
        return Returned, (self.dtype,)


def _converter(dtype: DataType) -> Convert:
    if isinstance(dtype, IntegralType):
        return _whole(dtype)
    if type(dtype) in _EXACT:
        kind = _EXACT[type(dtype)]
        return lambda item: item if type(item) is kind else _none(dtype, item)
    if isinstance(dtype, FloatType):
        return lambda item: _single(item) if type(item) is float else _none(dtype, item)
    if isinstance(dtype, (StringType, CharType, VarcharType)):
        return lambda item: item if item is None or type(item) is str else _java_text(item)
    if isinstance(dtype, BinaryType):
        return lambda item: _bytes(dtype, item)
    if isinstance(dtype, ArrayType):
        return _array(dtype)
    if isinstance(dtype, MapType):
        return _map(dtype)
    if isinstance(dtype, StructType):
        return _struct(dtype)
    if isinstance(dtype, NullType):
        return lambda item: None
    return lambda item: _kept(dtype, item)


def _kept(dtype: DataType, item: Any) -> Any:
    """The value itself, once its type has taken it as it is kept."""
    if item is not None or not isinstance(dtype, UserDefinedType):
        dtype.toInternal(item)
    return item


def _whole(dtype: DataType) -> Convert:
    half = 1 << BITS[type(dtype)] - 1

    def convert(item: Any) -> Any:
        if type(item) is not int:
            return _none(dtype, item)
        if not -(1 << 63) <= item < 1 << 63:
            return None
        return ((item + half) & (2 * half - 1)) - half

    return convert


def _single(item: float) -> float:
    """The nearest float of 32 bits."""
    try:
        found: float = struct.unpack("<f", struct.pack("<f", item))[0]
    except OverflowError:
        return math.copysign(math.inf, item)
    return found


def _bytes(dtype: DataType, item: Any) -> Any:
    if type(item) is str:
        return item.encode("utf-8")
    return bytes(item) if type(item) in (bytes, bytearray) else _none(dtype, item)


def _array(dtype: ArrayType) -> Convert:
    element, nested = _converter(dtype.elementType), has_type(dtype.elementType, StructType)

    def convert(item: Any) -> Any:
        if type(item) in (bytes, bytearray):
            item = [byte - 256 if byte > 127 else byte for byte in item]
        elif item is not None and nested and not isinstance(item, (list, tuple, set, frozenset)):
            raise _not_of(dtype, "a list", item)
        elif type(item) not in (list, tuple) and not nested:
            return _none(dtype, item)
        return None if item is None else list(map(element, item))

    return convert


def _map(dtype: MapType) -> Convert:
    key, value = _converter(dtype.keyType), _converter(dtype.valueType)
    nested = has_type(dtype, StructType)

    def convert(item: Any) -> Any:
        if type(item) is dict:
            return {key(one): value(other) for one, other in item.items()}
        if item is not None and nested:
            raise _not_of(dtype, "a dict", item)
        return _none(dtype, item)

    return convert


def _struct(dtype: StructType) -> Convert:
    names = dtype.names
    converters = [_converter(field.dataType) for field in dtype.fields]

    def convert(item: Any) -> Any:
        if item is None:
            return None
        if isinstance(item, dict):
            item = [item.get(name) for name in names]
        elif not isinstance(item, (tuple, list)):
            if not hasattr(item, "__dict__"):
                raise PySparkValueError(
                    f"a function of type {dtype.simpleString()} must return a Row, tuple, list or dict, "
                    f"not {item!r:.200}",
                    "UNEXPECTED_TUPLE_WITH_STRUCT",
                    {"tuple": f"{item!r:.200}"},
                )
            item = [item.__dict__.get(name) for name in names]
        if len(item) != len(names):
            raise IllegalArgumentException(
                f"a function of type {dtype.simpleString()} must return {len(names)} values, "
                f"not {len(item)}: {item!r:.200}",
                "STRUCT_ARRAY_LENGTH_MISMATCH",
                {"expected": str(len(names)), "actual": str(len(item))},
            )
        return named_row(names, [take(one) for take, one in zip(converters, item, strict=True)])

    return convert


def _not_of(dtype: DataType, what: str, item: Any) -> PySparkTypeError:
    return PySparkTypeError(f"a function of type {dtype.simpleString()} must return {what}, not {item!r:.200}")


def _none(dtype: DataType, item: Any) -> None:
    """None for a value of another of Python's own classes; Spark cannot read any other value at all."""
    if item is None or (type(item).__module__ in _OWN and type(item) is not range):
        return
    raise PySparkTypeError(
        f"a function of type {dtype.simpleString()} returned {item!r:.200} of type "
        f"{type(item).__module__}.{type(item).__qualname__}, which no column can hold; "
        "convert it to one of Python's own types"
    )


def _java_text(item: Any) -> str:
    """``toString`` of what the JVM read."""
    if item is None:
        return "null"
    if type(item) is bool:
        return "true" if item else "false"
    if type(item) in (int, str, Decimal):
        return str(item)
    if type(item) is float:
        return double_text(item)
    if type(item) is list:
        return f"[{', '.join(map(_java_text, item))}]"
    if type(item) is dict and set(map(type, item)) <= {str}:
        pairs = taken_order(item, text_code).items()
        return f"{{{', '.join(f'{key}={_java_text(one)}' for key, one in pairs)}}}"
    raise PySparkTypeError(
        f"a function of type string returned {item!r:.200}; for a {type(item).__name__} return str() of it, "
        "or give the function another type"
    )
