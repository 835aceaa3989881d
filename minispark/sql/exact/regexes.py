"""Spark's functions of regular expressions, over Java's dialect (``javaregex.py``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from re import _parser  # type: ignore[attr-defined]  # not in the stubs
from typing import NoReturn

from minispark.errors import (
    IllegalArgumentException,
    PySparkException,
    PySparkNotImplementedError,
    SparkRuntimeException,
)
from minispark.sql.exact.javaescapes import PatternError
from minispark.sql.exact.javaregex import compiled
from minispark.sql.exact.nulls import strict


def _pattern(pattern: str, function: str) -> re.Pattern[str]:
    try:
        return compiled(pattern)
    except PatternError as error:
        raise _wrong(pattern, function, error) from None


def _wrong(pattern: str, function: str, error: PatternError) -> PySparkException:
    parameters = {"parameter": "`regexp`", "functionName": f"`{function}`", "value": f"'{pattern}'"}
    if error.unsupported:
        return PySparkNotImplementedError(
            f"{function}: {error} in {pattern!r}: valid in Java, not here; write it in other words",
            "NOT_IMPLEMENTED",
            {"feature": f"the pattern {pattern}"},
        )
    text = f"{function}: '{pattern}' is no regular expression: {error}"
    if function == "split":  # whose patterns Spark leaves to Java to complain about
        return IllegalArgumentException(text)
    return SparkRuntimeException(text, "INVALID_PARAMETER_VALUE.PATTERN", parameters)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches as Java finds them: after an empty one it goes on a character later, where Python looks once more."""
    at = 0
    for match in pattern.finditer(text):
        yield match
        if match.end() == match.start():
            at = match.end() + 1
            break
    else:
        return
    while at <= len(text):
        found = pattern.search(text, at)
        if found is None:
            return
        yield found
        at = found.end() + (found.end() == found.start())


def rlike(text: str, pattern: str) -> bool:
    """Whether the pattern matches anywhere."""
    return _pattern(pattern, "rlike").search(text) is not None


def regexp_replace(text: str, pattern: str, replacement: str, position: int = 1) -> str:
    """All matches from ``position`` on (1 is the first; counted as Java does, characters beyond U+FFFF twice) replaced.

    In the replacement ``$1`` and ``${name}`` are groups, and a backslash takes the next character as it is.

    >>> regexp_replace("100-200", "(\\\\d)(\\\\d+)", "$1_", 1)
    '1_-2_'
    """
    found = _pattern(pattern, "regexp_replace")
    start = _offset(text, position - 1)
    if start >= len(text) and position != 1:
        return text
    if start == 0 and (quick := _template(replacement, found)) is not None:
        return found.sub(quick, text)
    parts: list[str | tuple[int | str]] | None = None
    if "$" not in replacement and "\\" not in replacement:
        parts = [replacement]
    out, at, rest = [text[:start]], 0, text[start:]
    for match in _matches(found, rest):
        if parts is None:
            parts = replacement_parts(replacement, found)
            if parts is None:
                _refuse(text, pattern, replacement, position)
        out.append(rest[at : match.start()])
        out += [part if isinstance(part, str) else match[part[0]] or "" for part in parts]
        at = match.end()
    return "".join(out) + rest[at:]


@lru_cache(64)
def _template(replacement: str, pattern: re.Pattern[str]) -> str | None:
    """The replacement as ``re.sub`` takes it; None for a malformed one, and for patterns that may match nothing."""
    parts = replacement_parts(replacement, pattern)
    if parts is None or _parser.parse(pattern.pattern, pattern.flags).getwidth()[0] == 0:
        return None
    return "".join(part.replace("\\", "\\\\") if isinstance(part, str) else f"\\g<{part[0]}>" for part in parts)


@lru_cache(64)
def replacement_parts(replacement: str, pattern: re.Pattern[str]) -> list[str | tuple[int | str]] | None:
    """Texts and groups; None if it is malformed."""
    parts: list[str | tuple[int | str]] = []
    at = 0
    while at < len(replacement):
        character = replacement[at]
        at += 1
        if character == "\\":
            if at == len(replacement):
                return None
            parts.append(replacement[at])
            at += 1
        elif character != "$":
            parts.append(character)
        else:
            group, at = _group(replacement, at, pattern)
            if group is None:
                return None
            parts.append((group,))
    return parts


def _group(replacement: str, at: int, pattern: re.Pattern[str]) -> tuple[int | str | None, int]:
    named = re.compile(r"\{([a-zA-Z][a-zA-Z0-9]*)\}").match(replacement, at)
    if named is not None:
        return (named[1] if named[1] in pattern.groupindex else None), named.end()
    if at == len(replacement) or replacement[at] not in "0123456789":
        return None, at
    number = int(replacement[at])
    if number > pattern.groups:
        return None, at
    at += 1
    while at < len(replacement) and replacement[at] in "0123456789":
        longer = number * 10 + int(replacement[at])
        if longer > pattern.groups:
            break
        number, at = longer, at + 1
    return number, at


