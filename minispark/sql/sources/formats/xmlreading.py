"""XML read exactly (Spark's ``StaxXmlParser``): the rows of files, their schema, their values."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import AnalysisException, PySparkException, SparkUpgradeException
from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.jsonschema import compatible
from minispark.sql.exact.records import Partial, Unconvertible, time_policy
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.exact.xmlreading import filler
from minispark.sql.exact.xmlrules import XmlRules, rules_of
from minispark.sql.exact.xmlschema import Inferrer, canonical
from minispark.sql.exact.xmltree import Node, XmlError, _Builder
from minispark.sql.sources.formats.csvreading import check_only_corrupt, failed_fast, shaped
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import corrupt_name, mode_of
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import content_of
from minispark.sql.types import ArrayType, DataType, NullType, StringType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings


@value(eq=False)
class Row:
    """An element, None where the text is no XML, and its text."""

    node: Node | None
    text: str


class _Rows(_Builder):
    """Keeps the elements of a name, as soon as they end; those inside of others are part of them."""

    def __init__(self, tag: str, data: bytes, parser: Any) -> None:
        super().__init__(False)
        self.rows: list[Row] = []
        self._tag = tag
        self._data = data
        self._parser = parser
        self._inside: Node | None = None
        self._start = 0

    def start(self, name: str, attributes: Any) -> None:
        super().start(name, attributes)
        if self._inside is None and name == self._tag:
            self._inside = self.here
            self._start = self._parser.CurrentByteIndex

    def end(self, name: str) -> None:
        node = self.here
        super().end(name)
        if node is self._inside:
            stop = self._data.index(b">", self._parser.CurrentByteIndex) + 1
            self.rows.append(Row(node, self._data[self._start : stop].decode("utf-8", "replace")))
            self._inside = None
            self.here.children.remove(node)


def rows_of(data: bytes, tag: str, encoding: str | None = None) -> list[Row]:
    """The rows of a document. Where it breaks off, or goes on after its end, all of it is one more, malformed row."""
    from xml.parsers import expat

    text = data.decode(encoding or "utf-8", "replace")
    plain = text.lstrip("\ufeff").encode("utf-8", "replace")
    parser = expat.ParserCreate("utf-8")
    rows = _Rows(tag, plain, parser)
    parser.buffer_text = True
    parser.ordered_attributes = True
    parser.StartElementHandler = rows.start
    parser.EndElementHandler = rows.end
    parser.CharacterDataHandler = rows.characters
    parser.CommentHandler = rows.comment
    parser.ProcessingInstructionHandler = rows.instruction
    parser.StartDoctypeDeclHandler = rows.doctype
    if not plain.strip():
        return []
    try:
        parser.Parse(plain, True)
    except (expat.ExpatError, XmlError):
        return [*rows.rows, Row(None, text)]
    return rows.rows


def file_rows(file: PartFile, tag: str, options: Options) -> Iterator[Row]:
    """The rows of a file."""
    from minispark.sql.sources.textfiles import encoding_of

    yield from rows_of(content_of(file), tag, encoding_of(options))


def text_rows(texts: Sequence[str], tag: str) -> list[Row]:
    """The rows of texts."""
    return [row for text in texts for row in rows_of(text.encode("utf-8", "replace"), tag)]


def _lowered(options: Options) -> dict[str, str]:
    return {name.lower(): text for name, text in options}


class _FileRules:
    """Of files, attributes that declare namespaces are attributes like others."""

    def __init__(self, rules: XmlRules) -> None:
        self._rules = rules

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rules, name)

    def attributes_of(self, attributes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Attributes under their names as fields."""
        rules = self._rules
        if rules.local or not rules.attributes:
            return rules.attributes_of(attributes)
        return [(rules.prefix + rules.name(name), text) for name, text in attributes]


class _FileInferrer(Inferrer):
    """Elements of one name in an element may have parts or not."""

    def element(self, node: Node) -> DataType:
        attributes = self.rules.attributes_of((one.name, one.value) for one in node.attributes)
        children = [child for child in node.children if child.kind == "element"]
        if not attributes and not children:
            return super().element(node)
        texts = [child.value for child in node.children if child.kind == "text" and child.value.strip()]
        parts = [(name, self.text(text)) for name, text in attributes]
        parts += [(self.rules.name(child.name), self.element(child)) for child in children]
        parts += [(self.rules.text, self.text(text)) for text in texts]
        found: dict[str, DataType] = {}
        for name, kind in parts:
            known = found.get(name)
            if known is not None:
                inner = known.elementType if isinstance(known, ArrayType) else known
                kind = ArrayType(merged(inner, kind, self.rules.text))
            found[name] = kind
        return StructType([StructField(name, found[name]) for name in sorted(found, key=java_order)])


