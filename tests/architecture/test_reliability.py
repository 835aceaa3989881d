"""docs/RELIABILITY.md promises a behaviour for each fault: a test stands behind each, and the page names it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reliability_table", HERE / "reliability_table.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_fault_is_on_the_page_once(table: ModuleType) -> None:
    assert table.rows_of(table.PAGE.read_text()) == list(table.ROWS)


@pytest.mark.slow
def test_every_fault_has_a_test(table: ModuleType) -> None:
    tests = table.marked_tests()
    assert [row for row in table.ROWS if not tests.get(row)] == []
    assert set(tests) <= set(table.ROWS), "a mark names a row that does not exist"


def test_the_page_names_the_tests_that_there_are(table: ModuleType) -> None:
    page = table.PAGE.read_text()
    assert table.with_tests(page, table.marked_tests()) == page, "run tests/architecture/reliability_table.py"


def test_marks_are_found_wherever_they_stand(table: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_some.py").write_text(
        "import pytest\n"
        "pytestmark = [pytest.mark.slow, pytest.mark.matrix(3)]\n"
        "@pytest.mark.matrix(1, 2)\n"
        "def test_function(): ...\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.matrix(4))])\n"
        "def test_parameter(x): ...\n"
        "@pytest.mark.matrix(5)\n"
        "class TestClass:\n"
        "    def test_method(self): ...\n"
        "def helper(): ...\n"
    )
    name = "tests/test_some.py::"
    assert table.marked_tests(tmp_path) == {
        1: [f"{name}test_function"],
        2: [f"{name}test_function"],
        3: [f"{name}test_function", f"{name}test_parameter", f"{name}TestClass::test_method"],
        4: [f"{name}test_parameter"],
        5: [f"{name}TestClass::test_method"],
    }
