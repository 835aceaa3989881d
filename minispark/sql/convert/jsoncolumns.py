"""Columns as JSON: what ``exact/jsonwriting.py`` writes value by value, for whole Arrow arrays.

Texts are put together by Arrow; single values are written in Python only where Arrow writes them otherwise: doubles
that Java writes with an exponent, texts with control characters, dates and times, maps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.convert.doublecolumns import double_texts
from minispark.sql.convert.farcolumns import items
from minispark.sql.convert.lazily import arrow
from minispark.sql.convert.momentcolumns import ending, moment_texts
from minispark.sql.exact.jsontext import quoted
from minispark.sql.exact.jsonwriting import Writers, ignores_nulls
from minispark.sql.exact.records import Options, flag, options_of
from minispark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DecimalType,
    DoubleType,
    IntegralType,
    StringType,
    StructType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Column = Any
Texts = Callable[[Column], Column]
PLAIN_SCALE_MAX = 6
"""Decimals of more digits behind the point may be written with an exponent."""


def to_json(bound: Bound) -> Texts | None:
    """``to_json`` over columns; None where it is better written value by value."""
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    write = json_texts(bound.types[0], options, bound.settings.zone, ignores_nulls(bound.settings))
    return None if write is None else lambda column, *rest: write(whole(column))


def whole(column: Column) -> Column:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, arrow().ChunkedArray) else column


def json_texts(dtype: DataType, options: Options, zone: str, ignore_nulls: bool) -> Texts | None:
    """The texts of a column's values, null for nulls; None for what Arrow has no part in.

    >>> import pyarrow
    >>> column = pyarrow.array([{"a": 1, "b": [0.5, None]}, None, {"a": None, "b": []}])
    >>> json_texts(StructType.fromDDL("a int, b array<double>"), {}, "UTC", True)(column).to_pylist()
    ['{"a":1,"b":[0.5,null]}', None, '{"b":[]}']
    """
    if flag(options, "pretty", False) or not isinstance(dtype, (StructType, ArrayType)):
        return None
    ignored = flag(options, "ignoreNullFields", ignore_nulls)
    return _Columns(Writers(options, zone, ignored), ignored, options.get("timezone", zone)).texts(dtype)


class _Columns:
    def __init__(self, writers: Writers, ignore_nulls: bool, zone: str) -> None:
        self._zone = zone
        self._writers = writers
        self._ignore_nulls = ignore_nulls

    def texts(self, dtype: DataType) -> Texts:
        if isinstance(dtype, StructType):
            return self._struct(dtype)
        if isinstance(dtype, ArrayType):
            return self._array(dtype)
        if type(dtype) is StringType:
            return _quoted
        if isinstance(dtype, DoubleType):
            return lambda column: double_texts(column, quote=True)
        plain = isinstance(dtype, DecimalType) and dtype.scale <= PLAIN_SCALE_MAX
        if plain or isinstance(dtype, (IntegralType, BooleanType)):
            return lambda column: column.cast(arrow().string())
        write = self._writers.writer(dtype)
        after = ending(dtype, self._writers.times, self._zone)
        if after is not None:
            return lambda column: moment_texts(column, '"', f'{after}"', write)
        return lambda column: one_by_one(column, write)

    def _struct(self, dtype: StructType) -> Texts:
        fields = [(f"{quoted(field.name)}:", self.texts(field.dataType)) for field in dtype.fields]

        def texts(column: Column) -> Column:
            parts = [_joined(name, of(part)) for (name, of), part in zip(fields, column.flatten(), strict=False)]
            if not self._ignore_nulls:
                parts = [part.fill_null(f"{name}null") for (name, _), part in zip(fields, parts, strict=True)]
            return _with_nulls(_wrapped("{", parts, "}", len(column)), column)

        return texts

    def _array(self, dtype: ArrayType) -> Texts:
        of = self.texts(dtype.elementType)

        def texts(column: Column) -> Column:
            import numpy as np
            import pyarrow.compute as pc

            counts: Any = pc.list_value_length(column)
            lengths = counts.fill_null(0).to_numpy(zero_copy_only=False)
            offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
            lists = arrow().ListArray.from_arrays(arrow().array(offsets), of(column.flatten()).fill_null("null"))
            return _with_nulls(_joined("[", pc.binary_join(lists, ","), "]"), column)

        return texts


def one_by_one(column: Column, write: Callable[[Any], str]) -> Column:
    """Texts that ``write`` makes of single values."""
    pa = arrow()
    return pa.array([None if item is None else write(item) for item in items(column)], pa.string())


def mended(texts: Column, odd: Column, column: Column, write: Callable[[Any], str]) -> Column:
    """The texts with those in the places that are ``odd`` written anew."""
    import pyarrow.compute as pc

    if not pc.any(odd, min_count=0).as_py():
        return texts
    return pc.replace_with_mask(texts, odd, one_by_one(column.filter(odd), write))


def _quoted(column: Column) -> Column:
    import pyarrow.compute as pc

    pa = arrow()
    column = column.cast(pa.string())
    texts = column
    for special in ("\\", '"'):
        if pc.any(pc.match_substring(column, special), min_count=0).as_py():
            texts = pc.replace_substring(texts, special, "\\" + special)
    odd: Any = pc.match_substring_regex(column, "[\\x00-\\x1f]")
    odd = odd.fill_null(False)
    return mended(_joined('"', texts, '"'), odd, column, quoted)


def _wrapped(before: str, parts: list[Column], after: str, rows: int) -> Column:
    import pyarrow.compute as pc

    pa = arrow()
    if not parts:
        return pa.array([before + after] * rows, pa.string())
    empty: Any = parts[0].is_null()
    for part in parts[1:]:
        empty = pc.and_(empty, part.is_null())
    parts = [pc.if_else(empty, "", parts[0]), *parts[1:]]  # Arrow leaves out rows without any
    return _joined(before, pc.binary_join_element_wise(*parts, ",", null_handling="skip"), after)


def _joined(*parts: Column) -> Column:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, "")


def _with_nulls(texts: Column, column: Column) -> Column:
    import pyarrow.compute as pc

    pa = arrow()
    return texts if column.null_count == 0 else pc.if_else(column.is_valid(), texts, pa.scalar(None, pa.string()))