# --- schema ----------------------------------------------------------------------------------------------------------


def xml_schema(rows: Iterator[Row], options: Options, settings: Settings) -> StructType:
    """The parts of all rows by name, each of a type that holds all its values."""
    lowered = _lowered(options) | time_policy(settings)
    rules: Any = _FileRules(rules_of(lowered))
    inferrer = _FileInferrer(rules, lowered, settings.zone)
    mode = mode_of(options)
    found: DataType = NullType()
    malformed = False
    ratio = options.share("samplingRatio", 1.0)
    chance = random.Random(1)
    for row in rows:
        if ratio < 1 and chance.random() >= ratio:
            continue
        if row.node is None:
            if mode == "FAILFAST":
                raise failed_fast("", row.text)
            malformed |= mode == "PERMISSIVE"
            continue
        found = merged(found, inferrer.element(row.node), rules.text)
    if not isinstance(found, StructType):
        found = StructType([] if isinstance(found, NullType) else [StructField(rules.text, found)])
    kinds = {field.name: field.dataType for field in found.fields}
    if malformed:
        kinds[corrupt_name(options, settings)] = StringType()
    return StructType([StructField(name, canonical(kinds[name])) for name in sorted(kinds, key=java_order)])


def merged(one: DataType, other: DataType, text_name: str) -> DataType:
    """The type that holds elements of both: what is there several times is an array, a text beside parts a part."""
    if isinstance(one, NullType):
        return other
    if isinstance(other, NullType):
        return one
    if isinstance(one, ArrayType) or isinstance(other, ArrayType):
        inner = [kind.elementType if isinstance(kind, ArrayType) else kind for kind in (one, other)]
        return ArrayType(merged(inner[0], inner[1], text_name))
    if isinstance(one, StructType) and isinstance(other, StructType):
        kinds = {field.name: field.dataType for field in one.fields}
        for field in other.fields:
            known = kinds.get(field.name, NullType())
            kinds[field.name] = merged(known, field.dataType, text_name)
        return StructType([StructField(name, kinds[name]) for name in sorted(kinds, key=java_order)])
    if isinstance(one, StructType):
        return merged(one, StructType([StructField(text_name, other)]), text_name)
    if isinstance(other, StructType):
        return merged(StructType([StructField(text_name, one)]), other, text_name)
    return compatible(one, other)


# --- values ----------------------------------------------------------------------------------------------------------


def xml_table(rows: Sequence[Row], fields: Sequence[StructField], reading: Reading, path: str) -> pa.Table:
    """The rows as a physical table."""
    import pyarrow as pa

    mode = mode_of(reading.options)
    corrupt = corrupt_name(reading.options, reading.settings)
    wanted = [field for field in fields if field.name != corrupt]
    check_only_corrupt(fields, wanted, corrupt)
    if not fields:
        kept = [row for row in rows if row.node is not None or mode == "PERMISSIVE"]
        return pa.table({"_": pa.nulls(len(kept))})
    if reading.options.get("rowValidationXSDPath") is not None:
        raise AnalysisException(
            "rowValidationXSDPath is not there: no XML Schema is checked; leave the option out",
            "UNSUPPORTED_FEATURE.OPTION",
        )
    lowered = _lowered(reading.options) | time_policy(reading.settings)
    schema = StructType(list(wanted))
    rules: Any = _FileRules(rules_of(lowered))
    fill = filler(schema, rules, lowered, reading.settings.zone, reading.settings.case_sensitive)
    names = physical_names(schema)
    bad: set[int] = set()
    made: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        item: dict[str, Any] = dict.fromkeys(names)
        if row.node is None:
            bad.add(place)
        else:
            try:
                fill(row.node, item)
            except SparkUpgradeException:
                raise
            except (Partial, Unconvertible, PySparkException):
                bad.add(place)
        made.append(item)
    values: dict[str, Sequence[Any]] = {
        field.name: [item[name] for item in made] for field, name in zip(wanted, names, strict=True)
    }
    return shaped(fields, values, [row.text for row in rows], bad, mode, corrupt, path, len(rows))
