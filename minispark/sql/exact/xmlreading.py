"""``from_xml`` and ``schema_of_xml``: elements as structs, as Spark's XML source reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, PySparkException
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.csvs import day_reader, field_reader, java_double, whole_reader
from minispark.sql.exact.jsonschema import compatible
from minispark.sql.exact.records import Options, Partial, Times, Unconvertible, flag, mode_of, options_of, whole_record
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.exact.xmltree import Node, XmlError, document, markup
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Read = Callable[[Node], Any]


@value
class XmlRules:
    """How elements and attributes become fields."""

    prefix: str
    text: str
    null: str | None
    trim: bool
    attributes: bool
    local: bool
    wildcard: str

    def name(self, node: Node) -> str:
        """The name of an element or attribute."""
        return node.name.rpartition(":")[2] if self.local else node.name

    def attributes_of(self, node: Node) -> list[tuple[str, str]]:
        """Attributes under their names as fields; those that declare namespaces are none."""
        if not self.attributes:
            return []
        return [
            (self.prefix + self.name(one), one.value)
            for one in node.attributes
            if one.name != "xmlns" and not one.name.startswith("xmlns:")
        ]

    def trimmed(self, text: str) -> str:
        """A text as it counts."""
        return text.strip(" \t\r\n") if self.trim else text


def rules_of(options: Options) -> XmlRules:
    """The rules that options in lower case ask for."""
    return XmlRules(
        prefix=options.get("attributeprefix", "_"),
        text=options.get("valuetag", "_VALUE"),
        null=options.get("nullvalue"),
        trim=flag(options, "ignoreSurroundingSpaces", True),
        attributes=not flag(options, "excludeAttribute", False),
        local=flag(options, "ignoreNamespace", False),
        wildcard=options.get("wildcardcolname", "xs_any"),
    )


def from_xml(bound: Bound) -> Callable[..., Any]:
    """Reads elements as structs of the result's type; the third literal holds the options as JSON."""
    options = options_of(bound.literals[2] if len(bound.literals) > 2 else None)
    corrupt = bound.settings.conf("spark.sql.columnNameOfCorruptRecord") or "_corrupt_record"
    assert isinstance(bound.result, StructType)
    return xml_reader(bound.result, options, bound.settings.zone, corrupt, bound.settings.case_sensitive)


def xml_reader(
    schema: StructType, options: Options, zone: str, corrupt: str = "_corrupt_record", case_sensitive: bool = False
) -> Callable[[str], Any]:
    """A function that reads one element as a struct.

    >>> read = xml_reader(StructType.fromDDL("a int, b array<string>, _x int"), {}, "UTC")
    >>> read('<p x="1"><a>2</a><b>s</b><b>t</b></p>')
    {'a': 2, 'b': ['s', 't'], '_x': 1}
    """
    mode = mode_of("from_xml", options, schema, corrupt)
    readers = _Readers(rules_of(options), options, zone, case_sensitive)
    fill = readers.members(schema, mode.corrupt)

    def read(text: str, row: dict[str, Any]) -> None:
        try:
            root = document(text.strip(" \t\r\n"), trailing=True).children
        except XmlError:
            raise Unconvertible from None
        elements = [node for node in root if node.kind == "element"]
        if not elements:
            raise Unconvertible
        try:
            fill(elements[0], row)
        except (Unconvertible, PySparkException):
            raise Partial(row) from None

    return whole_record(schema, mode, read)


