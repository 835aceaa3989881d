"""``to_xml``: structs as elements, as Spark's XML source writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import IllegalArgumentException, SparkRuntimeException
from minispark.sql.convert.text import BINARY
from minispark.sql.exact.casts import BITS
from minispark.sql.exact.jsontext import double_text
from minispark.sql.exact.records import Options, Times, flag, options_of, styled
from minispark.sql.exact.variant_reading import Variant, float_text, of_value
from minispark.sql.exact.xmltree import escaped, escaped_attribute
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

_NAME = re.compile(r"[^\W\d][\w.\-]*(:[^\W\d][\w.\-]*)?")
Part = Callable[[str, Any, int], str]
"""``(name, value, depth)``: the elements of a field."""


def to_xml(bound: Bound) -> Callable[..., str]:
    """Writes structs as elements; the second literal holds the options as JSON."""
    options = styled(options_of(bound.literals[1] if len(bound.literals) > 1 else None), bound)
    return xml_writer(bound.types[0], options, bound.settings.zone)


def xml_writer(dtype: DataType, options: Options, zone: str) -> Callable[[Any], str]:
    """A function that writes structs, or variants that are objects, as elements.

    >>> xml_writer(StructType.fromDDL("_x int, a array<int>"), {"indent": ""}, "UTC")({"_x": 1, "a": [2, 3]})
    '<ROW x="1"><a>2</a><a>3</a></ROW>\\n'
    """
    writer = _Writer(options, zone)
    part = writer.part(dtype)
    name = options.get("rowtag", "ROW")
    writer.check(name)
    end = "" if writer.indent else "\n"
    return lambda item: part(name, item, 0).lstrip("\n") + end


def _checked_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise SparkRuntimeException(
            f"{name!r} is no name that an XML element or attribute can have", "INVALID_XML_NAME", {}
        )


class _Writer:
    def __init__(self, options: Options, zone: str) -> None:
        self.indent = options.get("indent", "    ")
        self.prefix = options.get("attributeprefix", "_")
        self.text_name = options.get("valuetag", "_VALUE")
        self.null = options.get("nullvalue")
        self.element_name = options.get("arrayelementname", "item")
        self.times = Times(options, zone)
        self.zone = zone
        self.validates = flag(options, "validateName", True)

    def check(self, name: str) -> None:
        """Raises SparkRuntimeException for what is no name, unless the option validateName is false."""
        if self.validates:
            _checked_name(name)

    def line(self, depth: int) -> str:
        return "\n" + self.indent * depth if self.indent else ""

    def element(self, name: str, attributes: str, inside: str, depth: int, nested: bool) -> str:
        """An element around what is inside; nested elements put its end on a line of its own."""
        self.check(name)
        end = self.line(depth) if nested else ""
        return f"{self.line(depth)}<{name}{attributes}>{inside}{end}</{name}>"

    def part(self, dtype: DataType) -> Part:
        """A writer of fields of a type."""
        if isinstance(dtype, StructType):
            return self._struct(dtype)
        if isinstance(dtype, ArrayType):
            return self._array(dtype)
        if isinstance(dtype, MapType):
            return self._map(dtype)
        if isinstance(dtype, VariantType):
            return lambda name, item, depth: self._variant(name, of_value(item), depth)
        text = self.scalar(dtype)
        return lambda name, item, depth: self.element(name, "", escaped(text(item)), depth, False)

    def _struct(self, dtype: StructType) -> Part:
        fields = []
        for field in dtype.fields:
            kind = field.dataType
            attribute = field.name.startswith(self.prefix) and field.name != self.text_name
            plain = attribute or field.name == self.text_name
            fields.append((field.name, attribute, self.scalar(kind) if plain else None, self.part(kind), kind))

        def write(name: str, row: dict[str, Any], depth: int) -> str:
            attributes, inside, nested = "", "", False
            for (label, attribute, plain, part, kind), item in zip(fields, row.values(), strict=False):
                if item is None and (self.null is None or isinstance(kind, (StructType, MapType))):
                    continue
                if plain is None:
                    made = self._null(label, depth + 1) if item is None else part(label, item, depth + 1)
                    inside += made
                    nested = nested or bool(made)
                    continue
                made = (self.null or "") if item is None else plain(item)
                if attribute:
                    self.check(label[len(self.prefix) :])
                    attributes += f' {label[len(self.prefix) :]}="{escaped_attribute(made)}"'
                else:
                    inside += escaped(made)
            if not inside:
                self.check(name)
                return f"{self.line(depth)}<{name}{attributes}/>"
            return self.element(name, attributes, inside, depth, nested)

        return write

    def _null(self, name: str, depth: int) -> str:
        return self.element(name, "", escaped(self.null or ""), depth, False)

    def _array(self, dtype: ArrayType) -> Part:
        inner = dtype.elementType
        part = self.part(inner)

        def write(name: str, items: list[Any], depth: int) -> str:
            made = ""
            for item in items:
                if item is None:
                    made += "" if self.null is None else self._null(name, depth)
                elif isinstance(inner, ArrayType):
                    inside = part(self.element_name, item, depth + 1)
                    made += self.element(name, "", inside, depth, True) if inside else f"{self.line(depth)}<{name}/>"
                else:
                    made += part(name, item, depth)
            return made

        return write

    def _map(self, dtype: MapType) -> Part:
        part, key = self.part(dtype.valueType), self.scalar(dtype.keyType)

        def write(name: str, entries: list[tuple[Any, Any]], depth: int) -> str:
            inside = ""
            for one, item in entries:
                if item is not None:
                    inside += part(key(one), item, depth + 1)
                elif self.null is not None:
                    inside += self._null(key(one), depth + 1)
            if not inside:
                return f"{self.line(depth)}<{name}/>"
            return self.element(name, "", inside, depth, True)

        return write

    def _variant(self, name: str, item: Variant, depth: int) -> str:
        kind = item.kind
        if kind == "object":
            inside = "".join([self._variant(label, one, depth + 1) for label, one in item.fields()])
            return self.element(name, "", inside, depth, True) if inside else f"{self.line(depth)}<{name}/>"
        if kind == "array":
            return "".join([self._variant(name, one, depth) for one in item.elements()])
        if kind == "null":
            return "" if self.null is None else self._null(name, depth)
        text = item.scalar() if kind == "string" else item.text(self.zone).strip('"')
        return self.element(name, "", escaped(text), depth, False)

    def scalar(self, dtype: DataType) -> Callable[[Any], str]:
        """The text of values of a type. Raises IllegalArgumentException for types that have none in XML."""
        if isinstance(dtype, StringType):
            return str
        if isinstance(dtype, ArrayType) and not isinstance(dtype.elementType, (ArrayType, MapType, StructType)):
            element = self.scalar(dtype.elementType)
            return lambda items: "".join([element(item) for item in items if item is not None])
        if isinstance(dtype, BooleanType):
            return lambda item: "true" if item else "false"
        if isinstance(dtype, DoubleType):
            return double_text
        if isinstance(dtype, FloatType):
            return float_text
        if type(dtype) in BITS or isinstance(dtype, (DecimalType, NullType)):
            return str
        times = self.times
        if isinstance(dtype, BinaryType):
            return BINARY[times.binary_style]
        writers: dict[type[DataType], Callable[[Any], str]] = {
            DateType: times.write_date,
            TimestampType: times.write_timestamp,
            TimestampNTZType: times.write_ntz,
            TimeType: times.write_time,
        }
        known = writers.get(type(dtype))
        if known is not None:
            return known

        def refuse(item: Any) -> str:
            raise IllegalArgumentException(
                f"to_xml writes no {dtype.simpleString()}; cast it to a string", "_LEGACY_ERROR_TEMP_3238", {}
            )

        return refuse
