"""The study "frames" as Markdown and as goals: TPC-H by engine, a small query, the time to the first result."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from minispark.bench.markdown import markdown_table, short
from minispark.bench.report import Report
from minispark.bench.verdict import Verdict

Rows = Sequence[Mapping[str, Any]]

QUERIES = 22
DUCKDB_MOST = 1.25
SPARK_TIMES = 15.0
START_SECONDS = 0.5
SMALL_SECONDS = 0.005
LARGE = 10
TITLES = {
    "minispark": "minispark", "duckdb": "DuckDB", "polars": "Polars", "datafusion": "DataFusion", "sail": "Sail",
    "spark": "PySpark",
}  # fmt: skip
FORMS = {"sql": "SQL", "frame": "DataFrame"}


def frame_parts(rows: Rows) -> list[str]:
    """Paragraphs and tables."""
    parts = []
    for scale in sorted({row["scale"] for row in rows if row["kind"] == "tpch"}):
        of_scale = [row for row in rows if row["kind"] == "tpch" and row["scale"] == scale]
        limits = sorted({row.get("memory") or "" for row in of_scale} - {""})
        limit = f", minispark within {limits[0]} of memory" if limits else ""
        parts += [f"### TPC-H, scale {scale:g}{limit} (seconds, medians)", _queries(of_scale)]
    versions = [f"{TITLES[row['engine']]} {row['version']}" for row in rows if row["kind"] == "version"]
    if versions:
        parts.append(f"Versions: {', '.join(versions)}.")
    for row in rows:
        if row["kind"] == "start":
            parts.append(
                f"From `import` to the first result of a small query: {short(statistics.median(row['seconds']))} s."
            )
        if row["kind"] == "small":
            ours, theirs = statistics.median(row["seconds"]), statistics.median(row["duckdb_seconds"])
            alone = f"DuckDB alone, with the same SQL, {theirs * 1e3:.1f} ms"
            parts.append(f"A small query (filter, join, groups, order) takes {ours * 1e3:.1f} ms; {alone}.")
    return parts


def _columns(rows: Rows) -> list[tuple[str, str]]:
    found = list(dict.fromkeys((row["engine"], row["form"]) for row in rows))
    return sorted(found, key=lambda column: (list(TITLES).index(column[0]), column[1] != "sql"))


def _queries(rows: Rows) -> str:
    columns = _columns(rows)
    head = ("query", *(f"{TITLES[engine]}, {FORMS[form]}" for engine, form in columns))
    by_place = {(row["query"], row["engine"], row["form"]): row for row in rows}
    table = [head]
    for query in sorted({row["query"] for row in rows}):
        table.append((str(query), *(_cell(by_place.get((query, *column))) for column in columns)))
    means = [mean_seconds(rows, *column) for column in columns]
    table.append(("geometric mean", *("" if mean is None else short(mean) for mean in means)))
    return markdown_table(table)


def _cell(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    if row["error"]:
        return "error"
    return short(statistics.median(row["seconds"])) + ("" if row["right"] else ", another answer")


def mean_seconds(rows: Rows, engine: str, form: str) -> float | None:
    """The geometric mean of an engine's medians; None where a query has no answer."""
    found = [row for row in rows if (row["engine"], row["form"]) == (engine, form)]
    if len(found) < QUERIES or any(row["error"] or not row["seconds"] for row in found):
        return None
    return math.exp(sum(math.log(statistics.median(row["seconds"])) for row in found) / len(found))


def mean_bars(report: Report) -> list[tuple[str, str, float]]:
    """(engine, its title with the way it was asked, geometric mean in seconds) of TPC-H at scale 1."""
    rows = _tpch(report, 1)
    known = [(engine, form, mean_seconds(rows, engine, form)) for engine, form in _columns(rows)]
    return [(engine, f"{TITLES[engine]}, {FORMS[form]}", mean) for engine, form, mean in known if mean is not None]


def mean_table(report: Report) -> str:
    """The same as a table of two lines."""
    rows = _tpch(report, 1)
    engines = list(dict.fromkeys(engine for engine, _ in _columns(rows)))
    table = [("22 queries, geometric mean", *(TITLES[engine] for engine in engines))]
    for form, title in FORMS.items():
        means = (mean_seconds(rows, engine, form) for engine in engines)
        table.append((f"as {title}", *("" if mean is None else short(mean) for mean in means)))
    return markdown_table(table)


# --- goals -----------------------------------------------------------------------------------------------------------


def _tpch(report: Report, scale: float) -> Rows:
    return [row for row in report.studies.get("frames") or () if row["kind"] == "tpch" and row["scale"] == scale]


def like_duckdb(report: Report) -> Verdict:
    """TPC-H at scale 1 beside DuckDB in the same run."""
    goal = f"all 22 queries of TPC-H right, as SQL and as DataFrames, in at most {DUCKDB_MOST:g} times DuckDB's time"
    return _against(report, goal, "duckdb", lambda ours, theirs: (ours / theirs, ours / theirs <= DUCKDB_MOST))


def ahead_of_spark(report: Report) -> Verdict:
    """The same beside PySpark."""
    goal = f"TPC-H at least {SPARK_TIMES:g} times as fast as PySpark"
    return _against(report, goal, "spark", lambda ours, theirs: (theirs / ours, theirs / ours >= SPARK_TIMES))


def _against(report: Report, goal: str, engine: str, judge: Any) -> Verdict:
    """Each form beside the same of the other engine, or beside its SQL where it has no other."""
    rows = _tpch(report, 1)
    measured, reached = [], True
    for form in FORMS:
        ours = mean_seconds(rows, "minispark", form)
        theirs = mean_seconds(rows, engine, form) or mean_seconds(rows, engine, "sql")
        if ours is None or theirs is None:
            return Verdict(goal, "", None)
        times, good = judge(ours, theirs)
        right = all(row["right"] for row in rows if row["engine"] == "minispark")
        measured.append(f"{FORMS[form]} {times:.2f} x{'' if right else ', wrong answers'}")
        reached = reached and good and right
    return Verdict(goal, ", ".join(measured), reached)


def large_in_little_memory(report: Report) -> Verdict:
    """TPC-H at scale 10 within a limit."""
    goal = f"TPC-H at scale {LARGE} completes within 2 GB of memory"
    rows = [row for row in _tpch(report, LARGE) if row["engine"] == "minispark" and row.get("memory") == "2g"]
    if len(rows) < QUERIES:
        return Verdict(goal, "", None)
    failed = sorted({row["query"] for row in rows if row["error"]})
    told = f"not: {', '.join(map(str, failed))}" if failed else f"all {len(rows)} runs"
    return Verdict(goal, told, not failed)


def soon_there(report: Report) -> Verdict:
    """The first result, and a small query afterwards."""
    later = f"then {SMALL_SECONDS * 1e3:g} ms over DuckDB's time"
    goal = f"first result of a small query {START_SECONDS:g} s after import, {later}"
    rows = {row["kind"]: row for row in report.studies.get("frames") or ()}
    if "start" not in rows or "small" not in rows:
        return Verdict(goal, "", None)
    first = statistics.median(rows["start"]["seconds"])
    over = statistics.median(rows["small"]["seconds"]) - statistics.median(rows["small"]["duckdb_seconds"])
    return Verdict(goal, f"{first:.2f} s, {over * 1e3:.1f} ms", first <= START_SECONDS and over <= SMALL_SECONDS)