class _Readers:
    def __init__(self, rules: XmlRules, options: Options, zone: str, case_sensitive: bool) -> None:
        self.rules = rules
        self.options = options
        self.times = Times(options, zone)
        self.fold: Callable[[str], str] = str if case_sensitive else str.lower

    def members(self, schema: StructType, skip: str | None = None) -> Callable[[Node, dict[str, Any]], None]:
        """A function that fills in the fields that an element holds. The first that cannot be read ends it."""
        rules, fold = self.rules, self.fold
        fields: dict[str, tuple[str, bool, Read, Callable[[str], Any]]] = {}
        for place, field in zip(physical_names(schema), schema.fields, strict=True):
            if field.name == skip:
                continue
            kind = field.dataType
            many = isinstance(kind, ArrayType)
            inner = kind.elementType if isinstance(kind, ArrayType) else kind
            fields[fold(field.name)] = (place, many, self.element(inner), self.scalar(inner))
        wild = fields.get(fold(rules.wildcard))

        def put(row: dict[str, Any], place: str, many: bool, item: Any) -> None:
            row[place] = [*(row[place] or []), item] if many else item

        def fill(node: Node, row: dict[str, Any]) -> None:
            for name, text in rules.attributes_of(node):
                known = fields.get(fold(name))
                if known is not None:
                    put(row, known[0], known[1], known[3](text))
            for child in node.children:
                if child.kind == "text" and child.value.strip(" \t\r\n"):
                    known = fields.get(fold(rules.text))
                    if known is not None:
                        put(row, known[0], known[1], known[3](child.value))
                elif child.kind == "element":
                    known = fields.get(fold(rules.name(child)))
                    if known is not None:
                        put(row, known[0], known[1], known[2](child))
                    elif wild is not None:
                        put(row, wild[0], wild[1], wild[2](child))

        return fill

    def element(self, dtype: DataType) -> Read:
        """A reader of elements as values of a type."""
        if isinstance(dtype, StructType):
            fill = self.members(dtype)
            empty = dict.fromkeys(physical_names(dtype))

            def struct(node: Node) -> dict[str, Any]:
                row = dict(empty)
                fill(node, row)
                return row

            return struct
        if isinstance(dtype, MapType):
            return self._map(dtype)
        if isinstance(dtype, VariantType):
            raise AnalysisException(
                "from_xml reads no variants; read a struct or a map", "UNSUPPORTED_DATATYPE", {"typeName": '"VARIANT"'}
            )
        scalar = self.scalar(dtype)
        texts = isinstance(dtype, StringType)

        def plain(node: Node) -> Any:
            kinds = {child.kind for child in node.children}
            if not kinds:
                return scalar("")
            if "element" in kinds:
                if not texts:
                    raise Unconvertible
                return "".join(map(markup, node.children))
            if kinds != {"text"} and not texts:
                raise Unconvertible
            return scalar(node.text())

        return plain

    def _map(self, dtype: MapType) -> Read:
        inside, attribute = self.element(dtype.valueType), self.scalar(dtype.valueType)

        def entries(node: Node) -> list[tuple[str, Any]]:
            if any(child.kind == "text" and child.value.strip(" \t\r\n") for child in node.children):
                raise Unconvertible
            found: dict[str, Any] = {name: attribute(text) for name, text in self.rules.attributes_of(node)}
            for child in node.children:
                if child.kind == "element":
                    found[self.rules.name(child)] = inside(child)
            return list(found.items())

        return entries

    def scalar(self, dtype: DataType) -> Callable[[str], Any]:
        """A reader of texts as values of a type."""
        rules = self.rules
        if isinstance(dtype, (StructType, MapType, ArrayType, BinaryType)):

            def refuse(text: str) -> Any:
                raise Unconvertible

            return refuse
        if isinstance(dtype, StringType):

            def read_text(text: str) -> str | None:
                made = rules.trimmed(text)
                return None if made == rules.null else made

            return read_text
        convert = _boolean if isinstance(dtype, BooleanType) else field_reader(dtype, self.options, self.times)

        def read(text: str) -> Any:
            made = rules.trimmed(text)
            return None if made in ("", rules.null) else convert(made)

        return read


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false", "1", "0"):
        raise Unconvertible
    return word in ("true", "1")


# --- schemas ---------------------------------------------------------------------------------------------------------


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

    inferrer = _Inferrer(rules_of(options), options, zone)

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
        return sql_type(_canonical(found))

    return describe


def _canonical(kind: DataType) -> DataType:
    if isinstance(kind, StructType):
        return StructType([StructField(field.name, _canonical(field.dataType)) for field in kind.fields])
    if isinstance(kind, ArrayType):
        return ArrayType(_canonical(kind.elementType), kind.containsNull)
    return StringType() if isinstance(kind, NullType) else kind


class _Inferrer:
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
        attributes = self.rules.attributes_of(node)
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
            add(self.rules.name(child), self.element(child))
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
