"""The report: kept whole, merged by programs, shown as tables and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from minispark.bench.catalogue import PROGRAMS
from minispark.bench.plots.pictures import PICTURES, draw_all
from minispark.bench.readme import BEGIN, END, write_readme
from minispark.bench.report import EMPTY, FILE, Measured, Report, Section, load, save
from minispark.bench.showing import PAGE, page, show
from minispark.engine.core.errors import ConfigurationError

ABOUT = {
    "processor": "A & B <fast>", "cores": 2, "memory_gib": 8.0, "system": "Linux", "python": "3.11.7",
    "revision": "abc", "date": "2026-01-01", "load_before": 0.1, "versions": {"minispark": "0.1.0", "spark": "4.3.0"},
}  # fmt: skip


ASKED = (("minispark", "sql"), ("minispark", "frame"), ("duckdb", "sql"), ("spark", "sql"))
SKEWED = ("join", "join, then work", "sum by key")


@pytest.fixture
def report() -> Report:
    """Every program on every engine, one of them hanging, one wrong, one dead."""
    made = EMPTY.with_about(ABOUT)
    for number, program in enumerate(PROGRAMS):
        engines: dict[str, Measured] = {}
        for place, engine in enumerate(program.engines):
            seconds = (1 + number % 5) * 3.0**place
            engines[engine] = Measured((seconds, 2 * seconds, 3 * seconds), (seconds,) * 3, (1 << 27,) * 3)
        settings = {"scale": 1.0, "cores": 2, "date": f"2026-01-0{1 + number % 2}", "revision": "abc"}
        made = made.with_section(Section(program.name, settings, engines))
    bad = {
        "dask": Measured(trouble="error", text="ValueError: <no>"),
        "ray": Measured(trouble="time-out", text="no answer in 9 s"),
    }
    bad["pysparkling"] = Measured((1.0,), (1.0,), (1,), trouble="wrong", text="answers 3, right is 4")
    made = made.with_section(Section("join", {"scale": 1.0, "cores": 2}, {**made.sections["join"].engines, **bad}))
    made = made.with_study("scale", [growth(10, 0.5), growth(100, 4.0), growth(1_000, 0.0, error="killed")])
    made = made.with_study("skew", [against_skew(operator, x) for operator in SKEWED for x in (0.0, 0.9)])
    made = made.with_study("frames", [asked(engine, form, query) for engine, form in ASKED for query in range(1, 23)])
    return made.with_study("memory", [memory("groupByKey"), memory("sort & more", error="MemoryError: no")])


def asked(engine: str, form: str, query: int) -> dict[str, Any]:
    times = [0.1 * query if engine == "spark" else 0.01 * query]
    return {
        "kind": "tpch", "scale": 1.0, "engine": engine, "form": form, "query": query, "seconds": times, "error": "",
        "right": True,
    }  # fmt: skip


def against_skew(operator: str, x: float) -> dict[str, Any]:
    about = {"operator": operator, "axis": "hot_share", "x": x, "strategy": "plain", "error": ""}
    times = {"seconds": 1.0 + x, "cpu_seconds": 2.0}
    sizes = {"load_bytes_max": 1 << 20, "load_ratio": 1 + x, "shuffled_bytes": 1 << 22, "memory_bytes_max": 1 << 27}
    return {**about, **times, **sizes}


def growth(size: int, seconds: float, error: str = "") -> dict[str, Any]:
    return {
        "program": "sum", "title": "map & sum", "unit": "record", "size": size, "units": size, "seconds": seconds,
        "cpu_seconds": seconds, "driver_cpu_seconds": seconds, "driver_bytes_max": 1 << 20, "worker_bytes_max": 1 << 20,
        "files": 3, "error": error,
    }  # fmt: skip


def memory(name: str, error: str = "") -> dict[str, Any]:
    series = [[0.0, 0], [0.5, 60 << 20], [1.0, 70 << 20]]
    return {
        "name": name, "limit_bytes": 64 << 20, "peak_bytes": 70 << 20, "seconds": 1.0, "error": error, "series": series,
        "spilled_bytes": 600 << 20,
    }  # fmt: skip


def test_it_is_kept_whole(report: Report, tmp_path: Path) -> None:
    save(report, tmp_path / "new" / FILE)
    assert load(tmp_path / "new" / FILE) == report
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE]
    assert load(tmp_path / "none") == EMPTY


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"about": {}, "programs": {"join": 3}, "studies": {}}'])
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ConfigurationError, match="is no report of minispark bench"):
        load(tmp_path / FILE)


def test_a_new_run_replaces_its_programs_alone(report: Report) -> None:
    section = Section("join", {"scale": 0.5, "cores": 2}, {"minispark": Measured((9.0,))})
    merged = report.with_section(section).with_about({"date": "2026-02-02", "versions": {"minispark": "0.2.0"}})
    assert merged.median("join", "minispark") == 9.0
    assert merged.sections["distinct"] == report.sections["distinct"]
    assert merged.about["versions"] == {"minispark": "0.2.0", "spark": "4.3.0"}


def test_pictures_are_well_formed_and_within_their_frames(report: Report) -> None:
    drawn = draw_all(report)
    assert drawn.keys() == {picture.file for picture in PICTURES}
    for svg in drawn.values():
        root = ElementTree.fromstring(svg)
        width, height = float(root.attrib["width"]), float(root.attrib["height"])
        for element in root.iter():
            x, y = element.get("x", element.get("cx")), element.get("y", element.get("cy"))
            if x is not None and y is not None:
                assert -1 <= float(x) + float(element.get("width", "0")) <= width + 1, (element.tag, element.text)
                assert -1 <= float(y) + float(element.get("height", "0")) <= height + 1, (element.tag, element.text)


def test_pictures_tell_what_went_wrong(report: Report) -> None:
    svg = draw_all(report)["data.svg"]
    assert [svg.count(f">{text}</text>") for text in ("wrong answer", "failed", "no answer in 9 s")] == [1, 1, 1]


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert draw_all(report) == draw_all(report)


def test_the_page_shows_the_studies(report: Report) -> None:
    taken = {"scale": {"date": "2026-03-03", "revision": "abd"}}
    text = page(report.with_about({**ABOUT, "studies": taken}), ())
    assert "Taken 2026-03-03, revision abd." in text
    assert "| map & sum | 1,000 | killed |" in text
    assert "| groupByKey | 64 MiB | 70 MiB | 1.09 | 1.00 | 600 MiB |  |" in text


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_all(EMPTY) == {}


def test_the_page_has_goals_tables_and_troubles(report: Report, tmp_path: Path) -> None:
    (tmp_path / "memory.svg").write_text("old")
    show(Report(report.about, report.sections, {}), tmp_path)
    text = (tmp_path / PAGE).read_text()
    assert not (tmp_path / "memory.svg").exists()
    assert "| the nine data programs: geometric mean at least 4 x PySpark | 44.0 x | yes |" in text
    assert "- join on pysparkling: wrong: answers 3, right is 4" in text
    assert "![seconds of every engine on the data programs](data.svg)" in text
    assert "Taken from 2026-01-01 to 2026-01-02, revision abc." in text
    cells = [line for line in text.splitlines() if line.startswith("| join, 1 M")]
    assert cells[0].startswith("| join, 1 M with 300 k pairs | 2.00 (1.00-3.00) |  | 6.00 (3.00-9.00) |")
    assert "| error | time-out | wrong |" in cells[0]


def test_the_readme_gets_what_is_between_its_marks(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        write_readme(path, report, tmp_path / "benchmarks" / "report")
        text = path.read_text()
        assert text.startswith(f"before\n{BEGIN}\n![")
        assert text.endswith(f"{END}\nafter\n")
        assert "](benchmarks/report/beside.svg)" in text
        assert "| one job of 5,000 tasks | 4.00 |  |  | 12.0 |" in text
        assert "old" not in text


def test_a_readme_without_marks_is_refused(report: Report, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing")
    with pytest.raises(ConfigurationError, match="two lines to write between"):
        write_readme(tmp_path / "README.md", report, tmp_path)
    with pytest.raises(ConfigurationError, match="No such file"):
        write_readme(tmp_path / "none.md", report, tmp_path)
