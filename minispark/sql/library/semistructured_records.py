"""JSON, CSV and XML as structs, and back: functions that take a schema and options."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from minispark.errors import AnalysisException, ParseException, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.exact.records import time_policy
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Bound, Emitting, Function, Settings, scalar
from minispark.sql.library.nested import mismatch, nullable, shown
from minispark.sql.library.sides import convert, wrong_type
from minispark.sql.plan.expressions import Call, Cast, Literal
from minispark.sql.plan.labels import label

STRING = t.StringType()

# --- constants among arguments --------------------------------------------------------------------------------------


def constant_text(arg: Any, settings: Settings) -> Any:
    """The text of an argument that is one before the query runs, None for a null one; False where it is none."""
    if isinstance(arg, Literal):
        return arg.item if k.is_string(arg.dtype) or arg.item is None else False
    if isinstance(arg, Cast) and k.is_string(arg.dtype):
        return constant_text(arg.child, settings)
    if not isinstance(arg, Call):
        return False
    parts = [constant_text(part, settings) for part in arg.args]
    if False in parts or not parts:
        return False
    if arg.function.name == "concat":
        return None if None in parts else "".join(parts)
    if arg.function.name.startswith("schema_of_") and None not in parts[:1]:
        kinds = tuple(part.dtype for part in arg.args)
        bound = Bound(kinds, tuple(parts), (True,) * len(parts), STRING, settings)
        module, _, name = arg.function.factory.partition(":")
        return getattr(importlib.import_module(f"minispark.sql.exact.{module}"), name)(bound)(parts[0])
    return False


def options_literal(name: str, arg: Any, settings: Settings) -> Literal:
    """The options that a map of constant texts holds, as JSON in a constant."""
    if isinstance(arg, Literal) and isinstance(arg.dtype, t.MapType) and arg.item is not None:
        return Literal(json.dumps({**dict(arg.item), **time_policy(settings)}), STRING)
    if not (isinstance(arg, Call) and arg.function.name == "map"):
        raise AnalysisException(
            f"the options of {name} are a map of texts: map('mode', 'FAILFAST')", "INVALID_OPTIONS.NON_MAP_FUNCTION", {}
        )
    kind = arg.dtype
    assert isinstance(kind, t.MapType)
    texts = [constant_text(part, settings) for part in arg.args]
    if not all(isinstance(text, str) for text in texts):
        raise AnalysisException(
            f"the options of {name} map texts to texts, not {shown(kind)}",
            "INVALID_OPTIONS.NON_STRING_TYPE",
            {"mapType": shown(kind)},
        )
    if len(set(texts[::2])) < len(texts) // 2:
        raise SparkRuntimeException(f"the options of {name} have a name twice", "DUPLICATED_MAP_KEY", {})
    options = {**dict(zip(texts[::2], texts[1::2], strict=True)), **time_policy(settings)}
    return Literal(json.dumps(options), STRING)


def schema_literal(name: str, arg: Any, settings: Settings) -> Literal:
    """A schema's text, DDL or JSON, as a constant."""
    text = constant_text(arg, settings)
    if not isinstance(text, str):
        raise AnalysisException(
            f"the schema that {name} takes is a constant text such as 'a INT, b STRING'",
            "INVALID_SCHEMA.NON_STRING_LITERAL",
            {"inputSchema": f'"{label(arg)}"'},
        )
    return Literal(text, STRING)


def parsed_schema(text: str, settings: Settings) -> t.DataType:
    """The type that a text of DDL or JSON means."""
    if text.lstrip()[:1] in ("{", '"'):
        from minispark.sql.types.fromjson import parse_json

        return parse_json(text)
    from minispark.sql.types.ddl import parse_fields, parse_one

    ntz = str(settings.conf("spark.sql.timestampType")).upper() == "TIMESTAMP_NTZ"
    try:
        return parse_fields(text, ntz)
    except ParseException:
        pass
    try:
        return parse_one(text, ntz)
    except ParseException as error:
        raise AnalysisException(str(error._message), error.getCondition() or "", error.getMessageParameters()) from None


# --- reading --------------------------------------------------------------------------------------------------------


