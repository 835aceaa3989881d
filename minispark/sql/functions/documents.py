"""JSON, CSV, XML and variants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minispark.errors import PySparkValueError
from minispark.sql.column import Column, unexpected
from minispark.sql.functions.making import ColumnOrName, call, lit, options_map, text_or_column
from minispark.sql.types import ArrayType, DataType, MapType, StructType

__all__ = [
    "from_csv",
    "from_json",
    "from_xml",
    "get_json_object",
    "json_array_length",
    "json_object_keys",
    "json_tuple",
    "schema_of_csv",
    "schema_of_json",
    "schema_of_xml",
    "to_csv",
    "to_json",
    "to_xml",
    "xpath",
    "xpath_boolean",
    "xpath_double",
    "xpath_float",
    "xpath_int",
    "xpath_long",
    "xpath_number",
    "xpath_short",
    "xpath_string",
]


def json_array_length(col: ColumnOrName) -> Column:
    """The number of elements of an array in JSON; null for other texts."""
    return call("json_array_length", col)


def json_object_keys(col: ColumnOrName) -> Column:
    """The keys of an object in JSON; null for other texts."""
    return call("json_object_keys", col)


def xpath(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The texts of the nodes that a path finds in XML."""
    return call("xpath", xml, path)


def xpath_boolean(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """Whether a path of XML is true, or finds a node."""
    return call("xpath_boolean", xml, path)


def xpath_double(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number at a path in XML; 0.0 without one, not a number for other texts."""
    return call("xpath_double", xml, path)


def xpath_float(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number at a path in XML; 0.0 without one, not a number for other texts."""
    return call("xpath_float", xml, path)


def xpath_int(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number at a path in XML; 0 without one."""
    return call("xpath_int", xml, path)


def xpath_long(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number at a path in XML; 0 without one."""
    return call("xpath_long", xml, path)


def xpath_number(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number at a path in XML; 0.0 without one, not a number for other texts."""
    return call("xpath_number", xml, path)


def xpath_short(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number at a path in XML; 0 without one."""
    return call("xpath_short", xml, path)


def xpath_string(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The text of the first node that a path finds in XML."""
    return call("xpath_string", xml, path)


def get_json_object(col: ColumnOrName, path: str) -> Column:
    """What is at a path (``$.a[0]``) of a text in JSON, as text; null for nothing there."""
    return call("get_json_object", col, lit(path))


def json_tuple(col: ColumnOrName, *fields: str) -> Column:
    """The fields of an object in JSON as columns of texts, null where missing. At least one."""
    if not fields:
        raise PySparkValueError("json_tuple needs at least one field", "CANNOT_BE_EMPTY", {"item": "field"})
    return call("json_tuple", col, *map(lit, fields))


def from_json(
    col: ColumnOrName,
    schema: ArrayType | StructType | MapType | Column | str,
    options: Mapping[str, Any] | None = None,
) -> Column:
    """The value that a text in JSON stands for, by a schema: a type, its text or a Column of it; else null."""
    shape = schema.json() if isinstance(schema, DataType) else schema
    return call("from_json", col, lit(shape), *options_map(options))


def to_json(col: ColumnOrName, options: Mapping[str, Any] | None = None) -> Column:
    """A struct, map, array or variant as text in JSON."""
    return call("to_json", col, *options_map(options))


def schema_of_json(json: Column | str, options: Mapping[str, Any] | None = None) -> Column:
    """The type of a constant text in JSON, as SQL names it."""
    return call("schema_of_json", text_or_column(json, "json"), *options_map(options))


def from_csv(col: ColumnOrName, schema: Column | str, options: Mapping[str, Any] | None = None) -> Column:
    """A struct of a line of CSV, by a schema: its text or a Column of it."""
    return call("from_csv", col, text_or_column(schema, "schema"), *options_map(options))


def to_csv(col: ColumnOrName, options: Mapping[str, Any] | None = None) -> Column:
    """A struct as a line of CSV."""
    return call("to_csv", col, *options_map(options))


def schema_of_csv(csv: Column | str, options: Mapping[str, Any] | None = None) -> Column:
    """The type of a constant line of CSV, as SQL names it."""
    return call("schema_of_csv", text_or_column(csv, "csv"), *options_map(options))


def from_xml(col: ColumnOrName, schema: StructType | Column | str, options: Mapping[str, Any] | None = None) -> Column:
    """The struct that a text in XML stands for, by a schema: a type, its text or a Column of it."""
    if isinstance(schema, StructType):
        schema = schema.json()
    elif not isinstance(schema, (str, Column)):
        raise unexpected("schema", "StructType, Column or str", schema)
    return call("from_xml", col, lit(schema), *options_map(options))


def to_xml(col: ColumnOrName, options: Mapping[str, Any] | None = None) -> Column:
    """A struct as text in XML."""
    return call("to_xml", col, *options_map(options))


def schema_of_xml(xml: Column | str, options: Mapping[str, Any] | None = None) -> Column:
    """The type of a constant text in XML, as SQL names it."""
    return call("schema_of_xml", text_or_column(xml, "xml"), *options_map(options))
