"""Names of tables and databases as methods take them: read as SQL does, with backticks around other signs."""

from __future__ import annotations

import re

from minispark.sql.plan.names import parse_name

_PLAIN = re.compile(r"\w+(?:\.\w+)*", re.ASCII)


def table_name(text: str) -> tuple[str, ...]:
    """The parts of a name. Raises ParseException for what SQL does not read as one.

    >>> table_name("shop.`my orders`")
    ('shop', 'my orders')
    """
    if _PLAIN.fullmatch(text):
        return parse_name(text)
    from minispark.sql.parsing.cursor import Cursor
    from minispark.sql.parsing.tokens import END

    cursor = Cursor(text)
    found = cursor.parts()
    if cursor.token.kind != END:
        extra = f"'{cursor.token.text}'"
        raise cursor.error(
            cursor.token, f"{text!r:.200} is no name: there is {extra} after it; put backticks around its parts",
            "PARSE_SYNTAX_ERROR", {"error": extra, "hint": f": extra input {extra}"},
        )  # fmt: skip
    return found
