"""By which collation strings compare where several meet: that of COLLATE, else that of columns, else that of constants.

Spark's ``CollationTypeCoercion``. Nothing here runs before a process has made its first string type with a collation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Cast,
    Lambda,
    LambdaFunction,
    LambdaVariable,
    Literal,
    Outer,
    PythonCall,
    Subquery,
)
from minispark.sql.types.collationrules import has_strings, is_collated, is_indeterminate, words
from minispark.sql.types.strings import INDETERMINATE

EXPLICIT, UNKNOWN, IMPLICIT, DEFAULT = range(4)
"""How much a collation weighs, the heaviest first: said by COLLATE, in doubt, a column's, a constant's."""

_ALIKE = words(
    """
    in array array_join concat || greatest least coalesce array_contains array_except concat_ws mask replace translate
    trim btrim ltrim rtrim array_append array_intersect array_position array_remove array_union arrays_overlap contains
    endswith <=> = != find_in_set > >= < <= startswith instr to_number try_to_number str_to_map levenshtein split_part
    lag lead regexp_replace rpad lpad overlay elt substring_index locate if case in_subquery
    """
)
"""The functions whose arguments get one collation."""
_COMPARING = words(
    """
    = <=> != < <= > >= contains startswith endswith upper lower initcap find_in_set instr replace locate substring_index
    trim btrim ltrim rtrim translate in in_subquery
    """
)
"""Those that need to know by which."""


class _Weighed(t.DataType):
    """A string type and how much its collation weighs."""

    def __init__(self, collation: str, weight: int) -> None:
        self.collation = collation
        self.weight = weight


def coerced(name: str, args: Sequence[Any]) -> list[Any]:
    """The arguments of a function, strings in them of one collation where it compares or joins them.

    Raises AnalysisException for two collations said by COLLATE, and where it needs one and columns have several.
    """
    if name in _COMPARING and any(is_indeterminate(arg.dtype) for arg in args if not is_lambda(arg)):
        raise _undecided(name)
    if name == "map":
        keys, items = coerced("array", args[::2]), coerced("array", args[1::2])
        return [part for pair in zip(keys, items, strict=False) for part in pair] if len(args) % 2 == 0 else list(args)
    if name == "get_map_value" and isinstance(args[0].dtype, t.MapType) and isinstance(args[1], Literal):
        key = args[0].dtype.keyType
        return [args[0], _changed(args[1], _with(key, DEFAULT)) if isinstance(key, t.StringType) else args[1]]
    if name not in _ALIKE:
        return list(args)
    places = [place for place, arg in enumerate(args) if not is_lambda(arg) and has_strings(arg.dtype)]
    if name == "case":
        places = [place for place in places if place % 2 or place == len(args) - 1]
    winner = _winner([args[place] for place in places])
    if winner is None:
        return list(args)
    if name in _COMPARING and _in_doubt(winner):
        raise _undecided(name)
    return [_changed(arg, winner) if place in places else arg for place, arg in enumerate(args)]


def is_lambda(arg: Any) -> bool:
    """Whether an argument is a function, which has no type of its own yet."""
    return isinstance(arg, (LambdaFunction, Lambda)) or not hasattr(arg, "dtype")


def _undecided(name: str) -> AnalysisException:
    return AnalysisException(
        f"the strings that {name} compares have several collations; say with COLLATE by which to compare them",
        "INDETERMINATE_COLLATION_IN_EXPRESSION",
        {"expr": name},
    )


def _winner(args: Sequence[Any]) -> t.DataType | None:
    if not any(is_collated(arg.dtype) for arg in args):
        return None
    found = _weighed(args[0])
    for arg in args[1:]:
        other = _weighed(arg)
        if found is None or other is None:
            return None
        found = _heavier(found, other)
    return found


# --- how much the collations in an expression's type weigh ----------------------------------------------------------


def _weighed(one: Any) -> t.DataType | None:
    dtype: t.DataType = one.dtype
    if not has_strings(dtype):
        return None
    if isinstance(one, Call):
        return _weighed_call(one, dtype)
    if isinstance(one, Cast):
        return _with(dtype, IMPLICIT if has_strings(one.child.dtype) else DEFAULT)
    if isinstance(one, (Attribute, Alias, Outer, LambdaVariable, Subquery)):
        return _with(dtype, IMPLICIT)
    if isinstance(one, (Literal, PythonCall)):
        return _with(dtype, DEFAULT)
    return _of_children(dtype, one.children)


def _weighed_call(one: Call, dtype: t.DataType) -> t.DataType | None:
    if one.name == "collate":
        return _with(dtype, EXPLICIT)
    if one.name == "get_field":
        struct, place = _weighed(one.args[0]), one.args[1]
        if not isinstance(struct, t.StructType) or not isinstance(place, Literal):
            return None
        member: t.StructField = struct.fields[place.item]
        return member.dataType
    if one.name == "get_map_value":
        whole = _weighed(one.args[0])
        return whole.valueType if isinstance(whole, t.MapType) else None
    if one.name in ("named_struct", "struct") and isinstance(dtype, t.StructType):
        values = one.args[1::2] if one.name == "named_struct" else one.args
        kinds = [_weighed(item) or field.dataType for item, field in zip(values, dtype.fields, strict=False)]
        pairs = zip(dtype.fields, kinds, strict=False)
        return t.StructType([t.StructField(field.name, kind, field.nullable) for field, kind in pairs])
    if one.name == "map" and isinstance(dtype, t.MapType):
        key, item = _of_children(dtype.keyType, one.args[::2]), _of_children(dtype.valueType, one.args[1::2])
        return None if key is None or item is None else t.MapType(key, item)
    return _of_children(dtype, one.args)


def _of_children(dtype: t.DataType, children: Iterable[Any]) -> t.DataType | None:
    kinds = [_weighed(child) for child in children if not is_lambda(child)]
    known = [kind for kind in kinds if kind is not None]
    if not known:
        return _with(dtype, DEFAULT)
    found: t.DataType | None = dtype
    for kind in known:
        found = None if found is None else _heavier(found, kind)
    return found


def _with(dtype: t.DataType, weight: int) -> t.DataType:
    """The type with weighed strings."""
    if isinstance(dtype, t.StringType):
        return _Weighed(dtype.collation, UNKNOWN if dtype.collation == INDETERMINATE else weight)
    if isinstance(dtype, t.ArrayType):
        return t.ArrayType(_with(dtype.elementType, weight), dtype.containsNull)
    if isinstance(dtype, t.MapType):
        return t.MapType(_with(dtype.keyType, weight), _with(dtype.valueType, weight), dtype.valueContainsNull)
    if isinstance(dtype, t.StructType):
        return t.StructType([replaced(field, _with(field.dataType, weight)) for field in dtype.fields])
    return dtype


def replaced(field: t.StructField, dtype: t.DataType) -> t.StructField:
    """The field with another type."""
    return t.StructField(field.name, dtype, field.nullable, field.metadata)


# --- which one wins --------------------------------------------------------------------------------------------------


def _heavier(one: t.DataType, other: t.DataType) -> t.DataType | None:
    """The type with the heavier collation of both at each place; None for types of different shape."""
    if isinstance(other, _Weighed):
        if isinstance(one, _Weighed):
            return _decided(one, other)
        if isinstance(one, t.StringType):
            return other
    return _merged(one, other, _heavier)


def _decided(one: _Weighed, other: _Weighed) -> _Weighed:
    if one.weight != other.weight:
        return one if one.weight < other.weight else other
    if one.collation == other.collation:
        return one
    if one.weight == EXPLICIT:
        shown = ", ".join(shown_type(t.StringType(each.collation)) for each in (one, other))
        raise AnalysisException(
            f"COLLATE says two collations for strings that meet: {shown}; say one of them for all",
            "COLLATION_MISMATCH.EXPLICIT",
            {"explicitTypes": shown},
        )
    return _Weighed(INDETERMINATE, UNKNOWN)


def _merged(
    one: t.DataType, other: t.DataType, both: Callable[[t.DataType, t.DataType], t.DataType | None]
) -> t.DataType | None:
    if one == other:
        return one
    if isinstance(one, t.ArrayType) and isinstance(other, t.ArrayType):
        element = both(one.elementType, other.elementType)
        return None if element is None else t.ArrayType(element, one.containsNull)
    if isinstance(one, t.MapType) and isinstance(other, t.MapType):
        key, item = both(one.keyType, other.keyType), both(one.valueType, other.valueType)
        return None if key is None or item is None else t.MapType(key, item, one.valueContainsNull)
    if isinstance(one, t.ArrayType):
        element = both(one.elementType, other)
        return None if element is None else t.ArrayType(element, one.containsNull)
    if isinstance(other, t.ArrayType):
        return both(one, other.elementType)
    if isinstance(one, t.StructType) and isinstance(other, t.StructType) and len(one.fields) == len(other.fields):
        kinds = [both(mine.dataType, its.dataType) for mine, its in zip(one.fields, other.fields, strict=True)]
        known = [kind for kind in kinds if kind is not None]
        if len(known) < len(kinds):
            return None
        return t.StructType([replaced(field, kind) for field, kind in zip(one.fields, known, strict=True)])
    return None


def _in_doubt(dtype: t.DataType) -> bool:
    if isinstance(dtype, t.ArrayType):
        return _in_doubt(dtype.elementType)
    return isinstance(dtype, _Weighed) and dtype.weight == UNKNOWN


# --- the change ------------------------------------------------------------------------------------------------------


def _plain(one: t.DataType, other: t.DataType) -> t.DataType | None:
    """The first type with the collations of the second."""
    if isinstance(one, t.StringType) and isinstance(other, _Weighed):
        return t.StringType(other.collation)
    return _merged(one, other, _plain)


def _changed(one: Any, winner: t.DataType) -> Any:
    dtype = _plain(one.dtype, winner)
    if dtype is None or dtype == one.dtype:
        return one
    if isinstance(one, Literal):
        return replace(one, dtype=dtype)
    if isinstance(one, Cast):
        return replace(one, dtype=dtype)
    return Cast(one, dtype, "", given=False)
