"""``from_xml`` and ``schema_of_xml``: elements as structs, as Spark's XML source reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import PySparkException, SparkUpgradeException
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.csvs import field_reader
from minispark.sql.exact.records import (
    Options,
    Partial,
    Times,
    Unconvertible,
    malformed,
    mode_of,
    options_of,
    whole_record,
)
from minispark.sql.exact.xmlrules import XmlRules, rules_of
from minispark.sql.exact.xmltree import Event, Node, XmlError, document, events
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    MapType,
    StringType,
    StructType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound


def from_xml(bound: Bound) -> Callable[..., Any]:
    """Reads elements as structs of the result's type; the third literal holds the options as JSON."""
    options = options_of(bound.literals[2] if len(bound.literals) > 2 else None)
    corrupt = bound.settings.conf("spark.sql.columnNameOfCorruptRecord") or "_corrupt_record"
    if isinstance(bound.result, VariantType):
        return variant_reader(options)
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
    rules = rules_of(options)
    fill = _Readers(rules, options, zone, case_sensitive).members(schema, mode.corrupt)

    def read(text: str, row: dict[str, Any]) -> None:
        try:
            found = events(document(text.strip(" \t\r\n"), trailing=True))
        except XmlError:
            raise Unconvertible from None
        stream = _Stream(found, rules)
        try:
            fill(stream, stream.next()[2], row)
        except PySparkException:
            raise Unconvertible from None

    return whole_record(schema, mode, read)


def variant_reader(options: Options) -> Callable[[str], Any]:
    """A function that reads one element as a variant; for what is no XML, None, or an error under FAILFAST."""
    from minispark.sql.exact.variant_texts import element_variant

    rules = rules_of(options)
    fail = mode_of("from_xml", options, VariantType(), "").fail

    def read(text: str) -> Any:
        try:
            root = document(text.strip(" \t\r\n"), trailing=True)
            return element_variant(next(one for one in root.children if one.kind == "element"), rules)
        except (XmlError, StopIteration) as error:
            if fail:
                raise malformed(text) from error
            return None

    return read


def filler(
    schema: StructType, rules: XmlRules, options: Options, zone: str, case_sensitive: bool
) -> Callable[[Node, dict[str, Any]], None]:
    """A function that fills in the fields of a row that an element holds.

    Raises Partial where some could not be read, Unconvertible or a PySparkException where the whole could not.
    """
    fill = _Readers(rules, options, zone, case_sensitive).members(schema)

    def read(node: Node, row: dict[str, Any]) -> None:
        stream = _Stream(events(node), rules)
        fill(stream, stream.next()[2], row)

    return read


class _Stream:
    """The events of a document, one after the other."""

    __slots__ = ("events", "place", "rules")

    def __init__(self, events: list[Event], rules: XmlRules) -> None:
        self.events = events
        self.rules = rules
        self.place = 0

    def peek(self) -> Event:
        """The next event. Raises Unconvertible behind the last."""
        if self.place >= len(self.events):
            raise Unconvertible
        return self.events[self.place]

    def next(self) -> Event:
        """The next event, which is taken."""
        found = self.peek()
        self.place += 1
        return found

    def end(self, name: str) -> None:
        """Takes blanks and the end of an element. Raises Unconvertible for anything else, which is taken too."""
        while True:
            kind, text, _ = self.next()
            if kind == "text" and not text.strip(_BLANKS):
                continue
            if kind != "end" or self.rules.name(text) != name:
                raise Unconvertible
            return

    def skip(self) -> None:
        """Takes the rest of an element, its end included."""
        depth = 1
        while depth:
            kind = self.next()[0]
            depth += (kind == "start") - (kind == "end")

    def tree(self, name: str, attributes: Iterable[tuple[str, str]]) -> Node:
        """The element whose beginning has just been taken, as a tree; takes its end."""
        root = here = _node(name, attributes, None)
        while True:
            kind, text, inner = self.next()
            if kind == "start":
                here = _node(text, inner, here)
            elif kind == "text":
                here.children.append(Node("text", "", text, here, 0))
            elif here.parent is None:
                return root
            else:
                here = here.parent

    def markup(self, name: str) -> str:
        """The content of an element as XML, but that entities stay resolved; takes its end."""
        made: list[str] = []
        depth = 0
        while depth or self.peek()[0] != "end" or not made:
            kind, text, attributes = self.next()
            if kind == "start":
                made.append(f"<{text}{''.join([f' {one}={chr(34)}{other}{chr(34)}' for one, other in attributes])}>")
                depth += 1
            elif kind == "end":
                made.append(f"</{text}>")
                depth -= 1
            else:
                made.append(text)
        self.end(name)
        return "".join(made)


def _node(name: str, attributes: Iterable[tuple[str, str]], parent: Node | None) -> Node:
    made = Node("element", name, "", parent, 0)
    made.attributes = [Node("attribute", one, text, made, 0) for one, text in attributes]
    if parent is not None:
        parent.children.append(made)
    return made


_BLANKS = " \t\r\n"
Read = Callable[[_Stream, str, tuple[tuple[str, str], ...]], Any]
"""``(stream, name, attributes)``: the value of the element whose beginning has just been taken."""


