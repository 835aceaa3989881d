"""A report as HTML, for notebooks. Keys and file names are data: everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from minispark.skew.stageskew import StageSkew
from minispark.skew.table import (
    KEY_COLUMNS,
    NO_SHUFFLE,
    STAGE_COLUMNS,
    advice_text,
    key_cells,
    stage_cells,
    worth_telling,
)


def as_html(stages: Sequence[StageSkew]) -> str:
    """The tables of ``as_text``."""
    if not stages:
        return f"<p>{escape(NO_SHUFFLE)}</p>"
    parts = [_table(STAGE_COLUMNS, [stage_cells(stage) for stage in stages])]
    for stage in filter(worth_telling, stages):
        parts.append(f"<h4>{escape(stage.title)}</h4>")
        if stage.hot:
            parts.append(_table(KEY_COLUMNS, [key_cells(stage, key) for key in stage.hot]))
        parts += [f"<p>{escape(each)}</p>" for each in (*stage.decided, advice_text(stage.advice))]
    return "\n".join(parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    shown = [i for i in range(len(columns)) if any(row[i] for row in rows)]
    head = "".join(f"<th>{escape(columns[i])}</th>" for i in shown)
    body = "".join("<tr>" + "".join(f"<td>{escape(row[i])}</td>" for i in shown) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
