"""CHAR(n) and VARCHAR(n) when rows are read from a table and put into one.

Spark's ``CharVarcharUtils``: what is stored is checked and filled up, and what is read is filled up once more, as other
programs write such files too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, flag
from minispark.sql.plan.expressions import Attribute, Call, Literal
from minispark.sql.types.limits import declared_type, unlimited

_Leaf = Callable[[str, Any], str]


def has_limits(dtype: t.DataType) -> bool:
    """Whether a type has a limit somewhere."""
    return unlimited(dtype) != dtype


def limited(dtype: t.DataType, settings: Settings) -> bool:
    """Whether a column's type has a limit that counts: none does by ``spark.sql.legacy.charVarcharAsString``."""
    return has_limits(dtype) and not flag(settings, "legacy.charVarcharAsString")


def read(value: Any, dtype: t.DataType) -> Any:
    """A stored value of a declared type as queries see it."""
    return _call("read_limited", value, dtype, lambda emit: _filled)


def written(value: Any, dtype: t.DataType) -> Any:
    """A value of strings as it may be stored in a column of a declared type.

    It raises SparkRuntimeException (EXCEED_LIMIT_LENGTH) in the query where more than spaces would be cut off.
    """
    return _call("write_limited", value, dtype, _checked)


def filled_alike(left: Any, right: Any, settings: Settings) -> tuple[Any, Any]:
    """Both sides of a comparison, the shorter filled up where a column is CHAR and the other one too, or a constant.

    Spark's rule ``ApplyCharTypePadding``.
    """
    one, other = _length(left), _length(right)
    if one is None or other is None or not (_is_char(left) or _is_char(right)):
        return left, right
    if one == other:
        return _filled_itself(left, settings), _filled_itself(right, settings)
    if one < other:
        return _filled_to(left, other), _filled_itself(right, settings)
    return _filled_itself(left, settings), _filled_to(right, one)


def _filled_itself(one: Any, settings: Settings) -> Any:
    """A column as long as it is declared, where it was not filled up when it was read."""
    short = not flag(settings, "readSideCharPadding", True) and not flag(settings, "legacy.noCharPaddingInPredicate")
    return _filled_to(one, _length(one) or 0) if short and _is_char(one) else one


def filled_all(args: Sequence[Any], settings: Settings) -> list[Any]:
    """The value and the list of IN, filled up to the longest where all may be."""
    lengths = [_length(arg) for arg in args]
    if not args or not _is_char(args[0]) or any(one is None for one in lengths):
        return list(args)
    longest = max(one for one in lengths if one is not None)
    return [
        _filled_itself(arg, settings) if one == longest else _filled_to(arg, longest)
        for arg, one in zip(args, lengths, strict=True)
    ]


def _is_char(one: Any) -> bool:
    return isinstance(one, Attribute) and isinstance(declared_type(one.metadata), t.CharType)


def _length(one: Any) -> int | None:
    if isinstance(one, Literal) and isinstance(one.item, str):
        return len(one.item)
    if not isinstance(one, Attribute) or not one.metadata:
        return None
    found = declared_type(one.metadata)
    return found.length if isinstance(found, t.CharType) else None


def _filled_to(one: Any, length: int) -> Any:
    if isinstance(one, Literal):
        return Literal(one.item.ljust(length), one.dtype)
    return read(one, t.CharType(length))


def _call(name: str, value: Any, dtype: t.DataType, leaf: Callable[[Emitting], Callable[[str, Any], str]]) -> Any:
    plain = unlimited(dtype)

    def sql(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        return _changed(args[0], dtype, leaf(emit), 0)

    return Call(Function(name, (k.ANY,), plain, sql), (value,), plain, value.nullable)


def _changed(item: str, dtype: t.DataType, leaf: _Leaf, depth: int) -> str:
    """SQL of the value with each string of a limit changed by ``leaf``."""
    if isinstance(dtype, (t.CharType, t.VarcharType)):
        return leaf(item, dtype)
    if not has_limits(dtype):
        return item
    if isinstance(dtype, t.ArrayType):
        return _each(item, dtype.elementType, leaf, depth)
    if isinstance(dtype, t.MapType):
        keys = _each(f"map_keys({item})", dtype.keyType, leaf, depth)
        values = _each(f"map_values({item})", dtype.valueType, leaf, depth)
        return f"CASE WHEN {item} IS NOT NULL THEN map({keys}, {values}) END"
    assert isinstance(dtype, t.StructType)
    from minispark.sql.convert.physical import physical_names

    parts = [
        f'"{quoted}" := ' + _changed(f'({item})."{quoted}"', field.dataType, leaf, depth)
        for quoted, field in zip((name.replace('"', '""') for name in physical_names(dtype)), dtype.fields, strict=True)
    ]
    return f"CASE WHEN {item} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"


def _each(item: str, dtype: t.DataType, leaf: _Leaf, depth: int) -> str:
    if not has_limits(dtype):
        return item
    name = f"_part{depth}"
    return f"list_transform({item}, lambda {name}: {_changed(name, dtype, leaf, depth + 1)})"


def _filled(item: str, dtype: Any) -> str:
    if isinstance(dtype, t.VarcharType):
        return item
    return f"(CASE WHEN length({item}) >= {dtype.length} THEN {item} ELSE rpad({item}, {dtype.length}, ' ') END)"


def _checked(emit: Emitting) -> _Leaf:
    def leaf(item: str, dtype: Any) -> str:
        limit = dtype.length
        message = f"'a text is longer than the {limit} characters of its column''s type {dtype.simpleString()}'"
        failure = emit.failure("SparkRuntimeException", "EXCEED_LIMIT_LENGTH", message, t.StringType())
        within = f"rpad({item}, {limit}, ' ')" if isinstance(dtype, t.CharType) else item
        return (
            f"(CASE WHEN length({item}) <= {limit} THEN {within} WHEN length(rtrim({item}, ' ')) > {limit} "
            f"THEN {failure} ELSE left({item}, {limit}) END)"
        )

    return leaf
