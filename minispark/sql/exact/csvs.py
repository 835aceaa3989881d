"""``from_csv``, ``to_csv`` and ``schema_of_csv``: lines as structs and back, as Spark's CSV source treats them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.errors import (
    PySparkException,
    SparkRuntimeException,
    SparkUpgradeException,
    UnsupportedOperationException,
)
from minispark.sql.convert.physical import physical_names
from minispark.sql.convert.text import BINARY
from minispark.sql.exact.casts import BITS
from minispark.sql.exact.csvlines import joiner, rules_of, splitter
from minispark.sql.exact.jsonreading import interval_reader, to_single
from minispark.sql.exact.jsontext import double_text
from minispark.sql.exact.jsonwriting import cast_text
from minispark.sql.exact.records import (
    Options,
    Partial,
    Times,
    Unconvertible,
    decimal_reader,
    mode_of,
    options_of,
    styled,
    whole_record,
)
from minispark.sql.exact.variant_reading import float_text
from minispark.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    VariantType,
)

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Read = Callable[[Any], Any]
_WHOLE = re.compile(r"[+-]?\d+")  # digits of any script, as Java reads them
_NUMBER = re.compile(r"([+-]?)(?:([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|(NaN|Infinity))[fFdD]?")
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+[fFdD]?")
_BLANKS = "".join(map(chr, range(33)))


def java_double(text: str) -> float:
    """A number as Java's ``Double.parseDouble`` reads it. Raises Unconvertible."""
    plain = text.strip(_BLANKS)
    if _NUMBER.fullmatch(plain):
        return float(plain.rstrip("fFdD") if "n" not in plain else plain)
    if _HEX.fullmatch(plain):
        return float.fromhex(plain.rstrip("fFdD") if plain[-1] in "fFdD" and "p" in plain.lower() else plain)
    raise Unconvertible


def from_csv(bound: Bound) -> Callable[..., Any]:
    """Reads lines as structs of the result's type; the third literal holds the options as JSON."""
    options = options_of(bound.literals[2] if len(bound.literals) > 2 else None)
    corrupt = bound.settings.conf("spark.sql.columnNameOfCorruptRecord") or "_corrupt_record"
    assert isinstance(bound.result, StructType)
    return csv_reader(bound.result, options, bound.settings.zone, corrupt)


def csv_reader(schema: StructType, options: Options, zone: str, corrupt: str = "_corrupt_record") -> Read:
    """A function that reads one line as a struct.

    >>> csv_reader(StructType.fromDDL("a int, b string"), {}, "UTC")("1,x")
    {'a': 1, 'b': 'x'}
    """
    mode = mode_of("from_csv", options, schema, corrupt)
    split = splitter(rules_of(options, False))
    times = Times(options, zone)
    fields = [
        (place, field_reader(field.dataType, options, times), isinstance(field.dataType, VariantType))
        for place, field in zip(physical_names(schema), schema.fields, strict=True)
        if field.name != mode.corrupt
    ]

    def read(line: str, row: dict[str, Any]) -> None:
        tokens = split(line)
        if tokens is None:
            if len(line) != 1 and not mode.fail:
                return
            raise Unconvertible
        bad = len(tokens) != len(fields)
        for (place, convert, takes_null), token in zip(fields, tokens, strict=False):
            try:
                row[place] = None if token is None and not takes_null else convert(token)
            except SparkUpgradeException:
                raise
            except (Unconvertible, PySparkException):
                bad = True
        if bad:
            raise Partial(row)

    return whole_record(schema, mode, read)


def field_reader(dtype: DataType, options: Options, times: Times) -> Read:
    """A reader of fields of a type. Raises UnsupportedOperationException for types that a field cannot have."""
    if isinstance(dtype, StringType):
        return lambda text: text
    if type(dtype) in BITS:
        return whole_reader(BITS[type(dtype)])
    if isinstance(dtype, (FloatType, DoubleType)):
        return _floating(isinstance(dtype, FloatType), options)
    if isinstance(dtype, BooleanType):
        return _boolean
    if isinstance(dtype, DecimalType):
        return decimal_reader(dtype)
    if isinstance(dtype, BinaryType):
        return str.encode
    if isinstance(dtype, NullType):
        return lambda text: None
    readers: dict[type[DataType], Read] = {
        DateType: times.read_date,
        TimestampType: times.read_timestamp,
        TimestampNTZType: times.read_ntz,
        TimeType: times.read_time,
    }
    times.checked(dtype)
    if type(dtype) in readers:
        return readers[type(dtype)]
    if isinstance(dtype, VariantType):
        from minispark.sql.exact.variant_texts import text_variant

        return lambda text: text_variant(text, times)
    if isinstance(dtype, (ArrayType, MapType, StructType)):
        raise UnsupportedOperationException(
            f"a field of CSV is no {dtype.simpleString()}; read it as a string",
            "UNSUPPORTED_DATATYPE",
            {"typeName": f'"{dtype.simpleString().upper()}"'},
        )
    return interval_reader(dtype)


def whole_reader(bits: int) -> Read:
    """A reader of whole numbers of so many bits."""
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise Unconvertible
        return int(text)

    return read


def _floating(single: bool, options: Options) -> Read:
    named = {
        options.get("nanvalue", "NaN"): math.nan,
        options.get("negativeinf", "-Inf"): -math.inf,
        options.get("positiveinf", "Inf"): math.inf,
    }

    def read(text: str) -> float:
        number = named[text] if text in named else java_double(text)
        return to_single(number) if single else number

    return read


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise Unconvertible
    return text.lower() == "true"


