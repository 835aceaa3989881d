"""Plain CSV files as DuckDB reads them, which is much faster than exact functions.

Plain is: UTF-8, lines that end in ``\\n``, no line of white space, quotes (if any) around whole fields with nothing to
escape in them; of the options only the separator, header, a quote character and nullValue. Fields become values in SQL,
where their text has the form that DuckDB reads as Spark does, or is surely none of the type; any other raises an error
by which the query is run again with the exact reader.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.convert.physical import duck_type
from minispark.sql.exact.csvtokens import Tokens
from minispark.sql.fused.exactly import MARK, is_exact
from minispark.sql.sources.formats.csvreading import CsvInput
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import corrupt_name
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.texts import sql_name, sql_text
from minispark.sql.types import DataType, StructField

BYTES_MIN = 1 << 16
"""Smaller files are read exactly at once: that is as fast."""

_PLAIN_OPTIONS = {
    "header", "sep", "delimiter", "quote", "escape", "nullvalue", "inferschema", "mode", "timezone", "enforceschema",
    "samplingratio", "pathglobfilter", "recursivefilelookup", "modifiedbefore", "modifiedafter", "encoding", "charset",
    "multiline", "ignoreleadingwhitespace", "ignoretrailingwhitespace", "path", "basepath", "locale", "preferdate",
}  # fmt: skip
_BLANK_LINE = re.compile(rb"\n[\x00-\x20]*\n")
_BLANK_START = re.compile(rb"[\x00-\x20]*\n")
_known: dict[tuple[str, int, int, str, str], bool] = {}


def fast_sql(files: Sequence[PartFile], fields: Sequence[StructField], reading: Reading) -> str | None:
    """None where the files or what is asked of them are not plain."""
    if is_exact() or sum(file.size for file in files) < BYTES_MIN:
        return None
    told = CsvInput(reading.options, reading.settings)
    corrupt = corrupt_name(reading.options, reading.settings)
    data = reading.schema.fields
    if not is_plain_input(told, reading.options) or any(field.name == corrupt for field in data):
        return None
    if reading.options.text("mode", "PERMISSIVE").upper() != "PERMISSIVE":
        return None
    if not all(_reads(field.dataType, told) for field in fields):
        return None
    if not all(is_plain_file(file, told) for file in files):
        return None
    relation = text_relation(files, len(data), told)
    places = {field.name: place for place, field in enumerate(data)}
    items = []
    for field in fields:
        text = f"nullif(c{places[field.name]}, {sql_text(told.null)})"
        items.append(f"{value_sql(text, field.dataType)} AS {sql_name(field.name)}")
    return f"(SELECT {', '.join([*items, 'filename'])} FROM {relation})"


def is_plain_input(told: CsvInput, options: Options) -> bool:
    """Whether the options ask for nothing but what DuckDB does alike."""
    rules = told.rules
    marks = (rules.separator, rules.quote)
    return (
        {name.lower() for name, _ in options} <= _PLAIN_OPTIONS
        and len(rules.separator) == 1
        and not any(mark and (mark in "\r\n\\ " or not mark.isascii()) for mark in marks)
        and rules.separator != rules.quote
        and not (rules.trim_left or rules.trim_right or told.multi_line)
        and told.encoding == "utf-8"
        and options.flag("enforceSchema", True)
    )


def is_plain_file(file: PartFile, told: CsvInput) -> bool:
    """Whether a file has lines and quotes that DuckDB takes as Spark does; remembered while it stays the same."""
    key = (file.path, file.size, file.status.modified_ns, told.rules.separator, told.rules.quote)
    if key not in _known:
        if len(_known) > 10_000:
            _known.clear()
        _known[key] = _looks_plain(file, told)
    return _known[key]


def _looks_plain(file: PartFile, told: CsvInput) -> bool:
    if "://" in file.path or not file.size or re.search(r"\.(gz|bz2|zst|lz4|snappy|deflate|xz)$", file.path):
        return False
    with open(file.path, "rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"\r") >= 0 or data.find(b"\0") >= 0 or _BLANK_LINE.search(data) or _BLANK_START.match(data):
            return False
        if not data[data.rfind(b"\n", 0, -1) + 1 :].strip(bytes(range(33))):
            return False
        quote = told.rules.quote.encode()
        if not quote or data.find(quote) < 0:
            return True
        if told.rules.escape and data.find(told.rules.escape.encode()) >= 0 and told.rules.escape != told.rules.quote:
            return False
        separator, mark = re.escape(told.rules.separator.encode()), re.escape(quote)
        around = rb"[" + separator + rb"\n]"
        inside = mark + rb"[^" + mark + rb"\n]*" + mark
        whole = re.compile(rb"(?:^|(?<=" + around + rb"))" + inside + rb"(?=" + around + rb"|\Z)")
        marks = sum(1 for _ in re.finditer(mark, data))
        return marks == 2 * sum(1 for _ in whole.finditer(data))


def text_relation(files: Sequence[PartFile], columns: int, told: CsvInput) -> str:
    """All fields as texts, in columns ``c0``, ``c1`` ...; null where nothing stands between separators."""
    paths = ", ".join(sql_text(file.path) for file in files)
    names = ", ".join(f"c{place}: 'VARCHAR'" for place in range(columns))
    quote = sql_text(told.rules.quote)
    header = "true" if told.header else "false"
    return (
        f"read_csv([{paths}], auto_detect = false, header = {header}, delim = {sql_text(told.rules.separator)}, "
        f"quote = {quote}, escape = {quote}, null_padding = true, allow_quoted_nulls = false, strict_mode = true, "
        f"hive_partitioning = false, filename = true, max_line_size = 100000000, columns = {{{names}}})"
    )


# --- values ----------------------------------------------------------------------------------------------------------

_LETTER = r"^[\x00-\x20]*([^\P{L}Tt]|[Tt]([^0-9]|$))"
"""Begins with a letter, but not as a time does (``T10:00``): no number or date, unless it is one of the names."""
_NAMES = r"(?i)[\x00-\x20]*[+-]?(true|false|nan|inf|infinity)[\x00-\x20]*"
_OTHER_LETTER = "[A-CG-WYZa-cg-wyz]"
"""Letters that no number has in it, if it is none of base 16."""
_NUMBER_OR_TIME = r"^[\x00-\x20]*[+-]?([0-9]{4,7}-|[0-9]{1,2}:|0[xX]|T)"
_NUMBER = r"[+-]?([0-9]{1,30}(\.[0-9]{1,30})?)([eE][+-]?[0-9]{1,2})?"
_DECIMAL = r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?"
_DATE = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
_DOUBLES = {"NaN": "nan", "Inf": "inf", "Infinity": "inf", "-Inf": "-inf", "-Infinity": "-inf"}


def _reads(dtype: DataType, told: CsvInput) -> bool:
    if isinstance(dtype, t.TimestampType):
        return told.zone in ("UTC", "Etc/UTC")
    kinds = (t.StringType, t.IntegralType, t.DoubleType, t.FloatType, t.DecimalType, t.BooleanType, t.DateType)
    return isinstance(dtype, (*kinds, t.TimestampNTZType))


def value_sql(text: str, dtype: DataType) -> str:
    """SQL of the value of a field's text."""
    kind = duck_type(dtype)
    if isinstance(dtype, t.StringType):
        return text
    if isinstance(dtype, t.BooleanType):
        return f"CASE lower({text}) WHEN 'true' THEN true WHEN 'false' THEN false ELSE NULL END"
    cast = f"TRY_CAST({text} AS {kind})"
    if isinstance(dtype, t.IntegralType):
        # most are written as DuckDB writes them again, which is faster to see than by a pattern
        return (
            f"CASE WHEN CAST({cast} AS VARCHAR) = {text} THEN {cast} "
            f"WHEN {_full(text, '-?[0-9]{1,18}')} THEN {cast} {_otherwise(text, kind)}"
        )
    if isinstance(dtype, (t.DoubleType, t.FloatType)):
        names = " ".join(f"WHEN {text} = '{name}' THEN '{word}'::{kind}" for name, word in _DOUBLES.items())
        return f"CASE WHEN {_full(text, _NUMBER)} THEN {cast} {names} {_otherwise(text, kind)}"
    if isinstance(dtype, t.DecimalType):
        return f"CASE WHEN {_full(text, _DECIMAL)} THEN {cast} {_otherwise(text, kind)}"
    pattern = _DATE if isinstance(dtype, t.DateType) else f"{_DATE}([ T]{_CLOCK})?"
    return f"CASE WHEN {_full(text, pattern)} THEN {cast} {_otherwise(text, kind)}"


