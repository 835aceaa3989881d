"""``schema_of_xml``: the type of an element, as Spark's XML source finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkException
from minispark.sql.exact.csvs import day_reader, java_double, whole_reader
from minispark.sql.exact.jsonschema import compatible
from minispark.sql.exact.records import Options, Times, Unconvertible, flag, options_of
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.exact.xmlrules import XmlRules, rules_of
from minispark.sql.exact.xmltree import Node, XmlError, document
from minispark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound


def schema_of_xml(bound: Bound) -> Callable[..., str]:
    """The types of an element's parts as DDL; the second literal holds the options as JSON."""
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    return schema_text(options, bound.settings.zone)


def schema_text(options: Options, zone: str) -> Callable[[str], str]:
    """A function that gives the type of an element as DDL.

    >>> schema_text({}, "UTC")('<p x="1"><a>2.5</a><a>3</a></p>')
    'STRUCT<_x: BIGINT, a: ARRAY<DOUBLE>>'
    """
    from minispark.sql.types.toddl import sql_type

    inferrer = Inferrer(rules_of(options), options, zone)

    def describe(text: str) -> str:
        try:
            elements = [node for node in document(text.strip(), trailing=True).children if node.kind == "element"]
        except XmlError:
            elements = []
        if not elements:
            return sql_type(StructType([StructField("_corrupt_record", StringType())]))
        found = inferrer.element(elements[0])
        if not isinstance(found, StructType):
            empty = isinstance(found, NullType)
            found = StructType([] if empty else [StructField(inferrer.rules.text, found)])
        return sql_type(canonical(found))

    return describe


def canonical(kind: DataType) -> DataType:
    """The type with strings where only nulls were met."""
    if isinstance(kind, StructType):
        return StructType([StructField(field.name, canonical(field.dataType)) for field in kind.fields])
    if isinstance(kind, ArrayType):
        return ArrayType(canonical(kind.elementType), kind.containsNull)
    return StringType() if isinstance(kind, NullType) else kind


class Inferrer:
    """Finds the types of elements."""

    def __init__(self, rules: XmlRules, options: Options, zone: str) -> None:
        self.rules = rules
        self.infers = flag(options, "inferSchema", True)
        times = Times(options, zone)
        self.readers: tuple[tuple[Callable[[str], Any], DataType], ...] = (
            (whole_reader(64), LongType()),
            (_double, DoubleType()),
            (_word, BooleanType()),
            (day_reader(times), DateType()),
            (times.read_timestamp, TimestampType()),
        )

    def element(self, node: Node) -> DataType:
        """The type of an element: of its text alone, or a struct of its parts sorted by name."""
        attributes = self.rules.attributes_of((one.name, one.value) for one in node.attributes)
        children = [child for child in node.children if child.kind == "element"]
        texts = [child.value for child in node.children if child.kind == "text" and child.value.strip()]
        if not attributes and not children:
            return self.text("".join(texts))
        found: dict[str, DataType] = {}

        def add(name: str, kind: DataType) -> None:
            if name not in found:
                found[name] = kind
                return
            known = found[name]
            inner = known.elementType if isinstance(known, ArrayType) else known
            found[name] = ArrayType(self.both(inner, kind))

        for name, text in attributes:
            add(name, self.text(text))
        for child in children:
            add(self.rules.name(child.name), self.element(child))
        for text in texts:
            add(self.rules.text, self.text(text))
        return StructType([StructField(name, found[name]) for name in sorted(found, key=java_order)])

    def both(self, one: DataType, other: DataType) -> DataType:
        """The type of two elements of one name: a text beside a struct with a text is one of these."""
        if isinstance(one, ArrayType) or isinstance(other, ArrayType):
            first, second = (kind.elementType if isinstance(kind, ArrayType) else kind for kind in (one, other))
            return ArrayType(self.both(first, second))
        if isinstance(one, StructType) and isinstance(other, StructType):
            found = {field.name: field.dataType for field in one.fields}
            for field in other.fields:
                known = found.get(field.name)
                found[field.name] = field.dataType if known is None else self.both(known, field.dataType)
            return StructType([StructField(name, found[name]) for name in sorted(found, key=java_order)])
        struct, plain = (one, other) if isinstance(one, StructType) else (other, one)
        if isinstance(struct, StructType) and self.rules.text in struct.names and not isinstance(plain, NullType):
            return self.both(struct, StructType([StructField(self.rules.text, plain)]))
        return compatible(one, other)

    def text(self, text: str) -> DataType:
        """The narrowest type of a text."""
        made = self.rules.trimmed(text)
        if made in ("", self.rules.null):
            return NullType()
        if self.infers:
            for read, kind in self.readers:
                try:
                    read(made)
                    return kind
                except (Unconvertible, PySparkException):
                    continue
        return StringType()


def _double(text: str) -> float:
    if text[-1] not in "0123456789.":
        raise Unconvertible
    return java_double(text)


def _word(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Unconvertible
    return text.lower() == "true"