def _refuse(text: str, pattern: str, replacement: str, position: int) -> NoReturn:
    parameters = {"source": text, "pattern": pattern, "replacement": replacement, "position": str(position)}
    said = f"regexp_replace: the replacement {replacement!r} does not fit the pattern {pattern!r}: $ and \\ are special"
    raise SparkRuntimeException(said, "INVALID_REGEXP_REPLACE", parameters)


def _offset(text: str, units: int) -> int:
    """The index of the character at a number of UTF-16 units."""
    if text.isascii() or units <= 0:
        return units
    at = 0
    while units > 0 and at < len(text):
        units -= 2 if text[at] > "\uffff" else 1
        at += 1
    return at + units if units > 0 else at


def regexp_extract(text: str, pattern: str, index: int = 1) -> str:
    """A group of the first match; empty without a match, or where the group took no part in it."""
    match = _pattern(pattern, "regexp_extract").search(text)
    if match is None:
        return ""
    _check_index("regexp_extract", match.re.groups, index)
    return match[index] or ""


def regexp_extract_all(text: str, pattern: str, index: int = 1) -> list[str]:
    """A group of every match."""
    found = _pattern(pattern, "regexp_extract_all")
    out = []
    for match in _matches(found, text):
        _check_index("regexp_extract_all", found.groups, index)
        out.append(match[index] or "")
    return out


def _check_index(function: str, count: int, index: int) -> None:
    if not 0 <= index <= count:
        text = f"{function}: the pattern has the groups 0 to {count}, not {index}"
        parameters = {"parameter": "`idx`", "functionName": f"`{function}`"}
        parameters |= {"groupCount": str(count), "groupIndex": str(index)}
        raise SparkRuntimeException(text, "INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", parameters)


def regexp_count(text: str, pattern: str) -> int:
    """How many matches there are."""
    return sum(1 for _ in _matches(_pattern(pattern, "regexp_count"), text))


@strict
def regexp_substr(text: str, pattern: str) -> str | None:
    """The first match; None without one, or where it is empty."""
    match = _pattern(pattern, "regexp_substr").search(text)
    return None if match is None else match[0] or None


def regexp_instr(text: str, pattern: str, group: int = 0) -> int:
    """The 1-based position of the first match, 0 without one. The group is not looked at, as in Spark."""
    match = _pattern(pattern, "regexp_instr").search(text)
    return 0 if match is None else match.start() + 1


def split(text: str, pattern: str, limit: int = -1) -> list[str]:
    """What lies between matches, in ``limit`` parts at most if it is positive.

    >>> split("a1b2", "[0-9]"), split("abc", ""), split("abc", "", 2)
    (['a', 'b', ''], ['a', 'b', 'c'], ['a', 'bc'])
    """
    if not pattern and text:
        count = len(text) if limit <= 0 else min(limit, len(text))
        return [*text[: count - 1], text[count - 1 :]]
    out: list[str] = []
    at = 0
    for match in _matches(_pattern(pattern, "split"), text):
        if 0 < limit == len(out) + 1:
            break
        if match.end() == 0:
            continue
        out.append(text[at : match.start()])
        at = match.end()
    return [*out, text[at:]]


def like(text: str, pattern: str, escape: str = "\\") -> bool:
    """SQL's LIKE: ``_`` is any character, ``%`` any text."""
    return _like(pattern, escape, False).fullmatch(text) is not None


def ilike(text: str, pattern: str, escape: str = "\\") -> bool:
    """LIKE over lower-cased text and pattern."""
    return _like(pattern.lower(), escape, True).fullmatch(text.lower()) is not None


def _like(pattern: str, escape: str, lower: bool) -> re.Pattern[str]:
    return re.compile(like_regex(pattern, escape), re.S)


def like_regex(pattern: str, escape: str) -> str:
    """The regular expression of a LIKE pattern. Raises AnalysisException for an escape of what needs none."""
    from minispark.errors import AnalysisException

    out = []
    rest = iter(pattern)
    for character in rest:
        if character == escape:
            after = next(rest, None)
            if after is None or after not in ("_", "%", escape):
                end = after is None
                why = "ends with its escape character" if end else f"escapes {after!r}, which needs no escape"
                raise AnalysisException(
                    f"the LIKE pattern {pattern!r} {why}",
                    "INVALID_FORMAT.ESC_AT_THE_END" if end else "INVALID_FORMAT.ESC_IN_THE_MIDDLE",
                    {"format": f"'{pattern}'", "char": f"'{after}'"},
                )
            out.append(re.escape(after))
        else:
            out.append({"_": ".", "%": ".*"}.get(character) or re.escape(character))
    return "".join(out)
