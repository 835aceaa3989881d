"""JSON read exactly, with Spark's modes for malformed records (``JacksonParser``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.sql.convert.physical import physical_names
from minispark.sql.exact.jsonreading import _Makers, _tree
from minispark.sql.exact.jsontree import ABSENT, Members, reader_of, rules_of
from minispark.sql.exact.records import Partial, Unconvertible
from minispark.sql.sources.formats.csvreading import check_only_corrupt, shaped
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import corrupt_name, mode_of
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import lines_of, separator_of, text_of
from minispark.sql.types import StructField, StructType

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
        return pa.table({"_": pa.nulls(len(kept))})
    if len(reading.schema.fields) == 1 and reading.options.get("singleVariantColumn") is not None:
        return _variants(kept, fields)
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
    lowered = {name.lower(): text for name, text in reading.options}
    parse = reader_of(rules_of(lowered))
    fill = _Makers(lowered, reading.settings.zone).members(schema)
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
        trees = tree if type(tree) is list else [tree]
        if tree is ABSENT:
            continue
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


def _variants(texts: Sequence[str], fields: Sequence[StructField]) -> pa.Table:
    """Each record whole, in the one column that the option singleVariantColumn names."""
    import pyarrow as pa

    from minispark.sql.convert.physical import arrow_type
    from minispark.sql.exact.variants import parse_json

    column = pa.array([parse_json(text) for text in texts], arrow_type(fields[0].dataType))
    return pa.table([column], names=[fields[0].name])
