"""Strings that do not compare by their bytes: their collation said, and the keys by which they compare.

A key is a text whose bytes are equal, or in order, where the strings are under their collation: the lower case of each
character for UTF8_LCASE, ICU's sort key (which DuckDB brings) for the languages. ``optimizer/collations.py`` puts keys
in the places of strings; what looks into strings runs as an exact function.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.constants import text_sql
from minispark.sql.library.function import Emitting, Function, Settings, scalar
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import Call, Expression
from minispark.sql.types.collationnames import usual_name
from minispark.sql.types.collationrules import is_collated, is_indeterminate, rules_of

_STRING = t.StringType()


def _collate_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException
    from minispark.sql.plan.expressions import Literal

    subject, name = args
    if not isinstance(name, Literal) or not isinstance(name.item, str):
        raise AnalysisException(
            "collate: the collation's name must be a constant",
            "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
            {"inputName": "`collationName`", "inputType": '"STRING"'},
        )
    if not isinstance(subject.dtype, t.StringType):
        shown = shown_type(subject.dtype)
        raise AnalysisException(
            f"collate needs a string, not a value of {shown}",
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            {"requiredType": '"STRING"', "inputType": shown},
        )


def _collate_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    return t.StringType(usual_name(args[1].item))


def _collation(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    found = call.args[0].dtype.collation
    return text_sql(f"SYSTEM.BUILTIN.{found}")


# --- keys ------------------------------------------------------------------------------------------------------------


def lower_sql(text: str) -> str:
    """The lower case of each character by itself: two of them for a capital I with a dot, one sigma for both."""
    return f"replace(lower(replace({text}, '\u0130', 'i\u0307')), '\u03c2', '\u03c3')"


def _string_key(text: str, collation: str) -> str:
    rules = rules_of(collation)
    if rules.trims:
        text = f"rtrim({text}, ' ')"
    if rules.lower:
        return lower_sql(text)
    return text if rules.locale is None else f"icu_sort_key({text}, '{rules.locale}')"


def key_sql(text: str, dtype: t.DataType, depth: int = 0) -> str:
    """SQL of a value's key: the value, with keys in the places of collated strings at any depth."""
    if not is_collated(dtype):
        return text
    if isinstance(dtype, t.StringType):
        return _string_key(text, dtype.collation)
    if isinstance(dtype, t.ArrayType):
        return f"list_transform({text}, lambda _k{depth}: {key_sql(f'_k{depth}', dtype.elementType, depth + 1)})"
    assert isinstance(dtype, t.StructType)
    from minispark.sql.convert.physical import physical_names

    names = physical_names(dtype)
    parts = [
        f'"{name}" := {key_sql(f"struct_extract_at({text}, {place})", field.dataType, depth)}'
        for place, (name, field) in enumerate(zip(names, dtype.fields, strict=True), 1)
    ]
    return f"(CASE WHEN {text} IS NOT NULL THEN struct_pack({', '.join(parts)}) END)"


def key_type(dtype: t.DataType) -> t.DataType:
    """The type of keys of values of a type: the same with plain strings."""
    if isinstance(dtype, t.StringType):
        return _STRING
    if isinstance(dtype, t.ArrayType):
        return t.ArrayType(key_type(dtype.elementType), dtype.containsNull)
    if isinstance(dtype, t.StructType):
        return t.StructType([t.StructField(one.name, key_type(one.dataType), one.nullable) for one in dtype.fields])
    return dtype


def _key(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return key_sql(args[0], call.args[0].dtype)


UNIQUE = scalar("map_of_unique_keys", (k.MAP,), 0, factory="collatedtexts:unique_map")
"""The map, where no two keys are equal by their collation."""
KEY = scalar("collation_key", (k.ANY,), lambda args, settings: key_type(args[0].dtype), _key)


def indeterminate() -> Exception:
    """The error where strings must be compared of which nobody knows how."""
    from minispark.errors import SparkRuntimeException

    return SparkRuntimeException(
        "strings of several collations met, and nothing says by which to compare them; say it with COLLATE",
        "INDETERMINATE_COLLATION",
        {},
    )


def keyed(one: Expression) -> Expression:
    """The key of a resolved expression; itself where its type has no collation."""
    if not is_collated(one.dtype):
        return one
    if is_indeterminate(one.dtype):
        raise indeterminate()
    return Call(KEY, (one,), key_type(one.dtype), one.nullable)


def _listed(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return emit.exact(call, [f"list({args[0]}{{o}}){{f}}"], "collatedtexts:distinct_list")


def _joined(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    return emit.exact(call, [f"list({args[0]}{{o}}){{f}}", args[1]], "collatedtexts:distinct_text")


DISTINCT_LISTS = {"collect_list": _listed, "listagg": _joined}
"""SQL of aggregates that gather strings, each once by its collation: the first of those that are equal."""

FUNCTIONS = (
    Function(
        "collate", (k.ANY, k.ANY), _collate_type, "{0}", binds=lambda args, settings: args, check=_collate_check,
        null=lambda args: args[0].nullable,
    ),
    scalar("collation", (k.STRING,), _STRING, _collation, null="never"),
    KEY,
    UNIQUE,
)  # fmt: skip
