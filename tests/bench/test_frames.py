"""The study "frames": its tables and its goals, from rows as the script writes them."""

from __future__ import annotations

from typing import Any

from minispark.bench import frame_tables
from minispark.bench.plots.queries import draw_queries
from minispark.bench.readme import excerpt
from minispark.bench.report import EMPTY, Report


def rows(engine: str, form: str, seconds: float, scale: float = 1, **more: Any) -> list[dict[str, Any]]:
    usual = {"kind": "tpch", "scale": scale, "engine": engine, "form": form, "error": "", "right": True, **more}
    return [{**usual, "query": query, "seconds": [seconds]} for query in range(1, 23)]


def report(*parts: list[dict[str, Any]]) -> Report:
    return EMPTY.with_study("frames", [row for part in parts for row in part])


OURS = [*rows("minispark", "sql", 0.11), *rows("minispark", "frame", 0.09)]


def test_goals_compare_geometric_means_of_both_forms() -> None:
    whole = report(OURS, rows("duckdb", "sql", 0.1), rows("spark", "sql", 2.0))
    near, far = frame_tables.like_duckdb(whole), frame_tables.ahead_of_spark(whole)
    assert (near.measured, near.reached) == ("SQL 1.10 x, DataFrame 0.90 x", True)
    assert (far.measured, far.reached) == ("SQL 18.18 x, DataFrame 22.22 x", True)
    both = report(OURS, rows("spark", "sql", 2.0), rows("spark", "frame", 1.8))
    assert frame_tables.ahead_of_spark(both).measured == "SQL 18.18 x, DataFrame 20.00 x"
    slow = report(rows("minispark", "sql", 0.2), rows("minispark", "frame", 0.1), rows("duckdb", "sql", 0.1))
    assert frame_tables.like_duckdb(slow).reached is False


def test_a_wrong_answer_or_a_missing_query_reaches_no_goal() -> None:
    wrong = [{**OURS[0], "right": False}, *OURS[1:]]
    verdict = frame_tables.like_duckdb(report(wrong, rows("duckdb", "sql", 1.0)))
    assert verdict.reached is False and "wrong answers" in verdict.measured
    assert frame_tables.like_duckdb(report(OURS[1:], rows("duckdb", "sql", 1.0))).reached is None


def test_the_large_scale_counts_within_its_limit_only() -> None:
    assert frame_tables.large_in_little_memory(report(rows("minispark", "sql", 1.0, 10))).reached is None
    limited = rows("minispark", "sql", 1.0, 10, memory="2g")
    assert frame_tables.large_in_little_memory(report(limited)).reached is True
    broken = [{**limited[0], "error": "no memory"}, *limited[1:]]
    assert frame_tables.large_in_little_memory(report(broken)).measured == "not: 1"


def test_a_first_result_and_a_small_query_are_both_needed() -> None:
    first: dict[str, Any] = {"kind": "start", "engine": "minispark", "seconds": [0.4]}
    small: dict[str, Any] = {"kind": "small", "engine": "minispark", "seconds": [0.009], "duckdb_seconds": [0.005]}
    assert frame_tables.soon_there(report([first])).reached is None
    verdict = frame_tables.soon_there(report([first, small]))
    assert (verdict.measured, verdict.reached) == ("0.40 s, 4.0 ms", True)


def test_the_table_has_a_column_for_each_engine_and_form() -> None:
    text = "\n".join(
        frame_tables.frame_parts([*OURS, *rows("duckdb", "sql", 0.1), *rows("polars", "sql", 1, error="no")])
    )
    head = text.splitlines()[1]
    assert [cell.strip() for cell in head.strip("|").split("|")] == [
        "query", "minispark, SQL", "minispark, DataFrame", "DuckDB, SQL", "Polars, SQL",
    ]  # fmt: skip
    assert "error" in text and "geometric mean" in text and "Versions" not in text
    version = {"kind": "version", "engine": "sail", "version": "1.2"}
    assert "Versions: Sail 1.2." in frame_tables.frame_parts([*OURS, version])


def test_a_readme_and_a_picture_have_the_means_of_what_answered() -> None:
    whole = report(OURS, rows("duckdb", "sql", 0.1), rows("polars", "sql", 1, error="no"))
    head, _, sql, frame = frame_tables.mean_table(whole).splitlines()
    assert [cell.strip() for cell in head.split("|")[2:-1]] == ["minispark", "DuckDB", "Polars"]
    assert [cell.strip() for cell in sql.split("|")[2:-1]] == ["0.110", "0.100", ""]
    assert [cell.strip() for cell in frame.split("|")[2:-1]] == ["0.090", "", ""]
    drawn = draw_queries(whole)
    assert drawn is not None and "minispark, DataFrame" in drawn and "DuckDB, SQL" in drawn and "Polars" not in drawn
    assert draw_queries(EMPTY) is None
    text = excerpt(whole, "report")
    assert "![TPC-H by engine, as SQL and as DataFrames](report/queries.svg)" in text and "as DataFrame" in text
    assert "TPC-H by engine" not in excerpt(EMPTY, "report")