def reads(name: str) -> Callable[..., Any]:
    """A rule for ``from_*(text, schema, options)``."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        text = args[0]
        if not k.is_string(text.dtype):
            if not isinstance(text.dtype, t.NullType):
                raise mismatch(
                    "UNEXPECTED_INPUT_TYPE",
                    f"{name} reads texts, not {shown(text.dtype)}",
                    inputType=shown(text.dtype),
                    requiredType='"STRING"',
                )
            text = convert(text, STRING)
        bound = [text, schema_literal(name, args[1], settings)]
        if len(args) == 3:
            bound.append(options_literal(name, args[2], settings))
        return bound

    return binds


def _json_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = nullable(parsed_schema(args[1].item, settings))
    if not isinstance(kind, (t.StructType, t.ArrayType, t.MapType, t.VariantType)):
        raise mismatch(
            "INVALID_JSON_SCHEMA",
            f"from_json gives a struct, an array, a map or a variant, not {shown(kind)}",
            schema=shown(kind),
        )
    _map_keys(kind)
    no_chars(kind)
    return kind


def _map_keys(kind: t.DataType) -> None:
    if isinstance(kind, t.MapType):
        if not k.is_string(kind.keyType):
            raise mismatch(
                "INVALID_JSON_MAP_KEY_TYPE",
                f"JSON's names are texts, so a map's keys are, not {shown(kind.keyType)}",
                schema=shown(kind),
            )
        _map_keys(kind.valueType)
    elif isinstance(kind, t.ArrayType):
        _map_keys(kind.elementType)
    elif isinstance(kind, t.StructType):
        for field in kind.fields:
            _map_keys(field.dataType)


def no_chars(kind: t.DataType) -> None:
    if isinstance(kind, (t.CharType, t.VarcharType)):
        raise AnalysisException(
            "char and varchar are types of tables' columns only; use string here",
            "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING",
            {},
        )
    for inner in (
        [field.dataType for field in kind.fields] if isinstance(kind, t.StructType)
        else [kind.elementType] if isinstance(kind, t.ArrayType)
        else [kind.keyType, kind.valueType] if isinstance(kind, t.MapType)
        else []
    ):  # fmt: skip
        no_chars(inner)


def _struct_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    kind = nullable(parsed_schema(args[1].item, settings))
    if not isinstance(kind, t.StructType):
        raise AnalysisException(
            f"the schema must be a struct's, not {shown(kind)}",
            "INVALID_SCHEMA.NON_STRUCT_TYPE",
            {"inputSchema": args[1].item, "dataType": shown(kind)},
        )
    no_chars(kind)
    return kind


def modes(name: str) -> Callable[..., None]:
    """A check of the options."""

    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.sql.exact.records import mode_of, options_of

        options = options_of(args[2].item if len(args) > 2 else None)
        corrupt = settings.conf("spark.sql.columnNameOfCorruptRecord") or "_corrupt_record"
        mode_of(name, options, parsed_schema(args[1].item, settings), corrupt)

    return check


def first_only(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    """The schema and options are known already: rows hold texts alone."""
    return emit.exact(call, args[:1])


# --- writing --------------------------------------------------------------------------------------------------------


def writes(name: str) -> Callable[..., Any]:
    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        return [args[0], *(options_literal(name, arg, settings) for arg in args[1:])]

    return binds


def _json_check(args: Sequence[Any], settings: Settings) -> None:
    if not isinstance(args[0].dtype, (t.StructType, t.ArrayType, t.MapType, t.VariantType)):
        raise mismatch(
            "INVALID_JSON_SCHEMA",
            f"to_json writes structs, arrays, maps and variants, not {shown(args[0].dtype)}",
            schema=shown(args[0].dtype),
        )


def _csv_check(args: Sequence[Any], settings: Settings) -> None:
    kind = args[0].dtype
    if not isinstance(kind, t.StructType) or any(isinstance(one.dataType, t.VariantType) for one in kind.fields):
        raise mismatch(
            "UNSUPPORTED_INPUT_TYPE",
            f"to_csv writes structs, not {shown(kind)}",
            functionName="`to_csv`",
            dataType=shown(kind),
        )


# --- schemas --------------------------------------------------------------------------------------------------------


def describes(name: str) -> Callable[..., Any]:
    """A rule for ``schema_of_*(text, options)``."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        text = constant_text(args[0], settings)
        what = name.rpartition("_")[2]
        if text is None:
            raise mismatch("UNEXPECTED_NULL", f"the text that {name} takes is not null", exprName=what)
        if text is False and not k.is_string(args[0].dtype):
            raise wrong_type(name, 0, "STRING", args[0].dtype)
        if text is False:
            raise mismatch(
                "NON_FOLDABLE_INPUT", f"{name} takes a constant text", inputName=f"`{what}`", inputType='"STRING"'
            )
        return [Literal(text, STRING), *(options_literal(name, arg, settings) for arg in args[1:])]

    return binds


_TEXT_SCHEMA_OPTIONS = (k.STRING, k.ANY, k.ANY)
_ANY_OPTIONS = (k.ANY, k.ANY)


FUNCTIONS: tuple[Function, ...] = (
    scalar("from_json", _TEXT_SCHEMA_OPTIONS, _json_type, first_only, least=2, binds=reads("from_json"),
           check=modes("from_json"), factory="jsonreading:from_json"),
    scalar("to_json", _ANY_OPTIONS, STRING, first_only, least=1, binds=writes("to_json"), check=_json_check,
           factory="jsonwriting:to_json"),
    scalar("schema_of_json", _ANY_OPTIONS, STRING, first_only, least=1, binds=describes("schema_of_json"),
           factory="jsonschema:schema_of_json"),
    scalar("from_csv", _TEXT_SCHEMA_OPTIONS, _struct_type, first_only, least=2, binds=reads("from_csv"),
           check=modes("from_csv"), factory="csvs:from_csv"),
    scalar("to_csv", _ANY_OPTIONS, STRING, first_only, least=1, binds=writes("to_csv"), check=_csv_check,
           factory="csvs:to_csv"),
    scalar("schema_of_csv", _ANY_OPTIONS, STRING, first_only, least=1, binds=describes("schema_of_csv"),
           factory="csvs:schema_of_csv"),
)  # fmt: skip
