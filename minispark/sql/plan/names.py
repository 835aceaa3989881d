"""Names of columns as users write them."""

from __future__ import annotations

from minispark.errors import AnalysisException


def parse_name(text: str) -> tuple[str, ...]:
    """The parts of ``a.b`` or ``` `a.b`.c ```. Raises AnalysisException where backticks do not fit.

    >>> parse_name("a.`b.c`"), parse_name("x")
    (('a', 'b.c'), ('x',))
    """
    if "`" not in text and "." not in text:
        return (text,)
    parts: list[str] = []
    place = 0
    while True:
        if text.startswith("`", place):
            part, place = _quoted(text, place + 1)
        else:
            end = text.find(".", place)
            end = len(text) if end < 0 else end
            part, place = text[place:end], end
            if "`" in part or not part:
                raise _wrong(text)
        parts.append(part)
        if place == len(text):
            return tuple(parts)
        if text[place] != ".":
            raise _wrong(text)
        place += 1


def _quoted(text: str, place: int) -> tuple[str, int]:
    part = ""
    while True:
        end = text.find("`", place)
        if end < 0:
            raise _wrong(text)
        part += text[place:end]
        if not text.startswith("``", end):
            return part, end + 1
        part += "`"
        place = end + 2


def _wrong(text: str) -> AnalysisException:
    return AnalysisException(
        f"{text!r} is no column's name: parts are joined by dots, and a part with other signs stands in backticks",
        "INVALID_ATTRIBUTE_NAME_SYNTAX",
        {"name": text},
    )
