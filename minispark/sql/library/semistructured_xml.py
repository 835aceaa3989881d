"""XML as structs and back, XPath, and the formats that need other packages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import PySparkNotImplementedError
from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Function, Settings, macro, scalar
from minispark.sql.library.nested import array_wanted, mismatch, nullable, shown
from minispark.sql.library.semistructured_records import (
    constant_text,
    describes,
    first_only,
    modes,
    no_chars,
    parsed_schema,
    reads,
    writes,
)
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.plan.expressions import Literal

STRING = t.StringType()


def _schema(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = nullable(parsed_schema(args[1].item, settings))
    if not isinstance(kind, (t.StructType, t.VariantType)):
        raise mismatch("INVALID_XML_SCHEMA", f"from_xml gives a struct, not {shown(kind)}", schema=shown(kind))
    no_chars(kind)
    return kind


def _struct_check(args: Sequence[Any], settings: Settings) -> None:
    if not isinstance(args[0].dtype, (t.StructType, t.VariantType)):
        raise array_wanted("to_xml", 1, args[0].dtype, "STRUCT")


def _path_binds(name: str) -> Callable[..., Any]:
    """A rule for functions of a text and a constant path."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        path = constant_text(args[1], settings)
        if path is False:
            raise mismatch(
                "NON_FOLDABLE_INPUT", f"{name} takes a constant path", inputName="`path`", inputType='"STRING"'
            )
        text = args[0]
        if isinstance(text.dtype, t.NullType):
            text = convert(text, STRING)
        elif not k.is_string(text.dtype):
            raise wrong_type(name, 0, "STRING", text.dtype)
        return [text, Literal(path, STRING)]

    return binds


def _xpath(name: str, gives: t.DataType, *aliases: str) -> Function:
    return scalar(
        name, (k.ANY, k.ANY), gives, binds=_path_binds(name), null="any", exact=f"xpaths:{name}", aliases=aliases
    )


def _missing(name: str, what: str) -> Function:
    def refuse(args: Any, settings: Settings) -> Any:
        raise PySparkNotImplementedError(
            f"{name}: minispark reads and writes no {what}; decode the column with a Python function of the {what} "
            "package (udf), or convert the data to Parquet or JSON first"
        )

    return macro(name, 1, None, refuse)


FUNCTIONS: tuple[Function, ...] = (
    scalar("from_xml", (k.ANY, k.ANY, k.ANY), _schema, first_only, least=2, binds=reads("from_xml"),
           check=modes("from_xml"), factory="xmlreading:from_xml"),
    scalar("to_xml", (k.ANY, k.ANY), STRING, first_only, least=1, binds=writes("to_xml"), check=_struct_check,
           factory="xmlwriting:to_xml"),
    scalar("schema_of_xml", (k.ANY, k.ANY), STRING, first_only, least=1, binds=describes("schema_of_xml"),
           factory="xmlschema:schema_of_xml"),
    _xpath("xpath", t.ArrayType(STRING)),
    _xpath("xpath_boolean", t.BooleanType()),
    _xpath("xpath_double", t.DoubleType(), "xpath_number"),
    _xpath("xpath_float", t.FloatType()),
    _xpath("xpath_int", t.IntegerType()),
    _xpath("xpath_long", t.LongType()),
    _xpath("xpath_short", t.ShortType()),
    _xpath("xpath_string", STRING),
    _missing("from_avro", "avro"),
    _missing("to_avro", "avro"),
    _missing("schema_of_avro", "avro"),
    _missing("from_protobuf", "protobuf"),
    _missing("to_protobuf", "protobuf"),
)  # fmt: skip