class _Readers:
    """Makes readers that follow Spark's event by event. Where a value does not fit, its events stay where they are and
    are met as the object's own: so what comes after a value that does not fit is mostly lost, as it is in Spark."""

    def __init__(self, rules: XmlRules, options: Options, zone: str, case_sensitive: bool) -> None:
        self.rules = rules
        self.options = options
        self.times = Times(options, zone)
        self.fold: Callable[[str], str] = str if case_sensitive else str.lower

    def members(self, schema: StructType, skip: str | None = None) -> Callable[..., None]:
        """A function ``(stream, attributes, row)`` that fills in the fields that an object holds, and takes its end.

        Raises Partial where some could not be read.
        """
        rules, fold = self.rules, self.fold
        fields: dict[str, _Field] = {}
        for place, field in zip(physical_names(schema), schema.fields, strict=True):
            if field.name != skip:
                many = isinstance(field.dataType, ArrayType)
                inner = field.dataType.elementType if isinstance(field.dataType, ArrayType) else field.dataType
                fields[fold(field.name)] = _Field(place, many, self.element(inner), self.scalar(inner))
        wild = fields.get(fold(rules.wildcard))
        text_field = fields.get(fold(rules.text))

        def child(stream: _Stream, name: str, attributes: Any, row: dict[str, Any]) -> None:
            known = fields.get(fold(name), wild)
            if known is None:
                stream.skip()
            else:
                known.put(row, known.read(stream, name, attributes))

        def fill(stream: _Stream, attributes: Any, row: dict[str, Any]) -> None:
            for name, text in rules.attributes_of(attributes):
                known = fields.get(fold(name))
                if known is not None:
                    row[known.place] = known.of_attribute(text)
            bad = False
            while True:
                kind, text, inner = stream.next()
                if kind == "end":
                    break
                if kind == "start":
                    try:
                        child(stream, rules.name(text), inner, row)
                    except SparkUpgradeException:
                        raise
                    except (Partial, Unconvertible, PySparkException):
                        bad = True
                elif text_field is not None and text.strip(_BLANKS):
                    text_field.put(row, text_field.scalar(text))
            if bad:
                raise Partial(row)

        return fill

    def element(self, dtype: DataType) -> Read:
        """A reader of elements as values of a type."""
        if isinstance(dtype, StructType):
            return self._struct(dtype)
        if isinstance(dtype, MapType):
            return self._map(dtype)
        if isinstance(dtype, VariantType):
            return self._variant
        scalar = self.scalar(dtype)
        texts = isinstance(dtype, StringType)

        def plain(stream: _Stream, name: str, attributes: Any) -> Any:
            kind, text, _ = stream.peek()
            if kind == "end":
                stream.end(name)
                return None if not texts or self.rules.null == "" else ""
            if texts:
                return scalar(stream.markup(name))
            if kind == "text" and not text.strip(_BLANKS):
                stream.next()
                return plain(stream, name, attributes)
            if kind == "start":
                raise Unconvertible
            made = scalar(text)
            stream.next()
            stream.end(name)
            return made

        return plain

    def _variant(self, stream: _Stream, name: str, attributes: Any) -> Any:
        from minispark.sql.exact.variant_texts import element_variant

        return element_variant(stream.tree(name, attributes), self.rules)

    def _struct(self, dtype: StructType) -> Read:
        fill = self.members(dtype)
        names = physical_names(dtype)
        empty = dict.fromkeys(names)
        fields = {
            self.fold(field.name): (place, self.scalar(field.dataType))
            for place, field in zip(names, dtype.fields, strict=True)
        }

        def struct(stream: _Stream, name: str, attributes: Any) -> dict[str, Any]:
            own = {}
            for label, text in self.rules.attributes_of(attributes):
                known = fields.get(self.fold(label))
                if known is not None:
                    own[known[0]] = known[1](text)
            row = dict(empty)
            if stream.peek()[0] == "end":
                stream.end(name)
            else:
                fill(stream, (), row)
            row.update(own)
            return row

        return struct

    def _map(self, dtype: MapType) -> Read:
        inside, scalar = self.element(dtype.valueType), self.scalar(dtype.valueType)

        def entries(stream: _Stream, name: str, attributes: Any) -> list[tuple[str, Any]] | None:
            kind, text, _ = stream.peek()
            while kind == "text" and not text.strip(_BLANKS):
                stream.next()
                kind, text, _ = stream.peek()
            if kind == "end":
                stream.end(name)
                return None
            if kind == "text":
                raise Unconvertible
            found: dict[str, Any] = {one: scalar(other) for one, other in self.rules.attributes_of(attributes)}
            while True:
                kind, text, inner = stream.next()
                if kind == "end":
                    return list(found.items())
                if kind == "start":
                    label = self.rules.name(text)
                    found[label] = inside(stream, label, inner)
                elif text.strip(_BLANKS):
                    found[self.rules.text] = scalar(text)

        return entries

    def scalar(self, dtype: DataType) -> Callable[[str], Any]:
        """A reader of texts as values of a type."""
        rules = self.rules
        if isinstance(dtype, (StructType, MapType, ArrayType, BinaryType, VariantType)):

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
            return None if made == rules.null else convert(made)

        return read


@value
class _Field:
    """A field of an object: where its value goes, and how it is read."""

    place: str
    many: bool
    read: Read
    scalar: Callable[[str], Any]

    def put(self, row: dict[str, Any], item: Any) -> None:
        """Put a value into the row: behind those that are there, where the field is an array."""
        row[self.place] = [*(row[self.place] or []), item] if self.many else item

    def of_attribute(self, text: str) -> Any:
        """An attribute's value. Raises Unconvertible for an array, which no attribute is."""
        if self.many:
            raise Unconvertible
        return self.scalar(text)


def _boolean(text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false", "1", "0"):
        raise Unconvertible
    return word in ("true", "1")
