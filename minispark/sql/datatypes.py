"""Types of columns, and how values that Python functions return become values of them, as in PySpark without Arrow."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from minispark.engine.core.values import value
from minispark.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from minispark.sql.row import named_row

_PLAIN = ("builtins", "datetime", "decimal", "array")
_LONG = 1 << 63


class DataType:
    """A type. ``convert`` gives the column's value for what a function returned: None where that is of another type.

    Raises PySparkTypeError for what Spark has no type for, as numpy's numbers.
    """

    nested = False
    """Whether there is a struct in it."""

    def simpleString(self) -> str:
        """The type as Spark writes it."""
        raise NotImplementedError

    def convert(self, item: Any) -> Any:
        """The value that the column holds."""
        raise NotImplementedError


@value
class Integral(DataType):
    """Whole numbers of ``bits`` bits; larger ones up to 64 bits lose their upper bits, as Java's do."""

    name: str
    bits: int

    def simpleString(self) -> str:
        return self.name

    def convert(self, item: Any) -> Any:
        if type(item) is not int:
            return _none(self, item)
        if not -_LONG <= item < _LONG:
            return None
        half = 1 << self.bits - 1
        return ((item + half) & (2 * half - 1)) - half


@value
class Exact(DataType):
    """Values of one Python type."""

    name: str
    kind: type

    def simpleString(self) -> str:
        return self.name

    def convert(self, item: Any) -> Any:
        return item if type(item) is self.kind else _none(self, item)


@value
class Single(DataType):
    """Floats rounded to 32 bits."""

    def simpleString(self) -> str:
        return "float"

    def convert(self, item: Any) -> Any:
        if type(item) is not float:
            return _none(self, item)
        if not math.isfinite(item) or item == 0:
            return item
        exponent = max(math.frexp(item)[1] - 24, -149)
        rounded = math.ldexp(round(math.ldexp(item, -exponent)), exponent)  # ties to even, as round does
        return rounded if abs(rounded) < 2.0**128 else math.copysign(math.inf, item)


@value
class Text(DataType):
    """Strings; numbers, bools and lists of them as Java writes them."""

    def simpleString(self) -> str:
        return "string"

    def convert(self, item: Any) -> Any:
        return item if item is None or type(item) is str else _java_text(item)


@value
class Binary(DataType):
    """Bytes; of a string its UTF-8."""

    def simpleString(self) -> str:
        return "binary"

    def convert(self, item: Any) -> Any:
        if type(item) is str:
            return item.encode("utf-8")
        return bytes(item) if type(item) in (bytes, bytearray) else _none(self, item)


@value
class Array(DataType):
    """Lists, from lists and tuples, and from bytes as signed numbers."""

    element: DataType

    @property
    def nested(self) -> bool:  # type: ignore[override]
        return self.element.nested

    def simpleString(self) -> str:
        return f"array<{self.element.simpleString()}>"

    def convert(self, item: Any) -> Any:
        if type(item) in (bytes, bytearray):
            item = [byte - 256 if byte > 127 else byte for byte in item]
        elif item is not None and self.nested and not isinstance(item, (list, tuple, set, frozenset)):
            raise PySparkTypeError(f"a function of type {self.simpleString()} must return a list, not {item!r:.200}")
        elif type(item) not in (list, tuple) and not self.nested:
            return _none(self, item)
        return None if item is None else list(map(self.element.convert, item))


@value
class Map(DataType):
    """Dicts."""

    key: DataType
    item: DataType

    @property
    def nested(self) -> bool:  # type: ignore[override]
        return self.key.nested or self.item.nested

    def simpleString(self) -> str:
        return f"map<{self.key.simpleString()},{self.item.simpleString()}>"

    def convert(self, item: Any) -> Any:
        if type(item) is dict:
            return {self.key.convert(key): self.item.convert(one) for key, one in item.items()}
        if item is not None and self.nested:
            raise PySparkTypeError(f"a function of type {self.simpleString()} must return a dict, not {item!r:.200}")
        return _none(self, item)


@value
class Struct(DataType):
    """Rows of named fields: by position from rows, tuples and lists; by name from dicts and objects with attributes.

    Raises IllegalArgumentException for another number of values, PySparkValueError for anything else than these.
    """

    names: tuple[str, ...]
    kinds: tuple[DataType, ...]

    @property
    def nested(self) -> bool:  # type: ignore[override]
        return True

    def simpleString(self) -> str:
        fields = (f"{name}:{kind.simpleString()}" for name, kind in zip(self.names, self.kinds, strict=True))
        return f"struct<{','.join(fields)}>"

    def convert(self, item: Any) -> Any:
        if item is None:
            return None
        if isinstance(item, dict):
            item = [item.get(name) for name in self.names]
        elif not isinstance(item, (tuple, list)):
            if not hasattr(item, "__dict__"):
                raise PySparkValueError(
                    f"a function of type {self.simpleString()} must return a Row, tuple, list or dict, "
                    f"not {item!r:.200}",
                    "UNEXPECTED_TUPLE_WITH_STRUCT",
                    {"tuple": f"{item!r:.200}"},
                )
            item = [item.__dict__.get(name) for name in self.names]
        if len(item) != len(self.names):
            raise IllegalArgumentException(
                f"a function of type {self.simpleString()} must return {len(self.names)} values, "
                f"not {len(item)}: {item!r:.200}",
                "STRUCT_ARRAY_LENGTH_MISMATCH",
                {"expected": str(len(self.names)), "actual": str(len(item))},
            )
        return named_row(list(self.names), [kind.convert(one) for kind, one in zip(self.kinds, item, strict=True)])


def _none(kind: DataType, item: Any) -> None:
    """None for a value of another of Python's own types; Spark cannot read any other value at all."""
    if item is None or (type(item).__module__ in _PLAIN and type(item) is not range):
        return
    raise PySparkTypeError(
        f"a function of type {kind.simpleString()} returned {item!r:.200} of type "
        f"{type(item).__module__}.{type(item).__qualname__}, which no column can hold; "
        "convert it to one of Python's own types"
    )


def _java_text(item: Any) -> str:
    if item is None:
        return "null"
    if type(item) is bool:
        return "true" if item else "false"
    if type(item) in (int, str, Decimal):
        return str(item)
    if type(item) is float:
        return _java_float(item)
    if type(item) is list:
        return f"[{', '.join(map(_java_text, item))}]"
    raise PySparkTypeError(
        f"a function of type string returned {item!r:.200}; for a {type(item).__name__} return str() of it, "
        "or give the function another type"
    )


def _java_float(item: float) -> str:
    """As ``Double.toString``: the shortest digits that read back the same, scientific outside of [0.001, 1e7)."""
    if not math.isfinite(item):
        return "NaN" if item != item else "Infinity" if item > 0 else "-Infinity"
    if item == 0 or 1e-3 <= abs(item) < 1e7:
        text = f"{Decimal(repr(item)):f}"
        return text if "." in text else text + ".0"
    sign, digits, exponent = Decimal(repr(item)).normalize().as_tuple()
    rest = "".join(map(str, digits[1:])) or "0"
    return f"{'-' * sign}{digits[0]}.{rest}E{int(exponent) + len(digits) - 1}"
