"""Tables and figures for Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head.

    >>> print(markdown_table([("a", "b"), ("1", "2")]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def short(seconds: float) -> str:
    """Seconds by the digits that matter.

    >>> [short(seconds) for seconds in (0.00123, 0.1234, 1.234, 12.34, 1234.5)]
    ['0.001', '0.123', '1.23', '12.3', '1,234']
    """
    digits = 3 if seconds < 1 else 2 if seconds < 10 else 1 if seconds < 100 else 0
    return f"{seconds:,.{digits}f}"
