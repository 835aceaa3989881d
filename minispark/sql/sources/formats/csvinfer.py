"""The columns of CSV: names from the header, types from the fields (Spark's ``CSVInferSchema``)."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from minispark.errors import ArithmeticException, PySparkException
from minispark.sql import types as t
from minispark.sql.exact import reading
from minispark.sql.exact.csvs import java_double
from minispark.sql.exact.csvtokens import Tokens, line_tokens
from minispark.sql.exact.records import Times, Unconvertible

if TYPE_CHECKING:
    from minispark.sql.sources.formats.csvreading import CsvInput, Records
    from minispark.sql.sources.partitions import PartFile

_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DATE_PATTERN = "yyyy-MM-dd"
_LENIENT = ("yyyy-MM-dd", "yyyy-M-d", "yyyy-M-dd", "yyyy-MM-d", "yyyy-MM", "yyyy-M", "yyyy")
_TIMES = (t.TimestampType, t.TimestampNTZType)


def csv_schema(files: Iterator[Records], told: CsvInput) -> t.StructType:
    """The schema of files, of which the first tells the names."""
    first: Tokens | None = None
    heading = ""
    kinds: list[t.DataType] = []
    ladder = Ladder(told)
    infer = told.options.flag("inferSchema")
    ratio = told.options.share("samplingRatio", 1.0)
    chance = random.Random(1)
    for records in files:
        tokens, texts = records.tokens, records.texts
        if not tokens:
            continue
        if first is None:
            first, heading = tokens[0], texts[0]
            kinds = [t.NullType()] * len(first)
        if not infer:
            break
        if told.header:
            tokens = [row for row, text in zip(tokens, texts, strict=True) if text != heading]
        if ratio < 1:
            tokens = [row for row in tokens if chance.random() < ratio]
        for place in range(len(kinds)):
            for token in dict.fromkeys(row[place] if place < len(row) else None for row in tokens):
                kinds[place] = ladder.widened(kinds[place], token)
    names = header_names(first or [], told)
    types = kinds if infer else [t.StringType()] * len(names)
    return t.StructType(
        [
            t.StructField(name, t.StringType() if isinstance(kind, t.NullType) else kind)
            for name, kind in zip(names, types, strict=True)
        ]
    )


def fast_schema(files: Sequence[PartFile], told: CsvInput) -> t.StructType | None:
    """The same of plain files, by DuckDB; None where the files are not plain."""
    from minispark.sql.sources.formats.csvfast import fast_types, is_plain_file, is_plain_input

    if not is_plain_input(told, told.options) or not is_plain_file(files[0], told):
        return None
    with open(files[0].path, "rb") as source:
        line = source.readline(1 << 20).decode("utf-8", "replace").removeprefix("\ufeff").rstrip("\n")
    first = line_tokens(told.rules)(line)
    kinds = fast_types(files, first, told)
    if kinds is None:
        return None
    return t.StructType(
        [
            t.StructField(name, t.StringType() if isinstance(kind, t.NullType) else kind)
            for name, kind in zip(header_names(first, told), kinds, strict=True)
        ]
    )


def header_names(row: Tokens, told: CsvInput) -> list[str]:
    """The names of columns: those of the header, numbered where they are missing or there twice."""
    if not told.header:
        return [f"_c{place}" for place in range(len(row))]

    def key(name: str) -> str:
        return name if told.settings.case_sensitive else name.lower()

    known = [key(name) for name in row if name is not None]
    names = []
    for place, name in enumerate(row):
        if not name or name == told.null:
            names.append(f"_c{place}")
        else:
            names.append(f"{name}{place}" if known.count(key(name)) > 1 else name)
    return names


class Ladder:
    """The types of fields, from narrow to wide: int, long, decimal, double, date, timestamp, boolean, string."""

    def __init__(self, told: CsvInput) -> None:
        self._told = told
        self._times = Times(told.lowered, told.settings.zone)
        self._double_words = {
            told.options.text("nanValue", "NaN"),
            told.options.text("negativeInf", "-Inf"),
            told.options.text("positiveInf", "Inf"),
        }
        self._prefer_date = told.options.flag("preferDate", True)

    def widened(self, kind: t.DataType, token: str | None) -> t.DataType:
        """The type of a column so far and one more field."""
        if not token or token == self._told.null or isinstance(kind, t.StringType):
            return kind
        steps: tuple[tuple[type[t.DataType], Callable[[str], t.DataType]], ...] = (
            (t.NullType, self._int),
            (t.IntegerType, self._int),
            (t.LongType, self._long),
            (t.DecimalType, self._decimal),
            (t.DoubleType, self._double),
            (t.DateType, self._date),
            (t.TimestampNTZType, self._timestamp),
            (t.TimestampType, self._timestamp),
            (t.BooleanType, self._boolean),
        )
        step = next(step for start, step in steps if isinstance(kind, start))
        found = step(token)
        if isinstance(kind, (t.DateType, *_TIMES)) and isinstance(found, (t.DateType, *_TIMES)) and kind != found:
            return compatible(kind, found) if self._dates_are_times() else t.StringType()
        return compatible(kind, found)

    def _dates_are_times(self) -> bool:
        """Whether what reads timestamps reads the dates too."""
        return self._times.timestamp_format is None and (self._times.date_format or _DATE_PATTERN) in _LENIENT

    def _int(self, token: str) -> t.DataType:
        if _WHOLE.fullmatch(token) and -(1 << 31) <= int(token) < 1 << 31:
            return t.IntegerType()
        return self._long(token)

    def _long(self, token: str) -> t.DataType:
        if _WHOLE.fullmatch(token) and -(1 << 63) <= int(token) < 1 << 63:
            return t.LongType()
        return self._decimal(token)

    def _decimal(self, token: str) -> t.DataType:
        if _DECIMAL.fullmatch(token):
            try:
                _, digits, exponent = Decimal(token).as_tuple()
            except InvalidOperation:
                return self._double(token)
            if exponent == 0 and len(digits) <= 38:
                return t.DecimalType(len(digits), 0)
        return self._double(token)

    def _double(self, token: str) -> t.DataType:
        if token in self._double_words:
            return t.DoubleType()
        try:
            java_double(token)
            return t.DoubleType()
        except Unconvertible:
            return self._date(token) if self._prefer_date else self._timestamp(token)

    def _date(self, token: str) -> t.DataType:
        try:
            reading.read_local(token, self._times.date_format or _DATE_PATTERN)
            return t.DateType()
        except ArithmeticException:
            return t.DateType()  # one that Python does not have
        except (reading.Unreadable, PySparkException):
            return self._timestamp(token)

    def _timestamp(self, token: str) -> t.DataType:
        for read in (self._times.read_ntz, self._times.read_timestamp):
            try:
                read(token)
            except (Unconvertible, PySparkException):
                continue
            ntz = self._told.settings.conf("spark.sql.timestampType") == "TIMESTAMP_NTZ"
            return t.TimestampNTZType() if ntz and read == self._times.read_ntz else t.TimestampType()
        return self._boolean(token)

    def _boolean(self, token: str) -> t.DataType:
        return t.BooleanType() if token.lower() in ("true", "false") else t.StringType()


def compatible(one: t.DataType, other: t.DataType) -> t.DataType:
    """The type that holds the fields of both."""
    if one == other or isinstance(one, t.NullType):
        return other
    kinds = {type(one), type(other)}
    if t.StringType in kinds or t.BooleanType in kinds:
        return t.StringType()
    if kinds <= {t.DateType, t.TimestampType, t.TimestampNTZType}:
        return t.TimestampNTZType() if t.TimestampType not in kinds else t.TimestampType()
    if not all(issubclass(kind, t.NumericType) for kind in kinds):
        return t.StringType()
    if t.DoubleType in kinds:
        return t.DoubleType()
    if t.DecimalType in kinds:
        sizes = [_digits(kind) for kind in (one, other)]
        return t.DecimalType(max(sizes), 0) if max(sizes) <= 38 else t.DoubleType()
    return t.LongType()


def _digits(kind: t.DataType) -> int:
    if isinstance(kind, t.DecimalType):
        return kind.precision
    return 10 if isinstance(kind, t.IntegerType) else 20
