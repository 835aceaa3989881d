"""Small programs answer on minispark what real PySpark 4.3 answered (see ``record.py`` for how that was taken down)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minispark import SparkConf, SparkContext
from minispark.testing.conformance import Program, read_table, run_program

TABLES = sorted((Path(__file__).parent / "programs").glob("*.txt"))
PROGRAMS = [program for path in TABLES for program in read_table(path)]


OURS = {
    "textfiles: broken UTF-8": "#! UnicodeDecodeError",  # PySpark puts U+FFFD in; use_unicode=False gives the bytes
    "actions: take a negative number": "#! ValueError",  # PySpark says nothing and gives nothing
}
"""Where we differ on purpose."""


def name_of(program: Program) -> str:
    return f"{program.source}: {program.title}"


@pytest.fixture(scope="module", params=["local[2]", "inline"])
def context(request: pytest.FixtureRequest) -> Iterator[SparkContext]:
    conf = SparkConf().setMaster(request.param).setAppName("conformance").set("spark.ui.showConsoleProgress", "false")
    with SparkContext(conf=conf) as context:
        yield context


def test_the_tables_are_read() -> None:
    assert len(PROGRAMS) > 200
    assert all(program.expected for program in PROGRAMS), "record.py has not been run over every program"
    assert len({(program.source, program.title) for program in PROGRAMS}) == len(PROGRAMS), "two programs of one title"


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_program(program: Program, context: SparkContext, tmp_path: Path) -> None:
    if program.depends_on_slots and context.defaultParallelism != 2:
        pytest.skip("its answer is that of two slots")
    expected = OURS.get(name_of(program), program.expected)
    answer = run_program(program, context, tmp_path)
    assert answer == expected, f"\n{program.text}"
