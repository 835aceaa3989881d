"""Texts: cut, joined, padded, searched."""

from __future__ import annotations

import builtins

from minispark.sql.column import Column, unexpected
from minispark.sql.functions.making import ColumnOrName, call, given, given_lit, lit, number, plain

__all__ = [
    "ascii",
    "bit_length",
    "btrim",
    "char",
    "char_length",
    "character_length",
    "chr",
    "concat_ws",
    "contains",
    "elt",
    "endswith",
    "find_in_set",
    "format_string",
    "initcap",
    "instr",
    "lcase",
    "left",
    "length",
    "levenshtein",
    "locate",
    "lower",
    "lpad",
    "ltrim",
    "octet_length",
    "overlay",
    "position",
    "printf",
    "repeat",
    "replace",
    "reverse",
    "right",
    "rpad",
    "rtrim",
    "split_part",
    "startswith",
    "substr",
    "substring",
    "substring_index",
    "translate",
    "trim",
    "ucase",
    "upper",
]


def ascii(col: ColumnOrName) -> Column:
    """The number of the text's first sign."""
    return call("ascii", col)


def bit_length(col: ColumnOrName) -> Column:
    """The length in bits."""
    return call("bit_length", col)


def btrim(str: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without leading and trailing blanks, or signs of ``trim``."""
    return call("btrim", str, *given(trim))


def char(col: ColumnOrName) -> Column:
    """The sign of a number, modulo 256."""
    return call("char", col)


def char_length(str: ColumnOrName) -> Column:
    """The number of signs, or of bytes."""
    return call("char_length", str)


def character_length(str: ColumnOrName) -> Column:
    """The number of signs, or of bytes."""
    return call("character_length", str)


def chr(n: ColumnOrName) -> Column:
    """The sign of a number, modulo 256."""
    return call("chr", n)


def contains(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Whether the first has the second within."""
    return call("contains", left, right)


def endswith(str: ColumnOrName, suffix: ColumnOrName) -> Column:
    """Whether the text ends with the other."""
    return call("endswith", str, suffix)


def find_in_set(str: ColumnOrName, str_array: ColumnOrName) -> Column:
    """The place of a text in a list separated by commas, from 1; 0 without it."""
    return call("find_in_set", str, str_array)


def initcap(col: ColumnOrName) -> Column:
    """Each word with a capital first letter, the others small."""
    return call("initcap", col)


def lcase(str: ColumnOrName) -> Column:
    """In small letters."""
    return call("lcase", str)


def left(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The first ``len`` signs."""
    return call("left", str, len)


def length(col: ColumnOrName) -> Column:
    """The number of signs, or of bytes."""
    return call("length", col)


def lower(col: ColumnOrName) -> Column:
    """In small letters."""
    return call("lower", col)


def lpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """Filled up on the left by ``pad`` to a length, or cut to it."""
    return call("lpad", col, lit(len), lit(pad))


def octet_length(col: ColumnOrName) -> Column:
    """The length in bytes."""
    return call("octet_length", col)


def position(substr: ColumnOrName, str: ColumnOrName, start: ColumnOrName | None = None) -> Column:
    """The place of the first ``substr`` in a text at or after ``start``, from 1; 0 without one."""
    return call("position", substr, str, *given(start))


def repeat(col: ColumnOrName, n: ColumnOrName | int) -> Column:
    """The text ``n`` times."""
    return call("repeat", col, number(n))


def replace(src: ColumnOrName, search: ColumnOrName, replace: ColumnOrName | None = None) -> Column:
    """The text with each ``search`` replaced, or left out."""
    return call("replace", src, search, *given(replace))


def reverse(col: ColumnOrName) -> Column:
    """A text or an array in reverse."""
    return call("reverse", col)


def right(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The last ``len`` signs."""
    return call("right", str, len)


def rpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """Filled up on the right by ``pad`` to a length, or cut to it."""
    return call("rpad", col, lit(len), lit(pad))


def split_part(src: ColumnOrName, delimiter: ColumnOrName, partNum: ColumnOrName) -> Column:
    """The part at a number, from 1 or from the end if negative, of a text split at a delimiter; empty without one."""
    return call("split_part", src, delimiter, partNum)


def startswith(str: ColumnOrName, prefix: ColumnOrName) -> Column:
    """Whether the text begins with the other."""
    return call("startswith", str, prefix)


def substr(str: ColumnOrName, pos: ColumnOrName, len: ColumnOrName | None = None) -> Column:
    """``len`` signs from the place ``pos`` on, from 1, or from the end if negative; all the rest without it."""
    return call("substr", str, pos, *given(len))


def substring(str: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int) -> Column:
    """``len`` signs from the place ``pos`` on, from 1, or from the end if negative.

    >>> substring("name", 1, 3)
    Column<'substring(name, 1, 3)'>
    """
    return call("substring", str, number(pos), number(len))


def substring_index(str: ColumnOrName, delim: str, count: int) -> Column:
    """The text up to the ``count``-th delimiter, or after it, counted from the end, if negative."""
    return call("substring_index", str, lit(delim), lit(count))


def translate(srcCol: ColumnOrName, matching: str, replace: str) -> Column:
    """Each sign of ``matching`` replaced by that of ``replace`` at its place, or left out."""
    return call("translate", srcCol, lit(matching), lit(replace))


def ucase(str: ColumnOrName) -> Column:
    """In capital letters."""
    return call("ucase", str)


def upper(col: ColumnOrName) -> Column:
    """In capital letters.

    >>> upper("name")
    Column<'upper(name)'>
    """
    return call("upper", col)


def locate(substr: str, str: ColumnOrName, pos: int = 1) -> Column:
    """The place of the first ``substr`` at or after ``pos``, from 1; 0 without one."""
    return call("locate", lit(substr), str, lit(pos))


def levenshtein(left: ColumnOrName, right: ColumnOrName, threshold: int | None = None) -> Column:
    """How many signs must be changed, put in or taken out to make one text the other; -1 beyond ``threshold``."""
    return call("levenshtein", left, right, *given_lit(threshold))


def concat_ws(sep: str, *cols: ColumnOrName) -> Column:
    """Texts, and those in arrays, joined by a separator, nulls passed over.

    >>> concat_ws("-", "a", "b")
    Column<'concat_ws('-', a, b)'>
    """
    return call("concat_ws", lit(sep), *cols)


def elt(*inputs: ColumnOrName) -> Column:
    """The input at the place that the first column tells, from 1."""
    return call("elt", *inputs)


def format_string(format: str, *cols: ColumnOrName) -> Column:
    """The columns' values put into a format of C's ``printf``."""
    return call("format_string", lit(format), *cols)


def printf(format: ColumnOrName, *cols: ColumnOrName) -> Column:
    """The columns' values put into a format of C's ``printf``, which may itself be a column's."""
    return call("printf", format, *cols)


def instr(
    str: ColumnOrName,
    substr: Column | str,
    start: Column | int | None = None,
    occurrence: Column | int | None = None,
) -> Column:
    """The place of a text in another at or after ``start``, from 1, that of its ``occurrence``-th; 0 without one."""
    if occurrence is not None and start is None:
        start = 1
    return call("instr", str, lit(substr), *given_lit(start, occurrence))


def overlay(src: ColumnOrName, replace: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int = -1) -> Column:
    """The text with ``len`` signs from ``pos`` on (as many as ``replace`` has, for -1) replaced."""
    for argument, item in (("pos", plain(pos)), ("len", plain(len))):
        if not isinstance(item, (int, builtins.str, Column)):
            raise unexpected(argument, "Column, int or str", item)
    return call("overlay", src, replace, number(pos), number(len))


def ltrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without leading blanks, or signs of ``trim``."""
    return call("ltrim", *given(trim), col)


def rtrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without trailing blanks, or signs of ``trim``."""
    return call("rtrim", *given(trim), col)


def trim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without leading and trailing blanks, or signs of ``trim``."""
    return call("trim", *given(trim), col)
