"""Texts: patterns, formats, encodings, collations."""

from __future__ import annotations

from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given, given_lit, lit, number, seeded

__all__ = [
    "base64",
    "collate",
    "collation",
    "decode",
    "encode",
    "format_number",
    "from_base32",
    "is_valid_utf8",
    "jaro_winkler_similarity",
    "make_valid_utf8",
    "mask",
    "parse_url",
    "quote",
    "randstr",
    "regexp",
    "regexp_count",
    "regexp_extract",
    "regexp_extract_all",
    "regexp_instr",
    "regexp_like",
    "regexp_replace",
    "regexp_substr",
    "rlike",
    "sentences",
    "soundex",
    "split",
    "to_base32",
    "to_binary",
    "to_char",
    "to_number",
    "to_varchar",
    "try_parse_url",
    "try_to_binary",
    "try_to_number",
    "try_url_decode",
    "try_validate_utf8",
    "unbase64",
    "url_decode",
    "url_encode",
    "validate_utf8",
]


def base64(col: ColumnOrName) -> Column:
    """Bytes as base 64."""
    return call("base64", col)


def collate(col: ColumnOrName, collation: str) -> Column:
    """The text with another collation, by which it is compared."""
    return call("collate", col, lit(collation))


def collation(col: ColumnOrName) -> Column:
    """The name of the text's collation."""
    return call("collation", col)


def decode(col: ColumnOrName, charset: str) -> Column:
    """Bytes as a text in a character set."""
    return call("decode", col, lit(charset))


def encode(col: ColumnOrName, charset: str) -> Column:
    """A text as bytes in a character set."""
    return call("encode", col, lit(charset))


def format_number(col: ColumnOrName, d: int) -> Column:
    """A number with commas at the thousands, rounded to ``d`` digits behind the point."""
    return call("format_number", col, lit(d))


def from_base32(col: ColumnOrName) -> Column:
    """The bytes that base 32 stands for."""
    return call("from_base32", col)


def is_valid_utf8(str: ColumnOrName) -> Column:
    """Whether the bytes of a text are UTF-8."""
    return call("is_valid_utf8", str)


def jaro_winkler_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """How alike two texts are, from 0.0 to 1.0, by Jaro and Winkler."""
    return call("jaro_winkler_similarity", left, right)


def make_valid_utf8(str: ColumnOrName) -> Column:
    """The text with what is not UTF-8 replaced by the sign for it."""
    return call("make_valid_utf8", str)


def mask(
    col: ColumnOrName,
    upperChar: ColumnOrName | None = None,
    lowerChar: ColumnOrName | None = None,
    digitChar: ColumnOrName | None = None,
    otherChar: ColumnOrName | None = None,
) -> Column:
    """The text with capital letters, small ones, digits and other signs each replaced by one sign; null keeps them."""
    return call(
        "mask",
        col,
        lit("X") if upperChar is None else upperChar,
        lit("x") if lowerChar is None else lowerChar,
        lit("n") if digitChar is None else digitChar,
        lit(None) if otherChar is None else otherChar,
    )


def quote(col: ColumnOrName) -> Column:
    """The text in single quotes, those within escaped."""
    return call("quote", col)


