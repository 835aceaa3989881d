"""Variants: values that carry their own type."""

from __future__ import annotations

from minispark.errors import PySparkValueError
from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, lit

__all__ = [
    "is_valid_variant",
    "is_variant_null",
    "parse_json",
    "schema_of_variant",
    "schema_of_variant_agg",
    "to_variant_object",
    "try_parse_json",
    "try_variant_array_append",
    "try_variant_get",
    "try_variant_insert",
    "try_variant_set",
    "variant_array_append",
    "variant_delete",
    "variant_get",
    "variant_insert",
    "variant_set",
    "variant_strip_nulls",
]


def is_valid_variant(v: ColumnOrName) -> Column:
    """Whether a variant's bytes are well formed."""
    return call("is_valid_variant", v)


def is_variant_null(v: ColumnOrName) -> Column:
    """Whether a variant is a null of JSON."""
    return call("is_variant_null", v)


def parse_json(col: ColumnOrName) -> Column:
    """A variant of a text in JSON."""
    return call("parse_json", col)


def schema_of_variant(v: ColumnOrName) -> Column:
    """The type of what is in a variant, as SQL names it."""
    return call("schema_of_variant", v)


def schema_of_variant_agg(v: ColumnOrName) -> Column:
    """The type that all variants of a group have in common."""
    return call("schema_of_variant_agg", v)


def to_variant_object(col: ColumnOrName) -> Column:
    """A variant of a value of nested types."""
    return call("to_variant_object", col)


def try_parse_json(col: ColumnOrName) -> Column:
    """As ``parse_json``, but null for what is no JSON."""
    return call("try_parse_json", col)


def variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """What is at a path of a variant, as a type; null for nothing there, an error for what does not fit."""
    return call("variant_get", v, lit(path), lit(targetType))


def try_variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """As ``variant_get``, but null for what does not fit."""
    return call("try_variant_get", v, lit(path), lit(targetType))


def variant_delete(v: ColumnOrName, *paths: Column | str) -> Column:
    """The variant without what is at some paths. Raises PySparkValueError for no path."""
    if not paths:
        raise PySparkValueError("variant_delete needs at least one path", "CANNOT_BE_EMPTY", {"item": "paths"})
    return call("variant_delete", v, *map(lit, paths))


def variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value put in at a path where nothing is."""
    return call("variant_insert", v, lit(path), value)


def try_variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """As ``variant_insert``, but null where it fails."""
    return call("try_variant_insert", v, lit(path), value)


def variant_set(v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True) -> Column:
    """The variant with the value at a path set, where there is one, or else put in if allowed."""
    return call("variant_set", v, lit(path), value, lit(create_if_missing))


def try_variant_set(v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True) -> Column:
    """As ``variant_set``, but null where it fails."""
    return call("try_variant_set", v, lit(path), value, lit(create_if_missing))


def variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value put at the end of the array at a path."""
    return call("variant_array_append", v, lit(path), value)


def try_variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """As ``variant_array_append``, but null where it fails."""
    return call("try_variant_array_append", v, lit(path), value)


def variant_strip_nulls(v: ColumnOrName, include_arrays: bool = True) -> Column:
    """The variant without fields, and elements of arrays if told to, that are nulls of JSON."""
    return call("variant_strip_nulls", v, lit(include_arrays))
