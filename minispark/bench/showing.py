"""A report for people: one page of tables and the pictures, in the report's folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from minispark.bench.plots.pictures import PICTURES, draw_all
from minispark.bench.report import Report
from minispark.bench.tables import markdown

PAGE = "README.md"


def show(report: Report, folder: Path) -> None:
    """Write the page and the pictures; a picture that the report has nothing for any more goes."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = draw_all(report)
    for picture in PICTURES:
        if picture.file in drawn:
            (folder / picture.file).write_text(drawn[picture.file], encoding="utf-8")
        else:
            (folder / picture.file).unlink(missing_ok=True)
    (folder / PAGE).write_text(page(report, drawn.keys()), encoding="utf-8")


def page(report: Report, files: Collection[str]) -> str:
    """The page's text, with the pictures whose files there are."""
    shown: dict[str, list[str]] = {}
    for picture in PICTURES:
        if picture.file in files:
            shown.setdefault(picture.group, []).append(f"![{picture.text}]({picture.file})")
    return markdown(report, shown)
