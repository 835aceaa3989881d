"""Which collations functions take and give, as Spark's signatures say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.collating import is_lambda
from minispark.sql.analysis.defaultcollation import default_type
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.types.collationrules import is_collated, with_collation, words

_SEARCHING = words(
    """
    trim btrim ltrim rtrim contains startswith endswith instr locate replace split_part substring_index translate
    str_to_map
    """
)
"""These look for one string in another, and take no collation that tells cases apart but not accents."""
_PATTERNS = words(
    """
    like ilike rlike regexp_count regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr split
    regexp_substr_all like_all like_any not_like_all not_like_any
    """
)
"""These take UTF8_BINARY and UTF8_LCASE for what is searched."""
_PLAIN = words("schema_of_csv schema_of_json schema_of_xml")
_FOLLOWING = words(
    """
    trim btrim ltrim rtrim replace split_part substring_index translate concat conv elt hex initcap json_tuple lower
    left lpad make_valid_utf8 mask overlay regexp_extract regexp_extract_all regexp_replace regexp_substr repeat reverse
    right rpad sentences split str_to_map substr substring try_validate_utf8 upper validate_utf8 array_join concat_ws
    format_string
    """
)
"""What these give has the collation of their first string."""


def accepted(name: str, args: Sequence[Any]) -> None:
    """Raises AnalysisException for an argument whose collation the function does not take."""
    plain, pattern, searching = name in _PLAIN, name in _PATTERNS, name in _SEARCHING
    if not (plain or pattern or searching):
        return
    for place, arg in enumerate(args):
        if is_lambda(arg) or not isinstance(arg.dtype, t.StringType) or not is_collated(arg.dtype):
            continue
        collation = arg.dtype.collation
        trims = collation.endswith("_RTRIM")
        strict = pattern and (place == 0 or name == "regexp_replace")
        wrong = plain or (strict and collation != "UTF8_LCASE") or (pattern and trims)
        wrong = wrong or (searching and "_AI" in collation and "_CI" not in collation)
        if wrong or (trims and name == "str_to_map"):
            shown = shown_type(arg.dtype)
            raise AnalysisException(
                f"argument {place + 1} of {name} cannot be of type {shown}; say another collation with COLLATE",
                "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
                {"functionName": f"`{name}`", "requiredType": '"STRING"', "inputType": shown},
            )


def result(name: str, args: Sequence[Any], dtype: t.DataType, always: bool) -> t.DataType:
    """The function's result type, with the collation that its strings take from the arguments.

    ``always`` tells a function that gives plain strings whatever it takes: it gives those of a view's default.
    """
    if name not in _FOLLOWING:
        return (default_type() or dtype) if always else dtype
    for arg in args:
        kind = None if is_lambda(arg) else arg.dtype
        while isinstance(kind, t.ArrayType):
            kind = kind.elementType
        if isinstance(kind, t.StringType):
            return dtype if kind.isUTF8BinaryCollation() else with_collation(dtype, kind.collation)
    return dtype
