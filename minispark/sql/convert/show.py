"""Tables as ``DataFrame.show`` prints them and notebooks display them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.entities import codepoint2name
from typing import Any

from minispark.errors import UnsupportedOperationException
from minispark.sql.convert.text import pretty_text
from minispark.sql.types import StructType
from minispark.sql.types.tree import escaped

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]"
)
_MIN_WIDTH = 3


def show_text(
    columns: Sequence[Sequence[Any]],
    schema: StructType,
    n: int,
    truncate: int = 20,
    vertical: bool = False,
    zone: str = "UTC",
    binary: str = "HEX_DISCRETE",
    rows: int | None = None,
) -> str:
    """The table of the first ``n`` rows; ``columns`` hold their physical values, and those of one row more if there is.

    ``truncate`` cuts longer cells and aligns to the right; 0 leaves cells whole and aligns to the left. ``rows`` is
    their number where there are no columns.

    Raises UnsupportedOperationException for a vertical table without columns, as Spark does.

    >>> print(show_text([[1, 2, 3], ["a", None, "c"]], StructType.fromDDL("n int, s string"), 2))
    +---+----+
    |  n|   s|
    +---+----+
    |  1|   a|
    |  2|NULL|
    +---+----+
    only showing top 2 rows
    """
    names, shown, more = cells(columns, schema, n, truncate, zone, binary, rows)
    text = _vertical(names, shown) if vertical else _table([names, *shown], truncate > 0)
    if vertical and not shown:
        return text + "(0 rows)"
    return text + (f"only showing top {_rows(n)}" if more else "")


def html(
    columns: Sequence[Sequence[Any]],
    schema: StructType,
    n: int,
    truncate: int = 20,
    zone: str = "UTC",
    binary: str = "HEX_DISCRETE",
) -> str:
    """The same as a table in HTML.

    >>> print(html([["<a>"]], StructType.fromDDL("s string"), 20), end="")
    <table border='1'>
    <tr><th>s</th></tr>
    <tr><td>&lt;a&gt;</td></tr>
    </table>
    """
    names, rows, more = cells(columns, schema, n, truncate, zone, binary)
    lines = [f"<tr><th>{'</th><th>'.join(map(_escaped_html, names))}</th></tr>"]
    lines += [f"<tr><td>{'</td><td>'.join(map(_escaped_html, row))}</td></tr>" for row in rows]
    body = "\n".join(lines)
    return f"<table border='1'>\n{body}\n</table>\n" + (f"only showing top {_rows(n)}\n" if more else "")


def cells(
    columns: Sequence[Sequence[Any]],
    schema: StructType,
    n: int,
    truncate: int,
    zone: str,
    binary: str,
    rows: int | None = None,
) -> tuple[list[str], list[list[str]], bool]:
    """The names, the texts of at most ``n`` rows, and whether there are more rows."""
    n = max(n, 0)
    count = len(columns[0]) if columns else rows or 0
    shown = []
    for column, field in zip(columns, schema.fields, strict=True):
        write = pretty_text(field.dataType, zone, binary)
        texts = ("NULL" if item is None else escaped(write(item)) for item in column[:n])
        shown.append([_cut(text, truncate) for text in texts])
    lines: list[list[str]] = [list(row) for row in zip(*shown, strict=True)] if shown else [[]] * min(n, count)
    return [escaped(name) for name in schema.names], lines, count > n


def _cut(text: str, truncate: int) -> str:
    if truncate <= 0 or len(text) <= truncate and text.isascii():
        return text
    units = _units(text)
    if len(units) <= truncate * 2:
        return text
    kept = units[: (truncate if truncate < 4 else truncate - 3) * 2].decode("utf-16-le", "surrogatepass")
    halved = "?" if kept and "\ud800" <= kept[-1] <= "\udbff" else kept[-1:]
    return kept[:-1] + halved + ("" if truncate < 4 else "...")


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _width(text: str) -> int:
    """Columns on a screen: two for East Asian wide characters and those beyond 16 bits, else one."""
    return len(text) if text.isascii() else len(_units(text)) // 2 + len(_WIDE.findall(text))


def _padded(text: str, width: int, right: bool) -> str:
    filling = " " * (width - _width(text))
    return filling + text if right else text + filling


def _table(rows: list[list[str]], right: bool) -> str:
    widths = [max(_MIN_WIDTH, *map(_width, column)) for column in zip(*rows, strict=True)]
    line = f"+{'+'.join('-' * width for width in widths)}+\n"
    lines = []
    for row in rows:
        padded = (_padded(text, width, right) for text, width in zip(row, widths, strict=True))
        lines.append(f"|{'|'.join(padded)}|\n")
    return f"{line}{lines[0]}{line}{''.join(lines[1:])}{line}"


def _vertical(names: list[str], rows: list[list[str]]) -> str:
    name_width = max(_MIN_WIDTH, *map(_width, names)) if names else _MIN_WIDTH
    if rows and not names:
        raise UnsupportedOperationException("a table without columns cannot be shown vertically")
    width = max([_MIN_WIDTH, *(_width(text) for row in rows for text in row)])
    lines = []
    for place, row in enumerate(rows):
        lines.append(f"-RECORD {place}".ljust(name_width + width + 5, "-"))
        for name, text in zip(names, row, strict=True):
            lines.append(f" {_padded(name, name_width, False)} | {_padded(text, width, False)} ")
    return "".join(f"{line}\n" for line in lines)


def _rows(n: int) -> str:
    n = max(n, 0)
    return f"{n} row" if n == 1 else f"{n} rows"


def _escaped_html(text: str) -> str:
    if text.isascii():
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    names = ((character, codepoint2name.get(ord(character))) for character in text)
    return "".join(f"&{name};" if name else character for character, name in names)
