"""Functions that look into collated strings: each as an exact one that follows the collation."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.sql import types as t
from minispark.sql.library.collations import indeterminate
from minispark.sql.plan.expressions import Call, Literal
from minispark.sql.types.collationrules import is_collated, is_indeterminate, words

_SEARCHING = words("contains startswith endswith instr locate replace split_part substring_index find_in_set translate")
_TRIMMING = words("trim btrim ltrim rtrim")
_CASING = words("upper lower initcap")
_PATTERNS = words(
    """
    rlike regexp_count regexp_extract regexp_extract_all regexp_instr regexp_replace regexp_substr split
    """
)
_FOLDED = "(?ui)"
"""What a pattern begins with that looks at no case, as Java writes it."""


def searching(one: Call) -> Call:
    """The call with a function that follows the collation of its arguments; itself where none has to."""
    name = one.name
    if name in ("split_part", "str_to_map") and any(is_indeterminate(arg.dtype) for arg in one.args):
        raise indeterminate()
    if name in _SEARCHING:
        return _exactly(one, name)
    if name in _TRIMMING and len(one.args) == 2:
        return _exactly(one, name)
    first: Any = one.args[0]
    if not is_collated(first.dtype) or not isinstance(first.dtype, t.StringType):
        return one
    by_bytes = first.dtype.collation.startswith("UTF8_BINARY")
    if name in _CASING and not by_bytes and (first.dtype.collation[:4] != "UTF8" or name == "initcap"):
        return _exactly(one, name, "collatedcases")
    if first.dtype.collation != "UTF8_LCASE":
        return one
    if name == "str_to_map":
        usual = [Literal(sign, t.StringType()) for sign in (",", ":")]
        patterns = [*one.args[1:], *usual[len(one.args) - 1 :]]
        return replace(one, args=(first, *map(_folded, patterns)))
    if name in _PATTERNS:
        return replace(one, args=(first, _folded(one.args[1]), *one.args[2:]))
    if name == "like":
        return replace(one, function=replace(one.function, sql=None, exact=None, factory="collatedcases:like"))
    return one


def _exactly(one: Call, name: str, module: str = "collatedtexts") -> Call:
    function = replace(one.function, sql=None, exact=None, factory=f"{module}:{name}")
    return replace(one, function=function)


def _folded(pattern: Any) -> Any:
    """The pattern, to be matched without regard to case."""
    from minispark.sql.library import lookup

    prefix = Literal(_FOLDED, t.StringType())
    if isinstance(pattern, Literal) and isinstance(pattern.item, str):
        known = pattern.item.startswith(_FOLDED)
        return pattern if known else Literal(_FOLDED + pattern.item, pattern.dtype)
    if isinstance(pattern, Call) and pattern.args and pattern.args[0] == prefix:
        return pattern
    return Call(lookup("concat"), (prefix, pattern), t.StringType(), pattern.nullable)
