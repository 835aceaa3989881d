"""JSON read exactly, with Spark's modes for malformed records (``JacksonParser``)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.jsonreading import _Makers, _tree
from minispark.sql.exact.jsontree import ABSENT, FloatText, IntText, Members, reader_of, rules_of
from minispark.sql.exact.records import Partial, Unconvertible, time_policy
from minispark.sql.sources.formats.csvreading import check_only_corrupt, failed_fast, shaped
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import corrupt_name, mode_of
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import lines_of, separator_of, text_of
from minispark.sql.types import DataType, NullType, StringType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

_BLANKS = " \t\r\n"


def file_texts(file: PartFile, options: Options) -> list[str]:
    """The records of a file: its lines, or all of it with multiLine."""
    text = text_of(file, _encoding(file, options))
    if options.flag("multiLine"):
        return [text]
    return lines_of(text, separator_of(options))


def _encoding(file: PartFile, options: Options) -> str:
    """The option encoding; else UTF-8, or the UTF-16 or UTF-32 that the first bytes show, as Jackson finds it."""
    from minispark.sql.sources.textfiles import content_of, encoding_of

    if options.get("encoding", "charset") is not None or not options.flag("multiLine"):
        return encoding_of(options)
    start = content_of(file)[:4]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if start[:1] == b"\0":
        return "utf-16-be"
    return "utf-16-le" if start[1:2] == b"\0" else "utf-8"


def json_table(texts: Sequence[str], fields: Sequence[StructField], reading: Reading, path: str) -> pa.Table:
    """The rows of texts as a physical table; blank texts are none, an array gives a row for each of its objects."""
    import pyarrow as pa

    mode = mode_of(reading.options)
    corrupt = corrupt_name(reading.options, reading.settings)
    wanted = [field for field in fields if field.name != corrupt]
    check_only_corrupt(fields, wanted, corrupt)
    kept = [text for text in texts if text.strip(_BLANKS)]
    if not fields:
        nothing = StructType([StructField("", NullType())])
        bad = _rows(kept, nothing, reading)[2] if mode != "PERMISSIVE" else set()
        if bad and mode == "FAILFAST":
            raise failed_fast(path, kept[0])
        return pa.table({"_": pa.nulls(len(kept) - len(bad))})
    if len(reading.schema.fields) == 1 and reading.options.get("singleVariantColumn") is not None:
        return _variants(kept, fields, mode)
    rows, raw, bad = _rows(kept, StructType(wanted), reading)
    values: dict[str, Sequence[Any]] = {
        field.name: [row[name] for row in rows]
        for field, name in zip(wanted, physical_names(StructType(wanted)), strict=True)
    }
    return shaped(fields, values, raw, bad, mode, corrupt, path, len(rows))


def _rows(
    texts: Sequence[str], schema: StructType, reading: Reading
) -> tuple[list[dict[str, Any]], list[str], set[int]]:
    """The rows, the text of each, and which are malformed."""
    lowered = {name.lower(): text for name, text in reading.options} | time_policy(reading.settings)
    parse = reader_of(rules_of(lowered))
    fill = _FileMakers(lowered, reading.settings.zone).members(schema)
    verbatim = {field.name for field in schema.fields if isinstance(field.dataType, StringType)}
    empty = dict.fromkeys(physical_names(schema))
    rows: list[dict[str, Any]] = []
    raw: list[str] = []
    bad: set[int] = set()
    for text in texts:
        try:
            tree = _tree(parse, text)
        except Unconvertible:
            bad.add(len(rows))
            rows.append(dict(empty))
            raw.append(text)
            continue
        if tree is ABSENT:
            continue
        trees = tree if type(tree) is list and all(isinstance(one, Members) for one in tree) else [tree]
        if verbatim and isinstance(tree, Members):
            trees = [_verbatim(tree, text, verbatim)]
        for one in trees:
            row = dict(empty)
            try:
                if not isinstance(one, Members):
                    raise Unconvertible
                fill(one, row)
            except Partial:
                bad.add(len(rows))
            except Unconvertible:
                bad.add(len(rows))
                row = dict(empty)
            rows.append(row)
            raw.append(text)
    return rows, raw, bad


class _FileMakers(_Makers):
    """Of files, numbers come as texts as they were written."""

    def _converter(self, dtype: DataType) -> Callable[[Any], Any]:
        if not isinstance(dtype, StringType):
            return super()._converter(dtype)
        usual = super()._converter(dtype)
        return lambda tree: str(tree) if type(tree) in (FloatText, IntText) else usual(tree)


_STRICT = json.JSONDecoder(strict=False)
_SPACE = re.compile(r"[ \t\r\n]*")


def _verbatim(tree: Members, text: str, names: set[str]) -> Members:
    """The object with arrays and objects that are wanted as texts replaced by their own text, blanks included."""
    if not any(name in names and isinstance(item, list) for name, item in tree):
        return tree
    spans = []
    try:
        at = text.index("{") + 1
        for _ in tree:
            at = _after(text, at)
            name, at = json.decoder.scanstring(text, at + 1, False)  # type: ignore[attr-defined]  # undocumented
            start = _after(text, _after(text, at) + 1)
            _, end = _STRICT.raw_decode(text, start)
            spans.append((name, text[start:end]))
            at = _after(text, end) + 1
    except (ValueError, IndexError):
        return tree  # written with liberties that options allow
    if [name for name, _ in spans] != [name for name, _ in tree]:
        return tree
    pairs = zip(tree, spans, strict=True)
    return Members(
        (name, raw if name in names and isinstance(item, list) else item) for (name, item), (_, raw) in pairs
    )


def _after(text: str, at: int) -> int:
    """Where blanks end."""
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _variants(texts: Sequence[str], fields: Sequence[StructField], mode: str) -> pa.Table:
    """Each record whole, in the one column that the option singleVariantColumn names."""
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_type
    from minispark.sql.exact.variants import parse_json, try_parse_json

    found = [parse_json(text) if mode == "FAILFAST" else try_parse_json(text) for text in texts]
    if mode == "DROPMALFORMED":
        found = [one for one in found if one is not None]
    column = pa.array(found, arrow_type(fields[0].dataType))
    return pa.table([column], names=[fields[0].name])