# --- writing ---------------------------------------------------------------------------------------------------------


def to_csv(bound: Bound) -> Callable[..., str]:
    """Writes structs as lines; the second literal holds the options as JSON."""
    options = styled(options_of(bound.literals[1] if len(bound.literals) > 1 else None), bound)
    assert isinstance(bound.types[0], StructType)
    return csv_writer(bound.types[0], options, bound.settings.zone)


def csv_writer(schema: StructType, options: Options, zone: str) -> Callable[[dict[str, Any]], str]:
    """A function that writes structs as lines.

    >>> csv_writer(StructType.fromDDL("a int, b array<string>"), {}, "UTC")({"a": 1, "b": ["x", None]})
    '1,"[x, ]"'
    """
    rules = rules_of(options, True)
    join = joiner(rules)
    times = Times(options, zone)
    writers = [field_writer(field.dataType, times, zone, rules.null) for field in schema.fields]
    return lambda row: join(
        [None if item is None else write(item) for write, item in zip(writers, row.values(), strict=False)]
    )


def field_writer(dtype: DataType, times: Times, zone: str, null: str) -> Callable[[Any], str]:
    """A function that writes values of a type as fields, before they are quoted."""
    if isinstance(dtype, StringType):
        return lambda item: str(item)
    if isinstance(dtype, DoubleType):
        return double_text
    if isinstance(dtype, FloatType):
        return float_text
    writers: dict[type[DataType], Callable[[Any], str]] = {
        DateType: times.write_date,
        TimestampType: times.write_timestamp,
        TimestampNTZType: times.write_ntz,
        TimeType: times.write_time,
    }
    if type(dtype) in writers:
        return writers[type(dtype)]
    if isinstance(dtype, ArrayType):
        element = field_writer(dtype.elementType, times, zone, null)
        return lambda items: f"[{', '.join([null if one is None else element(one) for one in items])}]"
    if isinstance(dtype, MapType):
        key, value = (field_writer(kind, times, zone, null) for kind in (dtype.keyType, dtype.valueType))
        return lambda items: (
            "{" + ", ".join([f"{key(one)} -> {null if other is None else value(other)}" for one, other in items]) + "}"
        )
    if isinstance(dtype, StructType):
        parts = [field_writer(field.dataType, times, zone, null) for field in dtype.fields]
        return lambda row: (
            "{"
            + ", ".join([null if one is None else part(one) for part, one in zip(parts, row.values(), strict=False)])
            + "}"
        )
    if isinstance(dtype, BinaryType):
        return BINARY[times.binary_style]
    if isinstance(dtype, BooleanType):
        return lambda item: "true" if item else "false"
    if isinstance(dtype, DecimalType):
        return lambda item: f"{item:f}"
    return str if type(dtype) in BITS else cast_text(dtype, zone)


# --- schemas ---------------------------------------------------------------------------------------------------------


def schema_of_csv(bound: Bound) -> Callable[..., str]:
    """The types of the fields of lines as DDL; the second literal holds the options as JSON."""
    options = options_of(bound.literals[1] if len(bound.literals) > 1 else None)
    return schema_text(options, bound.settings.zone)


def schema_text(options: Options, zone: str) -> Callable[[str], str]:
    """A function that gives the types of a line's fields as DDL.

    >>> schema_text({}, "UTC")("1,abc,2.5")
    'STRUCT<_c0: INT, _c1: STRING, _c2: DOUBLE>'
    """
    from minispark.sql.types.toddl import sql_type

    split = splitter(rules_of(options, False))
    infer = field_type(options, zone)

    def describe(line: str) -> str:
        tokens = split(line)
        if tokens is None:
            raise SparkRuntimeException(
                f"schema_of_csv finds no field in {line!r:.200}", "MALFORMED_CSV_RECORD", {"badRecord": line}
            )
        kinds = [infer(token) for token in tokens]
        fields = [
            StructField(f"_c{place}", StringType() if isinstance(kind, NullType) else kind)
            for place, kind in enumerate(kinds)
        ]
        return sql_type(StructType(fields))

    return describe


def field_type(options: Options, zone: str) -> Callable[[str | None], DataType]:
    """A function that gives the narrowest type of one field: null for none."""
    times = Times(options, zone)
    readers: tuple[tuple[Read, DataType], ...] = (
        (whole_reader(32), IntegerType()),
        (whole_reader(64), LongType()),
        (_floating(False, options), DoubleType()),
        (day_reader(times), DateType()),
        (times.read_ntz, TimestampType()),
        (times.read_timestamp, TimestampType()),
        (_boolean, BooleanType()),
    )

    def infer(token: str | None) -> DataType:
        if token is None:
            return NullType()
        if _WHOLE.fullmatch(token) and 18 < len(token.lstrip("+-")) <= 38 and not -(1 << 63) <= int(token) < 1 << 63:
            return DecimalType(len(token.lstrip("+-").lstrip("0")), 0)
        for read, kind in readers:
            try:
                read(token)
                return kind
            except PySparkException as error:
                if error.getCondition() == "DATETIME_OVERFLOW":
                    return kind
            except Unconvertible:
                continue
        return StringType()

    return infer


def day_reader(times: Times) -> Read:
    """Dates alone, without a time after them."""

    def read(text: str) -> Any:
        from minispark.sql.exact.variant_texts import PLAIN_DATE

        if times.date_format is None and not PLAIN_DATE.fullmatch(text):
            raise Unconvertible
        return times.read_date(text)

    return read