def _otherwise(text: str, kind: str) -> str:
    return f"WHEN {text} IS NULL OR {_only_text(text)} THEN NULL ELSE CAST(error('{MARK}') AS {kind}) END"


def _only_text(text: str) -> str:
    """SQL of whether a text is surely no number, date, time or truth value."""
    return (
        f"((regexp_matches({text}, {sql_text(_LETTER)}) AND NOT {_full(text, _NAMES)}) OR "
        f"(regexp_matches({text}, {sql_text(_OTHER_LETTER)}) AND NOT regexp_matches({text}, "
        f"{sql_text(_NUMBER_OR_TIME)}) "
        f"AND NOT {_full(text, _NAMES)}))"
    )


def _full(text: str, pattern: str) -> str:
    return f"regexp_full_match({text}, {sql_text(pattern)})"


# --- types -----------------------------------------------------------------------------------------------------------


def fast_types(files: Sequence[PartFile], header: Tokens, told: CsvInput) -> list[DataType] | None:
    """The types of columns whose fields are all of plain forms; None where that cannot be told this way.

    ``header`` is the first line: where it comes again as a line of data, Spark leaves it out, and this cannot tell.
    """
    if is_exact() or sum(file.size for file in files) < BYTES_MIN or not is_plain_input(told, told.options):
        return None
    if told.zone not in ("UTC", "Etc/UTC") or told.options.share("samplingRatio", 1.0) < 1:
        return None
    if not told.options.flag("preferDate", True) or not all(is_plain_file(file, told) for file in files):
        return None
    items = []
    for place, name_there in enumerate(header):
        text = f"nullif(c{place}, {sql_text(told.null)})"
        again = f"bool_or(c{place} = {sql_text(name_there or '')})" if told.header else "false"
        items += [f"coalesce({again}, false)", f"coalesce(bit_or({_class_sql(text)}), 0)"]
    counts = _counted(f"SELECT {', '.join(items)} FROM {text_relation(files, len(header), told)}")
    if counts is None:
        return None
    found = [None if again else _kind(classes) for again, classes in zip(counts[::2], counts[1::2], strict=True)]
    return None if any(kind is None for kind in found) else [kind for kind in found if kind is not None]


