"""The Spark types of Parquet columns (Spark's ``ParquetToSparkSchemaConverter``)."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.sources.formats.footers import Element, Footer

_PLAIN: dict[str, t.DataType] = {
    "BOOLEAN": t.BooleanType(),
    "FLOAT": t.FloatType(),
    "DOUBLE": t.DoubleType(),
    "INT96": t.TimestampType(),
}
_SIGNED: dict[int, t.DataType] = {8: t.ByteType(), 16: t.ShortType(), 32: t.IntegerType(), 64: t.LongType()}
_UNSIGNED: dict[int, t.DataType] = {8: t.ShortType(), 16: t.IntegerType(), 32: t.LongType(), 64: t.DecimalType(20, 0)}


class ParquetColumns:
    """What the footers of a session's files mean: ``nanos_as_long`` is ``spark.sql.legacy.parquet.nanosAsLong``."""

    def __init__(self, nanos_as_long: bool = False, binary_as_string: bool = False, ntz: bool = True) -> None:
        self._nanos_as_long = nanos_as_long
        self._binary_as_string = binary_as_string
        self._ntz = ntz

    def schema(self, footer: Footer) -> t.StructType:
        """The columns as the writer noted them for Spark, else as Parquet types say."""
        if footer.spark is not None:
            try:
                return t.StructType.fromJson(_json(footer.spark))
            except (ValueError, KeyError):
                pass  # noted by another version: what Parquet says is enough
        return self.parquet_schema(footer)

    def parquet_schema(self, footer: Footer) -> t.StructType:
        """As Parquet types say."""
        tree, _ = _tree(footer.elements, 0)
        return self._struct(tree)

    def _struct(self, node: _Group) -> t.StructType:
        return t.StructType([self._field(child) for child in node.children])

    def _field(self, node: _Group) -> t.StructField:
        dtype = self._type(node)
        repetition = node.element["repetition_type"]
        if repetition == "REPEATED":
            return t.StructField(node.name, t.ArrayType(dtype, False), False)
        return t.StructField(node.name, dtype, repetition != "REQUIRED")

    def _type(self, node: _Group) -> t.DataType:
        if node.element["type"] is not None:
            return self._primitive(node.element)
        annotation = _annotation(node.element)
        if annotation.startswith("LIST"):
            return self._list(node)
        if annotation.startswith("MAP"):
            key, item = node.children[0].children
            return t.MapType(self._type(key), self._type(item), item.element["repetition_type"] != "REQUIRED")
        if annotation.startswith("VARIANT"):
            return t.VariantType()
        return self._struct(node)

    def _list(self, node: _Group) -> t.DataType:
        repeated = node.children[0]
        legacy = (
            repeated.element["type"] is not None
            or len(repeated.children) > 1
            or repeated.name in ("array", f"{node.name}_tuple")
        )
        if legacy:
            return t.ArrayType(self._type(repeated), False)
        element = repeated.children[0]
        return t.ArrayType(self._type(element), element.element["repetition_type"] != "REQUIRED")

    def _primitive(self, element: Element) -> t.DataType:
        kind, annotation = element["type"], _annotation(element)
        if annotation.startswith(("UNKNOWN", "NULL")):
            return t.NullType()
        if kind in _PLAIN:
            return _PLAIN[kind]
        found: t.DataType | None = None
        if annotation.startswith("DECIMAL"):
            found = t.DecimalType(element["precision"], element["scale"] or 0)
        elif kind in ("INT32", "INT64"):
            found = self._integer(kind, annotation)
        elif not annotation:
            found = t.StringType() if kind == "BYTE_ARRAY" and self._binary_as_string else t.BinaryType()
        elif kind == "BYTE_ARRAY":
            texts = ("UTF8", "STRING", "ENUM", "JSON")
            found = t.StringType() if annotation.startswith(texts) else None
            found = t.BinaryType() if annotation.startswith("BSON") else found
        if found is None:
            raise AnalysisException(
                f"column {element['name']!r} has the Parquet type {kind} ({annotation}), which Spark does not have; "
                "leave the "
                "column out by giving a schema, or write the file with another type",
                "PARQUET_TYPE_ILLEGAL",
                {"parquetType": f"{kind} ({annotation})"},
            )
        return found

    def _integer(self, kind: str, annotation: str) -> t.DataType | None:
        width = 32 if kind == "INT32" else 64
        if not annotation:
            return _SIGNED[width]
        if annotation.startswith("DATE"):
            return t.DateType()
        if annotation.startswith("INT"):
            return _SIGNED[_bits(annotation, width)]
        if annotation.startswith("UINT"):
            return _UNSIGNED[_bits(annotation, width)]
        if annotation.startswith("TIMESTAMP"):
            if "NANOS" in annotation:
                return t.LongType() if self._nanos_as_long else None
            return t.TimestampType() if "UTC" in annotation or not self._ntz else t.TimestampNTZType()
        if annotation.startswith("TIME_MICROS"):
            return t.TimeType(6)
        return None


