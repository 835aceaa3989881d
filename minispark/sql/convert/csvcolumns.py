"""Columns as fields of CSV, as univocity's writer writes them under Spark's options (``UnivocityGenerator``).

Columns become texts whole: those of numbers, truth values and dates by Arrow, others value by value, but each distinct
value once. Only texts that need quotes, or trimming, are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.convert.doublecolumns import double_texts
from minispark.sql.convert.farcolumns import items
from minispark.sql.convert.momentcolumns import ending, moment_texts
from minispark.sql.exact.csvlines import CsvRules, joiner, rules_of
from minispark.sql.exact.csvs import field_writer
from minispark.sql.exact.records import Times, options_of
from minispark.sql.types import (
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    IntegralType,
    StringType,
    StructType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Write = Callable[[Any], str]


def to_csv(bound: Bound) -> Callable[..., Any] | None:
    """``to_csv`` over columns; None where it is better written row by row."""
    schema = bound.types[0]
    if not isinstance(schema, StructType) or not schema.fields:
        return None
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    rules = rules_of(options, True)
    fields = [CsvColumn(field.dataType, rules, options, bound.settings.zone, "\n") for field in schema.fields]

    def texts(column: Any, *rest: Any) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        whole: Any = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        parts = zip(fields, whole.flatten(), strict=True)
        made: Any = [field.texts(part, place == 0) for place, (field, part) in enumerate(parts)]
        joined = pc.binary_join_element_wise(*made, rules.separator)
        return joined if whole.null_count == 0 else pc.if_else(whole.is_valid(), joined, pa.scalar(None, pa.string()))

    return texts


class CsvColumn:
    """The texts of a column's values, as they stand in lines."""

    def __init__(self, dtype: DataType, rules: CsvRules, lowered: dict[str, str], zone: str, end: str) -> None:
        self._rules = rules
        self._join = joiner(rules, end)
        self._is_text = isinstance(dtype, StringType)
        plain = isinstance(dtype, (IntegralType, BooleanType)) or (
            isinstance(dtype, DateType) and "dateformat" not in lowered
        )
        self._by_arrow = plain
        self._is_double = isinstance(dtype, DoubleType)
        times = Times(lowered, zone)
        self._after = ending(dtype, times, lowered.get("timezone", zone))
        self._write: Write = (
            str if plain or self._is_text else _writer(dtype, times, lowered.get("timezone", zone), rules.null)
        )
        marks = "".join(map(re.escape, {rules.quote or "\0", *rules.separator, "\n", "\r"}))
        self._odd = rf"[{marks}]|^[\x00-\x20]|[\x00-\x20]$|^$"

    def texts(self, data: Any, first: bool) -> Any:
        """Of a column of a table; ``first`` is the first of a line, where a comment could begin."""
        import pyarrow as pa
        import pyarrow.compute as pc

        column = data.combine_chunks() if isinstance(data, pa.ChunkedArray) else data
        if isinstance(column, pa.ChunkedArray):
            column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        if self._is_text or self._by_arrow:
            made: Any = column.cast(pa.string())
        elif self._is_double:
            made = double_texts(column)
        elif self._after is not None:
            made = moment_texts(column, "", self._after, self._write)
        elif pa.types.is_nested(column.type):  # of which Arrow makes no dictionaries
            made = pa.array([None if item is None else self._write(item) for item in items(column)], pa.string())
        else:
            coded = column.dictionary_encode()
            made = pa.array([self._write(item) for item in items(coded.dictionary)], pa.string()).take(coded.indices)
        pattern = self._odd + (f"|^{re.escape(self._rules.comment or '#')}" if first else "")
        odd = pc.fill_null(pc.match_substring_regex(made, pattern), True)
        if self._rules.quote_all:
            odd = pc.fill_null(pc.true_unless_null(made), True)
        if not pc.any(odd).as_py():
            return made
        coded = made.filter(odd).dictionary_encode(null_encoding="encode")
        fields = coded.dictionary.to_pylist()
        written = pa.array([self._field(item, first) for item in fields], pa.string()).take(coded.indices)
        return pc.replace_with_mask(made, odd, written)

    def _field(self, text: str | None, first: bool) -> str:
        """A field as it stands in a line."""
        if first:
            return self._join([text])
        return self._join(["", text])[len(self._join([""])) + len(self._rules.separator) :]


def _writer(dtype: DataType, times: Times, zone: str, null: str) -> Write:
    if isinstance(dtype, BinaryType):
        return lambda item: "[" + " ".join(f"{byte:02X}" for byte in item) + "]"
    return field_writer(dtype, times, zone, null)
