"""Functions whose results Spark calls nullable, or not, by another rule than that a null argument makes a null.

``printSchema`` shows it, and Parquet files and ``StructType`` comparisons carry it. The classes of Catalyst that say so
are ``DivModLike``, ``UnaryMathExpression``, ``JsonToStructs``, ``XPathExtract``, ``ParseUrl`` and their like.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.sql import types as t

MAYBE = frozenset(
    {
        "acos",
        "acosh",
        "aes_decrypt",
        "aes_encrypt",
        "asin",
        "asinh",
        "atan",
        "atanh",
        "cbrt",
        "cos",
        "cosh",
        "cot",
        "csc",
        "decode_charset",
        "degrees",
        "encode",
        "exp",
        "expm1",
        "divide_intervals",
        "from_json",
        "from_unixtime",
        "from_xml",
        "get_json_object",
        "hmac",
        "is_valid_utf8",
        "jaro_winkler_similarity",
        "json_array_length",
        "json_object_keys",
        "luhn_check",
        "make_valid_utf8",
        "map_contains_key",
        "mask",
        "parse_url",
        "quote",
        "radians",
        "right",
        "rint",
        "sec",
        "sentences",
        "sign",
        "signum",
        "sin",
        "sinh",
        "split_part",
        "sqrt",
        "tan",
        "tanh",
        "to_csv",
        "to_json",
        "to_xml",
        "try_parse_json",
        "try_parse_url",
        "try_url_decode",
        "try_validate_utf8",
        "try_variant_get",
        "url_decode",
        "url_encode",
        "validate_utf8",
        "variant_get",
        "xpath",
        "xpath_boolean",
        "xpath_double",
        "xpath_float",
        "xpath_int",
        "xpath_long",
        "xpath_number",
        "xpath_short",
        "xpath_string",
    }
)
"""They may give null whatever their arguments are."""

DIVISIONS = frozenset(("/", "%", "div", "mod", "pmod"))
"""They may where they divide numbers, or intervals by intervals."""

STRICT = frozenset(
    {
        "make_date",
        "make_timestamp",
        "make_timestamp_ltz",
        "make_timestamp_ntz",
        "timestamp_seconds",
        "to_date",
        "to_timestamp",
        "to_timestamp_ltz",
        "to_timestamp_ntz",
        "to_unix_timestamp",
        "unix_timestamp",
    }
)
"""In ANSI mode what they cannot make is an error, so only null arguments give null."""


_PLACES = ("element_at", "try_element_at", "get", "get_array_item")
"""Functions that give an element of an array by its place: from 1 those of the first two, else from 0."""


def _part_may_be_null(name: str, whole: Any, place: Any, ansi: bool) -> bool:
    """Whether an element may be null (``GetArrayItem``, ``ElementAt``): one of an array that is written out may if it
    is, that of another place may if the array holds nulls or a missing one is no error."""
    fails = ansi and name in ("element_at", "get_array_item")
    if whole.nullable or place.nullable:
        return True
    if not hasattr(place, "item"):
        return bool(whole.dtype.containsNull) or not fails
    if getattr(getattr(whole, "function", None), "name", "") != "array":
        return True
    from_one = name in ("element_at", "try_element_at")
    parts = whole.args
    index = place.item - 1 if from_one and place.item > 0 else place.item
    index += len(parts) if from_one and index < 0 else 0
    return bool(parts[index].nullable) if 0 <= index < len(parts) else not fails


def nullable_by_name(name: str, args: Sequence[Any], ansi: bool) -> bool | None:
    """Whether a function's result may be null, None where its own rule says it.

    >>> from minispark.sql.plan.expressions import Literal
    >>> one = Literal(1, t.IntegerType())
    >>> nullable_by_name("/", [one, one], True), nullable_by_name("make_date", [one], True)
    (True, False)
    """
    if name in MAYBE:
        return True
    if name in DIVISIONS:
        by_number = isinstance(args[0].dtype, (t.DayTimeIntervalType, t.YearMonthIntervalType)) and name == "/"
        return None if by_number else True
    if name in ("contains", "startswith", "endswith") and isinstance(args[0].dtype, t.BinaryType):
        return True
    if name in _PLACES and isinstance(args[0].dtype, t.ArrayType):
        return _part_may_be_null(name, *args, ansi=ansi)  # type: ignore[misc]  # two arguments
    if name in ("multiply_interval", "divide_interval") and any(
        isinstance(arg.dtype, t.CalendarIntervalType) for arg in args
    ):
        return True
    if name == "to_binary":  # of base64 it is a cast that fails
        base64 = len(args) > 1 and str(getattr(args[1], "item", "")).lower() == "base64"
        return any(arg.nullable for arg in args) if base64 else True
    if name == "timestamp_seconds" and isinstance(args[0].dtype, (t.FloatType, t.DoubleType)):
        return True
    if name in STRICT and ansi:
        return any(getattr(arg, "nullable", True) for arg in args)
    return None
