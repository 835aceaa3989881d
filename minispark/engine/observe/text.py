"""Numbers and tables for people's eyes, in plain text."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def format_count(count: int) -> str:
    """
    >>> format_count(1234567)
    '1,234,567'
    """
    return f"{count:,}"


def format_seconds(seconds: float) -> str:
    """Three digits that matter, in the unit that suits.

    >>> [format_seconds(s) for s in (0, 0.00004, 0.0123, 0.9999, 1.5, 75, 3700)]
    ['0 ms', '0.04 ms', '12.3 ms', '1.00 s', '1.50 s', '1 min 15 s', '1 h 1 min']
    """
    if seconds <= 0:
        return "0 ms"
    if seconds < 0.001:
        return f"{seconds * 1e3:.2f} ms"
    if seconds < 0.1:
        return f"{seconds * 1e3:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1e3:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def format_table(headers: Sequence[str], rows: Sequence[Sequence[str]], left: Collection[int] = ()) -> str:
    """Columns as wide as they need to be, right-aligned but for those in ``left``; a column empty in all rows goes.

    >>> print(format_table(("word", "count", "note"), [("self", "81", ""), ("if", "1,234", "")], left=(0,)))
    word  count
    ----  -----
    self     81
    if    1,234
    """
    shown = [i for i in range(len(headers)) if not rows or any(row[i] for row in rows)]
    widths = {i: max(len(headers[i]), *(len(row[i]) for row in rows)) if rows else len(headers[i]) for i in shown}

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cells[i].ljust(widths[i]) if i in left else cells[i].rjust(widths[i]) for i in shown).rstrip()

    return "\n".join([line(headers), line(["-" * widths.get(i, 0) for i in range(len(headers))]), *map(line, rows)])