class _Group:
    """A node of the tree that the flat list of elements stands for."""

    def __init__(self, element: Element, children: list[_Group]) -> None:
        self.element = element
        self.children = children
        self.name: str = element["name"]


def _tree(elements: tuple[Element, ...], at: int) -> tuple[_Group, int]:
    element = elements[at]
    at += 1
    children = []
    for _ in range(element["num_children"] or 0):
        child, at = _tree(elements, at)
        children.append(child)
    return _Group(element, children), at


def _annotation(element: Element) -> str:
    """One text for the logical and the older converted type: ``INT_8``, ``UINT_16``, ``TIMESTAMP_MICROS_UTC`` ...

    DuckDB prints a logical type as Thrift does: ``TimestampType(isAdjustedToUTC=1, unit=TimeUnit(MILLIS=<null>,
    ...))``.
    """
    logical, converted = element["logical_type"] or "", element["converted_type"] or ""
    name = logical.partition("(")[0].removesuffix("Type").upper()
    if name == "TIMESTAMP":
        return f"TIMESTAMP_{_unit(logical)}{'_UTC' if 'isAdjustedToUTC=1' in logical else ''}"
    if name == "TIME":
        return f"TIME_{_unit(logical)}"
    if name in ("INT", "INTEGER"):
        width = ord(logical.partition("bitWidth=")[2][0])  # Thrift prints a byte as a character
        return converted or f"{'' if 'isSigned=1' in logical else 'U'}INT_{width}"
    if name:
        return name
    if converted.startswith("TIMESTAMP"):
        return f"{converted}_UTC"
    return converted


def _unit(logical: str) -> str:
    return next((unit for unit in ("MILLIS", "MICROS", "NANOS") if f"{unit}=<null>" not in logical), "NANOS")


def _bits(annotation: str, default: int) -> int:
    digits = annotation.rpartition("_")[2]
    return int(digits) if digits.isdigit() else default


def _json(text: str) -> Any:
    import json

    return json.loads(text)


# --- may a column be read as another type? ---------------------------------------------------------------------------

_WIDER: dict[type[t.DataType], tuple[type[t.DataType], ...]] = {
    t.ByteType: (t.ShortType, t.IntegerType, t.LongType, t.DoubleType),
    t.ShortType: (t.ByteType, t.IntegerType, t.LongType, t.DoubleType),
    t.IntegerType: (t.ByteType, t.ShortType, t.LongType, t.DoubleType, t.YearMonthIntervalType),
    t.LongType: (t.DayTimeIntervalType,),
    t.FloatType: (t.DoubleType,),
    t.DateType: (t.TimestampNTZType,),
    t.BinaryType: (t.StringType,),
    t.StringType: (t.BinaryType,),
    t.TimestampType: (t.TimestampNTZType,),
    t.TimestampNTZType: (t.TimestampType,),
}
_DIGITS: dict[type[t.DataType], int] = {t.ByteType: 10, t.ShortType: 10, t.IntegerType: 10, t.LongType: 20}


def reads_as(file: t.DataType, asked: t.DataType) -> bool:
    """Whether Spark's reader gives a column of one type as another: it widens, and never changes a value."""
    if isinstance(asked, t.UserDefinedType):
        asked = asked.sqlType()
    if isinstance(asked, (t.NullType, t.VariantType)) or isinstance(file, t.NullType):
        return True
    if isinstance(file, t.StructType) and isinstance(asked, t.StructType):
        known = {field.name.lower(): field.dataType for field in file.fields}
        return all(reads_as(known.get(one.name.lower(), one.dataType), one.dataType) for one in asked.fields)
    if isinstance(file, t.ArrayType) and isinstance(asked, t.ArrayType):
        return reads_as(file.elementType, asked.elementType)
    if isinstance(file, t.MapType) and isinstance(asked, t.MapType):
        return reads_as(file.keyType, asked.keyType) and reads_as(file.valueType, asked.valueType)
    if isinstance(asked, t.DecimalType):
        if isinstance(file, t.DecimalType):
            more = asked.scale - file.scale
            return more >= 0 and asked.precision - file.precision >= more
        digits = _DIGITS.get(type(file))
        return digits is not None and asked.precision - asked.scale >= digits
    if isinstance(file, t.StringType) and isinstance(asked, t.StringType):
        return True
    if type(file) is type(asked):
        return True
    return type(asked) in _WIDER.get(type(file), ())
