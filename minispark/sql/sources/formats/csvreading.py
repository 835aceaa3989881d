"""CSV read exactly: tokens to values, with Spark's modes for malformed records (``UnivocityParser``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import (
    AnalysisException,
    ArithmeticException,
    IllegalArgumentException,
    Py4JJavaError,
    PySparkException,
    SparkUpgradeException,
)
from minispark.sql import types as t
from minispark.sql.convert.physical import arrow_type
from minispark.sql.exact.csvlines import rules_of
from minispark.sql.exact.csvs import field_reader
from minispark.sql.exact.csvtokens import (
    BLANKS,
    TokenRules,
    Tokens,
    Unquoted,
    checked_handling,
    line_tokens,
    text_tokens,
)
from minispark.sql.exact.interval_text import NoInterval
from minispark.sql.exact.records import Times, Unconvertible, time_policy
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import Mode, corrupt_name, mode_of
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import encoding_of, lines_of, separator_of, text_of
from minispark.sql.types import StructField

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings


@value(eq=False)
class Records:
    """The tokens of each record of a file, and the text of each. The first may be a header."""

    tokens: list[Tokens]
    texts: Sequence[str]


class CsvInput:
    """What the options say about reading CSV. Raises IllegalArgumentException for those that cannot be."""

    def __init__(self, options: Options, settings: Settings, multi_line: bool | None = None) -> None:
        self.options = options
        self.settings = settings
        self.lowered = {name.lower(): text for name, text in options} | time_policy(self.settings)
        rules = rules_of(self.lowered, False)
        handling = checked_handling(options.text("unescapedQuoteHandling", "STOP_AT_DELIMITER"))
        told = options.char("charToEscapeQuoteEscaping", "")
        escaping = told or ("" if rules.quote == rules.escape else rules.escape)
        self.null = rules.null
        self.comment = rules.comment
        self.rules = TokenRules(
            rules.separator,
            rules.quote,
            rules.escape,
            escaping,
            rules.trim_left,
            rules.trim_right,
            None,
            rules.empty,
            handling,
        )
        self.header = options.flag("header")
        self.multi_line = options.flag("multiLine") if multi_line is None else multi_line
        self.line_end = separator_of(options)
        check_line_end(self.line_end)
        self.encoding = encoding_of(options)
        self.columns_max = options.number("maxColumns", 20480)
        self.chars_max = options.number("maxCharsPerColumn", -1)
        self.zone = options.text("timeZone", settings.zone)

    def file_records(self, file: PartFile) -> Records:
        """Of a file."""
        try:
            return self._file_records(file)
        except Unquoted as error:
            raise Py4JJavaError(
                f"{file.path}: {error}; unescapedQuoteHandling=RAISE_ERROR forbids that",
                "FAILED_READ_FILE.NO_HINT",
                {"path": file.path},
            ) from None

    def _file_records(self, file: PartFile) -> Records:
        text = text_of(file, self.encoding)
        if not self.multi_line:
            return self.line_records(lines_of(text, self.line_end))
        end = self.line_end or _line_end(text)
        if end != "\n" and self.line_end is None:
            text, end = text.replace(end, "\n"), "\n"  # also inside of quotes, as univocity does
        found = list(text_tokens(self.rules, text, end, self.comment))
        return Records([one for one, _, _ in found], [text[start:stop] for _, start, stop in found])

    def line_records(self, lines: Sequence[str]) -> Records:
        """Of lines; blank ones and comments are left out."""
        kept = [line for line in lines if line.strip(BLANKS)]
        if self.comment:
            kept = [line for line in kept if not line.startswith(self.comment)]
        split = line_tokens(self.rules)
        return Records([split(line) for line in kept], kept)


def check_line_end(text: str | None) -> None:
    """Raises IllegalArgumentException (INVALID_LINE_SEPARATOR.TOO_LONG) for one of more than two characters."""
    if text is not None and len(text) > 2:
        raise IllegalArgumentException(
            f"lineSep has at most 2 characters in CSV, and {text!r} has {len(text)}",
            "INVALID_LINE_SEPARATOR.TOO_LONG",
            {"numOfChars": str(len(text))},
        )


def _line_end(text: str) -> str:
    """The line end that comes first in a text."""
    for place, char in enumerate(text):
        if char == "\n":
            return "\n"
        if char == "\r":
            return "\r\n" if text[place + 1 : place + 2] == "\n" else "\r"
    return "\n"


def csv_table(
    records: Records,
    fields: Sequence[StructField],
    reading: Reading,
    told: CsvInput,
    path: str,
    header: bool | None = None,
) -> pa.Table:
    """The rows of a file as a physical table.

    Where fewer columns are asked for than the file has, rows of too many or few fields are no matter, as with Spark's
    column pruning.
    """
    import pyarrow as pa

    mode = mode_of(reading.options)
    corrupt = corrupt_name(reading.options, reading.settings)
    data = [field for field in reading.schema.fields if field.name != corrupt]
    wanted = [field for field in fields if field.name != corrupt]
    check_only_corrupt(fields, wanted, corrupt)
    tokens, texts = records.tokens, records.texts
    if told.header if header is None else header:
        if not told.options.flag("enforceSchema", True) and tokens:
            _check_header(tokens[0], data, told, path)
        tokens, texts = tokens[1:], texts[1:]
    _check_sizes(tokens, told, path)
    strict = len(wanted) == len(data) or len(wanted) < len(fields)
    if not wanted:
        return pa.table({"_": pa.nulls(len(tokens))})
    bad = {place for place, row in enumerate(tokens) if len(row) != len(data)} if strict else set()
    columns = _columns(tokens, len(data))
    times = Times(told.lowered, told.settings.zone)
    places = {field.name: place for place, field in enumerate(data)}
    values: dict[str, Sequence[Any]] = {}
    for field in wanted:
        convert = _converter(field, told, times)
        values[field.name] = _converted(columns[places[field.name]], told.null, convert, bad)
    return shaped(fields, values, texts, bad, mode, corrupt, path, len(tokens))


def shaped(
    fields: Sequence[StructField],
    values: dict[str, Sequence[Any]],
    texts: Sequence[str],
    bad: set[int],
    mode: Mode,
    corrupt: str,
    path: str,
    rows: int,
) -> pa.Table:
    """The columns as a table, malformed records treated as the mode says."""
    import pyarrow as pa

    if bad and mode == "FAILFAST":
        raise failed_fast(path, texts[min(bad)])
    arrays: list[Any] = []
    keep = [place for place in range(rows) if place not in bad] if bad and mode == "DROPMALFORMED" else None
    for field in fields:
        if field.name == corrupt:
            column: Sequence[Any] = (
                [texts[place] if place in bad else None for place in range(rows)] if bad else [None] * rows
            )
        else:
            column = values[field.name]
        if keep is not None:
            column = [column[place] for place in keep]
        arrays.append(pa.array(column, arrow_type(field.dataType)))
    return pa.table(arrays, names=[field.name for field in fields])


def failed_fast(path: str, text: str) -> Py4JJavaError:
    """What a malformed record raises under FAILFAST, as PySpark does."""
    return Py4JJavaError(
        f"a record of {path or 'the texts'} does not fit the schema, and the mode is FAILFAST: {text!r:.300}; "
        "PERMISSIVE gives "
        "nulls, DROPMALFORMED leaves it out",
        "FAILED_READ_FILE.NO_HINT",
        {"path": path, "badRecord": text},
    )


def check_only_corrupt(fields: Sequence[StructField], wanted: Sequence[StructField], corrupt: str) -> None:
    """Raises AnalysisException where a query asks for nothing but the column of malformed records."""
    if fields and not wanted:
        raise AnalysisException(
            f"a query of files that asks for nothing but {corrupt} cannot tell what is malformed; cache() the "
            "DataFrame first",
            "UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN",
            {},
        )


def _columns(tokens: list[Tokens], count: int) -> list[Sequence[str | None]]:
    if not tokens:
        return [[] for _ in range(count)]
    even = [row if len(row) == count else (row + [None] * count)[:count] for row in tokens]
    return list(zip(*even, strict=True)) if count else []


def _converter(field: StructField, told: CsvInput, times: Times) -> Callable[[str], Any] | None:
    if isinstance(field.dataType, (t.StringType, t.CharType, t.VarcharType)):
        return None
    return field_reader(field.dataType, told.lowered, times)


def _converted(
    column: Sequence[str | None], null: str, convert: Callable[[str], Any] | None, bad: set[int]
) -> Sequence[Any]:
    if convert is None:
        return [None if token == null else token for token in column]
    known: dict[str | None, Any] = {None: None, null: None}
    failed = set()
    for token in set(column):
        if token is not None and token != null:
            try:
                known[token] = convert(token)
            except ArithmeticException:
                raise  # a date that Spark has and Python does not
            except SparkUpgradeException:
                raise
            except (Unconvertible, NoInterval, PySparkException, ArithmeticError, ValueError):
                known[token] = None
                failed.add(token)
    if failed:
        bad.update(place for place, token in enumerate(column) if token in failed)
    return [known[token] for token in column]


def _check_header(header: Tokens, data: Sequence[StructField], told: CsvInput, path: str) -> None:
    names = [name or "" for name in header]
    same = told.settings.case_sensitive
    expected = [field.name for field in data]
    if [n if same else n.lower() for n in names] != [n if same else n.lower() for n in expected]:
        raise Py4JJavaError(
            f"the header of {path} is {', '.join(names)}, and the schema {', '.join(expected)}; put the schema's "
            "columns in the "
            "file's order, or leave enforceSchema on",
            "FAILED_READ_FILE.NO_HINT",
            {"path": path},
        )


def _check_sizes(tokens: list[Tokens], told: CsvInput, path: str) -> None:
    longest = max(map(len, tokens), default=0)
    if longest > told.columns_max:
        raise Py4JJavaError(
            f"a record of {path} has {longest} fields; maxColumns allows {told.columns_max}",
            "FAILED_READ_FILE.NO_HINT",
            {"path": path},
        )
    if told.chars_max >= 0 and any(token and len(token) > told.chars_max for row in tokens for token in row):
        raise Py4JJavaError(
            f"a field of {path} is longer than maxCharsPerColumn={told.chars_max}",
            "FAILED_READ_FILE.NO_HINT",
            {"path": path},
        )