def regexp(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text fits a regular expression."""
    return call("regexp", str, regexp)


def regexp_count(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """How often a regular expression fits."""
    return call("regexp_count", str, regexp)


def regexp_extract(str: ColumnOrName, pattern: str, idx: int) -> Column:
    """The group ``idx`` of the first part that fits a pattern, the whole part for 0; empty without one."""
    return call("regexp_extract", str, lit(pattern), lit(idx))


def regexp_extract_all(str: ColumnOrName, regexp: ColumnOrName, idx: int | Column | None = None) -> Column:
    """The group ``idx`` (1 without it) of each part that fits a pattern."""
    return call("regexp_extract_all", str, regexp, *given_lit(idx))


def regexp_instr(str: ColumnOrName, regexp: ColumnOrName, idx: int | Column | None = None) -> Column:
    """The place of the first part that fits, from 1; 0 without one."""
    return call("regexp_instr", str, regexp, *given_lit(idx))


def regexp_like(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text fits a regular expression."""
    return call("regexp_like", str, regexp)


def regexp_replace(
    string: ColumnOrName, pattern: str | Column, replacement: str | Column, position: int | Column | None = None
) -> Column:
    """Each part that fits a pattern, at ``position`` or after it, replaced.

    >>> regexp_replace("name", "[aeiou]", "*")
    Column<'regexp_replace(name, '[aeiou]', '*')'>
    """
    return call("regexp_replace", string, lit(pattern), lit(replacement), *given_lit(position))


def regexp_substr(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """The first part that fits a regular expression; null without one."""
    return call("regexp_substr", str, regexp)


def rlike(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a part of the text fits a regular expression."""
    return call("rlike", str, regexp)


def soundex(col: ColumnOrName) -> Column:
    """The text's Soundex code."""
    return call("soundex", col)


def split(str: ColumnOrName, pattern: Column | str, limit: ColumnOrName | int = -1) -> Column:
    """The parts between what fits a pattern; at most ``limit`` of them if positive, with empty ones at the end unless
    0.
    """
    return call("split", str, lit(pattern), number(limit))


def to_base32(col: ColumnOrName) -> Column:
    """Bytes as base 32."""
    return call("to_base32", col)


def to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The bytes that a text stands for, by its format: hex (without one), utf-8, base64."""
    return call("to_binary", col, *given(format))


def to_char(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number, date or bytes as text by a format."""
    return call("to_char", col, format)


def to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The decimal number that a text stands for, by a format."""
    return call("to_number", col, format)


def to_varchar(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number, date or bytes as text by a format."""
    return call("to_varchar", col, format)


def try_to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """As ``to_binary``, but null for texts that do not fit."""
    return call("try_to_binary", col, *given(format))


def try_to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """As ``to_number``, but null for texts that do not fit."""
    return call("try_to_number", col, format)


def try_validate_utf8(str: ColumnOrName) -> Column:
    """The text, null where it is not UTF-8."""
    return call("try_validate_utf8", str)


def unbase64(col: ColumnOrName) -> Column:
    """The bytes that base 64 stands for."""
    return call("unbase64", col)


def validate_utf8(str: ColumnOrName) -> Column:
    """The text; fails where it is not UTF-8."""
    return call("validate_utf8", str)


def parse_url(url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None) -> Column:
    """A part of a URL: HOST, PATH, QUERY (or one value of it by ``key``), REF, PROTOCOL, FILE, AUTHORITY, USERINFO."""
    return call("parse_url", url, partToExtract, *given(key))


def try_parse_url(url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None) -> Column:
    """As ``parse_url``, but null for what is no URL."""
    return call("try_parse_url", url, partToExtract, *given(key))


def try_url_decode(str: ColumnOrName) -> Column:
    """As ``url_decode``, but null for texts that do not fit."""
    return call("try_url_decode", str)


def url_decode(str: ColumnOrName) -> Column:
    """The text that a part of a URL stands for."""
    return call("url_decode", str)


def url_encode(str: ColumnOrName) -> Column:
    """The text as a part of a URL."""
    return call("url_encode", str)


def randstr(length: Column | int, seed: Column | int | None = None) -> Column:
    """A random text of a constant length, of letters and digits."""
    return call("randstr", lit(length), seeded(None) if seed is None else lit(seed))


def sentences(
    string: ColumnOrName, language: ColumnOrName | None = None, country: ColumnOrName | None = None
) -> Column:
    """The words of the text's sentences, as an array of arrays, by the rules of a language and country."""
    return call("sentences", string, lit("") if language is None else language, lit("") if country is None else country)
