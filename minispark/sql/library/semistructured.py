"""JSON, variants and URLs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.castrules import castable, from_variant
from minispark.sql.library.function import Function, Settings, aggregate, scalar
from minispark.sql.library.nested import INT, array_wanted, mismatch, shown
from minispark.sql.library.semistructured_records import parsed_schema
from minispark.sql.library.sides import convert
from minispark.sql.plan.expressions import Literal

STRING = t.StringType()
VARIANT = t.VariantType()


def _variant_type(args: Sequence[Any], settings: Settings) -> t.DataType:
    if len(args) < 3:
        return VARIANT
    text = args[2]
    if not isinstance(text, Literal) or text.item is None:
        raise mismatch("NON_FOLDABLE_INPUT", "variant_get takes a type as a constant text", inputName="`type`")
    kind = parsed_schema(text.item, settings)
    if not from_variant(kind):
        raise mismatch(
            "CAST_WITHOUT_SUGGESTION",
            f"a variant has no counterpart in {shown(kind)}",
            srcType='"VARIANT"',
            targetType=shown(kind),
        )
    return kind


def to_variant(kind: t.DataType) -> bool:
    """Whether values of a type can become variants."""
    if isinstance(kind, t.ArrayType):
        return to_variant(kind.elementType)
    if isinstance(kind, t.MapType):
        return k.is_string(kind.keyType) and to_variant(kind.valueType)
    if isinstance(kind, t.StructType):
        return all(to_variant(field.dataType) for field in kind.fields)
    intervals = (t.CalendarIntervalType, t.DayTimeIntervalType, t.YearMonthIntervalType, t.TimeType)
    return not isinstance(kind, intervals)


def _object_check(args: Sequence[Any], settings: Settings) -> None:
    kind = args[0].dtype
    if not (k.is_nested(kind) and to_variant(kind)):
        raise mismatch(
            "CAST_WITHOUT_SUGGESTION",
            f"to_variant_object takes arrays, structs and maps of texts, not {shown(kind)}",
            srcType=shown(kind),
            targetType='"VARIANT"',
        )


_GET = (k.VARIANT, k.STRING, k.constant(k.STRING))


def _edit_binds(name: str) -> Callable[..., Any]:
    """A rule for functions of a variant, a path, a value that can become a variant, and a flag."""

    def binds(args: Sequence[Any], settings: Settings) -> Sequence[Any]:
        whole, path, item = args[:3]
        if not isinstance(whole.dtype, (t.VariantType, t.NullType)):
            raise array_wanted(name, 1, whole.dtype, "VARIANT")
        if not castable(item.dtype, VARIANT, settings.ansi):
            raise mismatch(
                "CAST_WITHOUT_SUGGESTION", f"{name} takes a value that can become a variant, not {shown(item.dtype)}",
                srcType=shown(item.dtype), targetType='"VARIANT"',
            )  # fmt: skip
        if len(args) == 4 and not isinstance(args[3].dtype, (t.BooleanType, t.NullType)):
            raise array_wanted(name, 4, args[3].dtype, "BOOLEAN")
        if isinstance(item.dtype, t.NullType):
            item = convert(item, VARIANT)
        flags = [convert(arg, t.BooleanType()) for arg in args[3:]]
        return [convert(whole, VARIANT), convert(path, STRING), item, *flags]

    return binds


def _edits(name: str, most: int = 3) -> tuple[Function, Function]:
    """A function that changes variants, and the one that gives null where it cannot."""
    both = [
        scalar(one, (k.ANY,) * most, VARIANT, least=3, binds=_edit_binds(one), factory=f"variant_edits:{one}")
        for one in (name, f"try_{name}")
    ]
    return both[0], both[1]


_URL = (k.STRING, k.STRING, k.STRING)

_TEXT = k.Kind("STRING", k.is_string)
"""Text by itself: nothing else is converted to it."""

FUNCTIONS: tuple[Function, ...] = (
    scalar("get_json_object", (_TEXT, _TEXT), STRING, exact="jsonpaths:get_json_object", null="any"),
    scalar("json_array_length", (_TEXT,), INT, exact="jsonpaths:json_array_length"),
    scalar("json_object_keys", (_TEXT,), t.ArrayType(STRING), exact="jsonpaths:json_object_keys"),
    scalar("parse_url", _URL, STRING, least=2, exact="urls:parse_url", null="any"),
    scalar("try_parse_url", _URL, STRING, least=2, exact="urls:try_parse_url", null="any"),
    scalar("url_encode", (k.STRING,), STRING, exact="urls:url_encode"),
    scalar("url_decode", (k.STRING,), STRING, exact="urls:url_decode"),
    scalar("try_url_decode", (k.STRING,), STRING, exact="urls:try_url_decode"),
    scalar("parse_json", (_TEXT,), VARIANT, factory="variants:json_parser"),
    scalar("try_parse_json", (_TEXT,), VARIANT, factory="variants:json_trier"),
    scalar("variant_get", _GET, _variant_type, least=2, factory="variants:variant_getter"),
    scalar("try_variant_get", _GET, _variant_type, least=2, factory="variants:try_variant_getter"),
    scalar("is_variant_null", (k.VARIANT,), t.BooleanType(), exact="variants:is_variant_null", null="never"),
    *_edits("variant_insert"),
    *_edits("variant_set", 4),
    *_edits("variant_array_append"),
    scalar(
        "variant_delete",
        (k.VARIANT, k.STRING),
        VARIANT,
        more=k.STRING,
        exact="variant_edits:variant_delete",
        null="given",
    ),
    scalar("variant_strip_nulls", (k.VARIANT, k.BOOLEAN), VARIANT, least=1, exact="variant_edits:variant_strip_nulls"),
    scalar("is_valid_variant", (k.VARIANT,), t.BooleanType(), exact="variant_edits:is_valid_variant"),
    scalar("schema_of_variant", (k.VARIANT,), STRING, exact="variants:schema_of_variant"),
    aggregate("schema_of_variant_agg", (k.VARIANT,), STRING, exact="variants:schema_of_variants", null="never"),
    scalar("to_variant_object", (k.ANY,), VARIANT, factory="variants:to_variant", check=_object_check),
)