_INT, _LONG, _DOUBLE, _DAY, _TIME, _TRUTH, _TEXT, _ODD = (1 << place for place in range(8))
"""Classes of fields: the forms that all say of which type they are, texts, and those that only exact rules know."""


def _class_sql(text: str) -> str:
    moment = f"TRY_CAST({text} AS TIMESTAMP) IS NOT NULL"
    return (
        f"CASE WHEN {text} IS NULL THEN 0 WHEN {_full(text, '-?[0-9]{1,9}')} THEN {_INT} "
        f"WHEN {_only_text(text)} THEN {_TEXT} "
        f"WHEN {_full(text, '-?[0-9]{1,18}')} THEN {_LONG} "
        f"WHEN {_full(text, '-?[0-9]{1,18}[.][0-9]{1,18}|NaN|-?Inf')} THEN {_DOUBLE} "
        f"WHEN {_full(text, _DATE)} AND {moment} THEN {_DAY} "
        f"WHEN {_full(text, f'{_DATE}[ T]{_CLOCK}')} AND {moment} THEN {_TIME} "
        f"WHEN {_full(text, '(?i)true|false')} THEN {_TRUTH} ELSE {_ODD} END"
    )


def _kind(classes: int) -> DataType | None:
    if classes & _TEXT:
        return t.StringType()
    if classes & _ODD:
        return None
    for allowed, kind in (
        (0, t.NullType()),
        (_INT, t.IntegerType()),
        (_INT | _LONG, t.LongType()),
        (_INT | _LONG | _DOUBLE, t.DoubleType()),
        (_DAY, t.DateType()),
        (_DAY | _TIME, t.TimestampType()),
        (_TRUTH, t.BooleanType()),
    ):
        if not classes & ~allowed:
            return kind
    return None


def _counted(sql: str) -> Any:
    from minispark.sql.convert.native import native
    from minispark.sql.sources.formats.footers import _cursor

    try:
        return _cursor().execute(sql).fetchone()
    except native().Error:
        return None  # a line that DuckDB refuses
