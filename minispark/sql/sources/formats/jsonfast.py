"""Plain JSON lines as Arrow reads them, which is much faster than exact functions.

Arrow's reader is strict: it takes no number for a text and no text for a number, no name twice, nothing that JSON
forbids but NaN. So where it reads a file without an error, and there are as many objects as lines, Spark reads the
same. Any error leads to the exact reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import PySparkException
from minispark.sql import types as t
from minispark.sql.convert.physical import arrow_type
from minispark.sql.exact.variant_encoding import java_order
from minispark.sql.sources.formats.format import Reading
from minispark.sql.sources.formats.modes import corrupt_name
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile
from minispark.sql.sources.textfiles import content_of
from minispark.sql.types import DataType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow as pa

    from minispark.sql.library.function import Settings

BYTES_MIN = 1 << 16
"""Smaller files are read exactly at once: that is as fast."""

_BLOCK = 16 << 20
_TIMES = (t.DateType, t.TimestampType, t.TimestampNTZType)
"""Read as texts, and then as what they are."""
_PLAIN_OPTIONS = {
    "mode", "timezone", "samplingratio", "pathglobfilter", "recursivefilelookup", "modifiedbefore", "modifiedafter",
    "path", "basepath", "locale", "columnnameofcorruptrecord", "dateformat", "timestampformat",
    "allownonnumericnumbers",
}  # fmt: skip
_MINUS_ZERO = re.compile(rb"-0[^.0-9eE]")
_LONG_NUMBER = re.compile(rb"[0-9]{19}")


def fast_table(file: PartFile, fields: Sequence[StructField], reading: Reading) -> pa.Table | None:
    """The rows of a file; None where the file or what is asked of it is not plain."""
    corrupt = corrupt_name(reading.options, reading.settings)
    wanted = [field for field in fields if field.name != corrupt]
    if (
        not wanted
        or not _plain_options(reading.options)
        or not all(isinstance(field.dataType, _TIMES) or _reads(field.dataType) for field in wanted)
    ):
        return None
    if len({field.name for field in wanted}) < len(wanted):
        return None
    data = _plain_bytes(file)
    if data is None:
        return None
    import pyarrow as pa

    kinds = [pa.string() if isinstance(field.dataType, _TIMES) else arrow_type(field.dataType) for field in wanted]
    table = _read(data, pa.schema([pa.field(field.name, kind) for field, kind in zip(wanted, kinds, strict=True)]))
    if table is None:
        return None
    arrays: list[Any] = []
    for field in fields:
        if field.name == corrupt:
            arrays.append(pa.nulls(table.num_rows, pa.string()))
        elif isinstance(field.dataType, _TIMES):
            made = _moments(table.column(field.name), field.dataType, reading)
            if made is None:
                return None
            arrays.append(made)
        else:
            arrays.append(table.column(field.name))
    return pa.table(arrays, names=[field.name for field in fields])


def _moments(column: Any, dtype: DataType, reading: Reading) -> Any:
    """Dates or times of texts, each distinct text read once; None where one cannot be read."""
    import pyarrow as pa

    from minispark.sql.exact.jsonreading import _Makers
    from minispark.sql.exact.records import Unconvertible, time_policy

    coded: Any = pa.concat_arrays(column.chunks).dictionary_encode()  # a file has rows
    options = {name.lower(): text for name, text in reading.options} | time_policy(reading.settings)
    convert = _Makers(options, reading.settings.zone).converter(dtype)
    try:
        values = [convert(text) for text in coded.dictionary.to_pylist()]
    except (Unconvertible, PySparkException):
        return None
    return pa.array(values, arrow_type(dtype)).take(coded.indices)


def fast_schema(files: Sequence[PartFile], options: Options, settings: Settings) -> StructType | None:
    """The columns of files; None where the files are not plain, or of types that the two tell apart in other ways."""
    if not _plain_options(options) or options.share("samplingRatio", 1.0) < 1:
        return None
    found: DataType = StructType([])
    for file in files:
        data = _plain_bytes(file)
        if data is None or _LONG_NUMBER.search(data):
            return None  # long numbers may be decimals
        table = _read(data, None)
        if table is None:
            return None
        kind = _struct(table.schema)
        both = None if kind is None else _merged(found, kind)
        if both is None:
            return None
        found = both
    settled = _settled(found)
    assert isinstance(settled, StructType)
    return settled


def _plain_options(options: Options) -> bool:
    return {name.lower() for name, _ in options} <= _PLAIN_OPTIONS and options.flag("allowNonNumericNumbers", True)


def _reads(dtype: DataType) -> bool:
    if isinstance(dtype, t.ArrayType):
        return _reads(dtype.elementType)
    if isinstance(dtype, StructType):
        names = {field.name.lower() for field in dtype.fields}
        return len(names) == len(dtype.fields) > 0 and all(_reads(field.dataType) for field in dtype.fields)
    return type(dtype) in (t.StringType, t.IntegerType, t.LongType, t.DoubleType, t.BooleanType)


def _plain_bytes(file: PartFile) -> bytes | None:
    """The content of a file whose lines are objects each, in UTF-8."""
    if file.size < BYTES_MIN or re.search(r"\.(gz|bz2|zst|lz4|snappy|deflate|xz)$", file.path):
        return None
    data = content_of(file)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if b"-0" in data and _MINUS_ZERO.search(data):
        return None  # Jackson reads it as a whole number, without its sign
    return data if _object_lines(data) else None


def _object_lines(data: bytes) -> bool:
    """Whether every line begins with ``{`` and ends with ``}``: then no object goes over several lines."""
    if not data.startswith(b"{") or not data.endswith((b"}", b"}\n")) or b"\r" in data or b"\0" in data:
        return False
    return data.count(b"}\n{") == data.count(b"\n") - data.endswith(b"\n")


def _read(data: bytes, schema: Any) -> Any:
    """The table, or None. With a schema, further fields are left out."""
    import pyarrow as pa
    from pyarrow import json

    source: Any = pa.BufferReader(data)
    try:
        table = json.read_json(
            source,
            read_options=json.ReadOptions(block_size=_BLOCK),
            parse_options=json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="infer" if schema is None else "ignore"
            ),
        )
    except pa.ArrowException:
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    return table if table.num_rows == lines else None


# --- types -----------------------------------------------------------------------------------------------------------


def _kind(kind: Any) -> DataType | None:
    """The type that Spark infers where Arrow infers this one; NullType for what has no value."""
    from pyarrow import types as at

    if at.is_null(kind):
        return t.NullType()
    if at.is_struct(kind):
        return _struct(kind)
    if at.is_list(kind):
        inner = _kind(kind.value_type)
        return None if inner is None else t.ArrayType(inner)
    if at.is_int64(kind):
        return t.LongType()
    if at.is_float64(kind):
        return t.DoubleType()
    if at.is_boolean(kind):
        return t.BooleanType()
    return t.StringType() if at.is_string(kind) or at.is_timestamp(kind) else None


def _struct(fields: Any) -> StructType | None:
    found = []
    for field in fields:
        kind = _kind(field.type)
        if kind is None or not field.name or (isinstance(kind, StructType) and not kind.fields):
            return None
        found.append(StructField(field.name, kind))
    return StructType(found)


def _merged(one: DataType, other: DataType) -> DataType | None:
    """The type for both; None where the exact rules are needed."""
    if one == other or isinstance(other, t.NullType):
        return one
    if isinstance(one, t.NullType):
        return other
    if isinstance(one, StructType) and isinstance(other, StructType):
        kinds: dict[str, DataType] = {field.name: field.dataType for field in one.fields}
        for field in other.fields:
            kind = _merged(kinds.get(field.name, t.NullType()), field.dataType)
            if kind is None:
                return None
            kinds[field.name] = kind
        return StructType([StructField(name, kind) for name, kind in kinds.items()])
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        inner = _merged(one.elementType, other.elementType)
        return None if inner is None else t.ArrayType(inner)
    if {type(one), type(other)} == {t.LongType, t.DoubleType}:
        return t.DoubleType()
    return None


def _settled(dtype: DataType) -> DataType:
    """Fields sorted by name; what has no value is a string."""
    if isinstance(dtype, StructType):
        fields = sorted(dtype.fields, key=lambda field: java_order(field.name))
        return StructType([StructField(field.name, _settled(field.dataType)) for field in fields])
    if isinstance(dtype, t.ArrayType):
        return t.ArrayType(_settled(dtype.elementType))
    return t.StringType() if isinstance(dtype, t.NullType) else dtype
