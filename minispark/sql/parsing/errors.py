"""Errors of SQL texts: where in the text, as Spark shows it."""

from __future__ import annotations

from minispark.errors import ParseException


def place_of(text: str, start: int) -> tuple[int, int]:
    """Line, from 1, and column, from 0, of a position."""
    return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1)


def shown(text: str, start: int) -> str:
    """The text with a caret line under the line of a position, in Spark's layout.

    >>> print(shown("SELECT (1", 7))
     (line 1, pos 7)
    <BLANKLINE>
    == SQL ==
    SELECT (1
    -------^^^
    """
    line, column = place_of(text, start)
    lines = text.split("\n")
    lines.insert(line, "-" * column + "^^^")
    return f" (line {line}, pos {column})\n\n== SQL ==\n" + "\n".join(lines)


def syntax_error(
    text: str, start: int, stop: int, near: str, why: str = "", condition: str = "PARSE_SYNTAX_ERROR"
) -> ParseException:
    """The error of a text that the grammar does not have, at a position."""
    what = f"Syntax error at or near {near}" if near else ""
    message = ": ".join(part for part in (what, why) if part)
    hint = f": {why}" if why.startswith("extra input") else ""
    parameters = {"error": near, "hint": hint} if near else {}
    return ParseException(message + "." + shown(text, start), condition, parameters)


def parse_error(text: str, start: int, message: str, condition: str, parameters: dict[str, str]) -> ParseException:
    """An error of another condition at a position of a text."""
    return ParseException(message + "." + shown(text, start), condition, parameters)
